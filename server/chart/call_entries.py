"""Entries of the call: what flowed, between whom, and when it did not."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from server.chart.entry import Entry, Microseconds, SideName
from signaling.messages import CallFailure, CallMode, Generation

DirectBecause = Literal["no_relay", "relay_full", "leg_not_connected", "relay_lost"]
EndBecause = Literal["interrupted", "practitioner_gone", "not_authorized", "consent_withdrawn"]

SWITCH: Final = {True: "on", False: "off"}


class CallStarted(Entry):
    """Both sides were told to connect; `because` says why it is not through a relay."""

    kind: Literal["call.started"] = "call.started"
    generation: Generation
    mode: CallMode
    because: DirectBecause | None = None

    def summary(self) -> str:
        """Return one English line for the log."""
        why = f" ({self.because.replace('_', ' ')})" if self.because else ""
        return f"Call started, attempt {self.generation}, {self.mode}{why}"


class CallConnected(Entry):
    """Video was decoded on both sides. `connect_ms` runs from ready to here."""

    kind: Literal["call.connected"] = "call.connected"
    generation: Generation
    patient_first_frame_at: Microseconds
    practitioner_first_frame_at: Microseconds
    connect_ms: Annotated[int, Field(ge=0)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return "Connected: video seen on both sides"


class CallInterrupted(Entry):
    """One side receives nothing."""

    kind: Literal["call.interrupted"] = "call.interrupted"
    generation: Generation
    side: SideName

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Video interrupted for the {self.side}"


class CallRecovered(Entry):
    """That side receives again."""

    kind: Literal["call.recovered"] = "call.recovered"
    generation: Generation
    side: SideName

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Video is back for the {self.side}"


class CallFailed(Entry):
    """This attempt is over."""

    kind: Literal["call.failed"] = "call.failed"
    generation: Generation
    reason: CallFailure

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Call failed: {self.reason.replace('_', ' ')}"


class CallEnded(Entry):
    """The call is over for good; `because` says why nobody's hand did it."""

    kind: Literal["call.ended"] = "call.ended"
    generation: Annotated[int, Field(ge=0, le=1_000)]
    by: SideName | Literal["system"]
    because: EndBecause | None = None

    def summary(self) -> str:
        """Return one English line for the log."""
        why = f" ({self.because.replace('_', ' ')})" if self.because else ""
        return f"Call ended by the {self.by}{why}"


class MediaSwitched(Entry):
    """One side switched its microphone or camera."""

    kind: Literal["media.switched"] = "media.switched"
    side: SideName
    audio: bool
    video: bool

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"The {self.side}: microphone {SWITCH[self.audio]}, camera {SWITCH[self.video]}"


CALL_ENTRIES: Final = (
    CallStarted,
    CallConnected,
    CallInterrupted,
    CallRecovered,
    CallFailed,
    CallEnded,
    MediaSwitched,
)
