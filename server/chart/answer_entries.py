"""Entries around the health answers: to which questions, from last time, and who read them.

The answers themselves are `intake.answers`.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from server.chart.entry import Code, Entry, Line, Microseconds, Sha256
from server.views import AnswerValue, QuestionId
from signaling.messages import Id, Message

IDS_MAX: Final = 300
FlagCode = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class NamedSet(Message):
    """A set of questions as it was then."""

    name: Code
    version: Line
    sha256: Sha256
    signed_by: Line | None
    """The clinician who signed it off for this network; None: a draft, in a demo."""


class QuestionsAsked(Entry):
    """Which sets of questions the answers that follow were given to."""

    kind: Literal["questions.asked"] = "questions.asked"
    sets: Annotated[list[NamedSet], Field(min_length=1, max_length=40)]

    def summary(self) -> str:
        """Return one English line for the log."""
        said = ", ".join(f"{one.name} {one.sha256[:12]}" for one in self.sets)
        return f"Questions asked, version {self.sets[0].version}: {said}"


class ChangedAnswer(Message):
    """A question whose answer is another one now; `before` is the earlier one."""

    question_id: QuestionId
    before: AnswerValue


class AnswersCarried(Entry):
    """Answers of an earlier exam were shown to the patient, and what the patient did with them.

    Attributes:
        encounter_id: the earlier exam.
        answered_at: when they were given, microseconds UTC.
        carried: questions whose earlier answer was shown.
        confirmed: those that are as they were.
        changed: those that are not; one that was left out is unanswered, and in neither list.
    """

    kind: Literal["answers.carried"] = "answers.carried"
    encounter_id: Id
    answered_at: Microseconds
    carried: Annotated[list[QuestionId], Field(min_length=1, max_length=IDS_MAX)]
    confirmed: Annotated[list[QuestionId], Field(max_length=IDS_MAX)]
    changed: Annotated[list[ChangedAnswer], Field(max_length=IDS_MAX)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return (
            f"From last time: {len(self.carried)} answers shown, "
            f"{len(self.confirmed)} confirmed, {len(self.changed)} changed"
        )


class ReadAnswer(Message):
    """An answer that was read; the hash is over its canonical JSON."""

    question_id: QuestionId
    sha256: Sha256


class AnswersRead(Entry):
    """The practitioner read every answer in the patient's own words, as they stood."""

    kind: Literal["answers.read"] = "answers.read"
    answers: Annotated[list[ReadAnswer], Field(min_length=1, max_length=IDS_MAX)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Read by the practitioner: {', '.join(one.question_id for one in self.answers)}"


class FlagName(Message):
    """Which flag."""

    code: FlagCode
    question_id: QuestionId
    applies_to: Code


class FlagsReasoned(Entry):
    """Why the practitioner would approve in spite of these flags; an empty reason ends it."""

    kind: Literal["flags.reasoned"] = "flags.reasoned"
    flags: Annotated[list[FlagName], Field(min_length=1, max_length=40)]
    reason: Annotated[str, StringConstraints(max_length=1_000)]

    def summary(self) -> str:
        """Return one English line for the log."""
        codes = ", ".join(dict.fromkeys(one.code for one in self.flags))
        given = "Reason given" if self.reason.strip() else "Reason taken back"
        return f"{given} for review flags: {codes}"


ANSWER_ENTRIES: Final = (QuestionsAsked, AnswersCarried, AnswersRead, FlagsReasoned)
