"""Dates of birth: whether one is a date at all, and how old it makes somebody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from server.errors import InvalidBody

ADULT_YEARS: Final = 18
OLDEST_YEARS: Final = 125


def age_on(birth_date: str, today: date) -> int:
    """Return the age in whole years; somebody born on 29 February is older on 1 March.

    Raises:
        InvalidBody: it is no date, lies in the future, or nobody is that old.
    """
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        raise InvalidBody(fields=("birth_date",)) from None
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if born > today or age > OLDEST_YEARS:
        raise InvalidBody(fields=("birth_date",))
    return age


def day_of(instant: int) -> date:
    """Return the UTC day of an instant (microseconds UTC)."""
    return datetime.fromtimestamp(instant / 1_000_000, UTC).date()
