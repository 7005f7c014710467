"""A call: is media flowing between patient and practitioner, and since when?

    IDLE         --CallStarted-----------------> CONNECTING
    CONNECTING   --FirstFrame on one side------> CONNECTING
    CONNECTING   --FirstFrame on both sides----> CONNECTED
    CONNECTING   --TimedOut, Failed------------> FAILED
    CONNECTED    --MediaInterrupted------------> INTERRUPTED
    INTERRUPTED  --MediaRecovered on one side--> INTERRUPTED
    INTERRUPTED  --MediaRecovered on all-------> CONNECTED
    FAILED       --Retried---------------------> CONNECTING   a new generation
    any but IDLE --PageReloaded, Rerouted------> CONNECTING   a new generation
    any          --Ended-----------------------> ENDED

What it is not: presence (is somebody there?) or the visit (what has been decided?). A call may
fail and be tried again while the visit goes on.

Every attempt is a *generation*. A report says which one it is about; a report about an older
one is stale and changes nothing. Connected means a decoded frame on BOTH sides, never less.

Pure: no sockets, no clock. Instants are whole microseconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

GENERATION_MAX: Final = 1_000
MICROSECONDS_PER_SECOND: Final = 1_000_000


class CallState(StrEnum):
    """Where a call stands; the values are those of the wire."""

    IDLE = "idle"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    ENDED = "ended"


class Side(StrEnum):
    """One of the two browsers."""

    PATIENT = "patient"
    PRACTITIONER = "practitioner"


class Failure(StrEnum):
    """Why a generation failed; the values are those of the wire."""

    CONNECT_TIMEOUT = "connect_timeout"
    ICE_FAILED = "ice_failed"
    FINGERPRINT_MISMATCH = "fingerprint_mismatch"
    MEDIA_DEVICE = "media_device"
    DESCRIPTION_REJECTED = "description_rejected"
    PEER_FAILED = "peer_failed"
    OTHER = "other"


class CallError(Exception):
    """An event that a call refuses; nothing changed."""

    code: ClassVar[str] = "call_error"
    message: ClassVar[str] = "The call cannot do this now."

    def __init__(self, *details: str) -> None:
        super().__init__(self.message, *details)


class StaleGeneration(CallError):
    """The event is about another attempt than the present one."""

    code = "stale_generation"
    message = "This belongs to an earlier attempt to connect."


class IllegalCallEvent(CallError):
    """The table has no arrow for this event in this state."""

    code = "illegal_transition"
    message = "The call cannot do this now."


class TooManyAttempts(CallError):
    """A call has been tried as often as it may be."""

    code = "rate_limited"
    message = "This call has been tried too often."


class LegStale(CallError):
    """About a leg that is over, or an answer to another offer than its last one."""

    code = "leg_stale"
    message = "This belongs to a connection that is not used any more."


@dataclass(frozen=True, slots=True)
class CallStarted:
    """Both sides were told to begin: the offer was accepted."""


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """One side has decoded its first remote frame. After an interruption: frames again."""

    generation: int
    side: Side


@dataclass(frozen=True, slots=True)
class MediaInterrupted:
    """One side receives nothing any more."""

    generation: int
    side: Side


@dataclass(frozen=True, slots=True)
class MediaRecovered:
    """One side receives again."""

    generation: int
    side: Side


@dataclass(frozen=True, slots=True)
class Failed:
    """One side cannot go on in this generation."""

    generation: int
    reason: Failure


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The limit to connect passed without frames on both sides."""

    generation: int


@dataclass(frozen=True, slots=True)
class Retried:
    """Somebody asked for a new attempt after a failure."""


@dataclass(frozen=True, slots=True)
class PageReloaded:
    """One side lost its half of the connection with its page; both must begin anew."""


@dataclass(frozen=True, slots=True)
class Rerouted:
    """The way that media took is given up for another one; both must begin anew."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over for good."""


@dataclass(frozen=True, slots=True)
class BothSidesSeen:
    """Never sent: what the second `FirstFrame` amounts to."""


@dataclass(frozen=True, slots=True)
class AllRecovered:
    """Never sent: what the last missing `MediaRecovered` amounts to."""


Event: TypeAlias = (
    CallStarted
    | FirstFrame
    | MediaInterrupted
    | MediaRecovered
    | Failed
    | TimedOut
    | Retried
    | PageReloaded
    | Rerouted
    | Ended
    | BothSidesSeen
    | AllRecovered
)

TRANSITIONS: Final[Mapping[CallState, Mapping[type[Event], CallState]]] = {
    CallState.IDLE: {CallStarted: CallState.CONNECTING, Ended: CallState.ENDED},
    CallState.CONNECTING: {
        FirstFrame: CallState.CONNECTING,
        BothSidesSeen: CallState.CONNECTED,
        MediaInterrupted: CallState.CONNECTING,
        MediaRecovered: CallState.CONNECTING,
        Failed: CallState.FAILED,
        TimedOut: CallState.FAILED,
        PageReloaded: CallState.CONNECTING,
        Rerouted: CallState.CONNECTING,
        Ended: CallState.ENDED,
    },
    CallState.CONNECTED: {
        FirstFrame: CallState.CONNECTED,
        MediaInterrupted: CallState.INTERRUPTED,
        MediaRecovered: CallState.CONNECTED,
        Failed: CallState.FAILED,
        PageReloaded: CallState.CONNECTING,
        Rerouted: CallState.CONNECTING,
        Ended: CallState.ENDED,
    },
    CallState.INTERRUPTED: {
        FirstFrame: CallState.INTERRUPTED,
        MediaInterrupted: CallState.INTERRUPTED,
        MediaRecovered: CallState.INTERRUPTED,
        AllRecovered: CallState.CONNECTED,
        Failed: CallState.FAILED,
        Retried: CallState.CONNECTING,
        PageReloaded: CallState.CONNECTING,
        Rerouted: CallState.CONNECTING,
        Ended: CallState.ENDED,
    },
    CallState.FAILED: {
        Failed: CallState.FAILED,
        Retried: CallState.CONNECTING,
        PageReloaded: CallState.CONNECTING,
        Rerouted: CallState.CONNECTING,
        Ended: CallState.ENDED,
    },
    CallState.ENDED: {},
}


