from __future__ import annotations

import pytest

from server.chart.state import ChartState
from server.documents.exam import Outcome, outcomes
from server.documents.orders import (
    condition_line,
    conditions_text,
    dose_words,
    order_lines,
    order_text,
    rationale_text,
    reason_line,
)
from signaling.messages import DispositionCondition, Dose, OrderItem
from tests.unit.server.chart_of_ana import (
    APPROVED,
    APPROVED_IN_WORDS,
    NEUROTOXIN,
    NOW,
    ORDER,
)

HEALED = DispositionCondition(
    code="skin_healed", text="No redness.", satisfied_by=["RN", "laser_technician"]
)


def outcome(**changed: object) -> Outcome:
    decided = APPROVED.model_copy(update=changed)
    state = ChartState(treatments=(NEUROTOXIN,), dispositions={"neurotoxin": decided})
    return outcomes(state, signed_at=NOW)[0]


def test_an_order_is_said_in_the_language_of_the_reader() -> None:
    assert order_lines(ORDER, "en") == [
        "Products: onabotulinumtoxinA up to 20 units",
        "Areas: Glabella",
        "May be performed by: RN, NP",
        "Required: Emergency kit in the room",
        "Instructions: Spare the left side.",
        "Protocol: protocol version 3, signed by Sasha Bellweather",
    ]
    assert order_lines(ORDER, "es")[0] == "Productos: onabotulinumtoxinA hasta 20 units"
    bare = ORDER.model_copy(update={"areas": [], "conditions": [], "instructions": " "})
    assert len(order_lines(bare, "en")) == 3


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        (None, "iv b complex"),
        (Dose(value=0.25, unit="mL"), "iv b complex up to 0.25 mL"),
        (Dose(value=1_000.0, unit="mg"), "iv b complex up to 1000 mg"),
    ],
)
def test_a_dose_is_said_without_idle_figures(dose: Dose | None, words: str) -> None:
    assert dose_words(OrderItem(product="iv_b_complex", dose_max=dose), "en") == words


def test_a_condition_says_who_may_confirm_it() -> None:
    assert (
        condition_line(HEALED, "en")
        == "Skin healed: No redness. (to be confirmed by RN, laser technician)"
    )
    assert "lo confirma RN, técnico de láser" in condition_line(HEALED, "es")


def test_an_order_ends_with_its_protocol_at_the_latest() -> None:
    assert outcome().valid_until == "2027-09-21"
    sooner = ORDER.model_copy(update={"not_after": "2027-01-31"})
    assert outcome(order=sooner).valid_until == "2027-01-31"
    assert outcome(disposition="declined").valid_until is None


def test_what_is_not_approved_has_no_order_in_words() -> None:
    assert order_text(outcome(disposition="deferred"), "en") == ""
    in_words = ChartState(
        treatments=(NEUROTOXIN,), dispositions={"neurotoxin": APPROVED_IN_WORDS}
    )
    (old,) = outcomes(in_words, signed_at=NOW)
    assert order_text(old, "es") == APPROVED_IN_WORDS.order


def test_precautions_conditions_and_reasons_stand_beside_the_words() -> None:
    conditional = outcome(disposition="conditional", condition=HEALED, conditions=" Ice. ")
    assert conditions_text(conditional, "en").splitlines() == [
        condition_line(HEALED, "en"),
        "Ice.",
    ]
    deferred = outcome(disposition="deferred", reasons=["needs_records", "not_today"])
    first, second = rationale_text(deferred, "en").splitlines()
    assert first == reason_line(["needs_records", "not_today"], "en")
    assert first == "Needs records, Not today"
    assert second == APPROVED.rationale
