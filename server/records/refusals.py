"""Why a file is no record that holds, and why none is made.

Conflict 409
|-- RecordLate            record_late
`-- RecordBroken          record_broken
"""

from __future__ import annotations

from server.errors import Conflict


class FileRefused(Exception):
    """What was read is no record: not written in the one way, or of another form."""


class CheckFailed(Exception):
    """Something in a record does not hold.

    Attributes:
        where: what it is about, as a reader names it: `entry 12 (note.delta)`.
        what: why it does not hold.
        seq: number of the entry; None where it is about none.
    """

    def __init__(self, where: str, what: str, seq: int | None = None) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what
        self.seq = seq


class ExportRefused(Exception):
    """No record is made: what is stored does not hold, or is not all there."""


class RecordLate(Conflict):
    """The newest entries wait for the log, which takes a second."""

    code = "record_late"
    message = "The record is not ready yet. Please try again in a moment."
    retry = True


class RecordBroken(Conflict):
    """What is stored does not hold: no record is handed out that would not verify."""

    code = "record_broken"
    message = "The record could not be made. The people who run this server have been told."
