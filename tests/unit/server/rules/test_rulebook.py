"""How rules are combined, and when they hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.local_days import begins, ends
from server.rules.rulebook import Rulebook, floor
from server.rules.snapshot_files import shipped
from server.rules.words import (
    DEMANDS,
    EXAMINING,
    Basis,
    Minimum,
    PatientKind,
    Profession,
    TreatmentClass,
)
from tests.rule_cases import NOW, Asked, asked_rules, many, shipped_book, texas_asks

PEEL = TreatmentClass.CHEMICAL_PEEL
KEY = ("TX", Profession.MD, PEEL, PatientKind.NEW)


def asked_of(book: Rulebook, *, now: int = NOW, opinion: bool = False) -> Minimum | None:
    return book.floor(KEY, now, opinion=opinion).minimum


def test_the_strictest_stated_minimum_counts() -> None:
    book = texas_asks(
        Asked(Minimum.STORE_AND_FORWARD, Basis.EXPLICIT),
        Asked(Minimum.LIVE_VIDEO, Basis.UNKNOWN),
        Asked(None),
    )
    assert asked_of(book) is Minimum.LIVE_VIDEO


def test_where_nothing_is_stated_nothing_is_known() -> None:
    found = texas_asks(Asked(None), Asked(None)).floor(KEY, NOW, opinion=True)
    assert (found.minimum, found.permitted) == (None, False)
    assert texas_asks().floor(KEY, NOW, opinion=True).rules == ()


def test_conditions_are_the_union() -> None:
    book = texas_asks(
        Asked(codes=("follow_up_provided",)), Asked(codes=("encounter_documented",))
    )
    assert book.floor(KEY, NOW, opinion=False).codes == {
        "follow_up_provided",
        "encounter_documented",
    }


def test_what_names_no_profession_class_or_patient_is_unknown_for_it() -> None:
    california = shipped_book()
    physician = ("CA", Profession.MD, PEEL, PatientKind.NEW)
    nurse = ("CA", Profession.NP, PEEL, PatientKind.NEW)
    established = ("CA", Profession.MD, PEEL, PatientKind.ESTABLISHED)
    assert california.floor(physician, NOW, opinion=False).minimum is Minimum.STORE_AND_FORWARD
    assert california.floor(nurse, NOW, opinion=False).minimum is None
    assert california.floor(established, NOW, opinion=False).minimum is None


def test_a_rule_binds_from_its_first_midnight_and_permits_from_its_last() -> None:
    """Texas has two time zones, an hour apart."""
    day = date(2026, 12, 1)
    book = texas_asks(Asked(Minimum.STORE_AND_FORWARD, Basis.EXPLICIT, since=day))
    first, last = ends("TX", day), begins("TX", day)
    assert first < last
    found = [book.floor(KEY, at, opinion=False) for at in (first - 1, first, last - 1, last)]
    assert [one.minimum is not None for one in found] == [False, True, True, True]
    assert [one.permitted for one in found] == [False, False, False, True]


def test_a_rule_ends_to_permit_at_the_first_midnight_and_to_bind_at_the_last() -> None:
    day = date(2026, 12, 1)
    book = texas_asks(Asked(Minimum.STORE_AND_FORWARD, Basis.EXPLICIT, until=day))
    first, last = ends("TX", day), begins("TX", day)
    found = [book.floor(KEY, at, opinion=False) for at in (first - 1, first, last - 1, last)]
    assert [one.permitted for one in found] == [True, False, False, False]
    assert [one.minimum is not None for one in found] == [True, True, True, False]


@many
@given(
    rules=st.lists(asked_rules, max_size=4),
    times=st.lists(st.integers(NOW - 10**13, NOW + 10**13), min_size=1, max_size=6),
    opinion=st.booleans(),
)
def test_what_is_remembered_is_what_would_be_found(
    rules: list[Asked],
    times: list[int],
    opinion: bool,  # noqa: FBT001
) -> None:
    book = texas_asks(*rules)
    for now in times:
        assert book.floor(KEY, now, opinion=opinion) == texas_asks(*rules).floor(
            KEY, now, opinion=opinion
        )


@many
@given(rules=st.lists(asked_rules, max_size=4), now=st.integers(NOW - 10**13, NOW + 10**13))
def test_an_opinion_tightens_nothing(rules: list[Asked], now: int) -> None:
    book = texas_asks(*rules)
    with_it, without = (book.floor(KEY, now, opinion=opinion) for opinion in (True, False))
    if without.minimum is not None:
        assert with_it.minimum is not None
        assert DEMANDS[with_it.minimum] == DEMANDS[without.minimum]
        assert with_it.permitted >= without.permitted


def test_no_rules_at_all_is_a_floor_without_end() -> None:
    assert NOW in floor((), NOW, opinion=False).holds


@pytest.mark.parametrize("profession", EXAMINING)
def test_arizona_injectables_and_washington_lasers_stay_live_with_an_opinion(
    profession: Profession,
) -> None:
    for treatment_class in (TreatmentClass.NEUROTOXIN, TreatmentClass.FILLER):
        key = ("AZ", profession, treatment_class, PatientKind.NEW)
        assert shipped_book().floor(key, NOW, opinion=True).minimum is Minimum.LIVE_VIDEO
    key = ("WA", Profession.MD, TreatmentClass.LASER_IPL, PatientKind.NEW)
    assert shipped_book().floor(key, NOW, opinion=True).minimum is Minimum.LIVE_VIDEO


CANDIDATES = {"CA", "DE", "ND", "NJ", "OH", "TX", "VA", "VT"}


def test_only_these_say_that_store_and_forward_may_begin_care() -> None:
    book = Rulebook(shipped())
    found = {
        jurisdiction
        for jurisdiction in book.jurisdictions
        for profession in EXAMINING
        for treatment_class in TreatmentClass
        if (
            asked := book.floor(
                (jurisdiction, profession, treatment_class, PatientKind.NEW), NOW, opinion=False
            )
        ).permitted
        and asked.minimum is Minimum.STORE_AND_FORWARD
    }
    assert found == CANDIDATES - {"DE"}  # Delaware states live audio beside it
