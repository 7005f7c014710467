"""How many who may see patients are rostered, by jurisdiction and hour. Pure.

An hour counts for somebody only when they are there, and licensed, for the whole of it: half
an hour of cover is a gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from server.jurisdictions import JURISDICTIONS
from server.staffing.licensed import licensed_spans
from server.staffing.spans import HOUR_US, Span, joined
from server.storage.directory import PractitionerFile
from server.storage.shifts import Shift

HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Coverage:
    """One jurisdiction over `HOURS` hours: how many are there for the whole of each."""

    jurisdiction: str
    rostered: tuple[int, ...]

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Return the stretches without anybody, as (first hour, hour after the last)."""
        spans = joined(Span(hour, hour + 1) for hour, n in enumerate(self.rostered) if n == 0)
        return tuple((span.starts_at, span.ends_at) for span in spans)


def coverage(
    files: Iterable[PractitionerFile], planned: Sequence[Shift], *, starts_at: int, now: int
) -> list[Coverage]:
    """Return every one of the 51 jurisdictions, in the order of their codes.

    Args:
        files: the practitioners of the network.
        planned: their shifts that touch the day.
        starts_at: the beginning of the day, microseconds UTC.
        now: when it is asked.
    """
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    for shift in planned:
        spans[shift.practitioner_id].append(Span(shift.starts_at, shift.ends_at))
    counts = {code: [0] * HOURS for code in sorted(JURISDICTIONS)}
    for file in files:
        stretches = joined(spans[file.practitioner.practitioner_id])
        for code in {one.jurisdiction for one in file.authorities} & counts.keys():
            there = joined(
                part
                for stretch in stretches
                for part in licensed_spans(file, frozenset({code}), stretch, now=now)
            )
            _count(counts[code], there, starts_at)
    return [Coverage(code, tuple(hours)) for code, hours in counts.items()]


def _count(hours: list[int], there: Sequence[Span], starts_at: int) -> None:
    for hour in range(HOURS):
        start = starts_at + hour * HOUR_US
        if any(one.starts_at <= start and start + HOUR_US <= one.ends_at for one in there):
            hours[hour] += 1
