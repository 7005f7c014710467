"""How long to wait before something is tried again: longer each time, never all at once.

Pure: chance is an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """The first try again is at once, the second after `first_s`, then twice as long each.

    Attributes:
        first_s: seconds before the second try.
        most_s: seconds that are waited at most.
        chance: a number from 0 to 1, drawn anew each time; up to half of a wait is taken off.
        failures: how often it failed since it last went well.
    """

    first_s: float
    most_s: float
    chance: Callable[[], float]
    failures: int = 0

    def failed(self) -> float:
        """Count a failure and return the seconds to wait."""
        self.failures += 1
        if self.failures == 1:
            return 0.0
        # Counted up to where it makes no difference: the power of a large number has no end.
        doublings = min(self.failures - 2, 32)
        longest_s = min(self.first_s * 2.0**doublings, self.most_s)
        return longest_s * (1 - self.chance() / 2)

    def succeeded(self) -> None:
        """Begin anew."""
        self.failures = 0
