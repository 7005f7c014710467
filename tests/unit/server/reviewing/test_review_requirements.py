"""What bars the signature of a review, one thing after the other."""

import pytest

from server.chart import entries as e
from server.chart.requirements import required_gates
from server.chart.state import ChartState
from server.conditions.evidencing import EVIDENCE, Shown, standing
from server.conditions.showing import shown_by
from server.reviewing.requirements import missing_for_review
from server.reviewing.words import CODES, SHOWN
from server.rules.condition_codes import CONDITION_CODES
from tests.unit.server.chart_of_ana import APPROVED, ORDER
from tests.unit.server.conditions.packet_of_ana import packet

IN_FORCE = {"neurotoxin": ORDER.protocol_sha256}
ARIZONA = ("reviewer_licensed_here", "full_record_reviewed", "lower_risk_class")


def missing(
    state: ChartState, *codes: str, low_risk: bool = True, visit: str = "in_review"
) -> list[str]:
    review = state.forward.review
    shown = shown_by(state, {"neurotoxin"} if low_risk else set())
    conditions = standing(codes, shown, review.attested if review else {})
    found = missing_for_review(
        state,
        visit="signed" if visit == "signed" else "in_review",
        conditions=conditions,
        protocols=IN_FORCE,
    )
    return [f"{one.code} {one.target}" for one in found]


def test_a_review_that_has_everything_lacks_nothing_and_asks_no_prompts() -> None:
    assert missing(packet(), *ARIZONA) == []
    assert required_gates(packet()) == ()


def test_a_review_that_is_over_cannot_be_signed() -> None:
    assert missing(packet(), visit="signed") == ["not_open review"]


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("open answers", "item_unopened item-answers"),
        ("open photo", "item_unopened item-upload-1"),
        ("read", "answers_unread answers"),
        ("enough", "sufficiency_missing sufficiency"),
        ("note", "note_missing note"),
        ("decision", "disposition_missing disp-neurotoxin"),
    ],
)
def test_what_is_missing_is_named_with_its_place(without: str, said: str) -> None:
    assert missing(packet(without=without)) == [said]


def test_what_is_not_enough_is_not_approved_but_may_be_deferred() -> None:
    short = e.ReviewSufficiency(sufficient=False, reason="Blurred.")
    assert missing(packet(enough=short)) == ["not_sufficient sufficiency"]
    deferred = APPROVED.model_copy(
        update={"disposition": "deferred", "order": None, "reasons": ["needs_more_information"]}
    )
    assert missing(packet(enough=short, decision=deferred), *ARIZONA, low_risk=False) == []


def test_a_condition_lacks_its_fact_its_sentence_or_a_live_exam() -> None:
    assert missing(packet(), *ARIZONA, low_risk=False) == [
        "condition_missing cond-lower_risk_class"
    ]
    assert missing(packet(), "standard_of_care_equivalent", "appropriate_physical_exam") == [
        "condition_missing cond-appropriate_physical_exam",
        "condition_missing cond-standard_of_care_equivalent",
    ]


def test_what_is_mended_elsewhere_is_said_once() -> None:
    said = missing(packet(without="open photo"), *ARIZONA, "encounter_documented")
    assert said == ["item_unopened item-upload-1"]


def test_every_word_for_a_reviewer_is_there() -> None:
    assert set(SHOWN) == set(Shown)
    assert set(CODES) == set(EVIDENCE)
    assert set(CODES) <= CONDITION_CODES
