"""What is served where, before anybody goes through an intake in vain. Pure.

An adult who is at the site is asked about, so that what is left is the place and the treatment.
It promises nothing: the rules are asked again with the patient's own chart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from server.rulebooks.standing import Standing
from server.rules.deciding import decide
from server.rules.words import NotPermittedReason, Outcome
from server.rulings.cases import case_of
from server.rulings.facts import Facts
from server.rulings.ruling import reason_of
from signaling.identifiers import Instant
from signaling.messages import TreatmentRef

ADULT: Final = "1980-01-01"


def refusal(
    standing: Standing,
    places: Iterable[str],
    treatments: Iterable[TreatmentRef],
    now: int,
) -> str | None:
    """Return the word for why treatments are not to be had; None if they are.

    Args:
        standing: by what the network decides.
        places: where the site is and where the patient would be; at least one.
        treatments: what is wanted; at least one.
        now: microseconds UTC.
    """
    (first, *others) = sorted(places)
    facts = Facts(
        site=first,
        birth_date=ADULT,
        location=first,
        located_at=now,
        treatments=tuple(treatments),
    )
    case = case_of(facts, standing.policy, None, elsewhere=frozenset(others), now=Instant(now))
    decision = decide(case, standing.book)
    if decision.outcome is not Outcome.NOT_PERMITTED:
        return None
    return reason_of(decision) or NotPermittedReason.NOT_SERVED.value


def unserved(
    standing: Standing, place: str, classes: Iterable[str], now: int
) -> dict[str, str]:
    """Return which classes are not to be had at a place, each with the word for why."""
    found: dict[str, str] = {}
    for one in classes:
        why = refusal(standing, [place], [TreatmentRef(treatment_class=one)], now)
        # Of a class, only some products are controlled: that is said once one is named.
        if why is not None and why != NotPermittedReason.CONTROLLED.value:
            found[one] = why
    return found
