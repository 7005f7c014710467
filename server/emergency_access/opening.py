"""Opening a patient's charts in an emergency, and ending it before its time.

The entry of the audit log and the row are one commit, and nothing is shown before it. Who is
found by name is found exactly, in the spas of the practitioner's own network; guesses that find
nobody are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server import attempts, auditing
from server.attempts import Limited
from server.auditing import Action
from server.emergency_access.acting import Actor
from server.emergency_access.refusals import AlreadyOpen, TooManyOpen
from server.errors import NotFound
from server.logging import get_logger
from server.sealing import blind_index
from server.services import Core
from server.storage import directory, emergency_access, encounters, patients, proofs, reading
from server.storage.emergency_access import EmergencyAccess, words_place
from server.storage.encounters import Encounter
from server.storage.errors import KeyMissing, RowMissing
from server.storage.statements import Tx
from server.views.emergency_access import EmergencyAccessForm

LASTS_S: Final = 60 * 60
OPEN_MAX: Final = 5  # of one account at once
GUESSES_MAX: Final = 10  # of patients who are not there, within the window of attempts
LOOKED_AT_MAX: Final = 20  # encounters of one patient, for one that was not destroyed
ID_BYTES: Final = 16
SECOND: Final = 1_000_000

log = get_logger("emergency_access")


async def open_charts(core: Core, who: Actor, form: EmergencyAccessForm) -> None:
    """Open the charts of one patient for `LASTS_S`; of several spas, where several know them.

    Raises:
        NotFound: nobody in this network is called so, or the exam is not of this network.
        TooManyAttempts: too many of those who were asked for are not there.
        AlreadyOpen: they are open.
        TooManyOpen: others are, too many of them.
    """
    guessing = Limited("emergency_access", who.account_id, GUESSES_MAX)
    await attempts.begin(core, guessing)  # before the look: guesses made at once count each
    now = core.clock.now()
    async with core.database.read() as tx:
        there = await emergency_access.open_of(tx, who.account_id, now=now)
        is_full = len(there) >= OPEN_MAX
        found = [] if is_full else await _found(tx, core, who.network_id, form)
    if is_full:  # whoever is asked for: nobody learns who is a patient
        await attempts.right(core, guessing)
        raise TooManyOpen
    if not found:
        raise NotFound
    async with core.database.write() as tx:
        await proofs.hold(tx, who.account_id)
        there = await emergency_access.open_of(tx, who.account_id, now=now)
        known = {one.patient_id for one in there}
        wanted = [one for one in found if one.patient_id not in known]
        if wanted and len(there) + len(wanted) > OPEN_MAX:
            raise TooManyOpen
        for encounter in wanted:
            await auditing.note(tx, who.event(Action.BREAK_GLASS, encounter.encounter_id, now))
            await _add(tx, core, who, encounter, form.reason, now)
    await attempts.right(core, guessing)  # it is in the log; what was refused stays counted
    if not wanted:
        raise AlreadyOpen
    log.warning("emergency_access_opened", network_id=who.network_id, accesses=len(wanted))


async def end_access(core: Core, who: Actor, access_id: str) -> None:
    """End one's own access before its time.

    Raises:
        NotFound: they have none that is open by this id.
    """
    now = core.clock.now()
    async with core.database.write() as tx:
        there = await emergency_access.open_of(tx, who.account_id, now=now)
        named = next((one for one in there if one.id == access_id), None)
        if named is None or not await emergency_access.end(tx, access_id, at=now):
            raise NotFound
        await auditing.note(tx, who.event(Action.ACCESS_ENDED, named.encounter_id, now))


async def _found(
    tx: Tx, core: Core, network_id: str, form: EmergencyAccessForm
) -> Sequence[Encounter]:
    """Return an encounter of each patient who is meant."""
    if form.encounter_id is not None:
        try:
            encounter = await encounters.get(tx, form.encounter_id)
        except RowMissing:
            return []
        return [encounter] if encounter.network_id == network_id else []
    found: list[Encounter] = []
    for spa in await directory.all_organizations(tx):
        if spa.network_id != network_id:
            continue
        try:
            key = await core.keyring.index_key(tx, spa.organization_id)
        except KeyMissing:
            continue  # it never had a patient
        index = blind_index(key, form.legal_name or "", form.birth_date or "")
        patient = await patients.by_index(tx, spa.organization_id, index)
        if patient is not None:
            found += await _one_of(tx, core, patient.id, network_id)
    return found


async def _one_of(tx: Tx, core: Core, patient_id: str, network_id: str) -> Sequence[Encounter]:
    """Return the last encounter of a patient whose record is there; else the last, if any.

    What is said is sealed with its key, and one that was destroyed takes nothing any more.
    """
    every = await reading.of_patient(tx, patient_id, network_id, limit=LOOKED_AT_MAX)
    whole = await core.keyring.readable_encounter_keys(
        tx, {one.encounter_id: one.network_id for one in every}
    )
    return [one for one in every if one.encounter_id in whole][:1] or every[:1]


async def _add(
    tx: Tx, core: Core, who: Actor, encounter: Encounter, reason: str, now: int
) -> None:
    access_id = core.random_bytes(ID_BYTES).hex()
    key = await core.keyring.encounter_key(tx, encounter.encounter_id, encounter.network_id)
    place = words_place("sealed_reason", access_id, encounter.network_id)
    await emergency_access.add(
        tx,
        EmergencyAccess(
            id=access_id,
            account_id=who.account_id,
            practitioner_id=who.principal.practitioner_id or "",
            network_id=encounter.network_id,
            encounter_id=encounter.encounter_id,
            patient_id=encounter.patient_id,
            sealed_reason=core.keyring.seal(key, reason.encode(), place),
            started_at=now,
            expires_at=now + LASTS_S * SECOND,
        ),
    )
