"""Whether the judgement sees what is unjust, in logs made up for it."""

from __future__ import annotations

from dataclasses import replace

from tests.load.judgement import Offered, Placed, double_matches, overtakings

FIRST = Placed("ana", "AZ", place=1, ready_at=1_000)
SECOND = Placed("ben", "AZ", place=2, ready_at=2_000)
ELSEWHERE = Placed("cleo", "TX", place=3, ready_at=500)
S = 1_000_000


def offered(
    encounter_id: str,
    rung_at: int,
    settled_at: int | None = None,
    *,
    who: str = "avery",
    state: str = "accepted",
) -> Offered:
    return Offered(f"{encounter_id}-{rung_at}", encounter_id, who, state, rung_at, settled_at)


def test_offers_in_the_order_of_places_overtake_nobody() -> None:
    offers = [offered("ana", 3_000, 4_000), offered("ben", 5_000, 6_000)]
    assert overtakings([FIRST, SECOND], offers) == []


def test_two_offers_of_one_commit_overtake_nobody() -> None:
    offers = [offered("ben", 3_000, 4_000, who="blake"), offered("ana", 3_000, 9_000)]
    assert overtakings([FIRST, SECOND], offers) == []


def test_an_offer_for_a_later_place_is_an_overtaking() -> None:
    (found,) = overtakings([FIRST, SECOND], [offered("ben", 3_000, 4_000)])
    assert (found.overtaken, found.by, found.at) == ("ana", "ben", 3_000)


def test_a_place_of_another_class_is_no_place_before() -> None:
    assert overtakings([FIRST, ELSEWHERE], [offered("cleo", 3_000, 4_000)]) == []


def test_who_came_later_was_not_there_to_be_overtaken() -> None:
    late = replace(FIRST, ready_at=3_500)
    assert overtakings([late, SECOND], [offered("ben", 3_000, 4_000)]) == []


def test_who_was_away_or_had_left_is_not_overtaken() -> None:
    away = replace(FIRST, absent=((2_500, 3_500),))
    gone = replace(FIRST, left_at=2_500)
    offers = [offered("ben", 3_000, 4_000)]
    assert overtakings([away, SECOND], offers) == []
    assert overtakings([gone, SECOND], offers) == []


def test_who_came_back_before_the_offer_is_overtaken() -> None:
    back = replace(FIRST, absent=((2_100, 2_500),))
    assert len(overtakings([back, SECOND], [offered("ben", 3_000, 4_000)])) == 1


def test_whom_a_practitioner_has_just_missed_is_not_offered_to_them_again() -> None:
    missed = offered("ana", 3_000, 4_000, state="missed")
    again = offered("ben", 5_000, 6_000)
    assert overtakings([FIRST, SECOND], [missed, again]) == []


def test_it_is_overtaking_when_another_practitioner_takes_the_later_one() -> None:
    missed = offered("ana", 3_000, 4_000, state="missed")
    another = offered("ben", 5_000, 6_000, who="blake")
    assert len(overtakings([FIRST, SECOND], [missed, another])) == 1


def test_after_a_minute_whom_they_missed_counts_again() -> None:
    missed = offered("ana", 3_000, 4_000, state="declined")
    later = offered("ben", 62 * S, 63 * S)
    assert len(overtakings([FIRST, SECOND], [missed, later])) == 1


def test_one_exam_after_the_other_is_no_double_match() -> None:
    line = [replace(FIRST, ended_at=5_000), SECOND]
    offers = [offered("ana", 3_000, 4_000), offered("ben", 6_000, 7_000)]
    assert double_matches(line, offers, {"ana": ["1"], "ben": ["1"]}) == []


def test_a_practitioner_with_two_patients_at_once_is_a_double_match() -> None:
    line = [replace(FIRST, ended_at=8_000), SECOND]
    offers = [offered("ana", 3_000, 4_000), offered("ben", 6_000, 7_000)]
    assert double_matches(line, offers, {}) == ["avery had ana and ben"]


def test_an_exam_that_never_ended_goes_on_beside_the_next_one() -> None:
    offers = [offered("ana", 3_000, 4_000), offered("ben", 6_000, 7_000)]
    assert len(double_matches([FIRST, SECOND], offers, {})) == 1


def test_a_patient_accepted_twice_is_a_double_match() -> None:
    offers = [offered("ana", 3_000, 4_000), offered("ana", 3_000, 5_000, who="blake")]
    assert double_matches([FIRST], offers, {}) == ["ana was accepted 2 times"]


def test_two_acknowledged_accepts_are_a_double_match_whatever_the_rows_say() -> None:
    (found,) = double_matches([FIRST], [offered("ana", 3_000, 4_000)], {"ana": ["1", "2"]})
    assert "2 practitioners" in found
