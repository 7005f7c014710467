"""Whom a new snapshot touches, and what is to be done about it."""

from dataclasses import replace

import pytest

from server.rules.impact import Action, Stage, Standing, touched
from server.rules.rulebook import Rulebook
from server.rules.words import Basis, Minimum, Outcome
from tests.rule_cases import Asked, peel_in_texas, shipped_book, texas_asks

STORED = Asked(Minimum.STORE_AND_FORWARD, Basis.EXPLICIT)
LIVE = Asked(Minimum.LIVE_VIDEO, Basis.EXPLICIT)
IN_PERSON = Asked(Minimum.IN_PERSON, Basis.EXPLICIT)
CONDITION = replace(STORED, codes=("follow_up_provided",))


def standing(stage: Stage) -> Standing:
    return Standing("one", stage, peel_in_texas())


@pytest.mark.parametrize(
    ("old", "new", "stage", "action"),
    [
        (STORED, LIVE, Stage.WAITING, Action.MOVE_TO_LIVE_VIDEO),
        (STORED, IN_PERSON, Stage.WAITING, Action.TELL_IT_IS_NOT_POSSIBLE),
        (STORED, CONDITION, Stage.WAITING, Action.ASK_AGAIN),
        (LIVE, STORED, Stage.WAITING, Action.NONE_NEEDED),
        (STORED, LIVE, Stage.LIVE, Action.STOP_BEFORE_SIGNING),
        (STORED, IN_PERSON, Stage.LIVE, Action.STOP_BEFORE_SIGNING),
        (STORED, CONDITION, Stage.LIVE, Action.COMPLETE_BEFORE_SIGNING),
        (LIVE, STORED, Stage.LIVE, Action.NONE_NEEDED),
        (STORED, LIVE, Stage.AUTHORIZED, Action.REVIEW_AUTHORIZATION),
        (STORED, CONDITION, Stage.AUTHORIZED, Action.REVIEW_AUTHORIZATION),
        (LIVE, STORED, Stage.AUTHORIZED, Action.NONE_NEEDED),
    ],
)
def test_who_is_touched_has_an_action(
    old: Asked, new: Asked, stage: Stage, action: Action
) -> None:
    (found,) = touched([standing(stage)], texas_asks(old), texas_asks(new))
    assert found.action is action


def test_who_is_decided_alike_is_not_listed() -> None:
    everybody = [standing(stage) for stage in Stage]
    assert touched(everybody, texas_asks(STORED), texas_asks(STORED)) == ()
    assert touched(everybody, shipped_book(), Rulebook(shipped_book().signed)) == ()


def test_what_is_asked_beside_is_named() -> None:
    (found,) = touched([standing(Stage.LIVE)], texas_asks(STORED), texas_asks(CONDITION))
    assert found.more == ("follow_up_provided",)
    assert found.before is found.after is Outcome.STORE_AND_FORWARD_PERMITTED


def test_rules_where_there_were_none_touch_whoever_gains_by_them() -> None:
    (found,) = touched([standing(Stage.WAITING)], None, texas_asks(STORED))
    assert (found.before, found.after) == (
        Outcome.LIVE_VIDEO_REQUIRED,
        Outcome.STORE_AND_FORWARD_PERMITTED,
    )
