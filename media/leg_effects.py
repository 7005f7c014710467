"""What is to be done about the legs of an encounter: plain values, in order.

For relays, for pages, for the call and for the chart. When which is due is `media.legs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from media.call import Side
from media.leg_moves import Because, LegEnd, Seat


@dataclass(frozen=True, slots=True)
class CreateLeg:
    """Have a leg made; `LegOffered` or `CreateRefused` follows."""

    relay: str
    side: Side
    number: int


@dataclass(frozen=True, slots=True)
class RestartLeg:
    """Have an ICE restart offered; `LegOffered` follows, or nothing."""

    relay: str
    side: Side
    number: int


@dataclass(frozen=True, slots=True)
class AnswerLeg:
    """Give a page's answer to the relay; `AnswerRefused` may follow."""

    relay: str
    side: Side
    number: int
    restart: int
    sdp: str


@dataclass(frozen=True, slots=True)
class CloseLeg:
    """End a leg."""

    relay: str
    side: Side
    number: int


@dataclass(frozen=True, slots=True)
class LinkLegs:
    """Have two legs witnessed in this ledger, then linked; an answer follows."""

    relay: str
    patient: int
    practitioner: int
    ledger: int


@dataclass(frozen=True, slots=True)
class SealLedger:
    """End what is witnessed in a ledger."""

    relay: str
    ledger: int


@dataclass(frozen=True, slots=True)
class TellOffered:
    """Give a page an offer to answer."""

    seat: Seat
    number: int
    restart: int
    sdp: str


@dataclass(frozen=True, slots=True)
class TellLinked:
    """Tell a page which of its legs carries the call."""

    seat: Seat
    number: int


@dataclass(frozen=True, slots=True)
class TellClosed:
    """Tell a page to drop a connection."""

    seat: Seat
    number: int
    reason: LegEnd


@dataclass(frozen=True, slots=True)
class GoDirect:
    """Begin a new generation of the call from browser to browser."""

    because: Because


@dataclass(frozen=True, slots=True)
class Interrupted:
    """This side receives nothing any more."""

    side: Side


@dataclass(frozen=True, slots=True)
class Recovered:
    """This side receives again."""

    side: Side


class Step(StrEnum):
    """What the chart keeps about legs."""

    OFFERED = "offered"
    CONNECTED = "connected"
    LINKED = "linked"
    STALLED = "stalled"
    RESTARTED = "restarted"
    REPLACED = "replaced"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class NoteInChart:
    """Keep a step in the chart; `ledger` with `LINKED`, `reason` with `CLOSED`."""

    step: Step
    relay: str
    side: Side
    number: int
    reason: LegEnd | None = None
    ledger: int | None = None


Effect: TypeAlias = (
    CreateLeg
    | RestartLeg
    | AnswerLeg
    | CloseLeg
    | LinkLegs
    | SealLedger
    | TellOffered
    | TellLinked
    | TellClosed
    | GoDirect
    | Interrupted
    | Recovered
    | NoteInChart
)
Command: TypeAlias = CreateLeg | RestartLeg | AnswerLeg | CloseLeg | LinkLegs | SealLedger
"""Effects that a relay performs, in their order."""
COMMANDS: Final[tuple[type[Command], ...]] = (
    CreateLeg,
    RestartLeg,
    AnswerLeg,
    CloseLeg,
    LinkLegs,
    SealLedger,
)
