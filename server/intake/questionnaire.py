"""The health questionnaire of one patient: what to ask, what an answer may be, what it flags.

The general part and one section per chosen treatment class. A question that was skipped is
unanswered, never "no". Flags are facts for a practitioner, never a decision.

How a flag counts (`questionnaires.json` is the source of all of them):
- a flag of a class's question stays inside that class;
- a flag that names a product counts when the product is that one or not yet known;
- an emergency counts for everything, whatever the treatments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeGuard

from server import treatments as vocabulary
from server.errors import InvalidBody
from server.intake import words
from server.intake.catalogue import (
    GENERAL,
    NONE,
    Bound,
    Flag,
    Question,
    catalogue,
)
from server.views import (
    AnsweredView,
    AnswerValue,
    CarriedView,
    ChoiceView,
    Language,
    QuestionnaireView,
    QuestionSectionView,
    QuestionView,
    ShowIfView,
)
from signaling.messages import HealthFlag, Severity, TreatmentRef

Answers = Mapping[str, AnswerValue]
ALL: Final = "all"  # `applies_to` of a flag that counts for every treatment
UNANSWERED: Final = "unanswered"
SEVERITIES: Final[tuple[Severity, ...]] = ("emergency", "absolute", "review")
LEFT_OUT: Final[Mapping[str, str]] = {
    "en": "Questions left unanswered: {count}",
    "es": "Preguntas sin respuesta: {count}",
}


class IntakeInvalid(InvalidBody):
    """Answers that the questions do not allow; `fields` names the questions, not the answers.

    A question that was never asked has no name of ours: the field is then `answers`.
    """


def version() -> str:
    """Return the version of the questions; it goes into the chart with the answers."""
    return catalogue().version


def questionnaire(
    treatments: Sequence[TreatmentRef],
    language: Language,
    *,
    draft: bool = True,
    carried: CarriedView | None = None,
) -> QuestionnaireView:
    """Return every question that the chosen treatments call for, in one language.

    Args:
        treatments: as chosen.
        language: of the words.
        draft: not every set of it is signed off.
        carried: answers from last time.

    Raises:
        UnknownTreatment, RepeatedTreatment: treatments that cannot be asked for.
    """
    return QuestionnaireView(
        version=version(),
        draft=draft,
        carried=carried,
        sections=[
            QuestionSectionView(
                id=section,
                title=words.title(section, language),
                questions=[_view(one, language) for one in catalogue().sections[section]],
            )
            for section in _sections(treatments)
        ],
    )


def check_answers(answers: Answers, treatments: Sequence[TreatmentRef]) -> None:
    """Accept answers that fit their questions; leaving some out is allowed.

    Raises:
        IntakeInvalid: a question that is not asked, an answer of the wrong kind, a choice that
            does not exist, or `none` beside another choice.
    """
    asked = {one.question_id: one for one in questions_for(treatments)}
    wrong = [
        question_id if question_id in asked else "answers"
        for question_id, answer in answers.items()
        if question_id not in asked or not _fits(asked[question_id], answer)
    ]
    if wrong:
        raise IntakeInvalid(fields=tuple(dict.fromkeys(wrong)))


def flags(
    answers: Answers, treatments: Sequence[TreatmentRef], *, language: Language = "en"
) -> list[HealthFlag]:
    """Return what a practitioner must look at, the gravest first.

    A section with unanswered questions gives one review flag, `unanswered`. `applies_to` is a
    treatment class, or `all`.

    Args:
        answers: by question; what does not fit its question counts as unanswered.
        treatments: as chosen.
        language: of the sentence about unanswered questions; the data give all other reasons
            in English only.
    """
    found = [
        one
        for question in visible(answers, treatments)
        for flag in _raised(question, answers)
        for one in _health_flags(question, flag, treatments)
    ]
    found += _unanswered_flags(answers, treatments, language)
    return sorted(found, key=lambda one: SEVERITIES.index(one.severity))


def emergency(answers: Answers) -> bool:
    """Tell whether an answer means: call 911 now, whatever else (rule R10)."""
    return any(
        flag.severity == "emergency"
        for section in catalogue().sections.values()
        for question in section
        for flag in _raised(question, answers)
    )


def complete(answers: Answers, treatments: Sequence[TreatmentRef]) -> bool:
    """Tell whether every question that is shown has an answer that fits it."""
    return all(is_answered(one, answers) for one in visible(answers, treatments))


def answered(
    answers: Answers, treatments: Sequence[TreatmentRef], language: Language
) -> list[AnsweredView]:
    """Return every question that was shown with its answer in words."""
    return [
        AnsweredView(
            section=words.title(one.section, language),
            question_id=one.question_id,
            question=one.text[language],
            answer=_answer_in_words(one, answers, language),
            flag=_gravest(one, answers, treatments),
        )
        for one in visible(answers, treatments)
    ]


def in_words(
    question_id: str,
    answer: AnswerValue,
    treatments: Sequence[TreatmentRef],
    language: Language,
) -> str:
    """Return one answer in words; a question that is not asked has none."""
    for one in questions_for(treatments):
        if one.question_id == question_id:
            return words.in_words(one, answer, language)
    return ""


def _answer_in_words(question: Question, answers: Answers, language: Language) -> str:
    if not is_answered(question, answers):
        return words.NOT_ANSWERED[language]
    return words.in_words(question, answers[question.question_id], language)


def live_findings(treatments: Sequence[TreatmentRef]) -> dict[str, list[str]]:
    """Return, by class, what the practitioner should see for themselves on video."""
    classes = catalogue().classes
    return {
        one.treatment_class: list(classes[one.treatment_class].live_findings)
        for one in treatments
    }


def benign_answers(treatments: Sequence[TreatmentRef]) -> dict[str, AnswerValue]:
    """Return complete answers with the least grave flags: a made-up healthy patient's."""
    answers: dict[str, AnswerValue] = {}
    for question in questions_for(treatments):
        if _is_shown(question, answers):
            possible = _possible(question)
            gravity = [
                _gravity(question, {question.question_id: one}, treatments) for one in possible
            ]
            answers[question.question_id] = possible[gravity.index(min(gravity))]
    return answers


