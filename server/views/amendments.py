"""What was added to an exam after it was signed, as every page shows it."""

from __future__ import annotations

from typing import Literal

from signaling.messages import Message


class AmendmentView(Message):
    """An addendum. `by_examiner`: the one who signed the exam added it."""

    at_ms: int
    author: Literal["practitioner", "staff", "software", "system"]
    by_examiner: bool
    text: str
