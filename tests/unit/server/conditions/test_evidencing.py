"""Every condition code has a place: shown, attested, or nothing but a live exam."""

import pytest

from server.conditions.evidencing import (
    EVIDENCE,
    LIVE_ONLY,
    Shown,
    evidenced,
    reviewable_codes,
    standing,
)
from server.rules.condition_codes import CONDITION_CODES, UNRESOLVED

EVERYTHING_SHOWN = frozenset(Shown)
ARIZONA = {
    "reviewer_licensed_here",
    "full_record_reviewed",
    "encounter_documented",
    "sufficiency_determined",
    "lower_risk_class",
}


def test_every_code_of_the_vocabulary_is_placed_once() -> None:
    assert set(EVIDENCE) | LIVE_ONLY == CONDITION_CODES
    assert not set(EVIDENCE) & LIVE_ONLY


def test_what_was_not_read_to_its_end_is_evidenced_by_nothing() -> None:
    assert UNRESOLVED <= LIVE_ONLY
    assert not UNRESOLVED & evidenced(EVERYTHING_SHOWN, CONDITION_CODES)


@pytest.mark.parametrize(
    "code",
    [
        "appropriate_physical_exam",
        "two_way_real_time_audio_video",
        "in_person_visit_within_12_months",
        "interactive_evaluation",
        "supervisor_within_60_miles_or_minutes",
        "delegation_agreement_on_file",
    ],
)
def test_no_attestation_stands_for_what_has_to_be_seen_or_kept(code: str) -> None:
    (found,) = standing([code], EVERYTHING_SHOWN, [code])
    assert not found.evidenced
    assert found.evidence is None
    assert code not in reviewable_codes()


def test_an_unknown_code_goes_live() -> None:
    (found,) = standing(["whatever_comes_next"], EVERYTHING_SHOWN, ["whatever_comes_next"])
    assert not found.evidenced


def test_each_has_something_that_evidences_it() -> None:
    assert all(one.shown or one.statement for one in EVIDENCE.values())
    assert evidenced(EVERYTHING_SHOWN, CONDITION_CODES) == reviewable_codes()
    assert evidenced((), ()) == frozenset()


def test_a_sentence_that_was_attested_does_not_replace_what_must_be_shown() -> None:
    (found,) = standing(["standard_of_care_equivalent"], [], ["standard_of_care_equivalent"])
    assert found.attested
    assert found.lacking == (Shown.EVERYTHING_OPENED,)
    assert not found.evidenced


def test_what_is_shown_does_not_replace_the_sentence() -> None:
    (found,) = standing(["medical_indication_recorded"], EVERYTHING_SHOWN, [])
    assert not found.lacking
    assert not found.evidenced


def test_what_arizona_asks_is_shown_by_the_chart_alone() -> None:
    needed = {Shown.REVIEWER_LICENSED, Shown.EVERYTHING_OPENED, Shown.LOW_RISK}
    needed |= {Shown.NOTE_WRITTEN, Shown.REASONS_GIVEN, Shown.FOUND_SUFFICIENT}
    assert evidenced(needed, ()) >= ARIZONA
    for one in needed:
        assert not evidenced(needed - {one}, ()) >= ARIZONA


def test_sentences_are_whole_and_speak_of_the_reviewer() -> None:
    for evidence in EVIDENCE.values():
        text = evidence.statement
        assert not text or (text.endswith(".") and len(text) < 400)
