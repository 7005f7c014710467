"""Milliseconds, many times."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import TypedDict


class Figures(TypedDict):
    """Milliseconds of one way, or after one fault."""

    median: float
    p95: float
    min: float
    max: float
    all: list[float]


def figures(values: Sequence[float]) -> Figures:
    """Return how values are spread; the percentile is one of them, never between two."""
    rounded = sorted(round(one, 1) for one in values)
    return Figures(
        median=round(statistics.median(values), 1),
        p95=rounded[-(-95 * len(rounded) // 100) - 1],
        min=rounded[0],
        max=rounded[-1],
        all=[round(one, 1) for one in values],
    )
