"""How many patients are expected, per jurisdiction and interval. Instants are epoch seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from server.jurisdictions import is_jurisdiction
from server.planning.refusals import PlanRefused

INTERVAL_S: Final = 1_800
INTERVALS_MAX: Final = 336  # a week of half hours
ARRIVALS_MAX: Final = 10_000.0  # of one jurisdiction in one interval
PATIENTS_MAX: Final = 100_000.0  # of one plan


@dataclass(frozen=True, slots=True)
class Expected:
    """Patients of one jurisdiction who become ready in one interval; may be a fraction."""

    starts_at: int
    jurisdiction: str
    arrivals: float


@dataclass(frozen=True, slots=True)
class Interval:
    """Half an hour, and who is expected in it: jurisdictions nobody comes from are absent."""

    starts_at: int
    arrivals: Mapping[str, float]

    @property
    def ends_at(self) -> int:
        """Return the first second after it."""
        return self.starts_at + INTERVAL_S

    @property
    def patients(self) -> float:
        """Return how many are expected."""
        return sum(self.arrivals.values())


@dataclass(frozen=True, slots=True)
class Demand:
    """Consecutive half hours, the quiet ones between included."""

    intervals: tuple[Interval, ...]

    @property
    def starts_at(self) -> int:
        """Return the first second."""
        return self.intervals[0].starts_at

    @property
    def ends_at(self) -> int:
        """Return the first second after it."""
        return self.intervals[-1].ends_at

    @property
    def patients(self) -> float:
        """Return how many are expected in all."""
        return sum(interval.patients for interval in self.intervals)

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Return where anybody is expected from, in alphabetical order."""
        return tuple(
            sorted({name for interval in self.intervals for name in interval.arrivals})
        )


def demand(expected: Iterable[Expected]) -> Demand:
    """Put expectations together; those of the same interval and jurisdiction add up.

    Raises:
        PlanRefused: nothing is expected, or more than can be planned for.
    """
    found: dict[int, dict[str, float]] = {}
    for one in expected:
        _require(one)
        arrivals = found.setdefault(one.starts_at, {})
        arrivals[one.jurisdiction] = arrivals.get(one.jurisdiction, 0.0) + one.arrivals
    if not any(any(arrivals.values()) for arrivals in found.values()):
        raise PlanRefused("No patients are expected: there is nothing to plan.")
    first, last = min(found), max(found)
    if (last - first) // INTERVAL_S + 1 > INTERVALS_MAX:
        raise PlanRefused(f"A plan has at most {INTERVALS_MAX} half hours.")
    planned = Demand(
        tuple(
            Interval(at, {name: n for name, n in sorted(found.get(at, {}).items()) if n > 0.0})
            for at in range(first, last + 1, INTERVAL_S)
        )
    )
    if planned.patients > PATIENTS_MAX:
        raise PlanRefused(f"A plan has at most {PATIENTS_MAX:.0f} patients.")
    return planned


def _require(one: Expected) -> None:
    if one.starts_at % INTERVAL_S:
        raise PlanRefused("Intervals start at the hour or half past it.")
    if not is_jurisdiction(one.jurisdiction):
        raise PlanRefused("A jurisdiction is not one of the 51 two-letter codes.")
    if not 0.0 <= one.arrivals <= ARRIVALS_MAX:
        raise PlanRefused(f"Arrivals are between 0 and {ARRIVALS_MAX:.0f} in an interval.")
