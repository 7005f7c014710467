"""Patients who would rather be called than wait for somebody who is not there.

    asked --somebody is there for them--> due --took a place in line----> ended
      '-------------- the visit, or its link, is over ------------------> ended

What is due is shown to the spa, whose staff make a fresh link, and to the patient, if their
page is open; one who was written the invitation is written to again. That somebody is there is
true when it becomes due; whether it still is, admission asks again when the patient comes.
Ending is `server.visits`.
"""

from __future__ import annotations

from collections.abc import Sequence

from server import charting
from server.chart.entries import CallbackAsked, CallbackDue
from server.patient_messages.putting import put_if_asked
from server.services import Core
from server.staffing.outlook import Outlook, class_of, look, outlook_for, staff_of
from server.staffing.refusals import CallbackTooLate
from server.storage import callbacks, directory, encounters, links
from server.storage.callbacks import Callback
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling.identifiers import EligibilityClass


async def ask(
    tx: Tx, core: Core, encounter: Encounter, *, actor: str | None = None
) -> Callback:
    """Promise a patient to be called back; one who was promised it before keeps that.

    Args:
        tx: holds the encounter's row.
        core: what everything stands on.
        encounter: whose patient.
        actor: who asked for it, as charts name them; None: the patient.

    Raises:
        CallbackTooLate: the link will have run out before anybody is there.
    """
    known = await callbacks.of(tx, encounter.encounter_id)
    if known is not None and known.is_open:
        return known
    now = core.clock.now()
    outlook = await _outlook(tx, core, encounter)
    link = await links.latest(tx, encounter.encounter_id)
    if link is None or (outlook.opens_at or now) >= link.expires_at:
        raise CallbackTooLate
    asked = Callback(encounter.encounter_id, now, outlook.opens_at)
    await callbacks.save(tx, asked)
    await charting.write(
        tx,
        core.keyring,
        encounter.encounter_id,
        actor or charting.patient(encounter.encounter_id),
        [CallbackAsked(opens_at=outlook.opens_at)],
        now=now,
    )
    return asked


async def make_due(core: Core, network_id: str) -> list[str]:
    """Mark the callbacks of a network for which somebody is there; return their encounters."""
    async with core.database.read() as tx:
        asked = await callbacks.not_yet_due(tx, network_id)
        found = await _with_somebody(tx, core, network_id, asked) if asked else []
    return [one for one in found if await _due(core, one)]


async def _with_somebody(
    tx: Tx, core: Core, network_id: str, asked: Sequence[Callback]
) -> list[str]:
    """Return the encounters for which somebody is there, looking once for each class."""
    now, rule = core.clock.now(), core.settings.admission
    staff = await staff_of(tx, network_id, now=now, rule=rule)
    there: dict[EligibilityClass, bool] = {}
    found: list[str] = []
    for one in asked:
        encounter = await encounters.get(tx, one.encounter_id)
        site = await directory.site(tx, encounter.site_id)
        eligibility = await class_of(tx, core, encounter, site)
        if eligibility not in there:
            there[eligibility] = (await look(tx, staff, eligibility)).can_call_back
        if there[eligibility]:
            found.append(one.encounter_id)
    return found


async def _due(core: Core, encounter_id: str) -> bool:
    """Mark one, unless it was over, or somebody gone, in the meantime."""
    async with core.database.write() as tx:
        encounter = await encounters.get(tx, encounter_id, lock=True)
        if not (await _outlook(tx, core, encounter)).can_call_back:
            return False
        now = core.clock.now()
        if not await callbacks.set_due(tx, encounter_id, now):
            return False
        await charting.write(
            tx, core.keyring, encounter_id, charting.SYSTEM, [CallbackDue()], now=now
        )
        await put_if_asked(tx, core, encounter, "callback", language=encounter.language)
        return True


async def _outlook(tx: Tx, core: Core, encounter: Encounter) -> Outlook:
    site = await directory.site(tx, encounter.site_id)
    return await outlook_for(tx, core, await class_of(tx, core, encounter, site))
