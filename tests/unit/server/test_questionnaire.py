import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake.catalogue import GENERAL, Question, catalogue
from server.intake.questionnaire import (
    ALL,
    SEVERITIES,
    IntakeInvalid,
    answered,
    benign_answers,
    check_answers,
    complete,
    emergency,
    flags,
    live_findings,
    questionnaire,
)
from server.treatments import LABELS, UnknownTreatment
from server.views import AnswerValue
from signaling.messages import TreatmentRef

EVERY = [question for section in catalogue().sections.values() for question in section]
EVERY_CLASS = sorted(LABELS)


def wanted(*classes: str, product: str | None = None) -> list[TreatmentRef]:
    return [TreatmentRef(treatment_class=one, product=product) for one in classes]


def codes(answers: dict[str, AnswerValue], treatments: list[TreatmentRef]) -> set[str]:
    return {one.code for one in flags(answers, treatments)}


def raised_by(
    question_id: str, answer: AnswerValue, treatments: list[TreatmentRef]
) -> dict[str, str]:
    """Return code and where it counts, of one answer beside harmless ones."""
    answers = benign_answers(treatments) | {question_id: answer}
    raised = flags(answers, treatments)
    return {one.code: one.applies_to for one in raised if one.question_id == question_id}


# ------------------------------------------------------------------ what is asked


def test_a_questionnaire_is_the_general_part_and_one_section_per_class() -> None:
    view = questionnaire(wanted("filler", "glp1"), "es")
    assert [section.id for section in view.sections] == [GENERAL, "filler", "glp1"]
    assert view.draft
    assert view.sections[1].title == "Rellenos dérmicos"
    assert all(question.text for section in view.sections for question in section.questions)


def test_both_languages_ask_the_same_questions() -> None:
    english, spanish = (questionnaire(wanted(*EVERY_CLASS[:8]), one) for one in ("en", "es"))
    for left, right in zip(english.sections, spanish.sections, strict=True):
        assert [one.id for one in left.questions] == [one.id for one in right.questions]
        assert left.questions != right.questions


def test_a_condition_reaches_the_page() -> None:
    view = questionnaire(wanted("neurotoxin"), "en")
    last = next(one for one in view.sections[1].questions if one.id == "ntx_last")
    assert last.show_if is not None
    assert (last.show_if.question_id, last.show_if.equals) == ("ntx_before", True)


def test_no_questions_for_a_class_that_does_not_exist() -> None:
    with pytest.raises(UnknownTreatment):
        questionnaire(wanted("tattoo"), "en")


def test_the_data_are_whole() -> None:
    ids = [one.question_id for one in EVERY]
    known = set(catalogue().classes) | {
        product for one in catalogue().classes.values() for product in one.products
    }
    assert len(ids) == len(set(ids)) == 204
    assert set(catalogue().classes) == set(LABELS)
    for question in EVERY:
        assert question.show_if is None or question.show_if.question_id in ids
        values = {one.value for one in question.choices}
        for flag in question.flags:
            assert flag.applies_to <= known
            assert not isinstance(flag.when, str) or flag.when in values


# ------------------------------------------------------------------ what may be answered


@pytest.mark.parametrize("treatment_class", EVERY_CLASS)
def test_harmless_answers_are_valid_complete_and_raise_nothing(treatment_class: str) -> None:
    treatments = wanted(treatment_class)
    answers = benign_answers(treatments)
    check_answers(answers, treatments)
    assert complete(answers, treatments)
    assert flags(answers, treatments) == []
    assert not emergency(answers)


