"""What carries a message to a patient, as the channel sees it."""

from __future__ import annotations

from typing import Protocol

from server.delivery.channels import Outcome
from server.patient_messages.wording import Words


class Carrier(Protocol):
    """Mail, or text messages."""

    async def carry(self, message_id: str, to: str, words: Words) -> Outcome:
        """Hand one message over, once. Bounded in time; raises nothing about the receiver.

        Args:
            message_id: the same at every attempt, so that a carrier may notice.
            to: an address of mail, or a telephone number in E.164.
            words: what it says.
        """
        ...
