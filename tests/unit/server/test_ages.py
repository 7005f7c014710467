from __future__ import annotations

from datetime import date

import pytest

from server.ages import age_on
from server.errors import InvalidBody


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        ("1990-04-12", date(2026, 4, 11), 35),
        ("1990-04-12", date(2026, 4, 12), 36),
        ("2008-02-29", date(2026, 2, 28), 17),
        ("2008-02-29", date(2026, 3, 1), 18),
    ],
)
def test_age_in_whole_years(born: str, today: date, age: int) -> None:
    assert age_on(born, today) == age


@pytest.mark.parametrize("born", ["1990-02-30", "0000-01-01", "2990-01-01", "1890-01-01"])
def test_what_is_no_date_of_birth(born: str) -> None:
    with pytest.raises(InvalidBody) as caught:
        age_on(born, date(2026, 9, 21))
    assert caught.value.fields == ("birth_date",)
