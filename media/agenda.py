"""Who is to be looked at when, so that thousands who wait cost nothing while they do.

Whoever is put down keeps the earliest of the times that were said: to be looked at too early
is harmless, since whoever is looked at says anew when it wants to be. Not a timer: nothing
happens by itself. Pure: times are whole numbers of whatever unit the caller counts in.
"""

from __future__ import annotations

from collections.abc import Hashable
from heapq import heapify, heappop, heappush
from typing import Final, Generic, TypeVar

Who = TypeVar("Who", bound=Hashable)

SPARE_MAX: Final = 64  # outdated entries that are not worth clearing away


class Agenda(Generic[Who]):
    """See the module."""

    __slots__ = ("_entries", "_number", "_times")

    def __init__(self) -> None:
        self._times: dict[Who, int] = {}
        # The number decides between equal times: who comes need not be comparable.
        self._entries: list[tuple[int, int, Who]] = []
        self._number = 0

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, who: Who, at: int) -> None:
        """Let `who` be looked at at `at`, unless that is to happen earlier anyway."""
        before = self._times.get(who)
        if before is not None and before <= at:
            return
        self._times[who] = at
        self._number += 1
        heappush(self._entries, (at, self._number, who))
        if len(self._entries) > 2 * len(self._times) + SPARE_MAX:
            self._clear_away()

    def drop(self, who: Who) -> None:
        """Forget about `who`."""
        self._times.pop(who, None)

    def due(self, now: int) -> list[Who]:
        """Return who is to be looked at by now, the most overdue first, and forget them."""
        found = []
        entries, times = self._entries, self._times
        while entries and entries[0][0] <= now:
            at, _, who = heappop(entries)
            if times.get(who) == at:
                del times[who]
                found.append(who)
        return found

    def _clear_away(self) -> None:
        self._entries = [one for one in self._entries if self._times.get(one[2]) == one[0]]
        heapify(self._entries)
