"""Is a treatment covered by a valid exam? Pure: no storage, no clock.

    (authorization, protocol, checks of the day, performer, day) -> answer with reasons

    not_covered   one reason that bars
    conditional   none that bars, at least one that is open
    covered       neither

What is not known is open at best, never good. "Covered" says that a valid exam covers it;
whether the treatment is given is for the people in the room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, Literal, get_args

Kind = Literal["covered", "conditional", "not_covered"]
Topic = Literal["pregnancy", "new_diagnosis", "new_medication", "new_allergy", "infection"]
Reason = Literal[
    "no_approval",
    "revoked",
    "other_site",
    "before_signature",
    "expired",
    "protocol_lapsed",
    "health_changed",
    "product_outside_order",
    "performer_outside_order",
    "condition_open",
    "performer_unknown",
    "protocol_unknown",
    "same_day_check_missing",
    "same_day_check_incomplete",
    "precaution",
]
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
BARRING: Final[frozenset[Reason]] = frozenset(REASONS[: REASONS.index("condition_open")])
NOTES: Final[frozenset[Reason]] = frozenset({"precaution"})
BEST_FIRST: Final[tuple[Kind, ...]] = get_args(Kind)


class Standing(Enum):
    """How the protocol of an order stands now; an order in words alone has none to lapse."""

    IN_FORCE = "in_force"
    LAPSED = "lapsed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Authorization:
    """What an exam says of one treatment.

    Attributes:
        products: that the order names; empty: it names none.
        performers: credentials that the order names; empty: it names none.
        first_day: of the signature, where the site is.
        last_day: on which it still counts.
        revoked: something has ended it.
        precaution: it was approved with a precaution.
        condition_open: it was approved on a condition that nobody has said is met.
    """

    authorization_id: str
    treatment_class: str
    site_id: str
    products: frozenset[str]
    performers: frozenset[str]
    signed_at: int
    first_day: date
    last_day: date
    revoked: bool = False
    precaution: bool = False
    condition_open: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: this treatment, there, on that day, by somebody with that credential."""

    treatment_class: str
    site_id: str
    on: date
    product: str | None = None
    performer: str | None = None


Check = Mapping[Topic, bool | None]
"""The answers of one same-day check: True means that something changed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, with its reasons in a fixed order, and the authorization that it rests on."""

    kind: Kind
    reasons: tuple[Reason, ...]
    authorization: Authorization | None = None


NO_APPROVAL: Final = Answer("not_covered", ("no_approval",))


def answer(
    known: Iterable[tuple[Authorization, Standing]],
    checks: Iterable[Check],
    question: Question,
) -> Answer:
    """Return the best answer that one authorization gives; the newest of several such.

    Args:
        known: the patient's authorizations, each with its protocol's standing.
        checks: all that were made for the day asked about.
        question: what is asked.
    """
    said = merged(checks)
    given = [
        judge(one, standing, said, question)
        for one, standing in known
        if one.treatment_class == question.treatment_class
    ]
    return min(given, key=_rank, default=NO_APPROVAL)


def judge(
    authorization: Authorization, protocol: Standing, said: Check, question: Question
) -> Answer:
    """Return what one authorization answers.

    Args:
        authorization: of the class that is asked about.
        protocol: how the protocol of its order stands.
        said: the day's checks, `merged`.
        question: what is asked.
    """
    found = {
        *_bars(authorization, protocol, said, question),
        *_opens(authorization, protocol, said, question),
    }
    reasons = tuple(one for one in REASONS if one in found)
    if found & BARRING:
        return Answer("not_covered", reasons, authorization)
    if found - NOTES:
        return Answer("conditional", reasons, authorization)
    return Answer("covered", reasons, authorization)


def merged(checks: Iterable[Check]) -> Check:
    """Return all checks of a day as one: a yes stays a yes, whatever is said afterwards."""
    every = list(checks)
    return {topic: _said([one.get(topic) for one in every]) for topic in TOPICS}


def changed(said: Check) -> bool:
    """Tell whether a check brings new health information."""
    return any(said.get(topic) is True for topic in TOPICS)


def _said(answers: Sequence[bool | None]) -> bool | None:
    if any(one is True for one in answers):
        return True
    return False if any(one is False for one in answers) else None


def _bars(
    one: Authorization, protocol: Standing, said: Check, question: Question
) -> Iterator[Reason]:
    if one.treatment_class != question.treatment_class:
        yield "no_approval"
    if one.revoked:
        yield "revoked"
    if one.site_id != question.site_id:
        yield "other_site"
    if question.on < one.first_day:
        yield "before_signature"
    if question.on > one.last_day:
        yield "expired"
    if protocol is Standing.LAPSED:
        yield "protocol_lapsed"
    if changed(said):
        yield "health_changed"
    if question.product is not None and _outside(question.product, one.products):
        yield "product_outside_order"
    if question.performer is not None and _outside(question.performer, one.performers):
        yield "performer_outside_order"


def _opens(
    one: Authorization, protocol: Standing, said: Check, question: Question
) -> Iterator[Reason]:
    if one.condition_open:
        yield "condition_open"
    if question.performer is None:
        yield "performer_unknown"
    if protocol is Standing.UNKNOWN:
        yield "protocol_unknown"
    unanswered = [topic for topic in TOPICS if said.get(topic) is None]
    if len(unanswered) == len(TOPICS):
        yield "same_day_check_missing"
    elif unanswered:
        yield "same_day_check_incomplete"
    if one.precaution:
        yield "precaution"


def _outside(wanted: str, named: frozenset[str]) -> bool:
    return bool(named) and wanted not in named


def _rank(one: Answer) -> tuple[int, int]:
    signed_at = one.authorization.signed_at if one.authorization else 0
    return BEST_FIRST.index(one.kind), -signed_at
