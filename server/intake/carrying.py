"""Which answers a person must read, and which of an earlier exam may be shown again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.intake.questionnaire import Answers, is_answered, questions_for, visible
from server.views import AnswerValue
from signaling.messages import TreatmentRef

OWN_WORDS: Final = frozenset({"text", "medicine_list"})
ASKED_ANEW: Final = frozenset({"age_years"})  # true last time, not today


def written(answers: Answers, treatments: Sequence[TreatmentRef]) -> dict[str, AnswerValue]:
    """Return the answers in the patient's own words: no flag is raised by them."""
    return {
        one.question_id: answers[one.question_id]
        for one in visible(answers, treatments)
        if one.kind in OWN_WORDS and is_answered(one, answers)
    }


def carryable(
    answers: Answers, treatments: Sequence[TreatmentRef], *, sensitive: bool
) -> dict[str, AnswerValue]:
    """Return the earlier answers that may be shown again for confirmation.

    Never what is asked of this very moment: an emergency, and the age.

    Args:
        answers: of the earlier exam.
        treatments: as chosen now.
        sensitive: sensitive ones too.
    """
    return {
        one.question_id: answers[one.question_id]
        for one in questions_for(treatments)
        if is_answered(one, answers)
        and (sensitive or not one.sensitive)
        and one.question_id not in ASKED_ANEW
        and all(flag.severity != "emergency" for flag in one.flags)
    }
