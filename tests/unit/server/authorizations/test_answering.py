from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.authorizations.answering import (
    BEST_FIRST,
    TOPICS,
    Answer,
    Authorization,
    Check,
    Question,
    Standing,
    Topic,
    answer,
    merged,
)

SIGNED: Final = date(2026, 3, 2)
CLEAR: Final[Check] = dict.fromkeys(TOPICS, False)
BOTOX: Final = Authorization(
    authorization_id="one",
    treatment_class="neurotoxin",
    site_id="scottsdale",
    products=frozenset({"onabotulinumtoxinA"}),
    performers=frozenset({"RN", "NP"}),
    signed_at=1,
    first_day=SIGNED,
    last_day=date(2027, 3, 2),
)
ASKED: Final = Question("neurotoxin", "scottsdale", date(2026, 9, 1), None, "RN")


def asked(
    one: Authorization = BOTOX,
    *checks: Check,
    standing: Standing = Standing.IN_FORCE,
    question: Question = ASKED,
) -> Answer:
    return answer([(one, standing)], checks or (CLEAR,), question)


def test_an_approved_treatment_with_a_clear_check_is_covered() -> None:
    assert (asked().kind, asked().reasons) == ("covered", ())


def test_nothing_known_is_not_covered() -> None:
    assert answer([], [CLEAR], ASKED).reasons == ("no_approval",)


def test_a_precaution_is_said_and_takes_nothing_away() -> None:
    said = asked(replace(BOTOX, precaution=True))
    assert (said.kind, said.reasons) == ("covered", ("precaution",))


def test_without_a_same_day_check_it_is_at_most_conditional() -> None:
    said = answer([(BOTOX, Standing.IN_FORCE)], [], ASKED)
    assert (said.kind, said.reasons) == ("conditional", ("same_day_check_missing",))


def test_a_check_that_leaves_one_question_open_is_not_enough() -> None:
    partial: dict[Topic, bool | None] = {**CLEAR, "pregnancy": None}
    said = asked(BOTOX, partial)
    assert (said.kind, said.reasons) == ("conditional", ("same_day_check_incomplete",))


def test_two_partial_checks_of_a_day_make_a_whole_one() -> None:
    assert asked(BOTOX, {**CLEAR, "pregnancy": None}, {"pregnancy": False}).kind == "covered"


def test_a_patient_who_is_pregnant_months_after_her_exam_is_not_covered() -> None:
    said = asked(BOTOX, {**CLEAR, "pregnancy": True})
    assert (said.kind, said.reasons) == ("not_covered", ("health_changed",))


def test_a_yes_is_not_taken_back_by_a_later_no() -> None:
    assert asked(BOTOX, {**CLEAR, "infection": True}, CLEAR).kind == "not_covered"


@pytest.mark.parametrize(
    ("changed", "question", "standing", "reason"),
    [
        ({"revoked": True}, {}, Standing.IN_FORCE, "revoked"),
        ({}, {"site_id": "austin"}, Standing.IN_FORCE, "other_site"),
        ({}, {"on": date(2026, 3, 1)}, Standing.IN_FORCE, "before_signature"),
        ({}, {"on": date(2027, 3, 3)}, Standing.IN_FORCE, "expired"),
        ({}, {}, Standing.LAPSED, "protocol_lapsed"),
        ({}, {"product": "abobotulinumtoxinA"}, Standing.IN_FORCE, "product_outside_order"),
        ({}, {"performer": "esthetician"}, Standing.IN_FORCE, "performer_outside_order"),
    ],
)
def test_each_bar_alone_is_enough(
    changed: Mapping[str, bool],
    question: Mapping[str, str | date],
    standing: Standing,
    reason: str,
) -> None:
    one = replace(BOTOX, **changed)  # type: ignore[arg-type]  # the same
    wanted = replace(ASKED, **question)  # type: ignore[arg-type]  # named by the table above
    said = asked(one, standing=standing, question=wanted)
    assert (said.kind, said.reasons) == ("not_covered", (reason,))


def test_the_last_day_still_counts() -> None:
    assert asked(question=replace(ASKED, on=BOTOX.last_day)).kind == "covered"


def test_the_day_of_the_signature_counts() -> None:
    assert asked(question=replace(ASKED, on=SIGNED)).kind == "covered"


def test_an_open_condition_is_conditional() -> None:
    assert asked(replace(BOTOX, condition_open=True)).reasons == ("condition_open",)


def test_the_newest_of_two_that_cover_is_named() -> None:
    newer = replace(BOTOX, authorization_id="two", signed_at=2)
    known = [(BOTOX, Standing.IN_FORCE), (newer, Standing.IN_FORCE)]
    said = answer(known, [CLEAR], ASKED)
    assert said.authorization == newer


