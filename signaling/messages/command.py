"""What every command carries; what it asks for is said by its kind."""

from __future__ import annotations

from typing import Literal

from signaling.messages.parts import Id, Message


class CommandBase(Message):
    """What every command carries. `id` makes it idempotent for a day."""

    v: Literal[1]
    id: Id
