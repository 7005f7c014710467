"""Somebody who waits corrects where they are: other practitioners may see them then.

The place is in the chart and the class of practitioners at the desk, two commits. So that in
between, and after a failure in between, nobody rings who lacks a licence for either place:

    old class --begin--> both places --(new place is written)--> finish --> new class

What is in the middle is stricter than both; the same correction sent again goes on from there.
"""

from __future__ import annotations

from server.authority import eligibility_class, jurisdictions_of
from server.services import Services
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
    wanted = eligibility_class(encounter.network_id, places)
    if before in {None, wanted}:
        return
    both = jurisdictions_of(before) | places
    await _change(services, encounter, eligibility_class(encounter.network_id, both))


async def finish(services: Services, encounter: Encounter, places: frozenset[str]) -> None:
    """Ask for licences in the new places alone, once they are written.

    A practitioner who accepted meanwhile holds a licence for them, so that is no error.

    Raises:
        Retry: nothing was committed; the stricter class stands.
    """
    wanted = eligibility_class(encounter.network_id, places)
    if _class_of(encounter) == wanted:
        return
    try:
        await _change(services, encounter, wanted)
    except (NotWaiting, UnknownEncounter):
        return


def _class_of(encounter: Encounter) -> EligibilityClass | None:
    return EligibilityClass(encounter.eligibility) if encounter.eligibility else None


async def _change(
    services: Services, encounter: Encounter, eligibility: EligibilityClass
) -> None:
    event = ClassChanged(EncounterId(encounter.encounter_id), eligibility)
    await services.desk.submit(encounter.network_id, [event])
