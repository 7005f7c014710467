"""Why a file is no record that holds, and why none is made."""

from __future__ import annotations


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
