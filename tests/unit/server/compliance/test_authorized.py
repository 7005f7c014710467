"""Which authorizations other rules touch, asked by groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.compliance.authorized import of_group
from server.rulebooks.standing import Standing
from server.rules.impact import Action
from server.rules.policy import OperatorPolicy
from server.rules.rulebook import Rulebook
from server.rules.words import Basis, DrugBar, Minimum, Outcome
from server.storage.authorization_groups import Group
from tests.rule_cases import NOW, Asked, everything_open, texas_asks

PEEL = Group("TX", "TX", "chemical_peel", "PA")
LIVE = Asked(Minimum.LIVE_VIDEO, Basis.EXPLICIT)
IN_PERSON = Asked(Minimum.IN_PERSON, Basis.EXPLICIT)
CONDITION = replace(LIVE, codes=("follow_up_provided",))
CONTROLLED = OperatorPolicy(controlled_enabled=True)


def standing(book: Rulebook, policy: OperatorPolicy | None = None) -> Standing:
    shipped = policy or OperatorPolicy()
    return Standing(1, book, published=True, allowed=shipped, policy=shipped)


@pytest.mark.parametrize(
    ("new", "after"),
    [(IN_PERSON, Outcome.NOT_PERMITTED), (CONDITION, Outcome.LIVE_VIDEO_REQUIRED)],
)
def test_what_the_law_asks_more_of_is_for_a_person_to_look_at(
    new: Asked, after: Outcome
) -> None:
    found = of_group(PEEL, standing(texas_asks(LIVE)), texas_asks(new), NOW)
    assert found is not None
    assert (found.before, found.after) == (Outcome.LIVE_VIDEO_REQUIRED, after)
    assert found.action is Action.REVIEW_AUTHORIZATION


def test_the_same_law_or_one_elsewhere_touches_nobody() -> None:
    by = standing(texas_asks(LIVE))
    assert of_group(PEEL, by, texas_asks(LIVE), NOW) is None
    arizona = Group("AZ", "AZ", "chemical_peel", "MD")
    assert of_group(arizona, by, texas_asks(IN_PERSON), NOW) is None


def test_where_the_patient_was_counts_beside_the_site() -> None:
    away = Group("TX", "AZ", "chemical_peel", "MD")
    assert of_group(away, standing(texas_asks(LIVE)), texas_asks(IN_PERSON), NOW) is not None


def test_a_bar_on_controlled_drugs_touches_a_class_that_has_them_where_they_are_on() -> None:
    slimming = Group("TX", "TX", "weight_loss_drug", "MD")
    old, new = texas_asks(LIVE), texas_asks(LIVE, barred=[DrugBar.IV])
    assert of_group(slimming, standing(old), new, NOW) is None
    assert of_group(slimming, standing(old, CONTROLLED), new, NOW) is not None
    assert of_group(PEEL, standing(old, CONTROLLED), new, NOW) is None


def test_what_was_sent_and_not_seen_is_touched_where_the_law_turns_to_live_video() -> None:
    sent = Asked(Minimum.STORE_AND_FORWARD, Basis.EXPLICIT)
    by = standing(texas_asks(sent), everything_open())
    assert of_group(PEEL, by, texas_asks(LIVE), NOW) is None, "a live exam is as before"
    found = of_group(replace(PEEL, forward=True), by, texas_asks(LIVE), NOW)
    assert found is not None
    assert found.before is Outcome.STORE_AND_FORWARD_PERMITTED
    assert found.after is Outcome.LIVE_VIDEO_REQUIRED
    assert found.action is Action.REVIEW_AUTHORIZATION
