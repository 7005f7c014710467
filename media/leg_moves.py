"""What happens to the legs of an encounter: plain values, from pages, relays and the line.

What follows from it is `media.legs`, and what is to be done then `media.leg_effects`.

A *seat* is whoever has legs: the patient, or one of the practitioners who are rung. A leg is
named by its side and its number, which is never used again in its encounter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType, TypeAlias

from media.call import Side

Seat = NewType("Seat", str)  # `PATIENT`, or a practitioner's id
PATIENT: Final = Seat("patient")
UNKNOWN: Final = ""  # who answered a leg that was found on a relay


class LegEnd(StrEnum):
    """Why a leg is over; the values are those of the wire."""

    OFFER_OVER = "offer_over"
    LEFT = "left"
    REPLACED = "replaced"
    SESSION_OVER = "session_over"
    RESUMED = "resumed"
    FAILED = "failed"
    RELAY_LOST = "relay_lost"
    WENT_DIRECT = "went_direct"
    CALL_OVER = "call_over"


class Because(StrEnum):
    """Why a call goes from browser to browser although there are relays."""

    NO_RELAY = "no_relay"
    RELAY_FULL = "relay_full"
    LEG_NOT_CONNECTED = "leg_not_connected"
    RELAY_LOST = "relay_lost"


@dataclass(frozen=True, slots=True)
class Came:
    """The patient waits and is connected, or an offer rings this practitioner."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class Left:
    """The patient does not wait any more, or the offer is over without an accept."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class Accepted:
    """This practitioner took the patient: their two legs are to be linked."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class Restored:
    """Accepted before this process began; what outlived the restart follows as `Adopted`."""

    seat: Seat
    ledger: int


@dataclass(frozen=True, slots=True)
class Adopted:
    """A relay has a leg that this process did not make; its page has answered it."""

    seat: Seat
    number: int
    relay: str
    connected: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class LegOffered:
    """The relay made a leg (`restart` 0), or an offer to restart its ICE."""

    side: Side
    number: int
    restart: int
    sdp: str


@dataclass(frozen=True, slots=True)
class CreateRefused:
    """The relay did not make a leg."""

    side: Side
    number: int
    because: Because


@dataclass(frozen=True, slots=True)
class Answered:
    """A page answered an offer, in a session of this name."""

    seat: Seat
    number: int
    restart: int
    sdp: str
    session: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class AnswerRefused:
    """The relay did not take that answer."""

    side: Side
    number: int
    restart: int


@dataclass(frozen=True, slots=True)
class Connected:
    """The handshake of a leg is over."""

    side: Side
    number: int


@dataclass(frozen=True, slots=True)
class Linked:
    """The relay lets media flow between these two."""

    patient: int
    practitioner: int


@dataclass(frozen=True, slots=True)
class LinkRefused:
    """It does not."""

    patient: int
    practitioner: int


@dataclass(frozen=True, slots=True)
class Stalled:
    """A linked leg sends no media any more."""

    side: Side
    number: int


@dataclass(frozen=True, slots=True)
class Flows:
    """A linked leg sends media: again, or for the first time since it was linked."""

    side: Side
    number: int


@dataclass(frozen=True, slots=True)
class LegOver:
    """The relay ended a leg by itself."""

    side: Side
    number: int


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A page has no path on this leg any more."""

    seat: Seat
    number: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A page can make nothing of a leg."""

    seat: Seat
    number: int


@dataclass(frozen=True, slots=True)
class SessionOver:
    """Who has this seat may be here no more: the session was ended."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class OneSessionOver:
    """A session was ended whose person may be here by another one."""

    seat: Seat
    session: str


@dataclass(frozen=True, slots=True)
class OtherSessionsOver:
    """Every session of a seat was ended but this one, which took over."""

    seat: Seat
    kept: str


@dataclass(frozen=True, slots=True)
class PageBack:
    """A page of this seat is there (again), with whatever past."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class PageReloaded:
    """A page lost all its connections: it was loaded again, or another device took over."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class PageResumed:
    """A page missed events but has its connections."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class RelayDraining:
    """A relay takes no further legs and will end."""

    relay: str


@dataclass(frozen=True, slots=True)
class RelayLost:
    """A relay is gone, or cannot be reached."""

    relay: str


@dataclass(frozen=True, slots=True)
class RelayUp:
    """A relay may be used (again)."""

    relay: str


@dataclass(frozen=True, slots=True)
class TimePassed:
    """It is `next_due`, or later."""


@dataclass(frozen=True, slots=True)
class WentDirect:
    """The call goes from browser to browser: it was begun so."""


@dataclass(frozen=True, slots=True)
class CallFailed:
    """The attempt is over; another one may follow."""


@dataclass(frozen=True, slots=True)
class CallRetried:
    """Another attempt through the relay."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The call, or the encounter, is over."""


Event: TypeAlias = (
    Came
    | Left
    | Accepted
    | Restored
    | Adopted
    | LegOffered
    | CreateRefused
    | Answered
    | AnswerRefused
    | Connected
    | Linked
    | LinkRefused
    | Stalled
    | Flows
    | LegOver
    | Refreshed
    | GivenUp
    | SessionOver
    | OneSessionOver
    | OtherSessionsOver
    | PageBack
    | PageReloaded
    | PageResumed
    | RelayDraining
    | RelayLost
    | RelayUp
    | TimePassed
    | WentDirect
    | CallFailed
    | CallRetried
    | Ended
)
