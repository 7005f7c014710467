"""What one run amounts to, in figures. `docs/simulation.md` defines each of them.

The wait is the time in line: from ready to accept, to giving up, or to the end of the run for
whoever still waits then (so a class that nobody can see shows, rather than vanish).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, nan
from typing import Final

from server.simulation.observations import SLICES, Ending, Observations
from signaling.identifiers import Instant

MICROSECONDS: Final = 1_000_000
GOAL_S: Final = 31.0


@dataclass(frozen=True, slots=True)
class Figures:
    """One run, or one batch of it.

    Attributes:
        mean_s: mean wait of everybody.
        p50_s, p90_s, p95_s: its percentiles.
        served_mean_s: mean wait of those who were accepted (average speed of answer).
        over_goal: share of everybody who waited more than 31 s.
        waited: share of everybody who waited at all.
        abandonment: share of everybody who left the line unserved.
        occupancy: practitioners' time rung, in a call or writing up, over their time on duty.
        line: mean number of patients in line.
        ready: patients who came, of whom
        served: were accepted,
        left: gave up or were lost, and
        still_waiting: were in line at the end.
        missed: share of offers that nobody answered; of a slice, that of the whole run.
        by_jurisdiction: mean wait of everybody, for each jurisdiction that anybody came from.
    """

    mean_s: float
    p50_s: float
    p90_s: float
    p95_s: float
    served_mean_s: float
    over_goal: float
    waited: float
    abandonment: float
    occupancy: float
    line: float
    ready: int
    served: int
    left: int
    still_waiting: int
    missed: float
    by_jurisdiction: dict[str, float]


def figures(seen: Observations) -> Figures:
    """Return what a run amounts to."""
    return _figures(seen, range(len(seen.waited)), range(SLICES))


def slices(seen: Observations) -> list[Figures]:
    """Return what each slice of the window amounts to: its patients, and its time."""
    rows: list[list[int]] = [[] for _ in range(SLICES)]
    for row, arrived in enumerate(seen.arrived):
        rows[seen.slice_of(Instant(arrived))].append(row)
    return [_figures(seen, rows[at], (at,)) for at in range(SLICES)]


def percentile(ordered: Sequence[int], share: float) -> float:
    """Return the smallest value that at least `share` of all do not exceed."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else nan


def _figures(seen: Observations, rows: Sequence[int], times: Sequence[int]) -> Figures:
    waits = [seen.waited[row] for row in rows]
    ordered = sorted(waits)
    served = [seen.waited[row] for row in rows if seen.ending[row] == Ending.SERVED]
    left = sum(1 for row in rows if seen.ending[row] == Ending.LEFT)
    goal_us = round(GOAL_S * MICROSECONDS)
    return Figures(
        mean_s=_mean(waits) / MICROSECONDS,
        p50_s=percentile(ordered, 0.50) / MICROSECONDS,
        p90_s=percentile(ordered, 0.90) / MICROSECONDS,
        p95_s=percentile(ordered, 0.95) / MICROSECONDS,
        served_mean_s=_mean(served) / MICROSECONDS,
        over_goal=_share(sum(1 for one in waits if one > goal_us), len(waits)),
        waited=_share(sum(1 for one in waits if one > 0), len(waits)),
        abandonment=_share(left, len(waits)),
        occupancy=_share(_sum(seen.busy_us, times), _sum(seen.on_duty_us, times)),
        line=_share(_sum(seen.line_us, times), (seen.ends - seen.begins) * len(times) / SLICES),
        ready=len(waits),
        served=len(served),
        left=left,
        still_waiting=len(waits) - len(served) - left,
        missed=_share(seen.missed, seen.offers),
        by_jurisdiction=_by_jurisdiction(seen, rows),
    )


def _by_jurisdiction(seen: Observations, rows: Sequence[int]) -> dict[str, float]:
    totals = [0] * len(seen.jurisdictions)
    counts = [0] * len(seen.jurisdictions)
    for row in rows:
        totals[seen.jurisdiction[row]] += seen.waited[row]
        counts[seen.jurisdiction[row]] += 1
    return {
        name: total / number / MICROSECONDS
        for name, total, number in zip(seen.jurisdictions, totals, counts, strict=True)
        if number
    }


def _mean(values: Sequence[int]) -> float:
    return _share(sum(values), len(values))


def _sum(column: Sequence[int], times: Sequence[int]) -> int:
    return sum(column[at] for at in times)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else nan
