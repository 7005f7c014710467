"""A licence that ends in the middle of a shift, and the cover that is left."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.authority import Authority
from server.staffing.coverage import coverage
from server.staffing.licensed import licensed_spans, may_at
from server.staffing.spans import HOUR_US, Span
from server.storage.directory import PractitionerFile
from server.storage.shifts import Shift
from server.waiting.authorities import in_force
from tests.contract.storage.rows import ANA, LICENCE, NOW, PHYSICIAN

DAY = Span(NOW, NOW + 24 * HOUR_US)
TEXAS = frozenset({"TX"})


def hour(number: int) -> int:
    return NOW + number * HOUR_US


def file(*authorities: Authority, active: bool = True) -> PractitionerFile:
    who = replace(ANA, profession="MD", active=active)
    return PractitionerFile(who, authorities, ())


def licence(place: str, start: int = -100, end: int = 100, **changes: object) -> Authority:
    made = replace(LICENCE, jurisdiction=place, profession="MD")
    times = {"valid_from": hour(start), "valid_until": hour(end), "verified_at": hour(-100)}
    return replace(made, **{**times, **changes})  # type: ignore[arg-type]


def test_a_licence_that_ends_cuts_the_shift() -> None:
    assert licensed_spans(file(licence("TX", end=6)), TEXAS, DAY, now=NOW) == [
        Span(NOW, hour(6))
    ]


def test_a_look_that_grows_too_old_is_taken_to_come_again_in_time() -> None:
    held = licence("TX", verify_again_at=hour(6))
    assert licensed_spans(file(held), TEXAS, DAY, now=NOW) == [DAY]


def test_nobody_is_planned_with_whose_look_is_too_old_now() -> None:
    held = file(licence("TX", verify_again_at=hour(6)))
    tomorrow = Span(hour(24), hour(48))
    assert licensed_spans(held, TEXAS, tomorrow, now=hour(6) - 1) == [tomorrow]
    assert licensed_spans(held, TEXAS, tomorrow, now=hour(6)) == []


def test_nobody_is_planned_with_whose_file_lapsed_by_time_alone() -> None:
    """What is written down is as it was when the file was last changed."""
    one = file(licence("TX"))
    who = replace(one.practitioner, cleared_until=hour(6), planned_until=hour(72))
    held, tomorrow = replace(one, practitioner=who), Span(hour(24), hour(48))
    assert licensed_spans(held, TEXAS, tomorrow, now=hour(6) - 1) == [tomorrow]
    assert licensed_spans(held, TEXAS, tomorrow, now=hour(6)) == []


def test_a_plan_of_one_instant_says_the_same() -> None:
    held = file(licence("TX", verify_again_at=hour(6)))
    assert in_force(held, hour(24)) == frozenset()
    assert in_force(held, hour(24), planned_at=hour(6) - 1) == TEXAS
    assert in_force(held, hour(24), planned_at=hour(6)) == frozenset()


def test_a_licence_that_begins_opens_it_late() -> None:
    found = licensed_spans(file(licence("TX", start=6)), TEXAS, DAY, now=NOW)
    assert found == [Span(hour(6), hour(24))]


def test_both_places_must_hold_at_once() -> None:
    held = file(licence("TX", end=6), licence("AZ", start=3))
    assert licensed_spans(held, TEXAS | {"AZ"}, DAY, now=NOW) == [Span(hour(3), hour(6))]


def test_a_renewed_licence_leaves_no_gap() -> None:
    held = file(licence("TX", end=6), licence("TX", start=6))
    assert licensed_spans(held, TEXAS, DAY, now=NOW) == [DAY]


def test_a_collaborator_who_leaves_ends_it_too() -> None:
    agreed = replace(PHYSICIAN, active_from=hour(-1), active_until=hour(2))
    held = PractitionerFile(ANA, (LICENCE,), (agreed,))
    assert licensed_spans(held, TEXAS, DAY, now=NOW) == [Span(NOW, hour(2))]


def test_whoever_is_not_active_may_nowhere() -> None:
    assert licensed_spans(file(licence("TX"), active=False), TEXAS, DAY, now=NOW) == []


@given(
    st.lists(
        st.tuples(st.integers(-5, 24), st.integers(1, 24)).map(
            lambda it: licence("TX", it[0], sum(it))
        ),
        max_size=4,
    )
)
def test_every_instant_is_as_asking_there_says(held: list[Authority]) -> None:
    one = file(*held)
    parts = licensed_spans(one, TEXAS, DAY, now=NOW)
    for half_hours in range(48):
        instant = NOW + half_hours * HOUR_US // 2
        assert any(part.contains(instant) for part in parts) == may_at(one, TEXAS, instant)


def shift(start: int, end: int) -> Shift:
    return Shift(
        f"s{start}", "network-1", ANA.practitioner_id, hour(start), hour(end), "ops", NOW
    )


def test_an_hour_counts_when_it_is_covered_whole() -> None:
    half = replace(shift(2, 5), ends_at=hour(4) + HOUR_US // 2)
    rows = coverage([file(licence("TX"))], [half], starts_at=NOW, now=NOW)
    (texas,) = [one for one in rows if one.jurisdiction == "TX"]
    assert texas.rostered[:6] == (0, 0, 1, 1, 0, 0)
    assert texas.gaps == ((0, 2), (4, 24))
    assert len(rows) == 51


def test_shifts_back_to_back_cover_the_hour_between_them() -> None:
    first = replace(shift(0, 2), ends_at=hour(1) + HOUR_US // 2)
    second = replace(shift(2, 4), starts_at=first.ends_at)
    rows = coverage([file(licence("TX"))], [first, second], starts_at=NOW, now=NOW)
    (texas,) = [one for one in rows if one.jurisdiction == "TX"]
    assert texas.rostered[:5] == (1, 1, 1, 1, 0)


def test_who_is_not_licensed_covers_nothing() -> None:
    rows = coverage([file(licence("TX"))], [shift(0, 24)], starts_at=NOW, now=NOW)
    assert all(one.gaps == ((0, 24),) for one in rows if one.jurisdiction != "TX")
