"""Every absolute flag of every class, one by one: approval is not to be had with it."""

from collections.abc import Iterator

import pytest

from server.chart.requirements import approval_barred
from server.intake.catalogue import Bound, Flag, Question, catalogue
from server.intake.questionnaire import benign_answers, flags
from server.treatments import LABELS
from server.views import AnswerValue
from signaling.messages import TreatmentRef


def raised() -> Iterator[tuple[str, Question, Flag]]:
    """Give each absolute flag with a class that it counts for."""
    for section, questions in catalogue().sections.items():
        for question in questions:
            for flag in question.flags:
                if flag.severity == "absolute":
                    for name in touched(section, flag):
                        yield name, question, flag


def touched(section: str, flag: Flag) -> list[str]:
    names = [section] if section in LABELS else list(LABELS)
    return [
        name for name in names if {name, *catalogue().classes[name].products} & flag.applies_to
    ]


def product_of(name: str, flag: Flag) -> str | None:
    if name in flag.applies_to:
        return None
    return next(one for one in catalogue().classes[name].products if one in flag.applies_to)


def answers_with(
    question: Question, flag: Flag, treatments: list[TreatmentRef]
) -> dict[str, AnswerValue]:
    """Return harmless answers but for this one, and for those that lead to its question."""
    when: AnswerValue
    if isinstance(flag.when, Bound):
        when = flag.when.gte if flag.when.gte is not None else (flag.when.lt or 0) - 1
    else:
        when = [str(flag.when)] if question.kind == "multi" else flag.when
    answers = benign_answers(treatments) | {question.question_id: when}
    condition = question.show_if
    if condition is not None:
        every = [one for section in catalogue().sections.values() for one in section]
        parent = next(one for one in every if one.question_id == condition.question_id)
        multi = parent.kind == "multi"
        leads = [str(condition.equals)] if multi else condition.equals
        answers[condition.question_id] = leads
    return answers


CASES = [
    pytest.param(name, question, flag, id=f"{name}-{question.question_id}-{flag.code}")
    for name, question, flag in raised()
]


def test_every_class_but_the_open_one_has_contraindications() -> None:
    assert {case.values[0] for case in CASES} == set(LABELS)


@pytest.mark.parametrize(("name", "question", "flag"), CASES)
def test_an_absolute_contraindication_makes_approval_unavailable(
    name: str, question: Question, flag: Flag
) -> None:
    treatment = TreatmentRef(treatment_class=name, product=product_of(name, flag))
    other = TreatmentRef(treatment_class="other" if name != "other" else "im_vitamin")
    found = flags(answers_with(question, flag, [treatment]), [treatment])
    assert flag.code in {one.code for one in found if one.severity == "absolute"}
    assert approval_barred(found, name)
    assert not approval_barred(flags(benign_answers([treatment]), [treatment]), name)
    assert not approval_barred(
        [one for one in found if one.applies_to == name], other.treatment_class
    )
