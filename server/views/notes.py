"""The note as its practitioner typed it, and the draft of a note that the chart gives.

The note is apart from the rest of the chart and small, since a page reads it while typing.
"""

from __future__ import annotations

from typing import Literal

from signaling.messages import Message


class NoteView(Message):
    """The note as last saved.

    `draft_key`: AES-256 key in base64 under which the page seals what it has not saved yet.
    """

    note: str
    note_revision: int
    note_saved_at_ms: int | None
    draft_key: str


class DraftLineView(Message):
    """One line of the draft: whose word it is, and the entries of the chart that say it.

    `by`: `system` is what was computed or measured by a machine.
    """

    label: str
    text: str
    by: Literal["practitioner", "patient", "staff", "system"]
    entries: list[int]


class DraftSectionView(Message):
    """One part of the draft, in the order of a clinical note."""

    title: Literal["history", "findings", "assessment", "plan"]
    lines: list[DraftLineView]
