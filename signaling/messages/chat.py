"""Words written in the call, for when it cannot be heard: either side to the other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from signaling.messages.command import CommandBase
from signaling.messages.parts import Id, Message

ChatText = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")]


class ChatSay(CommandBase):
    """Write to the other side of the encounter. It is kept in the chart."""

    type: Literal["chat.say"]
    encounter_id: Id
    text: ChatText


class ChatLine(Message):
    """What one side wrote; `seq` is its number in the chart, and orders the lines."""

    seq: int
    by: Literal["patient", "practitioner"]
    text: str
    at_ms: int
