"""Why a shift cannot be as it was asked for, and why somebody cannot wait or be called back.

InvalidBody 400
|-- ShiftTooShort      shift_too_short
|-- ShiftTooLong       shift_too_long
|-- ShiftTooFar        shift_too_far
`-- ShiftOver          shift_over
Conflict 409
|-- ShiftOverlaps      shift_overlap
|-- ShiftsFull         shifts_full
|-- NobodyOnShift      nobody_on_shift      with `opens_at`, where one is known
`-- CallbackTooLate    callback_too_late
"""

from __future__ import annotations

from server.errors import Conflict, InvalidBody


class ShiftTooShort(InvalidBody):
    """Nobody comes for so little time; an end before the start is one of these."""

    code = "shift_too_short"
    message = "A shift lasts at least 15 minutes."


class ShiftTooLong(InvalidBody):
    """Nobody works so long."""

    code = "shift_too_long"
    message = "A shift lasts at most 24 hours."


class ShiftTooFar(InvalidBody):
    """It is further ahead than anybody plans."""

    code = "shift_too_far"
    message = "A shift starts at most 366 days from now."


class ShiftOver(InvalidBody):
    """It would be over before it is written down."""

    code = "shift_over"
    message = "This shift is over already."


class ShiftOverlaps(Conflict):
    """The practitioner has another shift at that time."""

    code = "shift_overlap"
    message = "The practitioner has another shift at that time."


class ShiftsFull(Conflict):
    """There are as many shifts as one may plan."""

    code = "shifts_full"
    message = "There are too many shifts planned already."


class NobodyOnShift(Conflict):
    """Nobody who may see this patient is there, or will be long enough.

    `opens_at_ms` is when the next one comes; None when that is not known.
    """

    code = "nobody_on_shift"
    message = "Nobody licensed for this patient is on shift now."

    def __init__(self, opens_at: int | None = None) -> None:
        """Keep when it would be possible, microseconds UTC."""
        super().__init__()
        self.opens_at_ms = None if opens_at is None else opens_at // 1_000


class CallbackTooLate(Conflict):
    """The link will have run out before anybody is there."""

    code = "callback_too_late"
    message = "The link runs out before a clinician is there. Ask the staff for a new one then."
