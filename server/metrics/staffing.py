"""How long practitioners did what, per half hour: the denominator of occupancy.

    status changes -> people per status -> x time passed -> microseconds per half hour

Pure: the time is an argument. Occupancy counts talk, wrap-up and ringing as busy, over all time
on duty (workforce management's usual definition; away is not on duty).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from signaling.identifiers import Instant
from signaling.participants import PractitionerStatus

HALF_HOUR_US: Final = 1_800_000_000
MS: Final = 1_000
ON_DUTY: Final = tuple(one for one in PractitionerStatus if one is not PractitionerStatus.AWAY)


@dataclass(frozen=True, slots=True)
class StaffTime:
    """Practitioner-milliseconds on duty, and what of it was spent with patients."""

    online_ms: int = 0
    offered_ms: int = 0
    in_exam_ms: int = 0
    wrap_up_ms: int = 0

    @property
    def busy_ms(self) -> int:
        """Return the time that counts as busy."""
        return self.offered_ms + self.in_exam_ms + self.wrap_up_ms

    @property
    def occupancy(self) -> float | None:
        """Return busy over online, 0 to 1; None while nobody was on duty."""
        return self.busy_ms / self.online_ms if self.online_ms else None

    def __add__(self, other: StaffTime) -> StaffTime:
        """Return both together."""
        return StaffTime(
            self.online_ms + other.online_ms,
            self.offered_ms + other.offered_ms,
            self.in_exam_ms + other.in_exam_ms,
            self.wrap_up_ms + other.wrap_up_ms,
        )


Microseconds = Counter[PractitionerStatus]


class StaffClock:
    """Sums the time of one network's practitioners."""

    def __init__(self, now: Instant) -> None:
        """Begin with nobody on duty."""
        self._at = now
        self.people: Counter[PractitionerStatus] = Counter()
        self.total: Microseconds = Counter()
        self._unsaved: dict[int, Microseconds] = {}

    def change(
        self, before: PractitionerStatus, after: PractitionerStatus, now: Instant
    ) -> None:
        """Let one practitioner pass from one status to another."""
        self.advance(now)
        self.people[before] -= before is not PractitionerStatus.AWAY
        self.people[after] += after is not PractitionerStatus.AWAY

    def advance(self, now: Instant) -> None:
        """Sum up until now, split at the half hours; time never runs backwards."""
        while self._at < now:
            starts_at = self._at - self._at % HALF_HOUR_US
            until = min(now, starts_at + HALF_HOUR_US)
            if self.people.total():
                self._spend(starts_at, until - self._at)
            self._at = Instant(until)

    def _spend(self, starts_at: int, passed: int) -> None:
        spent = self._unsaved.setdefault(starts_at, Counter())
        for status in ON_DUTY:
            spent[status] += self.people[status] * passed
            self.total[status] += self.people[status] * passed

    def seconds(self) -> tuple[float, float]:
        """Return practitioner-seconds online and busy since the start of the process."""
        online = sum(self.total[status] for status in ON_DUTY)
        idle = self.total[PractitionerStatus.AVAILABLE]
        return online / 1_000_000, (online - idle) / 1_000_000

    def unsaved(self) -> Mapping[int, StaffTime]:
        """Return whole milliseconds by half hour that have not been taken yet."""
        return {at: _staff_time(spent) for at, spent in self._unsaved.items() if spent.total()}

    def saved(self, times: Mapping[int, StaffTime]) -> None:
        """Take away what has been stored; fractions of milliseconds stay for the next time."""
        for starts_at, time in times.items():
            left = self._unsaved[starts_at]
            for status, ms in _by_status(time):
                left[status] -= ms * MS
            if starts_at + HALF_HOUR_US <= self._at and left.total() < MS * len(ON_DUTY):
                del self._unsaved[starts_at]


def _staff_time(spent: Microseconds) -> StaffTime:
    ms = {status: spent[status] // MS for status in ON_DUTY}
    return StaffTime(
        online_ms=sum(ms.values()),
        offered_ms=ms[PractitionerStatus.OFFERED],
        in_exam_ms=ms[PractitionerStatus.IN_EXAM],
        wrap_up_ms=ms[PractitionerStatus.WRAP_UP],
    )


def _by_status(time: StaffTime) -> Iterator[tuple[PractitionerStatus, int]]:
    yield PractitionerStatus.OFFERED, time.offered_ms
    yield PractitionerStatus.IN_EXAM, time.in_exam_ms
    yield PractitionerStatus.WRAP_UP, time.wrap_up_ms
    yield PractitionerStatus.AVAILABLE, time.online_ms - time.busy_ms
