"""What all replications of one policy say together, each figure with its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final

from server.simulation.figures import Figures
from server.simulation.intervals import Estimate, estimate, half_width
from server.simulation.replications import Replication

ESTIMATED: Final = (
    "mean_s",
    "p50_s",
    "p90_s",
    "p95_s",
    "served_mean_s",
    "over_goal",
    "waited",
    "abandonment",
    "occupancy",
    "line",
    "missed",
)
COUNTED: Final = ("ready", "served", "left", "still_waiting")


@dataclass(frozen=True, slots=True)
class Summary:
    """One policy on one scenario.

    Attributes:
        discipline: name of the policy.
        replications: how many runs.
        estimates: figures by their names in `Figures`.
        by_jurisdiction: mean wait, the worst first.
        counts: patients, summed over the runs, by their names in `Figures`.
        means_s: mean wait of each run, to be compared run by run with another policy's.
        patients: how many came in all runs, warm-up included.
        wall_s: seconds that the runs took, one after the other.
    """

    discipline: str
    replications: int
    estimates: dict[str, Estimate]
    by_jurisdiction: dict[str, Estimate]
    counts: dict[str, int]
    means_s: tuple[float, ...]
    patients: int
    wall_s: float

    @property
    def worst(self) -> tuple[str, Estimate]:
        """Return the jurisdiction with the longest mean wait, and that."""
        return next(iter(self.by_jurisdiction.items()), ("nobody came", Estimate(nan, None)))

    @property
    def patients_per_second(self) -> float:
        """Return how many patients a second of wall time was enough for, on one core."""
        return self.patients / self.wall_s if self.wall_s else nan


def summarize(runs: Sequence[Replication]) -> Summary:
    """Return what the runs of one policy say together; there must be one at least."""
    jurisdictions = {name for run in runs for name in run.whole.by_jurisdiction}
    means = {name: _estimate(runs, _mean_in(name)) for name in jurisdictions}
    return Summary(
        discipline=runs[0].task.discipline,
        replications=len(runs),
        estimates={name: _estimate(runs, _figure(name)) for name in ESTIMATED},
        by_jurisdiction=dict(sorted(means.items(), key=lambda one: (-one[1].value, one[0]))),
        counts={name: sum(getattr(run.whole, name) for run in runs) for name in COUNTED},
        means_s=tuple(run.whole.mean_s for run in runs),
        patients=sum(run.patients for run in runs),
        wall_s=sum(run.wall_s for run in runs),
    )


def difference(one: Summary, other: Summary) -> Estimate:
    """Return by how many seconds the mean wait of one policy is above another's.

    Run by run on the same patients, so that what is only chance in both cancels out.
    """
    return estimate([mine - its for mine, its in zip(one.means_s, other.means_s, strict=True)])


def _figure(name: str) -> Callable[[Figures], float]:
    return lambda figures: float(getattr(figures, name))


def _mean_in(jurisdiction: str) -> Callable[[Figures], float]:
    return lambda figures: figures.by_jurisdiction.get(jurisdiction, nan)


def _estimate(runs: Sequence[Replication], figure: Callable[[Figures], float]) -> Estimate:
    """Estimate over replications; with a single one, over the slices of its window."""
    values = _known([figure(run.whole) for run in runs])
    if len(runs) == 1 and values:
        return Estimate(values[0], half_width(_known([figure(one) for one in runs[0].slices])))
    return estimate(values) if values else Estimate(nan, None)


def _known(values: Sequence[float]) -> list[float]:
    return [one for one in values if not isnan(one)]
