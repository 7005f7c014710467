from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.entries import Decided, DispositionOrdered, EmergencyRaised
from server.chart.health import health
from server.chart.media import recorded
from server.chart.note import NoteState
from server.chart.order_entries import OrderFact
from server.chart.requirements import (
    APPROVALS,
    GATES,
    approval_barred,
    gates_before,
    missing_for_signature,
    required_gates,
)
from server.chart.state import CallRecord, ChartState
from server.intake.questionnaire import benign_answers
from signaling.messages import (
    DeferReason,
    Disposition,
    DispositionCondition,
    HealthFlag,
    TreatmentRef,
    Visit,
)
from tests.minded import minded
from tests.unit.server.chart_of_ana import (
    APPROVED,
    APPROVED_IN_WORDS,
    CONSENTS,
    LOCATION,
    NEUROTOXIN,
    ORDER,
)
from tests.unit.server.measured import START, US, entries, witnessed

FILLER = TreatmentRef(treatment_class="filler")
BOTH = (NEUROTOXIN, FILLER)
HEALED = DispositionCondition(code="skin_healed", text="", satisfied_by=["RN"])
OTHER = DispositionCondition(code="other", text=" ", satisfied_by=["RN"])
FILMED = recorded([*entries(witnessed("t" * 20, "t" * 20))])
TICK = (START + 10) * US
IN_FORCE = {"neurotoxin": ORDER.protocol_sha256, "filler": ORDER.protocol_sha256}


def decided(
    treatment: TreatmentRef,
    disposition: Disposition,
    *,
    rationale: str = "seen",
    order: OrderFact | None = ORDER,
    conditions: str = "after the test",
    condition: DispositionCondition | None = HEALED,
    reasons: tuple[DeferReason, ...] = ("needs_more_information",),
) -> DispositionOrdered:
    return DispositionOrdered(
        treatment=treatment,
        disposition=disposition,
        rationale=rationale,
        order=order,
        conditions=conditions,
        condition=condition,
        reasons=list(reasons),
        valid_months=12,
    )


def chart(*decisions: Decided, **answers: bool | str | list[str]) -> ChartState:
    """Return a chart that lacks nothing, for the treatments that were decided."""
    state = unlooked(*decisions, **answers)
    for entry in minded(state):
        state = health(state, entry, 0)
    return state


def unlooked(*decisions: Decided, **answers: bool | str | list[str]) -> ChartState:
    """Return the same before anybody read, measured or gave a reason."""
    treatments = tuple(one.treatment for one in decisions)
    return ChartState(
        treatments=treatments,
        consents=CONSENTS,
        answers=benign_answers(treatments) | answers,
        gates=dict.fromkeys(GATES, True),
        dispositions={one.treatment.treatment_class: one for one in decisions},
        media=FILMED,
        findings={one.treatment_class: (TICK,) for one in treatments},
        note=NoteState("Seen and examined.", 1),
    )


def deferred(treatments: tuple[TreatmentRef, ...]) -> Mapping[str, Decided]:
    return {one.treatment_class: decided(one, "deferred") for one in treatments}


def missing(
    state: ChartState,
    *,
    connected: bool = True,
    visit: Visit = "wrap_up",
    protocols: Mapping[str, str] = IN_FORCE,
) -> list[str]:
    found = missing_for_signature(state, connected=connected, visit=visit, protocols=protocols)
    return [f"{one.code} {one.target}" for one in found]


def test_a_chart_that_lacks_nothing_may_be_signed() -> None:
    assert missing(chart(APPROVED)) == []
    assert missing(chart(APPROVED), visit="in_progress") == []


def test_an_empty_chart_lacks_every_gate_every_decision_and_the_note() -> None:
    assert missing(ChartState(treatments=BOTH)) == [
        "gate_missing gate-identity",
        "gate_missing gate-location",
        "gate_missing gate-disclosure",
        "gate_missing gate-room",
        "gate_missing gate-consent",
        "gate_missing gate-seen_on_video",
        "disposition_missing disp-neurotoxin",
        "disposition_missing disp-filler",
        "note_missing note",
    ]


@pytest.mark.parametrize(
    "visit",
    ["requested", "intake", "waiting", "signed", "cancelled", "left", "no_show", "expired"],
)
def test_only_an_open_visit_is_signed(visit: Visit) -> None:
    assert missing(chart(APPROVED), visit=visit) == ["not_open call"]


@pytest.mark.parametrize("gate", required_gates(ChartState()))
def test_each_gate_must_be_confirmed_and_not_taken_back(gate: str) -> None:
    state = chart(APPROVED)
    for gates in (
        {one: True for one in GATES if one != gate},
        {one: one != gate for one in GATES},
    ):
        assert missing(replace(state, gates=gates)) == [f"gate_missing gate-{gate}"]


