"""DEA registrations: the form of a number, and what holds when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.dea import DeaRegistration, is_number, registered_in

ONE = DeaRegistration("d", "FL", "AB1234563", 100, 10, "Credentialing", "DEA")


@pytest.mark.parametrize("text", ["AB1234563", "B91234563", "FG7654329"])
def test_a_number_checks_itself(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize(
    "text", ["AB1234564", "AB123456", "ab1234563", "A11234563", "AB1234563 ", "", "AB12345630"]
)
def test_what_does_not_check_is_no_number(text: str) -> None:
    assert not is_number(text)


@pytest.mark.parametrize(
    ("at", "ended_at", "places"),
    [
        (9, None, frozenset()),
        (10, None, {"FL"}),
        (99, None, {"FL"}),
        (100, None, frozenset()),
        (50, 50, frozenset()),
        (49, 50, {"FL"}),
    ],
)
def test_it_holds_from_its_check_until_it_ends(
    at: int, ended_at: int | None, places: frozenset[str]
) -> None:
    assert registered_in([replace(ONE, ended_at=ended_at)], at) == places
