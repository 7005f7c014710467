"""A small network to plan for: three jurisdictions, a morning, a handful of practitioners."""

from __future__ import annotations

from server.planning.assumptions import Assumptions, Targets
from server.planning.demand import INTERVAL_S, Demand, Expected, demand
from server.planning.effort import Effort
from server.planning.plan import Question
from server.planning.roster import Line, Roster, Shift, roster

NINE = 1_772_442_000 // INTERVAL_S * INTERVAL_S  # a Monday morning, at the half hour


def at(half_hours: float) -> int:
    return NINE + round(half_hours * INTERVAL_S)


def expected(*rows: dict[str, float]) -> Demand:
    """Return demand: one dictionary a half hour, from nine o'clock."""
    return demand(
        Expected(at(number), name, arrivals)
        for number, row in enumerate(rows)
        for name, arrivals in row.items()
    )


def working(*people: tuple[str, str, float, float]) -> Roster:
    """Return a roster of (name, licences, from, until), times in half hours after nine."""
    return roster(
        Line(name, frozenset(licences.split()), Shift(at(begins), at(ends)))
        for name, licences, begins, ends in people
    )


def question(
    planned: Demand,
    people: Roster,
    *,
    assumptions: Assumptions | None = None,
    patients_max: int = 3_000,
) -> Question:
    return Question(
        planned, people, assumptions or Assumptions(), Targets(), Effort(patients_max)
    )
