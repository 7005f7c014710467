"""What a practitioner says about the health answers: read, and why a flag does not bar."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from signaling.messages.command import CommandBase
from signaling.messages.parts import Id, Message

Named = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,80}$")]


class AnswersRead(CommandBase):
    """Every answer in the patient's own words was read, as `ChartView.written` names them."""

    type: Literal["answers.read"]
    encounter_id: Id
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class NamedFlag(Message):
    """One flag, as `HealthFlag` names it."""

    code: Named
    question_id: Named
    applies_to: Named


class FlagsReason(CommandBase):
    """Why these review flags do not bar an approval; an empty reason takes it back."""

    type: Literal["flags.reason"]
    encounter_id: Id
    flags: Annotated[list[NamedFlag], Field(min_length=1, max_length=40)]
    reason: Annotated[str, StringConstraints(max_length=1_000)]
