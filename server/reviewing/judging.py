"""What the rules say of a review by one practitioner: now, and once they have done all of it.

    as it stands  --decide--> may it be signed
    as if every condition that a review can evidence were evidenced --decide--> may it be begun

A plan is not an exam: what is signed rests on the first alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.chart.state import ChartState
from server.conditions.evidencing import Condition, reviewable_codes, standing
from server.conditions.showing import shown_by
from server.reviewing.refusals import LiveVideoRequired
from server.rulebooks.standing import Standing
from server.rules.words import EXAMINING, Outcome
from server.rulings.facts import Facts
from server.rulings.ruling import Asked, Ruling, facts_for, rule
from server.services import Core
from server.storage import directory
from server.storage.database import Tx
from server.storage.directory import PractitionerFile
from server.storage.encounters import Encounter


@dataclass(frozen=True, slots=True)
class Prospect:
    """What one practitioner may come to.

    Attributes:
        ruling: as if all were evidenced that a review can evidence.
        forward: they may decide upon it without a live visit, once it is.
        theirs: it is for them to take: nobody else could do more with it.
    """

    ruling: Ruling
    forward: bool
    theirs: bool


async def prospect_for(
    tx: Tx, core: Core, encounter: Encounter, practitioner_id: str, now: int, *, lock: bool
) -> Prospect:
    """Ask the rules about a review that somebody would begin."""
    file = await directory.practitioner_file(tx, practitioner_id, lock=lock)
    found = await facts_for(tx, core.keyring, [encounter.encounter_id])
    known = await core.rulebooks.standing(tx, encounter.network_id, lock=lock)
    return prospect(encounter, found.get(encounter.encounter_id, Facts()), file, known, now)


def prospect(
    encounter: Encounter, facts: Facts, file: PractitionerFile, known: Standing, now: int
) -> Prospect:
    """Decide what a practitioner may come to. Pure.

    What the rules want live by now (a sign-off was withdrawn) is for whoever may examine at
    all: they ask for the visit. What another profession may still decide is for that one.
    """
    hoped = reviewable_codes()
    ruling = rule(Asked(encounter, facts, file, "review"), known, now, hoped=hoped)
    forward = ruling.decision.outcome is Outcome.STORE_AND_FORWARD_PERMITTED
    theirs = forward
    if not forward and ruling.permitted:
        pool = rule(Asked(encounter, facts, None, "review"), known, now, hoped=hoped)
        theirs = pool.decision.outcome is not Outcome.STORE_AND_FORWARD_PERMITTED
    examines = file.practitioner.profession in {one.value for one in EXAMINING}
    return Prospect(ruling, forward=forward, theirs=theirs and examines)


def require_form(state: ChartState, ruling: Ruling) -> None:
    """Refuse an approval without a live visit that the rules, decided anew, do not permit.

    Raises:
        LiveVideoRequired: there is asking for live video, deferring and declining.
    """
    permitted = ruling.decision.outcome is Outcome.STORE_AND_FORWARD_PERMITTED
    if state.forward.forward and not permitted:
        raise LiveVideoRequired


def conditions_of(ruling: Ruling, facts: Facts, low_risk: Iterable[str]) -> list[Condition]:
    """Return the conditions of a ruling as its chart has them."""
    review = facts.chart.forward.review
    attested = review.attested if review else {}
    shown = shown_by(facts.chart, frozenset(low_risk))
    return list(standing(ruling.decision.conditions, shown, attested))
