"""Commands that were just done, by session and id: the same one again is only answered.

What is committed is remembered in the database with its effects, for a day. This book covers
the rest, the words of a call that are passed on and not kept: a page that lost its socket
sends again what was not acknowledged. Pure; bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from server.waiting.work import Result

RECENT_MAX: Final = 20_000


class RecentCommands:
    """The results of the last commands of everybody."""

    def __init__(self, *, recent_max: int = RECENT_MAX) -> None:
        """Start with none; at most `recent_max` are remembered."""
        self._recent_max = recent_max
        self._results: OrderedDict[tuple[str, str], Result] = OrderedDict()

    def get(self, session: str, command_id: str) -> Result | None:
        """Return the result of a command that was done, or None."""
        return self._results.get((session, command_id))

    def add(self, session: str, command_id: str, result: Result) -> None:
        """Remember that a command was done."""
        self._results[session, command_id] = result
        if len(self._results) > self._recent_max:
            self._results.popitem(last=False)