def _sections(treatments: Sequence[TreatmentRef]) -> tuple[str, ...]:
    vocabulary.check_treatments(treatments)
    return (GENERAL, *(one.treatment_class for one in treatments))


def questions_for(treatments: Sequence[TreatmentRef]) -> Iterator[Question]:
    """Give every question that the treatments may call for."""
    for section in _sections(treatments):
        yield from catalogue().sections[section]


def visible(answers: Answers, treatments: Sequence[TreatmentRef]) -> Iterator[Question]:
    """Give the questions that the answers so far lead to."""
    return (one for one in questions_for(treatments) if _is_shown(one, answers))


def _is_shown(question: Question, answers: Answers) -> bool:
    condition = question.show_if
    if condition is None:
        return True
    return _matches(condition.equals, answers.get(condition.question_id))


def _matches(when: bool | str | Bound, answer: AnswerValue | None) -> bool:  # noqa: FBT001 - a value
    """Tell whether an answer is the one that a flag or a condition waits for."""
    if isinstance(when, Bound):
        return _is_number(answer) and when.holds(answer)
    if isinstance(when, bool):
        return answer is when
    return when in answer if isinstance(answer, list) else answer == when


def _is_number(answer: AnswerValue | None) -> TypeGuard[float]:
    return isinstance(answer, int | float) and not isinstance(answer, bool)


def _fits(question: Question, answer: AnswerValue) -> bool:
    """Tell whether an answer is of the kind that its question asks for."""
    values = {one.value for one in question.choices}
    match question.kind:
        case "yes_no":
            return isinstance(answer, bool)
        case "number":
            return _is_number(answer)
        case "choice":
            return isinstance(answer, str) and answer in values
        case "multi":
            return isinstance(answer, list) and _is_selection(answer, values)
        case "text":
            return isinstance(answer, str)
        case "medicine_list":
            return isinstance(answer, str | list)


def _is_selection(chosen: list[str], values: set[str]) -> bool:
    alone = NONE not in chosen or len(chosen) == 1
    return alone and set(chosen) <= values and len(set(chosen)) == len(chosen)


