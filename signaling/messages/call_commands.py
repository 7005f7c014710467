"""What either side of an encounter may ask for about its call."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from signaling.messages.chat import ChatSay
from signaling.messages.command import CommandBase
from signaling.messages.parts import (
    CallFailure,
    Generation,
    IceCandidate,
    Id,
    LegNumber,
    LegReply,
    LegRestart,
    SessionDescription,
)
from signaling.messages.report import MediaReport


class CallDescription(CommandBase):
    """One half of perfect negotiation, for the other side of the encounter."""

    type: Literal["call.description"]
    encounter_id: Id
    generation: Generation
    description: SessionDescription


class CallCandidate(CommandBase):
    """A trickled ICE candidate, for the other side of the encounter."""

    type: Literal["call.candidate"]
    encounter_id: Id
    generation: Generation
    candidate: IceCandidate


class CallFirstFrame(CommandBase):
    """This side has decoded its first remote video frame of this generation."""

    type: Literal["call.first_frame"]
    encounter_id: Id
    generation: Generation
    since_accept_ms: Annotated[int, Field(ge=0, le=600_000)]


class CallInterrupted(CommandBase):
    """This side sees no media (ICE disconnected, or frames stopped)."""

    type: Literal["call.interrupted"]
    encounter_id: Id
    generation: Generation


class CallRecovered(CommandBase):
    """Media flows again on this side."""

    type: Literal["call.recovered"]
    encounter_id: Id
    generation: Generation


class CallFailed(CommandBase):
    """This side cannot go on in this generation; both ends are told."""

    type: Literal["call.failed"]
    encounter_id: Id
    generation: Generation
    reason: CallFailure


class CallRetry(CommandBase):
    """Start a new generation after a failure."""

    type: Literal["call.retry"]
    encounter_id: Id


class CallMedia(CommandBase):
    """What this side sends: its microphone and camera switches; whether its page is seen.

    `hidden`: another tab or window covers the page; `frozen`: the browser has stopped it.
    """

    type: Literal["call.media"]
    encounter_id: Id
    audio: bool
    video: bool
    hidden: bool = False
    frozen: bool = False


class CallReport(CommandBase, MediaReport):
    """What this side of a direct call received in one second, from `getStats`."""

    type: Literal["call.report"]
    encounter_id: Id


class CallHangUp(CommandBase):
    """Leave the call. The practitioner's hang-up begins wrap-up; a patient's does not."""

    type: Literal["call.hang_up"]
    encounter_id: Id


class LegAnswer(CommandBase):
    """This side's answer to the offer that came with the same `leg` and `restart`."""

    type: Literal["leg.answer"]
    encounter_id: Id
    leg: LegNumber
    restart: LegRestart
    description: LegReply


class LegRefresh(CommandBase):
    """This side has no path to the relay any more on the leg that it uses."""

    type: Literal["leg.refresh"]
    encounter_id: Id
    leg: LegNumber
    reason: Literal["stalled", "ice", "network", "socket"]


class LegFailed(CommandBase):
    """This side can make nothing of a leg."""

    type: Literal["leg.failed"]
    encounter_id: Id
    leg: LegNumber
    reason: Literal["description_rejected", "connection_failed", "other"]


CALL_COMMANDS = (
    CallDescription,
    CallCandidate,
    CallFirstFrame,
    CallInterrupted,
    CallRecovered,
    CallFailed,
    CallRetry,
    CallMedia,
    CallReport,
    CallHangUp,
    ChatSay,
    LegAnswer,
    LegRefresh,
    LegFailed,
)
CallCommand = (
    CallDescription
    | CallCandidate
    | CallFirstFrame
    | CallInterrupted
    | CallRecovered
    | CallFailed
    | CallRetry
    | CallMedia
    | CallReport
    | CallHangUp
    | ChatSay
    | LegAnswer
    | LegRefresh
    | LegFailed
)
