"""Who works when, and where they are licensed. Instants are epoch seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from server.jurisdictions import is_jurisdiction
from server.planning.refusals import PlanRefused

PRACTITIONERS_MAX: Final = 1_000
SHIFTS_MAX: Final = 64  # of one practitioner
NAME_CHARS_MAX: Final = 120
SHIFT_S_MAX: Final = 7 * 86_400


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """From when until when somebody works."""

    starts_at: int
    ends_at: int

    def within(self, starts_at: int, ends_at: int) -> int:
        """Return how many of these seconds are worked."""
        return max(0, min(self.ends_at, ends_at) - max(self.starts_at, starts_at))


@dataclass(frozen=True, slots=True)
class Rostered:
    """One practitioner.

    Attributes:
        name: what the planner calls them.
        licences: jurisdictions whose patients they may see.
        shifts: in order, without overlap.
    """

    name: str
    licences: frozenset[str]
    shifts: tuple[Shift, ...]

    def worked_s(self, starts_at: int, ends_at: int) -> int:
        """Return how many seconds they work between two instants."""
        return sum(shift.within(starts_at, ends_at) for shift in self.shifts)

    def share_of(self, starts_at: int, ends_at: int) -> float:
        """Return what share of the time between two instants they work."""
        return self.worked_s(starts_at, ends_at) / (ends_at - starts_at)

    def with_licence(self, jurisdiction: str) -> Rostered:
        """Return them with one licence more."""
        return replace(self, licences=self.licences | {jurisdiction})


Roster = tuple[Rostered, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One shift of one practitioner, as a roster is written."""

    name: str
    licences: frozenset[str]
    shift: Shift


def roster(lines: Iterable[Line]) -> Roster:
    """Put shifts together by practitioner, in alphabetical order.

    Raises:
        PlanRefused: somebody's lines contradict each other, or there are too many.
    """
    licences: dict[str, frozenset[str]] = {}
    shifts: dict[str, list[Shift]] = {}
    for line in lines:
        _require(line)
        if licences.setdefault(line.name, line.licences) != line.licences:
            raise PlanRefused("A practitioner has different jurisdictions on different lines.")
        shifts.setdefault(line.name, []).append(line.shift)
    if not licences:
        raise PlanRefused("The roster is empty.")
    if len(licences) > PRACTITIONERS_MAX:
        raise PlanRefused(f"A roster has at most {PRACTITIONERS_MAX} practitioners.")
    return tuple(
        Rostered(name, licences[name], _in_order(shifts[name])) for name in sorted(licences)
    )


def _require(line: Line) -> None:
    if not 0 < len(line.name) <= NAME_CHARS_MAX:
        raise PlanRefused(f"A practitioner's name has 1 to {NAME_CHARS_MAX} characters.")
    if not line.licences or not all(map(is_jurisdiction, line.licences)):
        raise PlanRefused("A jurisdiction is not one of the 51 two-letter codes.")
    if not 0 < line.shift.ends_at - line.shift.starts_at <= SHIFT_S_MAX:
        raise PlanRefused("A shift ends after it starts, and within a week.")


def _in_order(shifts: list[Shift]) -> tuple[Shift, ...]:
    if len(shifts) > SHIFTS_MAX:
        raise PlanRefused(f"A practitioner has at most {SHIFTS_MAX} shifts.")
    shifts.sort()
    for earlier, later in pairwise(shifts):
        if later.starts_at < earlier.ends_at:
            raise PlanRefused("Two shifts of a practitioner overlap.")
    return tuple(shifts)