@pytest.mark.parametrize(
    ("question_id", "answer"),
    [
        ("severe_allergy", "yes"),
        ("severe_allergy", 1.0),
        ("severe_allergy", ["yes"]),
        ("self_harm_thoughts", "maybe"),
        ("self_harm_thoughts", True),
        ("self_harm_thoughts", ["no"]),
        ("emergency_symptoms", "none"),
        ("emergency_symptoms", ["none", "chest_pain"]),
        ("emergency_symptoms", ["chest_pain", "chest_pain"]),
        ("emergency_symptoms", ["headache"]),
        ("age_years", "36"),
        ("age_years", True),
        ("goals", True),
        ("goals", ["look rested"]),
        ("medicines", True),
        ("medicines", 3.0),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused_by_the_name_of_its_question(
    question_id: str, answer: AnswerValue
) -> None:
    with pytest.raises(IntakeInvalid) as refused:
        check_answers({"ill_now": False, question_id: answer}, wanted("filler"))
    assert refused.value.fields == (question_id,)
    assert refused.value.code == "invalid_body"


@pytest.mark.parametrize("question_id", ["no_such_question", "ntx_before"])
def test_a_question_that_is_not_asked_is_refused_without_its_name(question_id: str) -> None:
    with pytest.raises(IntakeInvalid) as refused:
        check_answers({question_id: True}, wanted("filler"))
    assert refused.value.fields == ("answers",)


def test_leaving_everything_out_is_allowed_but_not_complete() -> None:
    check_answers({}, wanted("filler"))
    assert not complete({}, wanted("filler"))


@pytest.mark.parametrize("blank", ["", "  ", []])
def test_a_blank_is_no_answer(blank: AnswerValue) -> None:
    answers = benign_answers(wanted("filler")) | {"medicines": blank}
    assert not complete(answers, wanted("filler"))
    assert codes(answers, wanted("filler")) == {"unanswered"}


# ------------------------------------------------------------------ what it means


def test_a_skipped_question_is_unanswered_never_no() -> None:
    found = flags({}, wanted("filler", "glp1"))
    assert [(one.code, one.applies_to) for one in found] == [
        ("unanswered", ALL),
        ("unanswered", "filler"),
        ("unanswered", "glp1"),
    ]
    assert {one.severity for one in found} == {"review"}
    spanish = flags({}, wanted("filler"), language="es")
    assert spanish[0].reason.startswith("Preguntas sin respuesta")


def test_a_question_that_was_not_shown_is_not_missed_and_raises_nothing() -> None:
    treatments = wanted("neurotoxin")
    answers = benign_answers(treatments) | {
        "ntx_before": False,
        "ntx_last": "under_3_months",
    }
    assert codes(answers, treatments) == set()
    shown = answers | {"ntx_before": True}
    assert "unanswered" in codes(shown, treatments)  # ntx_reaction is asked now
    assert len(codes(shown, treatments)) == 2


@pytest.mark.parametrize(
    ("age", "expected"),
    [(17.0, {"minor", "under_22"}), (18.0, {"under_22"}), (21.9, {"under_22"}), (22.0, set())],
)
def test_an_age_is_compared_at_its_edges(age: float, expected: set[str]) -> None:
    assert set(raised_by("age_years", age, wanted("filler"))) == expected


def test_a_bound_from_below_holds_at_its_edge() -> None:
    assert set(raised_by("age_years", 65.0, wanted("glp1"))) == {"age_65_plus"}
    assert raised_by("age_years", 64.9, wanted("glp1")) == {}


def test_a_flag_of_a_general_question_counts_for_the_classes_it_names() -> None:
    assert raised_by("age_years", 70.0, wanted("filler", "glp1")) == {"age_65_plus": "glp1"}
    assert raised_by("age_years", 70.0, wanted("hormone", "glp1")) == {"age_65_plus": ALL}


def test_a_flag_of_a_product_counts_for_that_product_or_when_none_is_known() -> None:
    question = next(
        one
        for one in catalogue().sections["glp1"]
        if any(flag.applies_to.isdisjoint({"glp1"}) for flag in one.flags)
    )
    flag = next(one for one in question.flags if "glp1" not in one.applies_to)
    named = min(flag.applies_to & set(catalogue().classes["glp1"].products))
    other = min(set(catalogue().classes["glp1"].products) - flag.applies_to)
    for product, counts in ((named, True), (None, True), (other, False)):
        treatments = wanted("glp1", product=product)
        raised = raised_by(question.question_id, flag.when, treatments)  # type: ignore[arg-type]
        assert (flag.code in raised) is counts


def test_a_flag_of_a_classs_question_stays_inside_that_class() -> None:
    treatments = wanted("filler", "biostimulator")
    answers = benign_answers(treatments) | {"flr_bacteria_protein": True}
    assert {one.applies_to for one in flags(answers, treatments)} == {"filler"}


def test_the_gravest_comes_first() -> None:
    treatments = wanted("glp1")
    answers = benign_answers(treatments) | {
        "emergency_symptoms": ["chest_pain"],
        "glp_thyroid_cancer": "yes",
        "age_years": 70.0,
    }
    severities = [one.severity for one in flags(answers, treatments)]
    assert severities == ["emergency", "absolute", "review"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"emergency_symptoms": ["trouble_breathing"]}, "dyspnoea"),
        ({"emergency_symptoms": ["throat_swelling"]}, "anaphylaxis"),
        ({"emergency_symptoms": ["chest_pain"]}, "chest_pain"),
        ({"emergency_symptoms": ["stroke_signs"]}, "stroke_signs"),
        ({"emergency_symptoms": ["vision_loss"]}, "vision_loss"),
        ({"self_harm_thoughts": "now_or_plan"}, "suicidality"),
    ],
)
def test_each_of_the_six_emergencies_is_one_for_every_treatment(
    answers: dict[str, AnswerValue], code: str
) -> None:
    assert emergency(answers)
    for name in EVERY_CLASS:
        found = [one for one in flags(answers, wanted(name)) if one.severity == "emergency"]
        assert [(one.code, one.applies_to) for one in found] == [(code, ALL)]


