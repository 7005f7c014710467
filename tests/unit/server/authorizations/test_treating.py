from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from server.authorizations.answering import TOPICS, Authorization, Check, Standing
from server.authorizations.terms import DoseMax, Terms
from server.authorizations.treating import Given, flags
from server.views.authorizations import DoseForm, UseForm

CLEAR: Final[Check] = dict.fromkeys(TOPICS, False)
BOTOX: Final = Authorization(
    authorization_id="one",
    treatment_class="neurotoxin",
    site_id="site",
    products=frozenset({"onabotulinumtoxinA"}),
    performers=frozenset({"RN"}),
    signed_at=1_000,
    first_day=date(2026, 3, 2),
    last_day=date(2027, 3, 2),
)
AGREED: Final = Terms(
    order="as written",
    conditions="",
    salt="00",
    products=["onabotulinumtoxinA"],
    doses=[DoseMax(product="onabotulinumtoxinA", value=20, unit="units")],
    areas=["Glabella"],
    performers=["RN"],
    satisfied_by=[],
)
FORM: Final = UseForm(
    request_id="use-000001",
    performer_name="Robin Vale",
    performer_credential="RN",
    product="onabotulinumtoxinA",
    dose=DoseForm(value=20, unit="units"),
    area="glabella",
    lot="C1",
    performed_at_ms=2,
)
GIVEN: Final = Given(FORM, 2_000, date(2026, 3, 2), None, None, conditional=False)


def flagged(
    given: Given = GIVEN, check: Check = CLEAR, standing: Standing = Standing.IN_FORCE
) -> tuple[str, ...]:
    return flags(BOTOX, AGREED, standing, [check], given)


def test_what_lies_within_the_exam_has_no_flag() -> None:
    assert flagged() == ()


@pytest.mark.parametrize(
    ("changed", "flag"),
    [
        ({"product": "abobotulinumtoxinA"}, "product_outside_order"),
        ({"performer_credential": "LPN"}, "performer_outside_order"),
        ({"dose": DoseForm(value=20.5, unit="units")}, "dose_outside_order"),
        ({"dose": DoseForm(value=1, unit="mL")}, "dose_outside_order"),
        ({"dose": None}, "dose_outside_order"),
        ({"area": "Forehead"}, "area_outside_order"),
    ],
)
def test_what_the_order_does_not_say_is_flagged(
    changed: Mapping[str, object], flag: str
) -> None:
    form = FORM.model_copy(update=dict(changed))
    assert flagged(replace(GIVEN, form=form)) == (flag,)


def test_what_came_before_the_signature_is_flagged() -> None:
    assert flagged(replace(GIVEN, performed_at=999)) == ("given_before_signature",)


def test_what_came_after_the_last_day_is_flagged() -> None:
    late = replace(GIVEN, first_day=date(2027, 3, 3))
    assert flagged(late) == ("after_expiry",)


def test_an_end_that_came_afterwards_flags_nothing() -> None:
    assert flagged(replace(GIVEN, revoked_at=2_001)) == ()
    assert flagged(replace(GIVEN, revoked_at=2_000)) == ("after_revocation",)


def test_a_condition_must_have_been_met_before() -> None:
    waiting = replace(GIVEN, conditional=True)
    assert flagged(waiting) == ("given_on_open_condition",)
    assert flagged(replace(waiting, satisfied_at=1_999)) == ()
    assert flagged(replace(waiting, satisfied_at=2_001)) == ("given_on_open_condition",)


def test_a_protocol_that_lapsed_is_flagged() -> None:
    assert flagged(standing=Standing.LAPSED) == ("protocol_lapsed",)


def test_a_day_without_a_clear_check_is_flagged() -> None:
    assert flagged(check={}) == ("no_same_day_check",)
    assert flagged(check={**CLEAR, "infection": True}) == ("no_same_day_check",)
