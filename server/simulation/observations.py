"""What was seen of one run: a row a patient, and the practitioners' time. Raw, no statistics.

Only what happened inside the window counts: patients who came in it, and seconds in it. The
window is cut into `SLICES` equal stretches, from which the spread of a single run is told.
Columns of numbers, because a run has a hundred thousand patients and more.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from signaling.identifiers import Instant

SLICES: Final = 20


class Ending(IntEnum):
    """How a wait ended."""

    SERVED = 0
    LEFT = 1
    STILL_WAITING = 2


@dataclass(slots=True)
class Observations:
    """One run, as it was.

    Attributes:
        jurisdictions: their names; a row says which by index.
        begins: start of the window; patients who came before are not observed.
        ends: end of the window, and of the run.
        jurisdiction, arrived, waited, ending: columns, a row for each patient: index, instant,
            microseconds in line, `Ending`.
        busy_us: practitioner-microseconds rung, in a call or writing up, in each slice.
        on_duty_us: practitioner-microseconds on duty, in each slice.
        line_us: patient-microseconds in line, counted from how long the line was, in each.
        offers, missed, declined: how many there were.
        patients: how many came in all, before the window too.
        events: how many events the switchboard was given.
    """

    jurisdictions: tuple[str, ...]
    begins: Instant
    ends: Instant
    jurisdiction: array[int] = field(default_factory=lambda: array("H"))
    arrived: array[int] = field(default_factory=lambda: array("q"))
    waited: array[int] = field(default_factory=lambda: array("q"))
    ending: array[int] = field(default_factory=lambda: array("B"))
    busy_us: list[int] = field(default_factory=lambda: [0] * SLICES)
    on_duty_us: list[int] = field(default_factory=lambda: [0] * SLICES)
    line_us: list[int] = field(default_factory=lambda: [0] * SLICES)
    offers: int = 0
    missed: int = 0
    declined: int = 0
    patients: int = 0
    events: int = 0

    def settle(self, jurisdiction: int, arrived: Instant, now: Instant, ending: Ending) -> None:
        """Enter that a wait ended."""
        if arrived >= self.begins:
            self.jurisdiction.append(jurisdiction)
            self.arrived.append(arrived)
            self.waited.append(now - arrived)
            self.ending.append(ending)

    def slice_of(self, instant: Instant) -> int:
        """Return in which slice an instant of the window is."""
        return (instant - self.begins) * SLICES // (self.ends - self.begins)

    def busy(self, since: Instant, until: Instant) -> None:
        """Enter that a practitioner was at work."""
        self._spread(self.busy_us, since, until, 1)

    def on_duty(self, since: Instant, until: Instant) -> None:
        """Enter that a practitioner was on duty."""
        self._spread(self.on_duty_us, since, until, 1)

    def in_line(self, count: int, since: Instant, until: Instant) -> None:
        """Enter how many were in line for a while."""
        self._spread(self.line_us, since, until, count)

    def _spread(self, column: list[int], since: Instant, until: Instant, weight: int) -> None:
        """Add a stretch of time to the slices in which it lies."""
        since, until = max(since, self.begins), min(until, self.ends)
        if since >= until:
            return
        first, last = self.slice_of(since), self.slice_of(Instant(until - 1))
        if first == last:
            column[first] += weight * (until - since)
            return
        for at in range(first, last + 1):
            start = max(since, self._start_of(at))
            column[at] += weight * (min(until, self._start_of(at + 1)) - start)

    def _start_of(self, at: int) -> int:
        """Return the first microsecond that `slice_of` puts into a slice."""
        return self.begins - (-at * (self.ends - self.begins) // SLICES)
