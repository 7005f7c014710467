"""Taking a review, and giving it back: one reviewer at a time, under the encounter's lock.

    submitted --begin--> in_review --give_back, or nothing done for too long--> submitted

A review is a lease: whoever does nothing for the network's idle time loses it, at the next
round of housekeeping or as soon as somebody else takes it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server import charting, visits
from server.authority import NotAuthorized, eligibility_class
from server.chart import entries as chart
from server.errors import NotAuthorizedHere, NotFound, NotPossibleNow
from server.reviewing.judging import prospect_for
from server.reviewing.refusals import ReviewOpen, ReviewTaken, StillInExam
from server.rulings.refusals import NoEligiblePractitioner
from server.rulings.ruling import Ruling
from server.services import Core
from server.storage import directory, encounters, reviews
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing
from server.storage.reviews import Review
from server.waiting.authorities import checked_entry, fact
from signaling import visit
from signaling.identifiers import Instant, PractitionerId

SECOND: Final = 1_000_000


async def begin(tx: Tx, core: Core, encounter_id: str, practitioner_id: str, now: int) -> None:
    """Take a review; to take it again is the same as once.

    Raises:
        NotFound: nothing was submitted, or in another network.
        NotPossibleNow: it is over, or goes on live.
        ReviewTaken: somebody else has it, and is not idle.
        ReviewOpen: they have another one.
        StillInExam: they are in a live exam.
        NotPermitted: the rules let nobody, or not this practitioner.
        NotAuthorizedHere: no authority where the patient and the site are, now.
    """
    review = await _asked(tx, encounter_id)
    encounter = review.encounter
    if encounter.visit == "in_review" and encounter.practitioner_id == practitioner_id:
        await reviews.set_active(tx, encounter_id, now)
        return
    if encounter.visit == "in_review":
        encounter = await _from_idle(tx, core, review, now)
    if encounter.visit != "submitted":
        raise NotPossibleNow
    await _require_free(tx, practitioner_id)
    found = await prospect_for(tx, core, encounter, practitioner_id, now, lock=True)
    found.ruling.require()
    if not found.theirs:
        raise NoEligiblePractitioner
    await _claim(tx, core, encounter, practitioner_id, found.ruling, now)


async def give_back(
    tx: Tx, core: Core, encounter: Encounter, actor: str, reason: str, said: str, now: int
) -> None:
    """Let another one take it; what this reviewer saw and said does not count for them.

    Raises:
        NotPossibleNow: it is not in review.
    """
    if encounter.visit != "in_review":
        raise NotPossibleNow
    keyring, encounter_id = core.keyring, encounter.encounter_id
    entry = chart.ReviewReturned(reason=reason, said=said)
    await charting.write(tx, keyring, encounter_id, actor, [entry], now=now)
    await visits.move(tx, keyring, encounter, visit.ReviewReturned(), actor=actor, now=now)
    await reviews.set_active(tx, encounter_id, None)


async def give_back_idle(tx: Tx, core: Core, encounter_id: str, now: int) -> bool:
    """Take a review from somebody who has done nothing for too long; False if not so."""
    review = await _asked(tx, encounter_id)
    if not await _is_idle(tx, review, now):
        return False
    await give_back(tx, core, review.encounter, charting.SYSTEM, "idle", "", now)
    return True


async def _asked(tx: Tx, encounter_id: str) -> Review:
    try:
        return await reviews.get(tx, encounter_id, lock=True)
    except RowMissing:
        raise NotFound from None


async def _from_idle(tx: Tx, core: Core, review: Review, now: int) -> Encounter:
    if not await _is_idle(tx, review, now):
        raise ReviewTaken
    await give_back(tx, core, review.encounter, charting.SYSTEM, "idle", "", now)
    return await encounters.get(tx, review.encounter.encounter_id, lock=True)


async def _is_idle(tx: Tx, review: Review, now: int) -> bool:
    settings = await reviews.settings(tx, review.encounter.network_id)
    since = review.active_at
    return (
        review.encounter.visit == "in_review"
        and since is not None
        and now >= since + settings.idle_after_s * SECOND
    )


async def _require_free(tx: Tx, practitioner_id: str) -> None:
    """Refuse whoever has another; they are locked, so two at once is one after another.

    A live offer may come in a review: that patient waits in real time, the packet does not.
    """
    if await reviews.of_practitioner(tx, practitioner_id, lock=True):
        raise ReviewOpen
    unsigned = await encounters.unsigned_of(tx, practitioner_id)
    if any(one.visit == "in_progress" for one in unsigned):
        raise StillInExam


async def _claim(
    tx: Tx, core: Core, encounter: Encounter, practitioner_id: str, ruling: Ruling, now: int
) -> None:
    keyring, encounter_id = core.keyring, encounter.encounter_id
    claimed = replace(
        encounter,
        practitioner_id=PractitionerId(practitioner_id),
        eligibility=eligibility_class(encounter.network_id, ruling.places),
        accepted_at=Instant(now),
    )
    await encounters.set_changed(tx, encounter, claimed)
    try:
        authority = await checked_entry(tx, claimed, practitioner_id, "review", now)
    except NotAuthorized:
        raise NotAuthorizedHere from None
    who = await directory.practitioner(tx, practitioner_id)
    actor = charting.practitioner(practitioner_id)
    await visits.move(tx, keyring, claimed, visit.ReviewBegun(), actor=actor, now=now)
    begun = chart.ReviewBegun(practitioner=fact(who))
    await charting.write(tx, keyring, encounter_id, actor, [begun], now=now)
    system: list[chart.AnyEntry] = [ruling.entry, authority]
    await charting.write(tx, keyring, encounter_id, charting.SYSTEM, system, now=now)
    await reviews.set_active(tx, encounter_id, now)
