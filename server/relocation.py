"""Somebody who waits corrects where they are: other rules hold, and others may see them.

The place is in the chart and the class of practitioners at the desk, two commits. So that in
between, and after a failure in between, nobody rings who lacks a licence for either place:

    old class --begin--> both places --(new place is written)--> finish --> new class
                                        consent is missing there: nobody --(given)--> new class

What is in the middle is stricter than both; the same correction sent again goes on from there.
The rules are asked again when it is written: they say who is in the new class, if anybody. In
an exam, where the practitioner heard of the other place (`location.heard`), the class is kept
for the case that the patient comes back into the line.
"""

from __future__ import annotations

from server import charting
from server.authority import (
    eligibility_class,
    is_registered,
    jurisdictions_of,
    professions_of,
)
from server.rulings.ruling import ruling_for
from server.services import Services
from server.storage import encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling.errors import NotWaiting, UnknownEncounter
from signaling.events import ClassChanged
from signaling.identifiers import EligibilityClass, EncounterId


async def begin(services: Services, encounter: Encounter, places: frozenset[str]) -> None:
    """Ask for licences in the old places and the new ones, before the new one is written.

    Raises:
        SignalingError: the patient is not waiting any more.
        Retry: nothing was committed.
    """
    before = _class_of(encounter)
    if before is None or jurisdictions_of(before) == places:
        return
    both = jurisdictions_of(before) | places
    wanted = eligibility_class(
        encounter.network_id, both, professions_of(before), registered=is_registered(before)
    )
    await _change(services, encounter, wanted)


async def finish(services: Services, encounter: Encounter) -> None:
    """Ask the rules, and for licences in the new places alone, once they are written.

    A practitioner who accepted meanwhile holds a licence for them, so that is no error.

    Raises:
        Retry: nothing was committed; the stricter class stands.
    """
    async with services.database.read() as tx:
        now_there = await encounters.get(tx, encounter.encounter_id)
        ruling = await ruling_for(
            tx, services, now_there, None, services.clock.now(), moment="changed", lock=False
        )
    wanted = ruling.eligibility(encounter.network_id)
    if _class_of(now_there) == wanted:
        return
    try:
        await _change(services, encounter, wanted)
    except (NotWaiting, UnknownEncounter):
        return


async def decide_again(tx: Tx, services: Services, encounter: Encounter, now: int) -> None:
    """Ask the rules anew about an exam that goes on, after consent was given elsewhere.

    What comes out is written, and pinned if the exam is permitted; if it is not, nothing in it
    can be approved.
    """
    ruling = await ruling_for(
        tx, services, encounter, encounter.practitioner_id, now, moment="changed"
    )
    await charting.write(
        tx, services.keyring, encounter.encounter_id, charting.SYSTEM, [ruling.entry], now=now
    )


def _class_of(encounter: Encounter) -> EligibilityClass | None:
    return EligibilityClass(encounter.eligibility) if encounter.eligibility else None


async def _change(
    services: Services, encounter: Encounter, eligibility: EligibilityClass
) -> None:
    event = ClassChanged(EncounterId(encounter.encounter_id), eligibility)
    await services.desk.submit(encounter.network_id, [event])
