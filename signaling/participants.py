"""Who is in the room: patients in line, and practitioners on duty.

A practitioner's status is what they are doing; whether they are there is presence.

    AWAY ---------WentAvailable----------> AVAILABLE
    AVAILABLE ----Offered----------------> OFFERED
    OFFERED ------OfferEnded-------------> AVAILABLE    declined, missed or withdrawn
    OFFERED ------OfferTaken-------------> IN_EXAM
    IN_EXAM ------HungUp-----------------> WRAP_UP
    WRAP_UP ------CalledAgain------------> IN_EXAM      the same patient
    IN_EXAM, WRAP_UP --Freed-------------> AVAILABLE
    AVAILABLE, IN_EXAM, WRAP_UP --WentAway--> AWAY

Somebody OFFERED goes away only after the offer was ended, so that no offer is left ringing
for nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.presence import PresenceState

Order: TypeAlias = tuple[Instant, int, EncounterId]


class PractitionerStatus(StrEnum):
    """What a practitioner is doing. Nobody AWAY is on the roster."""

    AWAY = "away"
    AVAILABLE = "available"
    OFFERED = "offered"
    IN_EXAM = "in_exam"
    WRAP_UP = "wrap_up"


@dataclass(frozen=True, slots=True)
class WentAvailable:
    """They came on duty."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer rings them."""


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """Their offer was declined, missed or withdrawn."""


@dataclass(frozen=True, slots=True)
class OfferTaken:
    """They accepted."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over, the chart is not."""


@dataclass(frozen=True, slots=True)
class CalledAgain:
    """They called the patient of the open chart again."""


@dataclass(frozen=True, slots=True)
class Freed:
    """The chart is signed or parked, or nobody came."""


@dataclass(frozen=True, slots=True)
class WentAway:
    """They went off duty, by their own wish or by ours."""


StatusEvent = (
    WentAvailable | Offered | OfferEnded | OfferTaken | HungUp | CalledAgain | Freed | WentAway
)

TRANSITIONS: Final[
    Mapping[PractitionerStatus, Mapping[type[StatusEvent], PractitionerStatus]]
] = {
    PractitionerStatus.AWAY: {WentAvailable: PractitionerStatus.AVAILABLE},
    PractitionerStatus.AVAILABLE: {
        Offered: PractitionerStatus.OFFERED,
        WentAway: PractitionerStatus.AWAY,
    },
    PractitionerStatus.OFFERED: {
        OfferEnded: PractitionerStatus.AVAILABLE,
        OfferTaken: PractitionerStatus.IN_EXAM,
    },
    PractitionerStatus.IN_EXAM: {
        HungUp: PractitionerStatus.WRAP_UP,
        Freed: PractitionerStatus.AVAILABLE,
        WentAway: PractitionerStatus.AWAY,
    },
    PractitionerStatus.WRAP_UP: {
        CalledAgain: PractitionerStatus.IN_EXAM,
        Freed: PractitionerStatus.AVAILABLE,
        WentAway: PractitionerStatus.AWAY,
    },
}


@dataclass(frozen=True, slots=True)
class WaitingPatient:
    """A patient in line.

    Attributes:
        encounter_id: their encounter.
        eligibility: class of practitioners who may see them.
        ready_at: when they first asked to be seen; the wait counts from here.
        place: number given at the first entry; it never changes, the smallest is the oldest.
        presence: whether they are there.
        presence_since: when that last changed.
        excluded: practitioners who passed or missed them, each until when.
        language: code of the language they want to speak; empty when any will do.
        priority: steps of priority, 0 for almost everybody.
        ages_from: from when they count as waiting: `ready_at`, earlier by the bonus of their
            priority.
    """

    encounter_id: EncounterId
    eligibility: EligibilityClass
    ready_at: Instant
    place: int
    presence: PresenceState
    presence_since: Instant
    ages_from: Instant
    language: str = ""
    priority: int = 0
    excluded: Mapping[PractitionerId, Instant] = field(default_factory=dict)

    @property
    def order(self) -> Order:
        """Sort key of the line; the identifier only settles a tie that should not be."""
        return (self.ages_from, self.place, self.encounter_id)


@dataclass(frozen=True, slots=True)
class PractitionerOnDuty:
    """A practitioner on duty.

    Attributes:
        practitioner_id: who.
        licence_count: in how many jurisdictions they may see patients.
        status: what they are doing.
        idle_since: when they last became available, or last missed an offer.
        presence: whether they are there.
        presence_since: when that last changed.
        missed_offers: misses in a row.
        paused_until: no offers before this instant (a missed one); else None.
        encounter_id: the encounter they examine or write up; else None.
        leaving: they go off duty as soon as what they are doing is over.
        languages: codes of the languages they speak.
        shift_ends_at: when they go off duty by themselves; None without a shift.
    """

    practitioner_id: PractitionerId
    licence_count: int
    status: PractitionerStatus
    idle_since: Instant
    presence: PresenceState
    presence_since: Instant
    missed_offers: int = 0
    paused_until: Instant | None = None
    encounter_id: EncounterId | None = None
    leaving: bool = False
    languages: frozenset[str] = frozenset()
    shift_ends_at: Instant | None = None

    @property
    def is_free(self) -> bool:
        """Tell whether an offer may ring them now."""
        return (
            self.status is PractitionerStatus.AVAILABLE
            and self.presence is PresenceState.PRESENT
            and self.paused_until is None
        )
