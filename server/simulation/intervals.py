"""How sure a simulated figure is: confidence intervals from independent values.

The values are one a replication, or, of a single run, one a slice of its time (batch means:
long slices hardly depend on each other). Then their mean over its standard
error has Student's t distribution with one degree of freedom less than there are values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, stdev
from typing import Final

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and how far off it may be.

    Attributes:
        value: the best guess.
        half_width: the interval is this much to both sides; None: one value tells nothing.
    """

    value: float
    half_width: float | None

    @property
    def low(self) -> float | None:
        """Return the lower end, or None."""
        return None if self.half_width is None else self.value - self.half_width

    @property
    def high(self) -> float | None:
        """Return the upper end, or None."""
        return None if self.half_width is None else self.value + self.half_width

    def covers(self, value: float) -> bool:
        """Tell whether a value lies in the interval."""
        return self.half_width is not None and abs(value - self.value) <= self.half_width


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of independent values with its interval."""
    return Estimate(fmean(values), half_width(values))


def half_width(values: Sequence[float]) -> float | None:
    """Return half the width of the interval of the mean; None for fewer than two values."""
    if len(values) < 2:  # noqa: PLR2004 - a spread takes two
        return None
    return student_t(CONFIDENCE, len(values) - 1) * stdev(values) / math.sqrt(len(values))


@lru_cache(maxsize=256)
def student_t(confidence: float, degrees: int) -> float:
    """Return t such that Student's distribution has `confidence` between -t and t."""
    low, high = 0.0, 1.0
    while _between(high, degrees) < confidence:
        low, high = high, high * 2
    for _ in range(60):
        middle = (low + high) / 2
        if _between(middle, degrees) < confidence:
            low = middle
        else:
            high = middle
    return high


def _between(t: float, degrees: int) -> float:
    """Return the probability between -t and t.

    Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
    """
    angle = math.atan(t / math.sqrt(degrees))
    cos, sin = math.cos(angle), math.sin(angle)
    if degrees % 2 == 0:
        term = total = 1.0
        for k in range(2, degrees, 2):
            term *= cos * cos * (k - 1) / k
            total += term
        return sin * total
    if degrees == 1:
        return 2 * angle / math.pi
    term = total = cos
    for k in range(3, degrees, 2):
        term *= cos * cos * (k - 1) / k
        total += term
    return 2 / math.pi * (angle + sin * total)
