"""Answers of somebody healthy, found from the questions as they are shown and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.rehearsal.failures import RehearsalFailed
from server.views import AnswerValue, ChoiceView, QuestionnaireView, QuestionView

# Values that mean "nothing of the kind", the plainest first.
HARMLESS: Final = ("none", "no", "never", "not_applicable", "not_sure")
AGE_LIKE: Final = 35.0
MEDICINES: Final = "No medicines"
WORDS: Final = "Nothing to report."


def benign(questionnaire: QuestionnaireView) -> dict[str, AnswerValue]:
    """Return an answer to every question that is shown, given the answers before it.

    Raises:
        RehearsalFailed: a kind of question that this program has never seen.
    """
    answers: dict[str, AnswerValue] = {}
    for section in questionnaire.sections:
        for question in section.questions:
            if is_shown(question, answers):
                answers[question.id] = answer(question)
    return answers


def is_shown(question: QuestionView, answers: dict[str, AnswerValue]) -> bool:
    """Tell whether the answers so far lead to a question."""
    condition = question.show_if
    if condition is None:
        return True
    given = answers.get(condition.question_id)
    if isinstance(given, list):
        return condition.equals in given
    return type(given) is type(condition.equals) and given == condition.equals


def answer(question: QuestionView) -> AnswerValue:
    """Return the plainest answer to one question.

    Raises:
        RehearsalFailed: a kind of question that this program has never seen.
    """
    match question.kind:
        case "yes_no":
            return False
        case "number":
            return AGE_LIKE
        case "choice":
            return harmless(question.choices)
        case "multi":
            return [harmless(question.choices)]
        case "text":
            return WORDS
        case "medicine_list":
            return [MEDICINES]
        case _:
            raise RehearsalFailed("question_not_understood", "health")


def harmless(choices: Sequence[ChoiceView]) -> str:
    """Return the value that means nothing of the kind; else the first one."""
    values = [one.value for one in choices]
    return next((one for one in HARMLESS if one in values), values[0])