@dataclass(frozen=True, slots=True)
class Call:
    """One generation of one call; instants are microseconds UTC.

    Attributes:
        generation: 0 before the call, then 1, and one more with every attempt.
        state: see the machine above.
        started_at: when this generation was told to begin.
        patient_first_frame_at: when the patient's side first decoded a frame.
        practitioner_first_frame_at: the same of the practitioner's side.
        connected_at: the later of the two, once both are known.
        interrupted_sides: who receives nothing at present.
        interrupted_at: since when, or None.
        failure: why this generation failed, or None.
        ended_at: when this generation failed or the call ended.
    """

    generation: int = 0
    state: CallState = CallState.IDLE
    started_at: int | None = None
    patient_first_frame_at: int | None = None
    practitioner_first_frame_at: int | None = None
    connected_at: int | None = None
    interrupted_sides: frozenset[Side] = frozenset()
    interrupted_at: int | None = None
    failure: Failure | None = None
    ended_at: int | None = None

    def first_frame_at(self, side: Side) -> int | None:
        """Return when `side` first decoded a frame of this generation."""
        if side is Side.PATIENT:
            return self.patient_first_frame_at
        return self.practitioner_first_frame_at


def step_call(call: Call, event: Event, *, now: int) -> Call:
    """Return the call as `event` leaves it.

    Args:
        call: as it stands.
        event: what a browser, a timer or the visit did.
        now: microseconds UTC, on the clock that stamped the call.

    Raises:
        StaleGeneration: the event is about another generation.
        IllegalCallEvent: not possible in this state.
        TooManyAttempts: `GENERATION_MAX` generations were tried.
    """
    if isinstance(event, FirstFrame | MediaInterrupted | MediaRecovered | Failed | TimedOut):
        _refuse_stale(call, event.generation)
    if isinstance(event, BothSidesSeen | AllRecovered) or (
        type(event) not in TRANSITIONS[call.state]
    ):
        raise IllegalCallEvent(call.state.value, type(event).__name__)
    match event:
        case CallStarted() | Retried() | PageReloaded() | Rerouted():
            after = _begun(call, now)
        case FirstFrame(side=side) if call.state is CallState.CONNECTING:
            after = _seen(call, side, now)
        case FirstFrame(side=side) | MediaRecovered(side=side):
            after = _recovered(call, side)
        case MediaInterrupted(side=side):
            after = _interrupted(call, side, now)
        case Failed(reason=reason):
            after = _failed(call, event, reason, now)
        case TimedOut():
            after = _failed(call, event, Failure.CONNECT_TIMEOUT, now)
        case _:
            after = replace(call, state=_target(call, event), ended_at=call.ended_at or now)
    return after


def connect_deadline(call: Call, limit_s: float) -> int | None:
    """Return when `TimedOut` is due, microseconds UTC; None unless the call is connecting."""
    if call.state is not CallState.CONNECTING or call.started_at is None:
        return None
    return call.started_at + round(limit_s * MICROSECONDS_PER_SECOND)


def _refuse_stale(call: Call, generation: int) -> None:
    if generation != call.generation:
        raise StaleGeneration(f"{generation} is not {call.generation}")


def _target(call: Call, event: Event) -> CallState:
    return TRANSITIONS[call.state][type(event)]


def _begun(call: Call, now: int) -> Call:
    if call.generation >= GENERATION_MAX:
        raise TooManyAttempts
    return Call(generation=call.generation + 1, state=CallState.CONNECTING, started_at=now)


def _seen(call: Call, side: Side, now: int) -> Call:
    if call.first_frame_at(side) is not None:
        return call
    if side is Side.PATIENT:
        seen = replace(call, patient_first_frame_at=now)
    else:
        seen = replace(call, practitioner_first_frame_at=now)
    if any(seen.first_frame_at(one) is None for one in Side):
        return replace(seen, state=_target(call, FirstFrame(call.generation, side)))
    return replace(seen, state=_target(call, BothSidesSeen()), connected_at=now)


def _interrupted(call: Call, side: Side, now: int) -> Call:
    state = _target(call, MediaInterrupted(call.generation, side))
    if state is not CallState.INTERRUPTED:
        return call
    return replace(
        call,
        state=state,
        interrupted_sides=call.interrupted_sides | {side},
        interrupted_at=call.interrupted_at or now,
    )


def _recovered(call: Call, side: Side) -> Call:
    if call.state is not CallState.INTERRUPTED:
        return call
    missing = call.interrupted_sides - {side}
    if missing:
        return replace(call, interrupted_sides=missing)
    state = _target(call, AllRecovered())
    return replace(call, state=state, interrupted_sides=missing, interrupted_at=None)


def _failed(call: Call, event: Event, reason: Failure, now: int) -> Call:
    return replace(
        call,
        state=_target(call, event),
        failure=call.failure or reason,
        ended_at=call.ended_at or now,
    )
