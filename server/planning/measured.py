"""What several simulated days say about one half hour, or about all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.planning.day import Played, Tally
from server.planning.ratios import Sums, difference, ratio
from server.simulation.intervals import Estimate

LINE_MIN: Final = 10  # patients of a jurisdiction, over all days, that its mean is taken from


@dataclass(frozen=True, slots=True)
class Line:
    """A jurisdiction, and the mean time in line of all who came from it."""

    jurisdiction: str
    wait_s: Estimate


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures with their intervals; None where nobody came, or nobody worked.

    Attributes:
        asa_s: mean wait from ready to accept of those accepted.
        service_level: share answered in time, of all who came.
        abandonment: share that left unanswered.
        occupancy: practitioners' time rung or with patients, over their time on duty.
        worst: the jurisdiction that waits longest.
    """

    asa_s: Estimate | None
    service_level: Estimate | None
    abandonment: Estimate | None
    occupancy: Estimate | None
    worst: Line | None


def half_hours(days: Sequence[Played]) -> list[Measured]:
    """Return the figures of each half hour."""
    return [measured(row) for row in zip(*(day.tallies for day in days), strict=True)]


def whole(days: Sequence[Played]) -> Measured:
    """Return the figures of all half hours together."""
    return measured([total(day.tallies) for day in days])


def measured(tallies: Sequence[Tally]) -> Measured:
    """Return what one tally of each day amounts to."""
    return Measured(
        asa_s=ratio([Sums(one.waited_s, one.answered) for one in tallies]),
        service_level=ratio([Sums(one.in_time, one.answered + one.left) for one in tallies]),
        abandonment=ratio([Sums(one.left, one.answered + one.left) for one in tallies]),
        occupancy=ratio([Sums(one.busy_s, one.on_duty_s) for one in tallies]),
        worst=_worst(tallies),
    )


def in_line(tallies: Sequence[Tally]) -> Estimate | None:
    """Return the mean time in line of all who came, those who left included."""
    return ratio([_lines(one) for one in tallies])


def saved(before: Sequence[Tally], after: Sequence[Tally]) -> Estimate | None:
    """Return by how many seconds that became shorter."""
    return difference([_lines(one) for one in before], [_lines(one) for one in after])


def _lines(tally: Tally) -> Sums:
    lines = tally.lines.values()
    return Sums(sum(waited_s for _, waited_s in lines), sum(people for people, _ in lines))


def total(tallies: Sequence[Tally]) -> Tally:
    """Return several half hours as one."""
    everything = Tally()
    for one in tallies:
        everything.answered += one.answered
        everything.waited_s += one.waited_s
        everything.in_time += one.in_time
        everything.left += one.left
        everything.busy_s += one.busy_s
        everything.on_duty_s += one.on_duty_s
        for name, (people, waited_s) in one.lines.items():
            known, longer = everything.lines.get(name, (0, 0.0))
            everything.lines[name] = (known + people, longer + waited_s)
    return everything


def _worst(tallies: Sequence[Tally]) -> Line | None:
    names = {name for one in tallies for name in one.lines}
    lines = []
    for name in sorted(names):
        sums = [
            Sums(one.lines.get(name, (0, 0.0))[1], one.lines.get(name, (0, 0.0))[0])
            for one in tallies
        ]
        wait_s = ratio(sums)
        if wait_s is not None and sum(one.whole for one in sums) >= LINE_MIN:
            lines.append(Line(name, wait_s))
    return max(lines, key=lambda line: line.wait_s.value, default=None)
