"""What a practitioner's console asks for in a review of what a patient sent."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, StringConstraints

from signaling.messages.command import CommandBase
from signaling.messages.parts import Id

Reason: TypeAlias = Annotated[str, StringConstraints(max_length=2_000)]


class ReviewBegin(CommandBase):
    """Take what was sent, to review it; nobody else can meanwhile."""

    type: Literal["review.begin"]
    encounter_id: Id


class ReviewOpen(CommandBase):
    """One thing that was sent is before the reviewer: `answers`, or the id of a picture."""

    type: Literal["review.open"]
    encounter_id: Id
    item: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{7,64}$")]


class ReviewAttest(CommandBase):
    """Attest a condition in exactly the sentence that was shown; or take it back."""

    type: Literal["review.attest"]
    encounter_id: Id
    code: Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z][a-z0-9_]*$")]
    statement: Reason
    attested: bool


class ReviewJudge(CommandBase):
    """Say whether what was sent is enough to decide; if not, why."""

    type: Literal["review.judge"]
    encounter_id: Id
    sufficient: bool
    reason: Reason


class ReviewReturn(CommandBase):
    """Give it back unreviewed: it waits for another practitioner."""

    type: Literal["review.return"]
    encounter_id: Id
    reason: Literal["busy", "conflict_of_interest", "outside_competence", "other"]
    said: Reason


class ReviewUpgrade(CommandBase):
    """Ask for live video, and say why. It never goes back."""

    type: Literal["review.upgrade"]
    encounter_id: Id
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


REVIEW_COMMANDS: Final = (
    ReviewBegin,
    ReviewOpen,
    ReviewAttest,
    ReviewJudge,
    ReviewReturn,
    ReviewUpgrade,
)
ReviewCommand: TypeAlias = Annotated[
    ReviewBegin | ReviewOpen | ReviewAttest | ReviewJudge | ReviewReturn | ReviewUpgrade,
    Field(discriminator="type"),
]
