"""The entry of words that one side wrote to the other in the call."""

from __future__ import annotations

from typing import Final, Literal

from server.chart.entry import Entry, SideName
from signaling.messages import ChatText


class ChatSaid(Entry):
    """What one side wrote, as they wrote it."""

    kind: Literal["chat.said"] = "chat.said"
    by: SideName
    text: ChatText

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Written in the call by the {self.by}"


CHAT_ENTRIES: Final = (ChatSaid,)
