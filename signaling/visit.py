"""The visit: what has been decided about an encounter. Not presence, and not media.

    REQUESTED --LinkRedeemed---------> INTAKE --Readied--> WAITING --Accepted--> IN_PROGRESS
    LEFT ------LinkRedeemed----------> INTAKE
    WAITING ---PatientLeft-----------> LEFT
    IN_PROGRESS --PractitionerDropped> WAITING               at the original place
    IN_PROGRESS --CallEnded----------> WRAP_UP
    WRAP_UP --Resumed----------------> IN_PROGRESS           the same practitioner calls again
    IN_PROGRESS, WRAP_UP --Rescheduled-------------> LEFT    another time
    IN_PROGRESS, WRAP_UP --Signed----> SIGNED
    INTAKE ------PacketSubmitted-----> SUBMITTED             photos instead of a video visit
    SUBMITTED ---ReviewBegun---------> IN_REVIEW
    IN_REVIEW ---ReviewReturned------> SUBMITTED
    IN_REVIEW ---Signed--------------> SIGNED
    SUBMITTED, IN_REVIEW --UpgradedToLive----------> INTAKE  never the reverse
    IN_PROGRESS, WRAP_UP --MarkedNoShow------------> NO_SHOW
    REQUESTED, INTAKE, WAITING, LEFT, SUBMITTED --Cancelled---> CANCELLED
    REQUESTED, INTAKE, LEFT --LinkExpired----------> EXPIRED

A link may be redeemed again (another browser, a new phone) until the visit has ended; where
the visit is under way already, that decides nothing and leads back to the same state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from signaling.machine import step


class VisitState(StrEnum):
    """How far a visit has come."""

    REQUESTED = "requested"
    INTAKE = "intake"
    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    WRAP_UP = "wrap_up"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    SIGNED = "signed"
    CANCELLED = "cancelled"
    LEFT = "left"
    NO_SHOW = "no_show"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class LinkRedeemed:
    """The patient opened the link and proved that it is theirs."""


@dataclass(frozen=True, slots=True)
class Readied:
    """The patient finished the intake and asked to be seen."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A practitioner accepted the offer."""


@dataclass(frozen=True, slots=True)
class PractitionerDropped:
    """The practitioner cannot go on; the patient is given back their place."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The practitioner hung up; the chart is not signed yet."""


@dataclass(frozen=True, slots=True)
class PacketSubmitted:
    """The patient sent answers and photos or records, for somebody to look at later."""


@dataclass(frozen=True, slots=True)
class ReviewBegun:
    """A practitioner took what was sent, to review it."""


@dataclass(frozen=True, slots=True)
class ReviewReturned:
    """The practitioner gave it back unreviewed; it waits for another."""


@dataclass(frozen=True, slots=True)
class UpgradedToLive:
    """What was sent is not enough, or the patient would rather talk: it goes on live."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The practitioner who hung up calls the patient again, before anything is signed."""


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """The exam cannot be finished now; the patient comes again, through the same link."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The practitioner signed the chart."""


@dataclass(frozen=True, slots=True)
class MarkedNoShow:
    """The practitioner ended the visit because nobody came."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The patient or the spa called it off before anybody was seen."""


@dataclass(frozen=True, slots=True)
class PatientLeft:
    """The patient left the line, or was absent for longer than the grace."""


@dataclass(frozen=True, slots=True)
class LinkExpired:
    """The link's time is over and nobody is waiting behind it."""


VisitEvent = (
    LinkRedeemed
    | Readied
    | Accepted
    | PractitionerDropped
    | CallEnded
    | PacketSubmitted
    | ReviewBegun
    | ReviewReturned
    | UpgradedToLive
    | Resumed
    | Rescheduled
    | Signed
    | MarkedNoShow
    | Cancelled
    | PatientLeft
    | LinkExpired
)

TRANSITIONS: Final[Mapping[VisitState, Mapping[type[VisitEvent], VisitState]]] = {
    VisitState.REQUESTED: {
        LinkRedeemed: VisitState.INTAKE,
        Cancelled: VisitState.CANCELLED,
        LinkExpired: VisitState.EXPIRED,
    },
    VisitState.INTAKE: {
        LinkRedeemed: VisitState.INTAKE,
        Readied: VisitState.WAITING,
        PacketSubmitted: VisitState.SUBMITTED,
        Cancelled: VisitState.CANCELLED,
        LinkExpired: VisitState.EXPIRED,
    },
    VisitState.WAITING: {
        LinkRedeemed: VisitState.WAITING,
        Accepted: VisitState.IN_PROGRESS,
        PatientLeft: VisitState.LEFT,
        Cancelled: VisitState.CANCELLED,
    },
    VisitState.IN_PROGRESS: {
        LinkRedeemed: VisitState.IN_PROGRESS,
        PractitionerDropped: VisitState.WAITING,
        CallEnded: VisitState.WRAP_UP,
        Rescheduled: VisitState.LEFT,
        Signed: VisitState.SIGNED,
        MarkedNoShow: VisitState.NO_SHOW,
    },
    VisitState.WRAP_UP: {
        LinkRedeemed: VisitState.WRAP_UP,
        Resumed: VisitState.IN_PROGRESS,
        Rescheduled: VisitState.LEFT,
        Signed: VisitState.SIGNED,
        MarkedNoShow: VisitState.NO_SHOW,
    },
    VisitState.SUBMITTED: {
        LinkRedeemed: VisitState.SUBMITTED,
        ReviewBegun: VisitState.IN_REVIEW,
        UpgradedToLive: VisitState.INTAKE,
        Cancelled: VisitState.CANCELLED,
    },
    VisitState.IN_REVIEW: {
        LinkRedeemed: VisitState.IN_REVIEW,
        ReviewReturned: VisitState.SUBMITTED,
        UpgradedToLive: VisitState.INTAKE,
        Signed: VisitState.SIGNED,
    },
    VisitState.LEFT: {
        LinkRedeemed: VisitState.INTAKE,
        Cancelled: VisitState.CANCELLED,
        LinkExpired: VisitState.EXPIRED,
    },
    VisitState.SIGNED: {},
    VisitState.CANCELLED: {},
    VisitState.NO_SHOW: {},
    VisitState.EXPIRED: {},
}


def advance(state: VisitState, event: VisitEvent) -> VisitState:
    """Return the state of a visit after `event`.

    Raises:
        IllegalTransition: the visit is not at a point where that can happen.
    """
    return step(TRANSITIONS, state, event)


def is_terminal(state: VisitState) -> bool:
    """Tell whether nothing can happen to the visit any more (its link is dead)."""
    return not TRANSITIONS[state]