def test_a_revoked_one_does_not_hide_one_that_covers() -> None:
    newer = replace(BOTOX, authorization_id="two", signed_at=2, revoked=True)
    known = [(newer, Standing.IN_FORCE), (BOTOX, Standing.IN_FORCE)]
    assert answer(known, [CLEAR], ASKED).kind == "covered"


# ------------------------------------------------------------------ for all inputs

briefly = settings(max_examples=50)
SAID = st.sampled_from([None, False, True])
CHECKS = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(TOPICS, SAID)), max_size=4)
DAYS = st.integers(-400, 800).map(lambda more: SIGNED + timedelta(days=more))
AUTHORIZATIONS = st.builds(
    Authorization,
    authorization_id=st.text(min_size=1, max_size=2),
    treatment_class=st.sampled_from(["neurotoxin", "filler"]),
    site_id=st.sampled_from(["scottsdale", "austin"]),
    products=st.frozensets(st.sampled_from(["a", "b"])),
    performers=st.frozensets(st.sampled_from(["RN", "MD"])),
    signed_at=st.integers(0, 3),
    first_day=DAYS,
    last_day=DAYS,
    revoked=st.booleans(),
    precaution=st.booleans(),
    condition_open=st.booleans(),
)
KNOWN = st.lists(st.tuples(AUTHORIZATIONS, st.sampled_from(Standing)), max_size=4)
QUESTIONS = st.builds(
    Question,
    treatment_class=st.sampled_from(["neurotoxin", "filler"]),
    site_id=st.sampled_from(["scottsdale", "austin"]),
    on=DAYS,
    product=st.sampled_from([None, "a", "c"]),
    performer=st.sampled_from([None, "RN", "LPN"]),
)


def badness(one: Answer) -> int:
    return BEST_FIRST.index(one.kind)


@briefly
@given(KNOWN, CHECKS, QUESTIONS, st.data())
def test_an_answer_taken_out_never_gives_a_better_one(
    known: list[tuple[Authorization, Standing]],
    checks: list[Check],
    question: Question,
    data: st.DataObject,
) -> None:
    """A yes cannot be taken out: it has ended the authorization itself."""
    topic = data.draw(st.sampled_from(TOPICS))
    less = [{**one, topic: one.get(topic) or None} for one in checks]
    whole, poorer = answer(known, checks, question), answer(known, less, question)
    assert badness(poorer) >= badness(whole)


@briefly
@given(KNOWN, CHECKS, QUESTIONS, st.data())
def test_an_authorization_less_never_gives_a_better_answer(
    known: list[tuple[Authorization, Standing]],
    checks: list[Check],
    question: Question,
    data: st.DataObject,
) -> None:
    left_out = data.draw(st.integers(0, 3))
    fewer = [one for place, one in enumerate(known) if place != left_out]
    assert badness(answer(fewer, checks, question)) >= badness(answer(known, checks, question))


@briefly
@given(KNOWN, CHECKS, QUESTIONS)
def test_what_is_not_known_is_never_covered(
    known: list[tuple[Authorization, Standing]], checks: list[Check], question: Question
) -> None:
    unsaid = replace(question, performer=None)
    assert answer(known, checks, unsaid).kind != "covered"
    assert answer(known, [], question).kind != "covered"
    unknown = [(one, Standing.UNKNOWN) for one, _ in known]
    assert answer(unknown, checks, question).kind != "covered"


@briefly
@given(KNOWN, CHECKS, QUESTIONS)
def test_what_is_revoked_expired_or_lapsed_is_never_covered(
    known: list[tuple[Authorization, Standing]], checks: list[Check], question: Question
) -> None:
    revoked = [(replace(one, revoked=True), standing) for one, standing in known]
    lapsed = [(one, Standing.LAPSED) for one, _ in known]
    expired = [
        (replace(one, last_day=question.on - timedelta(days=1)), standing)
        for one, standing in known
    ]
    for every in (revoked, lapsed, expired):
        assert answer(every, checks, question).kind == "not_covered"


@briefly
@given(KNOWN, CHECKS, QUESTIONS, st.randoms())
def test_the_order_of_checks_does_not_matter(
    known: list[tuple[Authorization, Standing]],
    checks: list[Check],
    question: Question,
    random: object,
) -> None:
    shuffled = list(reversed(checks))
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a seeded Random
    assert answer(known, shuffled, question) == answer(known, checks, question)
    assert merged(shuffled) == merged(checks)


@briefly
@given(KNOWN, CHECKS, QUESTIONS)
def test_every_answer_but_a_plain_yes_has_a_reason(
    known: list[tuple[Authorization, Standing]], checks: list[Check], question: Question
) -> None:
    said = answer(known, checks, question)
    assert said.kind == "covered" or said.reasons