def test_a_family_thyroid_cancer_bars_glp1() -> None:
    treatments = wanted("glp1", product="semaglutide")
    answers = benign_answers(treatments) | {"glp_thyroid_cancer": "yes"}
    assert [one.severity for one in flags(answers, treatments)] == ["absolute"]


def test_answers_are_shown_in_words_with_their_gravest_flag() -> None:
    treatments = wanted("neurotoxin")
    answers = benign_answers(treatments) | {
        "emergency_symptoms": ["chest_pain", "vision_loss"],
        "ntx_before": False,
        "age_years": 36.0,
        "medicines": ["metoprolol", "aspirin"],
    }
    del answers["goals"]
    shown = {one.question_id: one for one in answered(answers, treatments, "en")}
    assert shown["ntx_before"].answer == "No"
    assert shown["age_years"].answer == "36"
    assert shown["medicines"].answer == "metoprolol; aspirin"
    assert shown["goals"].answer == "Not answered"
    assert shown["emergency_symptoms"].flag == "emergency"
    assert "; " in shown["emergency_symptoms"].answer
    assert shown["goals"].flag is None
    assert shown["goals"].section == "Your health"
    assert "ntx_last" not in shown
    spanish = {one.question_id: one for one in answered(answers, treatments, "es")}
    assert spanish["goals"].answer == "Sin respuesta"


def test_what_to_see_on_video_is_listed_by_class() -> None:
    findings = live_findings(wanted("filler", "other"))
    assert set(findings) == {"filler", "other"}
    assert all(findings.values())


# ------------------------------------------------------------------ whatever is answered


def any_answer(question: Question) -> st.SearchStrategy[AnswerValue]:
    values = [one.value for one in question.choices]
    match question.kind:
        case "yes_no":
            return st.booleans()
        case "number":
            return st.floats(0, 120)
        case "choice":
            return st.sampled_from(values)
        case "multi":
            some = [one for one in values if one != "none"]
            return st.lists(st.sampled_from(some), unique=True, max_size=4)
        case "text" | "medicine_list":
            return st.text(max_size=20)


@st.composite
def encounters(
    draw: st.DrawFn,
) -> tuple[list[TreatmentRef], dict[str, AnswerValue]]:
    classes = draw(st.lists(st.sampled_from(EVERY_CLASS), min_size=1, max_size=3, unique=True))
    asked = [
        question
        for section in (GENERAL, *classes)
        for question in catalogue().sections[section]
    ]
    kept = draw(
        st.lists(st.sampled_from(asked), max_size=25, unique_by=lambda one: one.text["en"])
    )
    return wanted(*classes), {one.question_id: draw(any_answer(one)) for one in kept}


@given(encounters())
def test_answers_of_the_right_kind_are_always_taken_and_read(
    encounter: tuple[list[TreatmentRef], dict[str, AnswerValue]],
) -> None:
    treatments, answers = encounter
    check_answers(answers, treatments)
    found = flags(answers, treatments)
    classes = {one.treatment_class for one in treatments} | {ALL}
    assert {one.applies_to for one in found} <= classes
    assert found == sorted(found, key=lambda one: SEVERITIES.index(one.severity))
    assert emergency(answers) == any(one.severity == "emergency" for one in found)
    assert complete(answers, treatments) == all(one.code != "unanswered" for one in found)
    assert len(answered(answers, treatments, "es")) >= len(answers) - sum(
        1 for one in EVERY if one.show_if and one.question_id in answers
    )


@given(encounters(), st.data())
def test_naming_the_product_never_adds_a_flag(
    encounter: tuple[list[TreatmentRef], dict[str, AnswerValue]], data: st.DataObject
) -> None:
    treatments, answers = encounter
    first, *rest = treatments
    product = data.draw(st.sampled_from(catalogue().classes[first.treatment_class].products))
    named = [TreatmentRef(treatment_class=first.treatment_class, product=product), *rest]
    assert codes(answers, named) <= codes(answers, treatments)