@pytest.mark.parametrize("disposition", sorted(APPROVALS))
def test_an_approval_needs_an_order_for_this_patient(disposition: Disposition) -> None:
    state = chart(decided(NEUROTOXIN, disposition, order=None))
    assert missing(state) == ["order_missing disp-neurotoxin"]


def test_an_order_in_words_alone_is_none() -> None:
    assert missing(chart(APPROVED_IN_WORDS)) == ["order_missing disp-neurotoxin"]
    declined = APPROVED_IN_WORDS.model_copy(update={"disposition": "declined"})
    assert missing(chart(declined)) == []


@pytest.mark.parametrize(
    "protocols",
    [{}, {"neurotoxin": "00" * 32}, {"filler": ORDER.protocol_sha256}],
    ids=["lapsed", "superseded", "another's"],
)
def test_an_order_counts_only_while_its_protocol_is_in_force(
    protocols: Mapping[str, str],
) -> None:
    assert missing(chart(APPROVED), protocols=protocols) == ["protocol_changed disp-neurotoxin"]
    assert missing(chart(decided(NEUROTOXIN, "deferred")), protocols=protocols) == []


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        (None, False),
        (HEALED, True),
        (OTHER, False),
        (OTHER.model_copy(update={"text": "After the trip."}), True),
    ],
)
def test_a_condition_must_be_named(
    condition: DispositionCondition | None, *, named: bool
) -> None:
    state = chart(decided(NEUROTOXIN, "conditional", condition=condition))
    assert missing(state) == ([] if named else ["conditions_missing disp-neurotoxin"])
    assert missing(chart(decided(NEUROTOXIN, "approved", condition=condition))) == []


def test_a_precaution_must_be_named() -> None:
    state = chart(decided(NEUROTOXIN, "approved_with_precaution", conditions=" "))
    assert missing(state) == ["precaution_missing disp-neurotoxin"]


def test_deferring_says_for_what() -> None:
    state = chart(decided(NEUROTOXIN, "deferred", reasons=()))
    assert missing(state) == ["reasons_missing disp-neurotoxin"]
    assert missing(chart(decided(NEUROTOXIN, "declined", reasons=()))) == []


@pytest.mark.parametrize(
    "disposition",
    ["approved", "approved_with_precaution", "conditional", "deferred", "declined"],
)
def test_every_decision_has_a_reason(disposition: Disposition) -> None:
    state = chart(decided(NEUROTOXIN, disposition, rationale=""))
    assert missing(state) == ["rationale_missing disp-neurotoxin"]


@pytest.mark.parametrize("disposition", ["deferred", "declined"])
def test_deferring_and_declining_need_no_order(disposition: Disposition) -> None:
    assert missing(chart(decided(FILLER, disposition, order=None, conditions=""))) == []


@pytest.mark.parametrize("disposition", sorted(APPROVALS))
def test_an_absolute_contraindication_leaves_only_deferring_or_declining(
    disposition: Disposition,
) -> None:
    barred = chart(
        decided(NEUROTOXIN, "approved"),
        decided(FILLER, disposition),
        flr_bacteria_protein=True,
    )
    assert missing(barred) == ["approval_barred disp-filler"]
    deferred = chart(
        decided(NEUROTOXIN, "approved"),
        decided(FILLER, "deferred"),
        flr_bacteria_protein=True,
    )
    assert missing(deferred) == []


def test_an_emergency_bars_every_approval() -> None:
    state = chart(
        decided(NEUROTOXIN, "approved"),
        decided(FILLER, "approved"),
        emergency_symptoms=["chest_pain"],
    )
    assert missing(state) == ["approval_barred disp-neurotoxin", "approval_barred disp-filler"]


def test_a_review_flag_asks_for_a_reason_and_bars_nothing() -> None:
    state = chart(decided(NEUROTOXIN, "approved"), ill_now=True)
    assert missing(state) == []


@pytest.mark.parametrize(
    ("severity", "applies_to", "barred"),
    [
        ("emergency", "all", True),
        ("emergency", "neurotoxin", True),
        ("absolute", "all", True),
        ("absolute", "filler", True),
        ("absolute", "neurotoxin", False),
        ("review", "all", False),
        ("review", "filler", False),
    ],
)
def test_what_a_flag_bars(severity: str, applies_to: str, *, barred: bool) -> None:
    flag = HealthFlag.model_validate(
        {
            "code": "x",
            "severity": severity,
            "reason": "x",
            "question_id": "x",
            "applies_to": applies_to,
        }
    )
    assert approval_barred([flag], "filler") is barred


def test_nothing_is_approved_without_video() -> None:
    assert missing(chart(APPROVED), connected=False) == ["video_missing call"]


