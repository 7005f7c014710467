"""A page that reads itself again when it is told of a change is still one reading.

For `SAME_READING_S` after an entry, the same session reading the same thing again has no
second one. What is remembered is bounded and of this process only: whatever is forgotten is
an entry more, never one less.

Pure: the time is an argument.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

SAME_READING_S: Final = 300
REMEMBERED_MAX: Final = 20_000
MICROSECONDS: Final = 1_000_000


class Repeats:
    """What was read lately, by whom."""

    def __init__(self, remembered_max: int = REMEMBERED_MAX) -> None:
        """Start with nothing."""
        self._at: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._max = remembered_max

    def is_repeat(self, session: str, what: str, now: int) -> bool:
        """Tell whether this session has an entry of the same reading."""
        at = self._at.get((session, what))
        return bool(session) and at is not None and now - at < SAME_READING_S * MICROSECONDS

    def entered(self, session: str, what: str, now: int) -> None:
        """Remember that the entry of a reading was committed."""
        self._at[(session, what)] = now
        self._at.move_to_end((session, what))
        while len(self._at) > self._max:
            self._at.popitem(last=False)
