"""What holds a record longest, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.jurisdictions import JURISDICTIONS
from server.retention.holding import MARGIN, Facts, Held, hold_until, years_after
from server.retention.law import LAWS, STRICTEST, law_of, unverified

SEEN = date(2026, 3, 2)
ADULT = date(1987, 3, 14)
FACTS = Facts(seen=SEEN, last_contact=SEEN, jurisdictions=("DC",), born=ADULT)  # 3 years


def test_nothing_is_kept_for_less_than_six_years() -> None:
    held = hold_until(replace(FACTS, jurisdictions=("FL",)))  # 5 years
    assert held == Held(date(2032, 3, 2) + MARGIN, "six_years", "45 CFR 164.316(b)(2)(i)")


def test_the_jurisdiction_that_asks_for_more_counts() -> None:
    held = hold_until(replace(FACTS, jurisdictions=("TX", "GA")))
    assert (held.until, held.ground) == (date(2036, 3, 2) + MARGIN, "jurisdiction")
    assert held.detail == "GA: Ga. Code § 31-33-2"


def test_years_are_counted_from_the_last_contact_and_not_from_the_visit() -> None:
    held = hold_until(replace(FACTS, last_contact=date(2030, 1, 1)))
    assert held.until == date(2036, 1, 1) + MARGIN


def test_a_contract_lengthens_and_never_shortens() -> None:
    assert hold_until(replace(FACTS, contract_years=12)).ground == "contract"
    assert hold_until(replace(FACTS, contract_years=12)).until == date(2038, 3, 2) + MARGIN
    assert hold_until(replace(FACTS, contract_years=2)) == hold_until(FACTS)


@pytest.mark.parametrize(
    ("jurisdiction", "born", "until"),
    [
        ("TX", date(2012, 5, 1), date(2033, 5, 1)),  # 21; 7 years would be March 2033
        ("TX", date(2010, 5, 1), date(2033, 3, 2)),  # 21 comes first
        ("NV", date(2020, 5, 1), date(2043, 5, 1)),  # 23
        ("SC", date(2009, 5, 1), date(2039, 3, 2)),  # 13 years
        ("NY", date(2012, 5, 1), date(2034, 5, 1)),  # a year after 21
        ("AL", date(2007, 9, 1), date(2053, 9, 1)),  # not looked up: a minor until 21, and 25
        ("HI", date(2020, 5, 1), date(2063, 5, 1)),
    ],
)
def test_a_minor_is_held_until_majority_and_the_years_of_the_jurisdiction(
    jurisdiction: str, born: date, until: date
) -> None:
    held = hold_until(replace(FACTS, jurisdictions=(jurisdiction,), born=born))
    assert held.until == until + MARGIN


def test_somebody_who_is_of_age_on_the_day_of_the_visit_is_no_minor() -> None:
    eighteen = replace(FACTS, born=date(2008, 3, 2))
    assert hold_until(eighteen) == hold_until(FACTS)
    day_before = replace(FACTS, jurisdictions=("TX",), born=date(2008, 3, 3))
    assert hold_until(day_before).until == date(2033, 3, 2) + MARGIN


def test_an_unknown_date_of_birth_holds_as_long_as_of_a_newborn() -> None:
    unknown = hold_until(replace(FACTS, jurisdictions=("TX",), born=None))
    assert unknown.until == date(2047, 3, 2) + MARGIN


@pytest.mark.parametrize("code", ["CA", "PR", None])
def test_where_nothing_is_known_the_strictest_counts(code: str | None) -> None:
    held = hold_until(replace(FACTS, jurisdictions=(code,)))
    assert held.until == date(2051, 3, 2) + MARGIN
    assert "strictest" in held.detail
    assert hold_until(replace(FACTS, jurisdictions=())).until == held.until


@pytest.mark.parametrize("code", unverified())
def test_a_figure_that_nobody_has_looked_up_never_shortens(code: str) -> None:
    held = hold_until(replace(FACTS, jurisdictions=(code,)))
    assert held.until == date(2051, 3, 2) + MARGIN
    assert "not looked up" in held.detail
    law = law_of(code)
    assert (law.minor_years, law.after_majority, law.majority) == (13, 25, 21)


def test_an_order_in_force_holds_what_it_was_made_from() -> None:
    order = replace(FACTS, in_force=date(2033, 1, 1))
    assert hold_until(order) == Held(
        date(2033, 1, 1) + MARGIN, "authorization", "an order is in force"
    )


def test_a_legal_hold_ends_only_when_it_is_released() -> None:
    held = hold_until(replace(FACTS, legal_holds=("matter 7", "matter 9")))
    assert held == Held(None, "legal_hold", "matter 7; matter 9")
    assert held.holds_on(date(2999, 1, 1))


def test_the_last_day_is_held_and_the_next_is_not() -> None:
    held = hold_until(FACTS)
    assert held.until is not None
    assert held.holds_on(held.until)
    assert not held.holds_on(held.until + timedelta(days=1))


def test_a_leap_day_becomes_the_first_of_march() -> None:
    assert years_after(date(2024, 2, 29), 6) == date(2030, 3, 1)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_no_row_is_stricter_than_the_strictest_and_each_is_a_jurisdiction() -> None:
    assert set(LAWS) <= set(JURISDICTIONS)
    for law in LAWS.values():
        assert law.years <= STRICTEST.years
        assert law.minor_years <= STRICTEST.minor_years
        assert law.after_majority <= STRICTEST.after_majority
        assert law.majority <= STRICTEST.majority
        assert law.citation
    assert law_of("ZZ") is STRICTEST
    assert "AL" in unverified()
    assert not {"TX", "NY"} & set(unverified())
    assert law_of("TX") is LAWS["TX"]
