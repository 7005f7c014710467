"""The entry of a save that was typed while another window had saved."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from server.chart.entry import Entry, Sha256
from server.chart.exam_entries import Offset, Revision
from signaling.messages import NoteText


class NoteMerged(Entry):
    """What the server joined: text typed on an older revision, with what was saved since.

    Read like a delta: at `at`, `delete` characters went and `insert` came, which makes the
    joined text. The practitioner typed the text whose SHA-256 (UTF-8) is `typed_sha256`, on
    revision `typed_on`: the same save, sent again, is known by the two.
    """

    kind: Literal["note.merged"] = "note.merged"
    revision: Revision
    base_revision: Revision
    at: Offset
    delete: Offset
    insert: NoteText
    typed_on: Annotated[int, Field(ge=0)]
    typed_sha256: Sha256

    def summary(self) -> str:
        """Return one English line for the log."""
        on = f"revision {self.typed_on}" if self.typed_on else "the empty note"
        return f"Note saved, revision {self.revision}: joined with what was typed on {on}"


NOTE_ENTRIES: Final = (NoteMerged,)
