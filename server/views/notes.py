"""The note of a chart, apart from the rest: small, since a page reads it while typing."""

from __future__ import annotations

from signaling.messages import Message


class NoteView(Message):
    """The note as last saved.

    `draft_key`: AES-256 key in base64 under which the page seals what it has not saved yet.
    """

    note: str
    note_revision: int
    note_saved_at_ms: int | None
    draft_key: str
