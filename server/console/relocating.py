"""Another place, heard in the call: the chart says so, and whether the exam may go on there.

    location.heard -> entry, rules with this practitioner, class of the new place (nobody yet)
        may go on there ---> the call goes on; the patient attests the place and consents again
        may not -----------> the call ends, and the patient has their place in line back

Either way nothing of the first law is left: consent, pin, approvals and the prompts about the
place are void (`server.chart.reading`, `server.rulings.facts`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from server import charting
from server.authority import NotAuthorized, eligibility_class
from server.chart import entries as chart
from server.console.examining import chart_state
from server.errors import InvalidBody, NotPossibleNow
from server.jurisdictions import is_jurisdiction
from server.rulings.ruling import ruling_for
from server.services import Core
from server.storage import directory, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.waiting.authorities import checked_entry
from signaling.identifiers import EligibilityClass


@dataclass(frozen=True, slots=True)
class Relocated:
    """What became of an exam whose patient is elsewhere.

    Attributes:
        eligibility: who may see the patient: nobody, until they consent there.
        goes_on: this practitioner may examine there.
    """

    eligibility: EligibilityClass
    goes_on: bool


async def heard(
    tx: Tx, core: Core, encounter: Encounter, jurisdiction: str, now: int
) -> Relocated | None:
    """Write down where the patient is, and decide again; None: it is where they said.

    Args:
        tx: the desk's; it moves the patient into the class that is returned.
        core: what everything stands on.
        encounter: its row, locked, with a practitioner.
        jurisdiction: as heard.
        now: microseconds UTC.

    Raises:
        InvalidBody: it is none of the 51.
        NotPossibleNow: nobody is in a call, so nobody can have heard it.
    """
    if not is_jurisdiction(jurisdiction):
        raise InvalidBody(fields=("jurisdiction",))
    if encounter.visit != "in_progress" or encounter.practitioner_id is None:
        raise NotPossibleNow
    state = await chart_state(tx, core, encounter.encounter_id)
    if state.place == jurisdiction:
        return None
    attested = state.location.jurisdiction if state.location else None
    said = chart.LocationHeard(jurisdiction=jurisdiction, attested=attested)
    who = encounter.practitioner_id
    await _write(tx, core, encounter, charting.practitioner(who), [said], now)
    await encounters.set_jurisdiction(tx, encounter.encounter_id, jurisdiction, now=now)
    site = await directory.site(tx, encounter.site_id)
    places = frozenset({jurisdiction, site.jurisdiction})
    nobody = eligibility_class(encounter.network_id, places, frozenset())
    there = replace(encounter, eligibility=nobody, jurisdiction=jurisdiction)
    ruling = await ruling_for(tx, core, there, who, now, moment="changed")
    decided: list[chart.AnyEntry] = [ruling.entry]
    goes_on = ruling.permitted
    try:
        decided.append(await checked_entry(tx, there, who, "changed", now))
    except NotAuthorized:
        goes_on = False
    await _write(tx, core, encounter, charting.SYSTEM, decided, now)
    return Relocated(nobody, goes_on)


async def _write(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    actor: str,
    entries: list[chart.AnyEntry],
    now: int,
) -> None:
    await charting.write(tx, core.keyring, encounter.encounter_id, actor, entries, now=now)
