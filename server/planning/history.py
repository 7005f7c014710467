"""The past as an expectation: the mean of whole days, laid on the day that is planned. UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from server.planning.demand import Demand, Expected, demand
from server.planning.refusals import PlanRefused

DAY_S: Final = 86_400


def mean_day(
    arrived: Iterable[Expected], *, today: date, planned: date, same_weekday: bool
) -> Demand:
    """Return the mean of the days since the first on which anybody came, until yesterday.

    Args:
        arrived: who came, as counts.
        today: left out, because it is not over.
        planned: the day that the mean is laid on.
        same_weekday: take only days of its weekday.

    Raises:
        PlanRefused: there is no such day.
    """
    past = [one for one in arrived if one.arrivals > 0.0 and day_of(one.starts_at) < today]
    first = min((day_of(one.starts_at) for one in past), default=today)
    whole = [first + timedelta(days=number) for number in range((today - first).days)]
    wanted = {day for day in whole if not same_weekday or day.weekday() == planned.weekday()}
    if not wanted:
        raise PlanRefused("The history has no whole day of this kind yet: give arrivals.")
    offset = midnight(planned)
    return demand(
        Expected(
            offset + one.starts_at % DAY_S,
            one.jurisdiction,
            one.arrivals / len(wanted),
        )
        for one in past
        if day_of(one.starts_at) in wanted
    )


def day_of(moment: int) -> date:
    """Return the day of an instant in epoch seconds."""
    return datetime.fromtimestamp(moment, UTC).date()


def midnight(day: date) -> int:
    """Return when a day begins, in epoch seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
