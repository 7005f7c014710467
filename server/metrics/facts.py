"""What happened in a waiting room, in the words of operations. Values, nothing else.

Durations are seconds, instants microseconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from signaling.effects import StatusReason
from signaling.identifiers import EncounterId, Instant, PractitionerId
from signaling.offers import OfferState
from signaling.participants import PractitionerStatus


class Outcome(StrEnum):
    """How a wait ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"  # the patient left, or was gone longer than the grace
    CANCELLED = "cancelled"  # the patient or the spa called the visit off


@dataclass(frozen=True, slots=True)
class WaitBegan:
    """A patient came into line, or back into it."""

    jurisdiction: str
    at: Instant


@dataclass(frozen=True, slots=True)
class WaitEnded:
    """A patient is out of line.

    Attributes:
        jurisdiction: where the patient is.
        outcome: how it ended.
        waited_s: from ready, or from being given back, until now.
        missed_s: by how much the wait differed from the one predicted at its beginning;
            None where none was predicted or nobody answered.
        at: when.
    """

    jurisdiction: str
    outcome: Outcome
    waited_s: float
    missed_s: float | None
    at: Instant


@dataclass(frozen=True, slots=True)
class Connected:
    """Media flowed both ways for the first time, `connect_s` after ready."""

    encounter_id: EncounterId
    jurisdiction: str
    connect_s: float
    at: Instant


@dataclass(frozen=True, slots=True)
class OfferSettled:
    """An offer stopped ringing after `rang_s`."""

    practitioner_id: PractitionerId
    jurisdiction: str
    result: OfferState
    rang_s: float
    at: Instant


@dataclass(frozen=True, slots=True)
class DutyChanged:
    """A practitioner does something else now.

    Attributes:
        practitioner_id: who.
        before: what they did.
        after: what they do now.
        reason: why, where it was not by their own hand.
        at: when it happened, or was found out.
        witnessed: it happened under observation, and was not found at a rebuild.
    """

    practitioner_id: PractitionerId
    before: PractitionerStatus
    after: PractitionerStatus
    reason: StatusReason | None
    at: Instant
    witnessed: bool = True


@dataclass(frozen=True, slots=True)
class Handled:
    """An encounter took its practitioner that long: talk and wrap-up."""

    seconds: float


Fact = WaitBegan | WaitEnded | Connected | OfferSettled | DutyChanged | Handled
