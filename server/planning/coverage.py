"""Where patients are expected while nobody licensed there is on shift."""

from __future__ import annotations

from dataclasses import dataclass

from server.planning.demand import INTERVAL_S, Demand, Interval
from server.planning.roster import Roster, Shift


@dataclass(frozen=True, slots=True)
class Gap:
    """A jurisdiction without anybody, for some of the time in which patients are expected.

    Attributes:
        jurisdiction: whose patients they are.
        uncovered_s: seconds of the half hours with patients in which nobody is on shift.
        patients: how many are expected in these seconds.
        spans: when that is, in order, none touching.
    """

    jurisdiction: str
    uncovered_s: int
    patients: float
    spans: tuple[Shift, ...]


def gaps(demand: Demand, roster: Roster) -> tuple[Gap, ...]:
    """Return every jurisdiction with a gap, the one with the most patients first."""
    found = [_gap(name, demand, roster) for name in demand.jurisdictions]
    some = [gap for gap in found if gap.uncovered_s]
    return tuple(sorted(some, key=lambda gap: (-gap.patients, gap.jurisdiction)))


def covered(jurisdiction: str, roster: Roster) -> tuple[Shift, ...]:
    """Return when anybody licensed in a jurisdiction is on shift, in order, none touching."""
    return merged(
        [shift for one in roster if jurisdiction in one.licences for shift in one.shifts]
    )


def merged(shifts: list[Shift]) -> tuple[Shift, ...]:
    """Return the union of spans."""
    union: list[Shift] = []
    for shift in sorted(shifts):
        if union and shift.starts_at <= union[-1].ends_at:
            union[-1] = Shift(union[-1].starts_at, max(union[-1].ends_at, shift.ends_at))
        else:
            union.append(shift)
    return tuple(union)


def _gap(jurisdiction: str, demand: Demand, roster: Roster) -> Gap:
    there = covered(jurisdiction, roster)
    spans: list[Shift] = []
    patients = 0.0
    for interval in demand.intervals:
        expected = interval.arrivals.get(jurisdiction, 0.0)
        if expected > 0.0:
            missing = _missing(interval, there)
            spans += missing
            patients += expected * sum(s.ends_at - s.starts_at for s in missing) / INTERVAL_S
    uncovered_s = sum(span.ends_at - span.starts_at for span in spans)
    return Gap(jurisdiction, uncovered_s, patients, merged(spans))


def _missing(interval: Interval, there: tuple[Shift, ...]) -> list[Shift]:
    missing: list[Shift] = []
    at = interval.starts_at
    for shift in there:
        if shift.ends_at > at and shift.starts_at < interval.ends_at:
            if shift.starts_at > at:
                missing.append(Shift(at, shift.starts_at))
            at = max(at, shift.ends_at)
    if at < interval.ends_at:
        missing.append(Shift(at, interval.ends_at))
    return missing
