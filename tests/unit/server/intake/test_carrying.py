from server.intake.carrying import carryable, written
from server.intake.catalogue import catalogue
from server.intake.questionnaire import benign_answers
from signaling.messages import TreatmentRef

GLP1 = [TreatmentRef(treatment_class="glp1")]
SENSITIVE = {
    one.question_id
    for section in ("general", "glp1")
    for one in catalogue().sections[section]
    if one.sensitive
}


def test_own_words_are_the_texts_and_the_medicines_that_were_answered() -> None:
    answers = benign_answers(GLP1) | {"past_problem": " "}
    found = written(answers, GLP1)
    assert {"goals", "medicines", "surgery"} <= set(found)
    assert "past_problem" not in found
    assert "age_years" not in found


def test_an_answer_to_a_question_that_is_not_asked_is_not_to_be_read() -> None:
    answers = benign_answers(GLP1) | {"severe_allergy": False, "allergy_details": "Bees"}
    assert "allergy_details" not in written(answers, GLP1)
    assert "allergy_details" in written(answers | {"severe_allergy": True}, GLP1)


def test_what_is_asked_of_this_moment_is_never_carried() -> None:
    shown = carryable(benign_answers(GLP1), GLP1, sensitive=True)
    assert {"emergency_symptoms", "self_harm_thoughts", "age_years"}.isdisjoint(shown)
    assert {"medicines", "surgery", "glp_eating"} <= set(shown)


def test_sensitive_answers_are_not_shown_on_a_spas_tablet() -> None:
    shown = carryable(benign_answers(GLP1), GLP1, sensitive=False)
    assert SENSITIVE.isdisjoint(shown)
    assert "medicines" in shown


def test_only_questions_that_are_asked_now_are_shown() -> None:
    both = [*GLP1, TreatmentRef(treatment_class="filler")]
    shown = carryable(benign_answers(both), GLP1, sensitive=True)
    assert not any(name.startswith("fil_") for name in shown)
    assert any(name.startswith("glp_") for name in shown)


def test_an_answer_that_does_not_fit_any_more_is_not_shown() -> None:
    answers = benign_answers(GLP1) | {"glp_pancreatitis": "perhaps", "surgery": ""}
    shown = carryable(answers, GLP1, sensitive=True)
    assert "surgery" not in shown
    assert all(one != "perhaps" for one in shown.values())
