from dataclasses import replace

from server.chart import entries as e
from server.chart.answer_entries import FlagName
from server.chart.health import health, unread, unreasoned, written
from server.chart.reading import flags_of
from server.chart.requirements import missing_for_signature
from server.chart.state import ChartState
from server.intake.questionnaire import benign_answers
from server.views import AnswersForm
from signaling.messages import TreatmentRef
from tests.minded import IN_RANGE, minded
from tests.unit.server.chart_of_ana import APPROVED, NEUROTOXIN, PRACTITIONER

GLP1 = TreatmentRef(treatment_class="glp1")


def chart(*treatments: TreatmentRef, **answers: bool | str | list[str]) -> ChartState:
    state = ChartState(treatments=treatments, answers=benign_answers(treatments) | answers)
    for entry in minded(state):
        state = health(state, entry, 0)
    return state


def after(state: ChartState, *entries: e.AnyEntry) -> ChartState:
    for entry in entries:
        state = health(state, entry, 0)
    return state


def codes(state: ChartState) -> set[str]:
    found = missing_for_signature(state, connected=True, visit="wrap_up", protocols={})
    return {one.code for one in found}


def test_a_changed_answer_must_be_read_again_and_only_that_one() -> None:
    state = chart(NEUROTOXIN)
    assert unread(state) == []
    changed = replace(state, answers={**state.answers, "surgery": "A knee, in May."})
    assert unread(changed) == ["surgery"]
    again = after(changed, e.AnswersRead(answers=written(changed)))
    assert unread(again) == []


def test_another_practitioner_reads_and_answers_for_themselves() -> None:
    state = chart(NEUROTOXIN, pregnancy_nursing=["nursing"])
    assert state.flag_reasons
    taken_over = after(state, e.OfferAccepted(offer_id="offer-02", practitioner=PRACTITIONER))
    assert unread(taken_over)
    assert taken_over.flag_reasons == {}


def test_what_nobody_read_bars_an_approval_and_no_refusal_of_one() -> None:
    state = replace(chart(NEUROTOXIN), answers_read={}, dispositions={"neurotoxin": APPROVED})
    assert "answers_unread" in codes(state)
    declined = APPROVED.model_copy(update={"disposition": "declined"})
    assert "answers_unread" not in codes(replace(state, dispositions={"neurotoxin": declined}))


def flagged() -> ChartState:
    """Return a chart with one flag to review, nothing said about it, and an approval."""
    state = chart(NEUROTOXIN, pregnancy_nursing=["nursing"])
    return replace(state, flag_reasons={}, dispositions={"neurotoxin": APPROVED})


def name_of(state: ChartState) -> list[FlagName]:
    return [
        FlagName(code=one.code, question_id=one.question_id, applies_to=one.applies_to)
        for one in flags_of(state)
        if one.severity == "review"
    ]


def test_each_review_flag_of_what_is_approved_needs_a_reason() -> None:
    state = flagged()
    assert "flag_reason_missing" in codes(state)
    assert unreasoned(state, flags_of(state), "filler") == []
    reason = e.FlagsReasoned(flags=name_of(state), reason="Label: no known risk; discussed.")
    assert "flag_reason_missing" not in codes(after(state, reason))
    taken_back = e.FlagsReasoned(flags=name_of(state), reason=" ")
    assert "flag_reason_missing" in codes(after(state, reason, taken_back))


def test_new_answers_end_the_reasons_that_were_given() -> None:
    state = flagged()
    reason = e.FlagsReasoned(flags=name_of(state), reason="Discussed.")
    form = AnswersForm(answers=dict(state.answers), done=True)
    answered = e.IntakeAnswers(questionnaire_version="draft", answers=form)
    assert after(state, reason, answered).flag_reasons == {}


def test_vital_signs_are_needed_and_the_last_of_each_counts() -> None:
    state = chart(GLP1)
    assert "vitals_missing" not in codes(state)
    decided = APPROVED.model_copy(update={"treatment": GLP1})
    bare = replace(state, vitals={}, dispositions={"glp1": decided})
    found = missing_for_signature(bare, connected=True, visit="wrap_up", protocols={})
    (lacking,) = [one for one in found if one.code == "vitals_missing"]
    assert lacking.target == "vitals"
    assert "weight" in lacking.message
    later = IN_RANGE.model_copy(update={"pulse_bpm": 71, "weight_kg": None})
    state = after(bare, IN_RANGE, later)
    assert "vitals_missing" not in codes(state)
    assert state.vitals["pulse"].figures == {"pulse_bpm": 71}
    assert state.vitals["weight"].figures == {"weight_kg": 92}


def test_a_figure_outside_its_limit_is_a_flag_to_answer_and_a_new_figure_asks_anew() -> None:
    high = IN_RANGE.model_copy(update={"systolic_mmhg": 172})
    state = after(chart(GLP1), high)
    (flag,) = [one for one in flags_of(state) if one.question_id == "vitals"]
    name = FlagName(code=flag.code, question_id="vitals", applies_to="glp1")
    reasoned = after(state, e.FlagsReasoned(flags=[name], reason="Anxious; will repeat."))
    assert unreasoned(reasoned, flags_of(reasoned), "glp1") == []
    higher = IN_RANGE.model_copy(update={"systolic_mmhg": 188})
    again = after(reasoned, higher)
    assert [one.code for one in unreasoned(again, flags_of(again), "glp1")] == [flag.code]
