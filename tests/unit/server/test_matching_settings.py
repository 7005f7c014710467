"""What an operator sets is the policy that the waiting room gets."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.matching import Matching
from signaling.policy import AUDIT, FAIR, FIFO, SCARCEST, Policy, ScarcestFirst


@pytest.mark.parametrize(
    ("name", "policy"),
    [("scarcest", SCARCEST), ("fair", FAIR), ("fifo", FIFO), ("audit", AUDIT)],
)
def test_a_policy_is_chosen_by_its_name(name: str, policy: Policy) -> None:
    assert Matching.model_validate({"policy": name}).chosen() == policy


def test_the_cap_is_for_the_policies_that_have_one() -> None:
    assert Matching(scarcity_cap_s=300.0).chosen().patients == ScarcestFirst(300.0)
    assert Matching(policy="audit", scarcity_cap_s=300.0).chosen() == AUDIT


def test_the_numbers_are_passed_on() -> None:
    chosen = Matching(priority_bonus_s=30.0, parallel_offers=True, parallel_idle_min=8).chosen()
    assert (chosen.priority_bonus_s, chosen.parallel_offers, chosen.parallel_idle_min) == (
        30.0,
        True,
        8,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy": "random"},
        {"scarcity_cap_s": -1},
        {"scarcity_cap_s": 3_601},
        {"priority_bonus_s": -1},
        {"parallel_idle_min": 1},
        {"cap": 1},
    ],
)
def test_what_is_out_of_bounds_or_unknown_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Matching.model_validate(wrong)
