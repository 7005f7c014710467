"""What was seen of one run: a row a patient, and the practitioners' time. Raw, no statistics.

Only what happened inside the window counts: patients who came in it, and seconds in it.
Columns of numbers, because a run has a hundred thousand patients and more.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import IntEnum

from signaling.identifiers import Instant


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
        busy_us: practitioner-microseconds rung, in a call or writing up.
        on_duty_us: practitioner-microseconds on duty.
        line_us: patient-microseconds in line, counted from how long the line was.
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
    busy_us: int = 0
    on_duty_us: int = 0
    line_us: int = 0
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

    def busy(self, since: Instant, until: Instant) -> None:
        """Enter that a practitioner was at work."""
        self.busy_us += max(0, min(until, self.ends) - max(since, self.begins))

    def on_duty(self, since: Instant, until: Instant) -> None:
        """Enter that a practitioner was on duty."""
        self.on_duty_us += max(0, min(until, self.ends) - max(since, self.begins))

    def in_line(self, count: int, since: Instant, until: Instant) -> None:
        """Enter how many were in line for a while."""
        self.line_us += count * max(0, until - max(since, self.begins))
