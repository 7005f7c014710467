"""Records whose time is over: which they are, what holds the others, and destroying them.

    proofs kept       what only the chart says of its signature (`server.records.lasting`)
    key destroyed     in the keystore, with its entry in `shreds`: from here on it is gone
    bytes erased      documents, photos, kept answers, with the entry in `shred_log`

A process killed in between leaves the last to the next start (`server.retention.replaying`).
Entries of charts keep their ciphertext, hashes and signatures: every proof holds as before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from server import auditing
from server.ages import day_of
from server.auditing import AuditEvent
from server.identities import identity_of
from server.keystore.shredding import Shred, entered, shred
from server.records.lasting import keep_bound
from server.retention.holding import Facts, Held, hold_until
from server.retention.refusals import ClockDoubted
from server.services import Core
from server.storage import encounters, retention
from server.storage.database import Tx
from server.storage.errors import KeyringError
from server.storage.retention import HoldRow, Visit

BATCH: Final = 200
QUIET_MAX: Final = timedelta(days=400)
OVER: Final = frozenset({"signed", "cancelled", "no_show", "expired"})
DUE: Final = "retention over"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one record stands.

    Attributes:
        encounter_id: whose chart.
        patient_id: whose it is.
        network_id: under which its keys hang.
        held: what holds it longest; None: the visit is not over.
        goes: nothing holds it today.
    """

    encounter_id: str
    patient_id: str
    network_id: str
    held: Held | None
    goes: bool


@dataclass(frozen=True, slots=True)
class PatientStanding:
    """Where a patient's records stand: it `goes` with the last of them."""

    patient_id: str
    network_id: str
    goes: bool
    records: tuple[Standing, ...]


async def require_clock(core: Core) -> None:
    """Refuse to destroy by a clock that is far ahead of everything that ever happened here.

    Raises:
        ClockDoubted: nothing happened for `QUIET_MAX`; a wrong clock would destroy everything.
    """
    async with core.database.read() as tx:
        newest = await retention.newest(tx)
    today = day_of(core.clock.now())
    if newest is not None and today - day_of(newest) > QUIET_MAX:
        raise ClockDoubted(f"it is {today} here, and nothing happened since {day_of(newest)}")


async def standings(core: Core, today: date) -> AsyncIterator[PatientStanding]:
    """Go through every patient, in bounded parts; what is gone already is left out."""
    last = ""
    while True:
        async with core.database.read() as tx:
            some = await retention.patients_after(tx, last, BATCH)
            found = await _standings(tx, core, some, today)
        for one in found:
            if one.records or one.goes:
                yield one
        if len(some) < BATCH:
            return
        last = some[-1]


async def let_go(
    core: Core, one: PatientStanding, *, actor: str, reason: str = DUE
) -> list[Shred]:
    """Destroy what goes of a patient, unless something holds it by now.

    Args:
        core: what everything stands on.
        one: as `standings` gave it.
        actor: role and identifier of who does it.
        reason: why, naming nobody.

    Returns:
        What was destroyed: nothing where the standing changed meanwhile.
    """
    now = core.clock.now()
    today = day_of(now)
    for due in one.records:
        if due.goes:  # committed before the key goes, which is in no transaction of ours
            async with core.database.write() as tx:
                await keep_bound(tx, core, due.encounter_id)
    async with core.database.write() as tx:
        await retention.lock_patient(
            tx, one.patient_id
        )  # whoever sets a hold waits, or is seen
        again = await _standings(tx, core, [one.patient_id], today)
        wanted = [
            Shred("encounter", it.encounter_id, it.network_id, now, actor, reason)
            for standing in again
            for it in standing.records
            if it.goes
        ]
        wanted += [
            Shred("patient", it.patient_id, it.network_id, now, actor, reason)
            for it in again
            if it.goes
        ]
        await shred(core.database.keystore, wanted)
        await record(tx, wanted)
        for it in wanted:
            await auditing.note(tx, _event(core, it))
    core.keyring.forget()
    return wanted


def _event(core: Core, one: Shred) -> AuditEvent:
    """Return what the audit log is told of a shred."""
    is_patient = one.purpose == "patient"
    return auditing.cli_event(
        core,
        auditing.Action.SHREDDED,
        "records expire",
        encounter_id=None if is_patient else one.subject,
        patient_id=one.subject if is_patient else None,
        network_id=one.tenant,
    )


async def record(tx: Tx, wanted: Sequence[Shred]) -> None:
    """Enter in the database what was destroyed, and erase what is left of it."""
    await retention.log(tx, wanted)
    await erase(tx, wanted)


async def erase(tx: Tx, wanted: Sequence[Shred]) -> None:
    """Erase what is left in the database of what was destroyed."""
    await retention.erase_encounters(tx, _subjects(wanted, "encounter"))
    await retention.erase_patients(tx, _subjects(wanted, "patient"))


def _subjects(wanted: Iterable[Shred], purpose: str) -> list[str]:
    return [one.subject for one in wanted if one.purpose == purpose]


async def _standings(
    tx: Tx,
    core: Core,
    patient_ids: Sequence[str],
    today: date,
) -> list[PatientStanding]:
    visits = await retention.visits_of(tx, patient_ids)
    subjects = [*patient_ids, *(one.encounter_id for one in visits)]
    gone = await entered(core.database.keystore, subjects)
    later = await retention.later_contacts(tx, patient_ids)
    orders = await retention.last_orders(tx, [one.encounter_id for one in visits])
    contracts = await retention.contracts(tx)
    holds = await retention.holds(tx)
    found = []
    for patient_id in patient_ids:
        theirs = [one for one in visits if one.patient_id == patient_id]
        if not theirs:
            continue
        last = max([later.get(patient_id, 0), *(one.last_at for one in theirs)])
        born = await _born(tx, core, theirs[-1])
        records = [
            _standing(one, _facts(one, last, born, contracts, orders, holds), today)
            for one in theirs
            if ("encounter", one.encounter_id) not in gone
        ]
        found.append(
            PatientStanding(
                patient_id,
                theirs[-1].network_id,
                ("patient", patient_id) not in gone and all(one.goes for one in records),
                tuple(records),
            )
        )
    return found


def _standing(visit: Visit, facts: Facts, today: date) -> Standing:
    held = hold_until(facts) if visit.visit in OVER else None
    goes = held is not None and not held.holds_on(today)
    return Standing(visit.encounter_id, visit.patient_id, visit.network_id, held, goes)


def _facts(
    visit: Visit,
    last: int,
    born: date | None,
    contracts: dict[str, int],
    orders: dict[str, str],
    holds: Sequence[HoldRow],
) -> Facts:
    order = orders.get(visit.encounter_id)
    return Facts(
        seen=day_of(visit.seen_at),
        last_contact=day_of(last),
        jurisdictions=(visit.jurisdiction or visit.site_jurisdiction, visit.site_jurisdiction),
        born=born,
        contract_years=max(contracts.get(visit.network_id, 0), contracts.get(visit.spa_id, 0)),
        in_force=None if order is None else date.fromisoformat(order),
        legal_holds=tuple(
            one.reason
            for one in holds
            if visit.encounter_id == one.encounter_id or visit.patient_id == one.patient_id
        ),
    )


async def _born(tx: Tx, core: Core, visit: Visit) -> date | None:
    """Return the date of birth; None where it cannot be known any more."""
    try:
        encounter = await encounters.get(tx, visit.encounter_id)
        identity = await identity_of(tx, core.keyring, encounter)
        return date.fromisoformat(identity.birth_date)
    except (KeyringError, ValueError):
        return None