def test_without_video_a_refusal_is_signed_without_gates_that_nobody_could_confirm() -> None:
    state = replace(chart(decided(FILLER, "deferred")), gates={})
    assert missing(state, connected=False) == []
    assert "gate_missing gate-identity" in missing(state, connected=True)


def test_a_decision_on_a_treatment_that_is_not_wanted_any_more_decides_nothing() -> None:
    state = replace(chart(APPROVED), treatments=(FILLER,), answers=benign_answers([FILLER]))
    assert missing(state) == ["disposition_missing disp-filler"]
    assert "video_missing call" not in missing(state, connected=False)


def test_a_blank_note_is_no_note() -> None:
    assert missing(replace(chart(APPROVED), note=NoteState(" \n", 1))) == ["note_missing note"]


def test_what_is_missing_is_said_in_a_sentence() -> None:
    for one in missing_for_signature(
        ChartState(treatments=BOTH), connected=True, visit="wrap_up", protocols={}
    ):
        assert one.message.endswith(".")


@given(
    gates=st.sets(st.sampled_from(GATES)),
    connected=st.booleans(),
    note=st.booleans(),
    flagged=st.booleans(),
)
def test_taking_something_away_never_opens_the_signature(
    *, gates: set[str], connected: bool, note: bool, flagged: bool
) -> None:
    whole = chart(decided(FILLER, "approved"))
    poorer = replace(
        whole,
        gates={gate: True for gate in GATES if gate in gates},
        note=whole.note if note else NoteState(),
        answers={**whole.answers, "flr_bacteria_protein": flagged},
    )
    complete = gates >= set(required_gates(whole)) and connected and note and not flagged
    assert (missing(poorer, connected=connected) == []) is complete


TEXAS = LOCATION.model_copy(update={"jurisdiction": "TX", "at_site": False})
NEW_JERSEY = LOCATION.model_copy(update={"jurisdiction": "NJ", "at_site": False})
ALWAYS = ("identity", "location", "disclosure", "room", "consent", "seen_on_video")


@pytest.mark.parametrize(
    ("state", "more"),
    [
        (ChartState(location=LOCATION), []),
        (ChartState(location=TEXAS), ["complaint_notice"]),
        (ChartState(location=NEW_JERSEY), ["physician_request"]),
        (ChartState(minor=True), ["guardian"]),
        (ChartState(privacy_ever_asked=True), ["private_answers"]),
    ],
)
def test_place_age_and_privacy_add_prompts(state: ChartState, more: list[str]) -> None:
    assert set(required_gates(state)) == {*ALWAYS, *more}


SEEN = CallRecord(connected_at=1)
UNDECIDED = ChartState(treatments=BOTH, consents=CONSENTS, call=SEEN)
HELP = EmergencyRaised(
    by="patient",
    flags=["other"],
    place="",
    street="1 Main St",
    city="Reno",
    jurisdiction="NV",
    postal_code="89501",
)


@pytest.mark.parametrize("disposition", ["approved", "deferred"])
def test_prompts_come_before_any_decision_on_a_patient_who_is_seen(
    disposition: Disposition,
) -> None:
    assert gates_before(UNDECIDED, disposition) == required_gates(UNDECIDED)
    done = replace(UNDECIDED, gates=dict.fromkeys(GATES, True))
    assert gates_before(done, disposition) == ()


@pytest.mark.parametrize(
    "state",
    [
        replace(UNDECIDED, call=CallRecord()),
        replace(UNDECIDED, withdrawn_at=5),
        replace(UNDECIDED, emergency=HELP),
    ],
)
def test_who_cannot_be_asked_can_be_declined_but_never_approved(state: ChartState) -> None:
    assert gates_before(state, "declined") == ()
    assert gates_before(state, "approved") == required_gates(state)


@pytest.mark.parametrize(
    "state",
    [
        replace(chart(APPROVED), withdrawn_at=5),
        replace(chart(APPROVED), consents=None),
        replace(chart(APPROVED), minor=True),
        replace(chart(APPROVED), location=TEXAS),
    ],
)
def test_without_consent_that_covers_the_exam_nothing_is_approved(state: ChartState) -> None:
    assert missing(state) == ["consent_missing disp-neurotoxin"]


def test_after_consent_was_taken_back_declining_is_signed_without_prompts() -> None:
    declined = chart(decided(NEUROTOXIN, "declined", order=None))
    assert missing(replace(declined, withdrawn_at=5, gates={})) == []


def test_an_emergency_gates_nothing() -> None:
    declined = chart(decided(NEUROTOXIN, "deferred", order=None))
    assert missing(replace(declined, emergency=HELP, gates={})) == []
    assert missing(replace(chart(APPROVED), emergency=HELP)) == []
