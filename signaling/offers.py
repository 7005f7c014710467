"""An offer rings one practitioner for one waiting patient. Not an SDP offer.

RINGING --Accepted------> ACCEPTED
RINGING --Declined------> DECLINED     the practitioner passed
RINGING --RingTimedOut--> MISSED       nobody answered in `Limits.ring_s`
RINGING --Withdrawn-----> WITHDRAWN    it lost its ground: see `WithdrawReason`
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from signaling.errors import OfferAlreadySettled
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.machine import step


class OfferState(StrEnum):
    """What became of an offer."""

    RINGING = "ringing"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


class WithdrawReason(StrEnum):
    """Why an offer was taken back before anybody answered."""

    PATIENT_LEFT = "patient_left"
    PATIENT_LOST = "patient_lost"
    PRACTITIONER_LOST = "practitioner_lost"
    PRACTITIONER_AWAY = "practitioner_away"
    NOT_ELIGIBLE = "not_eligible"
    CANCELLED = "cancelled"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    RESTARTED = "restarted"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The practitioner takes the patient."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The practitioner passes; `reason` is a code from the console, never free text."""

    reason: str


@dataclass(frozen=True, slots=True)
class RingTimedOut:
    """The practitioner did not answer in time."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The offer lost its ground."""

    reason: WithdrawReason


OfferEvent = Accepted | Declined | RingTimedOut | Withdrawn

TRANSITIONS: Final[Mapping[OfferState, Mapping[type[OfferEvent], OfferState]]] = {
    OfferState.RINGING: {
        Accepted: OfferState.ACCEPTED,
        Declined: OfferState.DECLINED,
        RingTimedOut: OfferState.MISSED,
        Withdrawn: OfferState.WITHDRAWN,
    },
    OfferState.ACCEPTED: {},
    OfferState.DECLINED: {},
    OfferState.MISSED: {},
    OfferState.WITHDRAWN: {},
}


# The practitioner had their chance, and is kept from this patient for a while.
PASSED: Final = frozenset({OfferState.DECLINED, OfferState.MISSED})


@dataclass(frozen=True, slots=True)
class Offer:
    """One practitioner asked to take one patient.

    Attributes:
        offer_id: unique for ever.
        encounter_id: the patient's encounter.
        practitioner_id: who is rung.
        state: see the machine above.
        rung_at: when it began to ring.
        expires_at: from this instant on it cannot be answered.
        settled_at: when it stopped ringing, or None while it rings.
        reason: code of the decline, or `WithdrawReason` value; else None.
        parallel: it is the second of two that began to ring together for one patient.
    """

    offer_id: OfferId
    encounter_id: EncounterId
    practitioner_id: PractitionerId
    state: OfferState
    rung_at: Instant
    expires_at: Instant
    settled_at: Instant | None = None
    reason: str | None = None
    parallel: bool = False

    def is_overdue(self, now: Instant) -> bool:
        """Tell whether it rings and its time is over, swept or not."""
        return self.state is OfferState.RINGING and now >= self.expires_at


def settle(offer: Offer, event: OfferEvent, *, now: Instant) -> Offer:
    """Return the offer as `event` leaves it.

    Args:
        offer: an offer that is still ringing.
        event: what the practitioner, the ring timer or the switchboard did.
        now: instant on the clock that stamped `offer.rung_at`.

    Raises:
        OfferAlreadySettled: it was settled before; nothing changed.
    """
    if not TRANSITIONS[offer.state]:
        raise OfferAlreadySettled
    state = step(TRANSITIONS, offer.state, event)
    reason = event.reason if isinstance(event, Declined | Withdrawn) else None
    return replace(offer, state=state, settled_at=now, reason=reason)
