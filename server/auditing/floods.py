"""Denials without end must not fill the disk: the first of a source are entries, then a count.

    denial -> fewer than DENIALS_MAX of this source in its window -> entry
                 | more
                 v
              counted; when the window is over, one entry says how many

A source is an address, or the session of somebody who is signed in. Strangers together have
no more than ALL_MAX entries in a window either, and never crowd out who is signed in. What is
counted is of this process: killed, it loses the count of the windows that are open.

Pure: the time is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.auditing.event import AuditEvent

WINDOW_S: Final = 60
DENIALS_MAX: Final = 20  # of one source, in one window, with an entry each
ALL_MAX: Final = 120  # of all strangers together
STRANGERS_MAX: Final = 120  # whose windows are kept apart
OTHERS: Final = ""  # the strangers beyond STRANGERS_MAX
MICROSECONDS: Final = 1_000_000


@dataclass(slots=True)
class _Window:
    began_at: int
    entries: int = 0
    held: int = 0
    last: AuditEvent | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Denials that have no entry of their own: how many, and the last of them."""

    last: AuditEvent
    number: int


class Floods:
    """The windows that are open."""

    def __init__(self) -> None:
        """Start with none."""
        self._windows: dict[str, _Window] = {}
        self._strangers = _Window(began_at=0)

    def admit(self, source: str, event: AuditEvent, *, stranger: bool) -> bool:
        """Tell whether a denial has an entry of its own; else it is counted."""
        if self._strangers.began_at + WINDOW_S * MICROSECONDS <= event.at:
            self._strangers = _Window(began_at=event.at)
        if stranger and source not in self._windows and len(self._windows) >= STRANGERS_MAX:
            source = OTHERS
        window = self._windows.setdefault(source, _Window(began_at=event.at))
        crowded = stranger and self._strangers.entries >= ALL_MAX
        if window.entries < DENIALS_MAX and not crowded:
            window.entries += 1
            self._strangers.entries += stranger
            return True
        window.held += 1
        window.last = event
        return False

    def over(self, now: int | None) -> list[Held]:
        """Return what was counted in windows that are over, and forget them.

        Args:
            now: microseconds UTC; None: every window is over.
        """
        ended = [
            source
            for source, one in self._windows.items()
            if now is None or one.began_at + WINDOW_S * MICROSECONDS <= now
        ]
        windows = [self._windows.pop(source) for source in ended]
        return [Held(one.last, one.held) for one in windows if one.last is not None]
