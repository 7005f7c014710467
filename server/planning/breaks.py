"""Shrinkage as it is lived: breaks spread over a shift, their sum exact, their place random."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from server.planning.roster import Shift

BREAK_S: Final = 1_200.0


def worked(shift: Shift, shrinkage: float, random: Random) -> Iterator[tuple[float, float]]:
    """Yield what is left of a shift: one break at a random place in each equal part of it."""
    start, end = float(shift.starts_at), float(shift.ends_at)
    away_s = shrinkage * (end - start)
    if away_s < 1.0:
        yield start, end
        return
    parts = max(1, round(away_s / BREAK_S))
    break_s, part_s = away_s / parts, (end - start) / parts
    at = start
    for part in range(parts):
        leaves = start + part * part_s + random.random() * (part_s - break_s)
        if leaves > at:
            yield at, leaves
        at = leaves + break_s
    if at < end:
        yield at, end
