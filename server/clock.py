"""The only place that reads a clock.

Everything else is handed a `Clock`, or the time itself. There are two times: an instant says
when something happened (whole microseconds since 1970-01-01 UTC, what records carry), and
elapsed seconds say how long something takes (for waits and rates). Neither ever runs backwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from signaling.identifiers import Instant, plus

NANOSECONDS_PER_MICROSECOND: Final = 1_000
NANOSECONDS_PER_SECOND: Final = 1_000_000_000


class Clock(Protocol):
    """What time it is, and how much of it has passed."""

    def now(self) -> Instant:
        """Return microseconds since 1970-01-01 UTC, never less than before."""
        ...

    def elapsed_s(self) -> float:
        """Return seconds since some fixed moment, steady and never less than before."""
        ...


class SystemClock:
    """The machine's wall clock, read once, carried on by its monotonic one.

    Stepping the machine's clock therefore moves no instant. What the two drift apart in weeks,
    or while a laptop sleeps, is made up for by `reanchor`, forwards only: an instant that was
    handed out may be in a signed record, and nothing may happen before it.
    """

    def __init__(
        self,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Anchor the instants to the wall clock as it is now."""
        self._wall_ns = wall_ns
        self._monotonic_ns = monotonic_ns
        self._began_ns = monotonic_ns()
        self._ahead_ns = wall_ns() - self._began_ns

    def now(self) -> Instant:
        """Return microseconds since 1970-01-01 UTC, never less than before."""
        return Instant((self._monotonic_ns() + self._ahead_ns) // NANOSECONDS_PER_MICROSECOND)

    def elapsed_s(self) -> float:
        """Return seconds since this clock was made."""
        return (self._monotonic_ns() - self._began_ns) / NANOSECONDS_PER_SECOND

    def reanchor(self, witness: Instant | None = None) -> float:
        """Follow the wall clock if it is ahead, and stay if it is behind.

        Args:
            witness: what another clock says: the wall clock is followed no further than that.
                One that jumped would sign everybody off whose session it judges.

        Returns:
            The seconds by which the wall clock was ahead; negative when it was behind, which
            is left for an operator to look at.
        """
        ours_ns = self._monotonic_ns() + self._ahead_ns
        difference_ns = self._wall_ns() - ours_ns
        believed_ns = difference_ns
        if witness is not None:
            believed_ns = min(believed_ns, witness * NANOSECONDS_PER_MICROSECOND - ours_ns)
        self._ahead_ns += max(believed_ns, 0)
        return difference_ns / NANOSECONDS_PER_SECOND


class ManualClock:
    """A clock that moves only when told; it passes the same contract tests."""

    def __init__(self, start: Instant = Instant(1_790_000_000_000_000)) -> None:  # noqa: B008
        """Stop at `start`, some time in 2026 unless said otherwise."""
        self._start = start
        self._elapsed_us = 0

    def now(self) -> Instant:
        """Return the start and all that was advanced since."""
        return Instant(self._start + self._elapsed_us)

    def elapsed_s(self) -> float:
        """Return all seconds that were advanced."""
        return self._elapsed_us / 1_000_000

    def advance(self, seconds: float) -> Instant:
        """Let `seconds` pass, and return the instant then.

        Raises:
            ValueError: time was asked to run backwards.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._elapsed_us = plus(Instant(self._elapsed_us), seconds)
        return self.now()
