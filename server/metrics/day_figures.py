"""The figures of a day: as a whole, and half hour by half hour. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.metrics.days import Day
from server.metrics.service_level import OfferCounts, Service, offer_counts, service
from server.metrics.staffing import HALF_HOUR_US, StaffTime
from server.storage.figures import OfferTimes, StaffingInterval, VisitTimes


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day or a half hour of it; visits belong to when their patients were ready."""

    starts_at: int
    service: Service
    offers: OfferCounts
    staff: StaffTime


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A whole day, and its half hours in order; those without anything are left out."""

    day: Day
    whole: Stretch
    half_hours: Sequence[Stretch]


def figures(
    day: Day,
    visits: Iterable[VisitTimes],
    offers: Iterable[OfferTimes],
    staff: Mapping[int, StaffTime],
) -> DayFigures:
    """Return the figures of a day.

    Args:
        day: which.
        visits: whose patients were ready in it.
        offers: that rang in it.
        staff: time on duty, by when its half hour begins.
    """
    seen, rung = tuple(visits), tuple(offers)
    by_visit: defaultdict[int, list[VisitTimes]] = defaultdict(list)
    for visit in seen:
        by_visit[visit.ready_at - visit.ready_at % HALF_HOUR_US].append(visit)
    by_offer: defaultdict[int, list[OfferTimes]] = defaultdict(list)
    for offer in rung:
        by_offer[offer.rung_at - offer.rung_at % HALF_HOUR_US].append(offer)
    starts = sorted(by_visit.keys() | by_offer.keys() | staff.keys())
    whole = Stretch(
        day.since, service(seen), offer_counts(rung), sum(staff.values(), StaffTime())
    )
    half_hours = [
        Stretch(
            at,
            service(by_visit.get(at, ())),
            offer_counts(by_offer.get(at, ())),
            staff.get(at, StaffTime()),
        )
        for at in starts
    ]
    return DayFigures(day, whole, half_hours)


def staff_times(intervals: Iterable[StaffingInterval]) -> dict[int, StaffTime]:
    """Return stored time on duty by half hour."""
    return {
        one.starts_at: StaffTime(one.online_ms, one.offered_ms, one.in_exam_ms, one.wrap_up_ms)
        for one in intervals
    }


def of_jurisdiction(
    jurisdiction: str | None, rows: Iterable[VisitTimes]
) -> tuple[VisitTimes, ...]:
    """Return the visits of one jurisdiction, or all of them."""
    return tuple(one for one in rows if jurisdiction in (None, one.jurisdiction))
