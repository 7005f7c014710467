"""Smoothing a line of yes and no, second by second, so that it does not flap.

Closing fills short holes, opening removes short runs (the operators of mathematical
morphology). Both are increasing: taking away a yes before never gives more of them after. That
is why they are used here, and not a machine with memory: less media can never become more
evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter


def closed(line: Sequence[bool], hole_max: int, fillable: Sequence[bool]) -> list[bool]:
    """Fill the holes of at most `hole_max` between two runs, where `fillable` allows.

    A hole is measured in `line` alone and filled wherever it may be; what lies before the first
    run or behind the last one is not a hole.
    """
    filled = list(line)
    for value, first, end in runs(line):
        inner = first > 0 and end < len(line)
        if not value and inner and end - first <= hole_max:
            for place in range(first, end):
                filled[place] = fillable[place]
    return filled


def opened(line: Sequence[bool], run_min: int) -> list[bool]:
    """Remove the runs that are shorter than `run_min`."""
    kept = list(line)
    for value, first, end in runs(line):
        if value and end - first < run_min:
            kept[first:end] = [False] * (end - first)
    return kept


def runs(line: Sequence[bool]) -> Iterator[tuple[bool, int, int]]:
    """Yield each run of one value as (value, first place, place behind the last)."""
    for value, group in groupby(enumerate(line), key=itemgetter(1)):
        places = [place for place, _ in group]
        yield value, places[0], places[-1] + 1
