"""One call that is going on: whose, where it stands, and what the chart says of a step."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from media.call import (
    Call,
    CallStarted,
    CallState,
    Event,
    Failed,
    MediaInterrupted,
    MediaRecovered,
    PageReloaded,
    Rerouted,
    Retried,
    Side,
    TimedOut,
)
from media.declaration import Declared
from media.leg_moves import PATIENT, Seat
from server import charting
from server.chart import entries as chart
from server.chart.call_entries import DirectBecause
from server.live.cards import recipient_of_patient, recipient_of_practitioner
from server.metrics.mismatches import Witness
from signaling import messages as wire
from signaling.messages import CallMode

OTHER: Final = {Side.PATIENT: Side.PRACTITIONER, Side.PRACTITIONER: Side.PATIENT}


@dataclass(slots=True, eq=False)
class LiveCall:
    """A call that is going on.

    Attributes:
        mode: how media travels.
        because: why it is direct, when there are relays.
    """

    encounter_id: str
    network_id: str
    practitioner_id: str
    call: Call
    mode: CallMode = "direct"
    because: DirectBecause | None = None
    switches: dict[Side, tuple[bool, bool]] = field(
        default_factory=lambda: dict.fromkeys(Side, (True, True))
    )
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    timer: asyncio.Task[None] | None = None
    patience: asyncio.Task[None] | None = None

    def recipient(self, side: Side) -> str:
        """Return whom to tell about this call on one side."""
        if side is Side.PATIENT:
            return recipient_of_patient(self.encounter_id)
        return recipient_of_practitioner(self.practitioner_id)

    def seat(self, side: Side) -> Seat:
        """Return whose legs those of one side are."""
        return PATIENT if side is Side.PATIENT else Seat(self.practitioner_id)

    def actor(self, side: Side) -> str:
        """Return who did it, for the chart."""
        if side is Side.PATIENT:
            return charting.patient(self.encounter_id)
        return charting.practitioner(self.practitioner_id)

    def witness(self, actor: str) -> Witness:
        """Return who says what their browser, or the relay, saw of a certificate."""
        if actor == self.actor(Side.PATIENT):
            return "patient"
        return "practitioner" if actor == self.actor(Side.PRACTITIONER) else "relay"


def declared_by(command: wire.CallMedia) -> frozenset[Declared]:
    """Return all that holds of a browser, by its own word."""
    said = {
        Declared.MICROPHONE_MUTED: not command.audio,
        Declared.CAMERA_OFF: not command.video,
        Declared.SCREEN_HIDDEN: command.hidden,
        Declared.PAGE_FROZEN: command.frozen,
    }
    return frozenset(what for what, holds in said.items() if holds)


def outcome_of(call: Call) -> str:
    """Return how a generation stands, for its row: why it failed, or its state."""
    return call.failure.value if call.failure else call.state.value


def entry_of(live: LiveCall, event: Event, after: Call) -> chart.AnyEntry | None:
    """Return what the chart says about a step of a call; None when it says nothing."""
    before = live.call
    match event:
        case Retried() | PageReloaded() | Rerouted() | CallStarted():
            return chart.CallStarted(
                generation=after.generation, mode=live.mode, because=live.because
            )
        case MediaInterrupted(side=side) if before.interrupted_sides != after.interrupted_sides:
            return chart.CallInterrupted(generation=after.generation, side=side.value)
        case MediaRecovered(side=side) if before.interrupted_sides != after.interrupted_sides:
            return chart.CallRecovered(generation=after.generation, side=side.value)
        case Failed() | TimedOut() if after.state is CallState.FAILED and after.failure:
            return chart.CallFailed(generation=after.generation, reason=after.failure.value)
        case _:
            return None


def connected_entry(call: Call, ready_at: int | None, now: int) -> chart.CallConnected:
    """Return what the chart says when both sides have seen each other."""
    return chart.CallConnected(
        generation=call.generation,
        patient_first_frame_at=call.patient_first_frame_at or now,
        practitioner_first_frame_at=call.practitioner_first_frame_at or now,
        connect_ms=max(0, (now - (ready_at or now)) // 1000),
    )
