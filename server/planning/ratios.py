"""Ratios of sums over replications, such as seconds waited per patient, with 95 % intervals.

A quiet half hour has few patients in any replication: the ratio of the sums stays defined where
the mean of the ratios does not. Its spread is that of the residuals (Cochran, "Sampling
Techniques", 1977, section 6.4); of a difference on common random numbers, that of the
replications' differences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.simulation.intervals import Estimate, half_width


@dataclass(frozen=True, slots=True)
class Sums:
    """One replication's part and whole."""

    part: float
    whole: float


def ratio(sums: Sequence[Sums]) -> Estimate | None:
    """Return part over whole; None when there is nothing of the whole."""
    found = _residuals(sums)
    return None if found is None else Estimate(found[0], half_width(found[1]))


def difference(before: Sequence[Sums], after: Sequence[Sums]) -> Estimate | None:
    """Return by how much the ratio fell; each replication has the same patients twice."""
    earlier, later = _residuals(before), _residuals(after)
    if earlier is None or later is None:
        return None
    apart = [one - other for one, other in zip(earlier[1], later[1], strict=True)]
    return Estimate(earlier[0] - later[0], half_width(apart))


def _residuals(sums: Sequence[Sums]) -> tuple[float, list[float]] | None:
    whole = math.fsum(one.whole for one in sums)
    if whole <= 0.0:
        return None
    value = math.fsum(one.part for one in sums) / whole
    mean = whole / len(sums)
    return value, [(one.part - value * one.whole) / mean for one in sums]
