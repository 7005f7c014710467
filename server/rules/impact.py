"""Whom a new snapshot touches: whoever would be decided otherwise by it, and what to do.

Publishing asks this of everybody who waits, of every live encounter and every authorization
that still holds, each with its case as it stands. Nothing is done here; it is a list for a
person, and the same list for those who act on it.

What was signed was decided by the rules that were pinned at its start, and stays lawful by
them: an authorization is looked at by a person, and is not revoked by a snapshot alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from server.rules.case import Case
from server.rules.deciding import decide
from server.rules.rulebook import Rulebook
from server.rules.words import STRICTNESS, Outcome


class Stage(StrEnum):
    """How far somebody has come."""

    WAITING = "waiting"
    LIVE = "live"
    AUTHORIZED = "authorized"


class Action(StrEnum):
    """What to do about a changed decision."""

    TELL_IT_IS_NOT_POSSIBLE = "tell_it_is_not_possible"
    MOVE_TO_LIVE_VIDEO = "move_to_live_video"
    ASK_AGAIN = "ask_again"
    STOP_BEFORE_SIGNING = "stop_before_signing"
    COMPLETE_BEFORE_SIGNING = "complete_before_signing"
    REVIEW_AUTHORIZATION = "review_authorization"
    NONE_NEEDED = "none_needed"


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody whom a snapshot may touch.

    Attributes:
        reference: of the encounter or authorization; opaque here.
        stage: how far it has come.
        case: as it stands now.
    """

    reference: str
    stage: Stage
    case: Case


@dataclass(frozen=True, slots=True)
class Touched:
    """Somebody whom a snapshot does touch.

    Attributes:
        standing: who.
        before: the outcome by the old rules.
        after: the outcome by the new ones.
        more: what the new rules ask for beside what the old ones did.
        action: what to do.
    """

    standing: Standing
    before: Outcome
    after: Outcome
    more: tuple[str, ...]
    action: Action


def touched(
    standing: Iterable[Standing], old: Rulebook | None, new: Rulebook
) -> tuple[Touched, ...]:
    """Return whom the new rules decide otherwise or ask more of, in the order given."""
    found = []
    for one in standing:
        before, after = decide(one.case, old), decide(one.case, new)
        asked = {*before.requires, *before.conditions}
        more = tuple(sorted({*after.requires, *after.conditions} - asked))
        if more or before.outcome is not after.outcome:
            action = _action(one.stage, before.outcome, after.outcome, more=bool(more))
            found.append(Touched(one, before.outcome, after.outcome, more, action))
    return tuple(found)


def _action(stage: Stage, before: Outcome, after: Outcome, *, more: bool) -> Action:
    stricter = STRICTNESS[after] > STRICTNESS[before]
    if not stricter and not more:
        return Action.NONE_NEEDED
    if stage is Stage.AUTHORIZED:
        return Action.REVIEW_AUTHORIZATION
    if stage is Stage.LIVE:
        return Action.STOP_BEFORE_SIGNING if stricter else Action.COMPLETE_BEFORE_SIGNING
    if not stricter:
        return Action.ASK_AGAIN
    if after is Outcome.LIVE_VIDEO_REQUIRED:
        return Action.MOVE_TO_LIVE_VIDEO
    return Action.TELL_IT_IS_NOT_POSSIBLE
