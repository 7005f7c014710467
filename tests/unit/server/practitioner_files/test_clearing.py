"""A file is complete until its first part ends, and not at all while one is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.credentials import (
    CLEAR,
    DAY_US,
    MATCH,
    NEVER,
    NOT_CLEARED,
    STATE,
    Clearance,
    Employment,
    ExclusionCheck,
    Malpractice,
    Missing,
    Parts,
    Standard,
    Training,
    clearance,
    covered_until,
    excluded,
)

NOW = 1_764_000_000_000_000
ZONE = "America/New_York"
STANDARD = Standard()
CHECK = ExclusionCheck(
    verified_at=NOW - DAY_US, list_name="leie", outcome="clear", checked_at=NOW - DAY_US
)
COVER = Malpractice(
    verified_at=NOW - DAY_US,
    insurer="Saguaro Mutual",
    policy_number="SM-1",
    per_claim_usd=1_000_000,
    aggregate_usd=3_000_000,
    valid_from=NOW - 100 * DAY_US,
    valid_until=NOW + 100 * DAY_US,
)
CONTRACT = Employment(
    verified_at=NOW - DAY_US, kind="employee", title="NP", valid_from=NOW - 50 * DAY_US
)
TRAINING = Training(
    verified_at=NOW - DAY_US,
    topic="Exams by video",
    provider="Academy",
    minutes=2_400,
    completed_at=NOW - 10 * DAY_US,
)
WHOLE = Parts((CHECK,), (COVER,), (CONTRACT,), (TRAINING,))


def missing(parts: Parts, standard: Standard = STANDARD) -> tuple[Missing, ...]:
    found = clearance(parts, standard, NOW, ZONE)
    assert (found.until == NOT_CLEARED) == bool(found.missing)
    return found.missing


def test_a_whole_file_is_complete_until_its_first_part_ends() -> None:
    found = clearance(WHOLE, STANDARD, NOW, ZONE)
    assert (found.until, found.missing) == (NOW + 30 * DAY_US, ())
    later = replace(WHOLE, exclusion_checks=(replace(CHECK, checked_at=NOW),))
    shorter = replace(COVER, valid_until=NOW + 5 * DAY_US)
    assert clearance(replace(later, malpractice=(shorter,)), STANDARD, NOW, ZONE).until == (
        NOW + 5 * DAY_US
    )


def test_a_plan_counts_on_the_looks_that_are_still_to_come_and_on_nothing_else() -> None:
    found = clearance(WHOLE, STANDARD, NOW, ZONE)
    assert found.planned == COVER.valid_until
    assert found.planned > (found.until or 0)
    named = replace(CHECK, outcome=MATCH)
    assert (
        clearance(replace(WHOLE, exclusion_checks=(named,)), STANDARD, NOW, ZONE).planned == 0
    )
    assert clearance(replace(WHOLE, exclusion_checks=()), STANDARD, NOW, ZONE).planned == 0


def test_where_nothing_is_asked_for_nothing_has_an_end() -> None:
    assert clearance(Parts(), None, NOW, ZONE) == Clearance(None)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("exclusion_checks", Missing.EXCLUSION_CHECK),
        ("malpractice", Missing.MALPRACTICE),
        ("employments", Missing.EMPLOYMENT),
        ("trainings", Missing.TRAINING),
    ],
)
def test_each_part_that_is_missing_clears_nobody(part: str, what: Missing) -> None:
    absent: Any = {part: ()}
    assert missing(replace(WHOLE, **absent)) == (what,)
    (there,) = getattr(WHOLE, part)
    claimed: Any = {part: (replace(there, verified_at=None),)}
    assert missing(replace(WHOLE, **claimed)) == (what,)
    ended: Any = {part: (replace(there, ended_at=NOW),)}
    assert missing(replace(WHOLE, **ended)) == (what,)
    ends_later: Any = {part: (replace(there, ended_at=NOW + 1),)}
    assert missing(replace(WHOLE, **ends_later)) == ()


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        (
            replace(WHOLE, exclusion_checks=(replace(CHECK, checked_at=NOW - 31 * DAY_US),)),
            Missing.EXCLUSION_CHECK,
        ),
        (replace(WHOLE, malpractice=(replace(COVER, valid_until=NOW),)), Missing.MALPRACTICE),
        (
            replace(WHOLE, malpractice=(replace(COVER, valid_from=NOW + 1),)),
            Missing.MALPRACTICE,
        ),
        (
            replace(WHOLE, employments=(replace(CONTRACT, valid_until=NOW),)),
            Missing.EMPLOYMENT,
        ),
        (replace(WHOLE, trainings=(replace(TRAINING, minutes=2_399),)), Missing.TRAINING),
        (
            replace(WHOLE, trainings=(replace(TRAINING, completed_at=NOW + 1),)),
            Missing.TRAINING,
        ),
        (
            replace(WHOLE, exclusion_checks=(replace(CHECK, list_name="state"),)),
            Missing.EXCLUSION_CHECK,
        ),
    ],
    ids=["old look", "expired", "not yet", "left", "too little", "to come", "other list"],
)
def test_what_is_over_or_too_little_clears_nobody(parts: Parts, what: Missing) -> None:
    assert missing(parts) == (what,)


def test_a_match_in_any_list_bars_until_a_later_look_into_that_list_is_clear() -> None:
    found = replace(CHECK, list_name="sam", outcome="match", checked_at=NOW - 3 * DAY_US)
    assert missing(replace(WHOLE, exclusion_checks=(CHECK, found))) == (Missing.EXCLUDED,)
    elsewhere = replace(found, list_name="state", outcome="clear", checked_at=NOW - DAY_US)
    both = (CHECK, found, elsewhere)
    assert missing(replace(WHOLE, exclusion_checks=both)) == (Missing.EXCLUDED,)
    again = replace(found, outcome="clear", checked_at=NOW - 2 * DAY_US)
    assert missing(replace(WHOLE, exclusion_checks=(CHECK, found, again))) == ()
    at_once = replace(found, outcome="clear")
    assert missing(replace(WHOLE, exclusion_checks=(CHECK, found, at_once))) == (
        Missing.EXCLUDED,
    )


def local(day: str, time: str = "00:00") -> int:
    moment = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(ZONE))
    return int(moment.timestamp()) * 1_000_000


def looks(match: int, clear: int) -> list[tuple[ExclusionCheck, ExclusionCheck]]:
    """Return a match and what was clear in the same list, in both orders."""
    found = replace(CHECK, verified_at=0, outcome=MATCH, checked_at=match)
    cleared = replace(CHECK, verified_at=0, outcome=CLEAR, checked_at=clear)
    return [(found, cleared), (cleared, found)]


# The clocks of New York: a day of 25 hours on November 2, 2025, one of 23 on March 9, 2025.
@pytest.mark.parametrize(
    ("match", "clear", "excludes"),
    [
        (local("2025-06-10"), local("2025-06-10", "09:00"), True),
        (local("2025-06-10"), local("2025-06-10", "23:59"), True),
        (local("2025-06-10", "15:00"), local("2025-06-10"), True),
        (local("2025-06-10"), local("2025-06-10"), True),
        (local("2025-06-10"), local("2025-06-11"), False),
        (local("2025-06-10", "15:00"), local("2025-06-11"), False),
        (local("2025-06-10", "23:59"), local("2025-06-11", "00:01"), False),
        (local("2025-06-11"), local("2025-06-10", "23:59"), True),
        (local("2025-11-02"), local("2025-11-02", "23:59"), True),
        (local("2025-11-02"), local("2025-11-03"), False),
        (local("2025-03-09"), local("2025-03-10"), False),
        (local("2025-03-09"), local("2025-03-09", "23:59"), True),
    ],
)
def test_only_a_look_on_a_later_day_lifts_a_match_at_whatever_hour_either_was_written(
    match: int, clear: int, *, excludes: bool
) -> None:
    for both in looks(match, clear):
        assert excluded(both, NOW, ZONE) is excludes


def test_which_day_it_was_is_said_by_the_networks_own_calendar() -> None:
    late, next_morning = local("2025-06-10", "20:30"), local("2025-06-11", "08:00")
    (both, _) = looks(late, next_morning)
    assert not excluded(both, NOW, ZONE)
    assert excluded(both, NOW, "Etc/UTC"), "June 11, both"


def test_a_match_after_what_lifted_one_bars_again() -> None:
    (first, cleared), _ = looks(local("2025-06-10"), local("2025-06-11"))
    again = replace(first, checked_at=local("2025-06-12"))
    assert excluded((first, cleared, again), NOW, ZONE)
    assert not excluded((first, replace(cleared, checked_at=NOW), again), NOW, ZONE)


def test_what_is_clear_in_a_states_list_never_lifts_a_match_in_a_states_list() -> None:
    """Nothing says of which state a look was: the match bars until it is taken back."""
    found = replace(CHECK, list_name=STATE, outcome=MATCH, checked_at=NOW - 20 * DAY_US)
    clear = replace(found, outcome=CLEAR, checked_at=NOW - DAY_US)
    for both in ((found, clear), (clear, found)):
        parts = replace(WHOLE, exclusion_checks=(CHECK, *both))
        assert missing(parts) == (Missing.EXCLUDED,)
    back = replace(found, ended_at=NOW)
    assert missing(replace(WHOLE, exclusion_checks=(CHECK, back, clear))) == ()


def test_a_look_that_was_wrong_can_be_taken_back() -> None:
    found = replace(CHECK, outcome="match", checked_at=NOW - 3)
    assert Missing.EXCLUDED in missing(replace(WHOLE, exclusion_checks=(CHECK, found)))
    back = replace(found, ended_at=NOW)
    assert missing(replace(WHOLE, exclusion_checks=(CHECK, back))) == ()


def test_policies_that_follow_one_another_cover_as_one_and_a_gap_does_not() -> None:
    assert covered_until([(0, 10), (10, 20), (15, 30)], 5) == 30
    assert covered_until([(0, 10), (11, 20)], 5) == 10
    assert covered_until([(11, 20)], 5) == NOT_CLEARED
    assert covered_until([], 5) == NOT_CLEARED


def test_trainings_are_summed_up() -> None:
    halves = tuple(replace(TRAINING, minutes=1_200) for _ in range(2))
    assert missing(replace(WHOLE, trainings=halves)) == ()


def test_what_is_not_asked_for_may_be_missing() -> None:
    lenient = Standard(0, 31, malpractice=False, employment=False)
    assert clearance(Parts(exclusion_checks=(CHECK,)), lenient, NOW, ZONE).missing == ()


def test_without_anything_that_ends_a_file_is_complete_for_ever() -> None:
    found = clearance(
        replace(WHOLE, malpractice=()), replace(STANDARD, malpractice=False), NOW, ZONE
    )
    assert found.until == CHECK.checked_at + 31 * DAY_US < NEVER


INSTANTS = st.integers(NOW - 60 * DAY_US, NOW + 60 * DAY_US)
STANDARDS = st.builds(
    Standard,
    training_minutes_min=st.integers(0, 5_000),
    exclusion_days=st.integers(1, 60),
    malpractice=st.booleans(),
    employment=st.booleans(),
)
FILES = st.builds(
    Parts,
    exclusion_checks=st.lists(
        st.builds(
            ExclusionCheck,
            verified_at=st.none() | INSTANTS,
            list_name=st.sampled_from(["leie", "sam", "state"]),
            outcome=st.sampled_from(["clear", "match"]),
            checked_at=INSTANTS,
        ),
        max_size=3,
    ).map(tuple),
    malpractice=st.lists(
        st.builds(replace, st.just(COVER), valid_from=INSTANTS, valid_until=INSTANTS),
        max_size=3,
    ).map(tuple),
    employments=st.lists(
        st.builds(
            replace, st.just(CONTRACT), valid_from=INSTANTS, valid_until=st.none() | INSTANTS
        ),
        max_size=2,
    ).map(tuple),
    trainings=st.lists(
        st.builds(replace, st.just(TRAINING), minutes=st.integers(1, 3_000)), max_size=3
    ).map(tuple),
)


def ends(found: Clearance) -> int:
    assert found.until is not None
    return found.until


@given(FILES, STANDARDS, STANDARDS)
def test_asking_for_more_never_clears_for_longer(
    parts: Parts, one: Standard, other: Standard
) -> None:
    stricter = Standard(
        max(one.training_minutes_min, other.training_minutes_min),
        min(one.exclusion_days, other.exclusion_days),
        malpractice=one.malpractice or other.malpractice,
        employment=one.employment or other.employment,
    )
    strict = ends(clearance(parts, stricter, NOW, ZONE))
    assert strict <= ends(clearance(parts, one, NOW, ZONE))


@given(FILES, STANDARDS, INSTANTS)
def test_a_file_is_complete_at_every_instant_before_its_end(
    parts: Parts, standard: Standard, at: int
) -> None:
    """The end that was found at one instant holds for those between: nobody has to look."""
    until = ends(clearance(parts, standard, NOW, ZONE))
    if NOW <= at < until:
        nothing_new = all(
            one.verified_at is None or not NOW < one.verified_at <= at
            for one in parts.exclusion_checks
        ) and all(not NOW < one.checked_at <= at for one in parts.exclusion_checks)
        if nothing_new:  # a look that is entered for later may be a match
            assert clearance(parts, standard, at, ZONE).missing == ()
