from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from server.documents.orders import CONDITIONS, PERFORMERS, REASONS
from server.intake.catalogue import catalogue
from server.protocols import demo
from server.protocols.expiry import ExpiryRule, months_max
from server.protocols.protocol import beginning, body_of, sha256_of
from server.protocols.refusals import BARRED, ProtocolInvalid
from server.protocols.standing import BARS, OrderBar
from server.protocols.vocabulary import check_form
from server.views import ProtocolForm, ProtocolProduct
from signaling.messages import ConditionCode, DeferReason, Dose, PerformerRole
from tests.unit.server.protocols.site import FORM, NOW

EXAMPLE = Path(__file__).parents[4] / "docs" / "examples" / "protocol.json"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"treatment_class": "botox"}, "treatment_class"),
        ({"products": [ProtocolProduct(product="saline", dose_max=None)]}, "products"),
        ({"products": [FORM.products[0], FORM.products[0]]}, "products"),
        ({"areas": ["Forehead", "forehead"]}, "areas"),
        ({"performers": ["RN", "RN"]}, "performers"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_until": "2026-13-01"}, "valid_until"),
        ({"valid_until": "2026-10-31"}, "valid_until"),
        ({"valid_until": "2026-11-27"}, "valid_until"),
        ({"valid_until": "2029-12-01"}, "valid_until"),
    ],
)
def test_a_protocol_that_cannot_be_is_refused(changed: dict[str, object], field: str) -> None:
    check_form(FORM, NOW)
    with pytest.raises(ProtocolInvalid) as refused:
        check_form(FORM.model_copy(update=changed), NOW)
    assert refused.value.fields == (field,)


def test_a_protocol_may_end_today() -> None:
    check_form(FORM.model_copy(update={"valid_until": "2026-11-28"}), NOW)


@pytest.mark.parametrize("value", [0.0, -1.0, 1.0001, 1e7, float("nan"), float("inf")])
def test_a_dose_is_a_positive_figure_of_three_decimals(value: float) -> None:
    with pytest.raises(ValidationError):
        Dose(value=value, unit="units")


@pytest.mark.parametrize("unit", ["", "two words", "<b>", "x" * 21])
def test_a_unit_is_one_word(unit: str) -> None:
    with pytest.raises(ValidationError):
        Dose(value=1.0, unit=unit)


def test_equal_protocols_have_equal_texts() -> None:
    again = ProtocolForm.model_validate_json(body_of(FORM))
    assert again == FORM
    assert sha256_of(body_of(again)) == sha256_of(body_of(FORM))


def test_the_published_example_is_a_protocol() -> None:
    form = ProtocolForm.model_validate_json(EXAMPLE.read_bytes())
    check_form(form, beginning(form.valid_from))
    assert json.loads(EXAMPLE.read_text()) == form.model_dump(mode="json")


def test_the_demo_has_a_protocol_for_every_class() -> None:
    assert set(demo.USUAL) == set(catalogue().classes)
    for name in demo.USUAL:
        check_form(demo.protocol_form(name, NOW), NOW)


# ------------------------------------------------------------------ how long


def rule(jurisdiction: str, treatment_class: str, months: int) -> ExpiryRule:
    return ExpiryRule(jurisdiction, treatment_class, months, "made up")


@pytest.mark.parametrize(
    ("rules", "protocol", "months"),
    [
        ((), 12, 12),
        ((), 3, 3),
        ((rule("AZ", "glp1", 6),), 12, 6),
        ((rule("*", "glp1", 6), rule("NV", "*", 4)), 12, 4),
        ((rule("TX", "glp1", 1), rule("AZ", "filler", 1)), 12, 12),
        ((rule("*", "*", 24),), 12, 12),
        ((rule("*", "*", 0),), 12, 1),
        ((), 40, 12),
    ],
)
def test_the_shortest_period_that_applies_counts(
    rules: tuple[ExpiryRule, ...], protocol: int, months: int
) -> None:
    found = months_max({"AZ", "NV"}, "glp1", protocol_months=protocol, rules=rules)
    assert found == months


# ------------------------------------------------------------------ words


def test_every_reason_against_an_order_has_a_code_and_a_sentence() -> None:
    assert set(BARRED) == set(get_args(OrderBar))
    assert set(BARS.values()) | {"no_protocol"} == set(BARRED)
    for bar, refusal in BARRED.items():
        assert refusal.code == bar
        assert str(refusal()).endswith(".")


def test_every_word_of_an_order_is_said_in_both_languages() -> None:
    for words, known in (
        (PERFORMERS, PerformerRole),
        (CONDITIONS, ConditionCode),
        (REASONS, DeferReason),
    ):
        assert set(words) == set(get_args(known))
        assert all(one["en"] and one["es"] for one in words.values())
