"""Row locks as PostgreSQL has them, first come first served. They know nothing of rows.

KEY_SHARE goes with itself and with WRITE; WRITE only with KEY_SHARE; WHOLE with nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Final


class Mode(StrEnum):
    """How a row is held."""

    KEY_SHARE = "FOR KEY SHARE"
    WRITE = "FOR NO KEY UPDATE"
    WHOLE = "FOR UPDATE"


TOGETHER: Final = frozenset(
    {
        (Mode.KEY_SHARE, Mode.KEY_SHARE),
        (Mode.KEY_SHARE, Mode.WRITE),
        (Mode.WRITE, Mode.KEY_SHARE),
    }
)


class RowLock:
    """One row that transactions hold, and who waits for it."""

    def __init__(self) -> None:
        self._held: list[tuple[object, Mode]] = []
        self._queue: deque[tuple[object, Mode, Callable[[], None]]] = deque()

    def take(self, owner: object, mode: Mode, go_on: Callable[[], None]) -> None:
        """Call `go_on` when `owner` holds the row: now, or when it is its turn."""
        if not self._queue and self._fits(owner, mode):
            self._held.append((owner, mode))
            go_on()
        else:
            self._queue.append((owner, mode, go_on))

    def drop(self, owner: object) -> None:
        """Let go, and wait no longer; whoever comes next holds it."""
        self._held = [one for one in self._held if one[0] is not owner]
        self._queue = deque(one for one in self._queue if one[0] is not owner)
        while self._queue and self._fits(*self._queue[0][:2]):
            following, mode, go_on = self._queue.popleft()
            self._held.append((following, mode))
            go_on()

    def _fits(self, owner: object, mode: Mode) -> bool:
        others = (held for held in self._held if held[0] is not owner)
        return all((held, mode) in TOGETHER for _, held in others)
