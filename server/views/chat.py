"""What was written in a call."""

from __future__ import annotations

from signaling.messages import ChatLine, Message


class ChatView(Message):
    """The lines of both sides, in order."""

    lines: list[ChatLine]
