"""Health answers beside the answers: since last time, to be read, flags with a reason."""

from __future__ import annotations

from signaling.messages import Message, Severity


class WrittenView(Message):
    """Answers in the patient's own words: each is to be read by a person before any approval.

    `sha256` names them as they stand; saying that they were read takes it along.
    """

    question_ids: list[str]
    unread: list[str]
    sha256: str


class FlagReasonView(Message):
    """Why the practitioner would approve in spite of a review flag."""

    code: str
    question_id: str
    applies_to: str
    reason: str


class ChangedAnswerView(Message):
    """An answer that is another one than last time, in words."""

    section: str
    question_id: str
    question: str
    before: str
    now: str
    flag: Severity | None


class SinceView(Message):
    """What became of the answers that were shown from last time."""

    answered_at_ms: int
    changed: list[ChangedAnswerView]
    confirmed: int
    left_out: int
