"""Whether two lots of figures can be told apart: the rank sum test of Mann and Whitney."""

from __future__ import annotations

import math
from collections.abc import Sequence


def rank_sum_z(first: Sequence[float], second: Sequence[float]) -> float:
    """Return by how many standard deviations the ranks of `first` are above the middle.

    By the normal approximation, with mean ranks for ties: good for twenty of each and more. Of
    two lots that cannot be told apart it is beyond 4 once in some 16,000 times.
    """
    every = sorted((value, which) for which, lot in ((0, first), (1, second)) for value in lot)
    ranks, at = 0.0, 0
    while at < len(every):
        end = at
        while end < len(every) and every[end][0] == every[at][0]:
            end += 1
        mean_rank = (at + 1 + end) / 2
        ranks += mean_rank * sum(which == 0 for _, which in every[at:end])
        at = end
    many, others = len(first), len(second)
    middle = many * (many + others + 1) / 2
    spread = math.sqrt(many * others * (many + others + 1) / 12)
    return (ranks - middle) / spread
