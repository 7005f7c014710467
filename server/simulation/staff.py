"""The staff of a scenario: everybody by identifier, where they are licensed, when they work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from server.simulation.calendar import Calendar
from server.simulation.scenario import Practitioners, Scenario
from signaling.identifiers import EligibilityClass, PractitionerId


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Somebody who works.

    Attributes:
        practitioner_id: made up, in the order of the file.
        jurisdictions: where they are licensed.
        languages: what they speak besides English.
        shifts: [start, end) in seconds, in order, none overlapping, all before the horizon.
    """

    practitioner_id: PractitionerId
    jurisdictions: tuple[str, ...]
    languages: frozenset[str]
    shifts: tuple[tuple[float, float], ...]


def staff(scenario: Scenario) -> tuple[Practitioner, ...]:
    """Return everybody, in the order of the file."""
    calendar = Calendar(scenario.starts_on, scenario.time_zone)
    alike = [one for one in scenario.practitioners for _ in range(one.count)]
    return tuple(
        Practitioner(
            PractitionerId(f"p{number:04}"),
            one.jurisdictions,
            frozenset(one.languages),
            tuple(_shifts(one, calendar, scenario.horizon_s)),
        )
        for number, one in enumerate(alike)
    )


def classes(
    everybody: Sequence[Practitioner],
) -> dict[EligibilityClass, frozenset[PractitionerId]]:
    """Return who may see the patients of each jurisdiction that anybody is licensed in."""
    licensed: dict[str, set[PractitionerId]] = {}
    for one in everybody:
        for jurisdiction in one.jurisdictions:
            licensed.setdefault(jurisdiction, set()).add(one.practitioner_id)
    return {EligibilityClass(name): frozenset(who) for name, who in licensed.items()}


def _shifts(
    one: Practitioners, calendar: Calendar, horizon_s: float
) -> Iterator[tuple[float, float]]:
    if one.shifts is None:
        yield (0.0, horizon_s)
        return
    # A day early: west of the scenario's zone a shift of the day before may still go on.
    days = range(1) if one.repeat == "never" else count(-1)
    for day in days:
        midnight = calendar.midnight_s(day, one.time_zone)
        if midnight >= horizon_s:
            return
        for start, end in sorted(one.shifts):
            start_s, end_s = max(0.0, midnight + start), min(horizon_s, midnight + end)
            if start_s < end_s:
                yield (start_s, end_s)