def is_answered(question: Question, answers: Answers) -> bool:
    """Tell whether a question has an answer that fits it and says something."""
    answer = answers.get(question.question_id)
    if answer is None or not _fits(question, answer):
        return False
    if isinstance(answer, list):
        return any(one.strip() for one in answer)
    return not isinstance(answer, str) or bool(answer.strip())


def _raised(question: Question, answers: Answers) -> Iterator[Flag]:
    answer = answers.get(question.question_id)
    if answer is None or not _is_shown(question, answers):
        return iter(())
    return (flag for flag in question.flags if _matches(flag.when, answer))


def _touched(
    question: Question, flag: Flag, treatments: Sequence[TreatmentRef]
) -> tuple[str, ...]:
    """Return the classes that a flag counts for."""
    if flag.severity == "emergency":
        return (ALL,)
    touched = tuple(
        one.treatment_class
        for one in treatments
        if question.section in {GENERAL, one.treatment_class} and _names(flag, one)
    )
    whole = len(touched) == len(treatments) > 1
    return (ALL,) if whole else touched


def _names(flag: Flag, treatment: TreatmentRef) -> bool:
    if treatment.treatment_class in flag.applies_to:
        return True
    if treatment.product is not None:
        return treatment.product in flag.applies_to
    products = catalogue().classes[treatment.treatment_class].products
    return not flag.applies_to.isdisjoint(products)


def _health_flags(
    question: Question, flag: Flag, treatments: Sequence[TreatmentRef]
) -> list[HealthFlag]:
    return [
        HealthFlag(
            code=flag.code,
            severity=flag.severity,
            reason=flag.reason,
            question_id=question.question_id,
            applies_to=touched,
        )
        for touched in _touched(question, flag, treatments)
    ]


def _unanswered_flags(
    answers: Answers, treatments: Sequence[TreatmentRef], language: Language
) -> list[HealthFlag]:
    """Return one review flag per section with questions that were skipped (rule R100)."""
    skipped: dict[str, list[str]] = {}
    for one in visible(answers, treatments):
        if not is_answered(one, answers):
            skipped.setdefault(one.section, []).append(one.question_id)
    return [
        HealthFlag(
            code=UNANSWERED,
            severity="review",
            reason=LEFT_OUT[language].format(count=len(ids)),
            question_id=ids[0],
            applies_to=ALL if section == GENERAL else section,
        )
        for section, ids in skipped.items()
    ]


def _gravest(
    question: Question, answers: Answers, treatments: Sequence[TreatmentRef]
) -> Severity | None:
    rank = _gravity(question, answers, treatments)
    return SEVERITIES[-rank] if rank else None


def _gravity(question: Question, answers: Answers, treatments: Sequence[TreatmentRef]) -> int:
    """Return 0 for no flag, then more the graver the gravest one is."""
    return max(
        (
            len(SEVERITIES) - SEVERITIES.index(flag.severity)
            for flag in question.flags
            if _matches(flag.when, answers.get(question.question_id))
            and _touched(question, flag, treatments)
        ),
        default=0,
    )


def _possible(question: Question) -> list[AnswerValue]:
    """Return answers to choose from, the more usual of two equally harmless ones first."""
    values = [one.value for one in question.choices]
    match question.kind:
        case "yes_no":
            return [False, True]
        case "number":
            return [35.0]
        case "choice":
            return list(values)
        case "multi":
            ordered = sorted(values, key=lambda value: value != NONE)
            return [[value] for value in ordered]
        case "text":
            return ["Nothing to report."]
        case "medicine_list":
            return [["No medicines"]]


def _view(question: Question, language: Language) -> QuestionView:
    condition = question.show_if
    return QuestionView(
        id=question.question_id,
        kind=question.kind,
        text=question.text[language],
        help=question.help[language],
        choices=[
            ChoiceView(value=one.value, label=one.label[language]) for one in question.choices
        ],
        show_if=ShowIfView(question_id=condition.question_id, equals=condition.equals)
        if condition
        else None,
        sensitive=question.sensitive,
    )
