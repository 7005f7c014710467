import pytest

from server.chart import entries as e
from server.chart.entries import AnyEntry
from server.chart.modality import computed
from server.chart.note import NoteBroken
from server.chart.reading import flags_of, read, ready_to_wait
from server.chart.state import ChartState, Interruption, Noted
from server.intake.questionnaire import benign_answers
from server.rulings.facts import facts_of
from server.views import AnswersForm, DeviceTestForm, GuardianForm, HolderForm
from signaling.messages import TreatmentRef
from tests.unit.server import forward_of_ana
from tests.unit.server.chart_of_ana import (
    ANSWERS,
    APPROVED,
    CONSENTS,
    IDENTITY,
    LOCATION,
    NEUROTOXIN,
    NOW,
    ONE_OF_EACH,
    PRACTITIONER,
)


def answers(*, done: bool = True, **given: bool | float | str | list[str]) -> e.IntakeAnswers:
    form = AnswersForm(answers=benign_answers([NEUROTOXIN]) | given, done=done)
    return e.IntakeAnswers(questionnaire_version="draft", answers=form)


def device(camera: str = "ok", microphone: str = "ok") -> e.IntakeDeviceTest:
    form = {"camera": camera, "microphone": microphone, "speaker": "ok"}
    return e.IntakeDeviceTest(test=DeviceTestForm.model_validate(form))


READY: list[AnyEntry] = [
    e.IntakeIdentity(identity=IDENTITY),
    e.IntakeLocation(location=LOCATION),
    e.IntakeTreatments(treatments=[NEUROTOXIN]),
    answers(),
    e.IntakeConsents(consents=CONSENTS),
    device(),
]


def test_an_unwritten_chart_says_nothing() -> None:
    assert read([]) == ChartState()
    assert flags_of(ChartState()) == []
    assert not ChartState().connected


def test_one_entry_of_each_kind_is_read() -> None:
    state = read(ONE_OF_EACH, range(NOW, NOW + len(ONE_OF_EACH)))
    kinds = [one.kind for one in ONE_OF_EACH]
    assert state.identity == IDENTITY
    assert (state.location, state.location_at) == (
        LOCATION,
        NOW + kinds.index("intake.location"),
    )
    assert (state.consents, state.consents_at) == (
        CONSENTS,
        NOW + kinds.index("intake.consents"),
    )
    assert state.answers == ANSWERS.answers
    assert state.answers_done
    assert state.treatments == (NEUROTOXIN,)
    assert state.staff_help == ("Kim",)
    assert state.practitioner == PRACTITIONER
    assert state.note.text == "Brow symmetric. No ptosis. Skin clear."
    assert state.gates == {"seen_on_video": True}
    assert state.dispositions == {"neurotoxin": APPROVED}
    assert state.attestation is not None
    assert state.addenda == (
        Noted(NOW + kinds.index("addendum"), "Called back about the brow."),
    )
    assert state.parked
    assert state.visit == "wrap_up"
    assert state.connected


def test_another_guardian_signs_for_themselves() -> None:
    guardian = GuardianForm(
        legal_name=CONSENTS.signed_name.upper(),
        birth_date="1980-01-01",
        relationship="parent",
        phone="+14805550123",
        present=True,
    )
    other = guardian.model_copy(update={"legal_name": "Rosa Ortiz"})
    for who, signed in ((guardian, CONSENTS), (other, None)):
        entries = [*READY, e.MinorAdmitted(treatment_classes=["neurotoxin"])]
        state = read([*entries, e.GuardianIdentified(guardian=who)])
        assert state.consents == signed
        facts = facts_of((1, one) for one in [*entries, e.GuardianIdentified(guardian=who)])
        assert facts.accepted == signed


@pytest.mark.parametrize("entry", [forward_of_ana.BEGUN, forward_of_ana.UPGRADED])
def test_whoever_takes_over_decides_anew(entry: e.AnyEntry) -> None:
    assert read([APPROVED]).dispositions == {"neurotoxin": APPROVED}
    assert read([APPROVED, entry]).dispositions == {}
    assert read([APPROVED, entry, APPROVED]).dispositions == {"neurotoxin": APPROVED}


OTHER = PRACTITIONER.model_copy(update={"practitioner_id": "practitioner-2"})
PUT_OFF = e.ExamRescheduled(reason="patient_asked", callback=True)
EXAMINED: list[AnyEntry] = [
    e.OfferAccepted(offer_id="offer-01", practitioner=PRACTITIONER),
    e.CallStarted(generation=1, mode="direct"),
    e.CallConnected(
        generation=1, patient_first_frame_at=1, practitioner_first_frame_at=1, connect_ms=9
    ),
    e.NoteSnapshot(revision=1, text="Brow symmetric."),
    e.GateConfirmed(gate="identity", confirmed=True),
    APPROVED,
    e.CallEnded(generation=1, by="practitioner"),
]


def taken(by: e.PractitionerFact = PRACTITIONER) -> e.OfferAccepted:
    return e.OfferAccepted(offer_id="offer-02", practitioner=by)


@pytest.mark.parametrize("after", [[taken(OTHER)], [PUT_OFF], [PUT_OFF, taken()]])
def test_nothing_but_the_note_goes_over_to_another_practitioner_or_day(
    after: list[AnyEntry],
) -> None:
    before = read(EXAMINED)
    assert (before.connected, before.gates, before.dispositions) == (
        True,
        {"identity": True},
        {"neurotoxin": APPROVED},
    )
    state = read([*EXAMINED, *after])
    assert (state.connected, state.gates, state.dispositions) == (False, {}, {})
    assert state.note.text == "Brow symmetric."


def test_who_takes_their_own_patient_again_goes_on_with_the_same_exam() -> None:
    again = read([*EXAMINED, taken()], range(1, 20))
    assert (again.accepted_at, again.connected) == (1, True)
    assert again.dispositions == {"neurotoxin": APPROVED}
    late = len(EXAMINED) + 1
    assert read([*EXAMINED, taken(OTHER)], range(1, 20)).accepted_at == late
    assert read([*EXAMINED, PUT_OFF, taken()], range(1, 20)).accepted_at == late + 1


def test_a_review_after_a_call_was_never_a_call() -> None:
    reviewed = [*EXAMINED, forward_of_ana.SENT, forward_of_ana.BEGUN]
    state = read(reviewed, range(1, 20))
    assert (state.connected, state.accepted_at) == (False, len(reviewed))
    assert computed(state, forwarded=True).modality == "store_and_forward"
    live = read([*reviewed, forward_of_ana.UPGRADED, taken()], range(1, 20))
    assert (live.connected, live.accepted_at) == (False, len(reviewed) + 2)
    assert computed(live, forwarded=True).modality is None, "nobody was seen in the end"


def test_a_decision_is_about_the_product_that_is_wanted() -> None:
    other = NEUROTOXIN.model_copy(update={"product": "botox_cosmetic"})
    for wanted, decided in ((NEUROTOXIN, {"neurotoxin": APPROVED}), (other, {})):
        again = e.IntakeTreatments(treatments=[wanted])
        assert read([*READY, APPROVED, again]).dispositions == decided


def test_the_last_word_counts() -> None:
    declined = APPROVED.model_copy(update={"disposition": "declined"})
    state = read(
        [
            e.GateConfirmed(gate="identity", confirmed=True),
            APPROVED,
            e.GateConfirmed(gate="identity", confirmed=False),
            declined,
            answers(),
            answers(done=False, ill_now=True),
            e.ChartParked(parked=True),
            e.ChartParked(parked=False),
        ],
        range(100, 200),
    )
    assert state.gates == {"identity": False}
    assert state.gates_at == {"identity": 102}
    assert state.dispositions == {"neurotoxin": declined}
    assert state.answers["ill_now"] is True
    assert not state.answers_done
    assert not state.parked


def test_the_request_names_the_treatments_until_the_patient_does() -> None:
    requested = ONE_OF_EACH[0]
    chosen = TreatmentRef(treatment_class="filler")
    assert read([requested]).treatments == (NEUROTOXIN,)
    state = read([requested, e.IntakeTreatments(treatments=[chosen])])
    assert state.treatments == (chosen,)


def test_help_by_staff_is_remembered_by_name_once() -> None:
    def holder(name: str) -> e.KioskHolder:
        return e.KioskHolder(holder=HolderForm(holder="staff", staff_name=name))

    patient = e.KioskHolder(holder=HolderForm(holder="patient"))
    state = read([holder("Kim"), patient, holder("Kim"), holder("Lee"), patient])
    assert state.staff_help == ("Kim", "Lee")
    assert state.holder == "patient"


def test_privacy_is_wanted_until_the_patient_is_alone() -> None:
    asked = e.PrivacyRequested(alone=False)
    assert read([asked]).privacy_requested
    assert not read([asked, e.PrivacyRequested(alone=True)]).privacy_requested


def test_flags_follow_the_answers_and_the_treatments_as_they_stand() -> None:
    state = read([*READY, answers(ntx_swallow=True)])
    assert [one.question_id for one in flags_of(state)] == ["ntx_swallow"]
    other = TreatmentRef(treatment_class="filler")
    state = read([*READY, answers(ntx_swallow=True), e.IntakeTreatments(treatments=[other])])
    assert {one.code for one in flags_of(state)} == {"unanswered"}


# ------------------------------------------------------------------ the call


def connected(generation: int = 1) -> e.CallConnected:
    return e.CallConnected(
        generation=generation,
        patient_first_frame_at=NOW,
        practitioner_first_frame_at=NOW,
        connect_ms=generation * 1_000,
    )


def test_the_first_connection_is_the_connect_time() -> None:
    call = read(
        [
            e.CallStarted(generation=1, mode="direct"),
            connected(1),
            e.CallFailed(generation=1, reason="ice_failed"),
            e.CallStarted(generation=2, mode="direct"),
            connected(2),
            e.CallEnded(generation=2, by="practitioner"),
        ],
        [10, 20, 30, 40, 50, 60],
    ).call
    assert (call.started_at, call.connected_at, call.ended_at) == (10, 20, 60)
    assert call.connect_ms == 1_000
    assert call.failures == 1
    assert call.interruptions == (Interruption(30, 50),)
    assert call.state == "ended"


def test_an_interruption_runs_from_the_first_loss_to_the_recovery() -> None:
    call = read(
        [
            connected(),
            e.CallInterrupted(generation=1, side="patient"),
            e.CallInterrupted(generation=1, side="practitioner"),
            e.CallRecovered(generation=1, side="patient"),
            e.CallInterrupted(generation=1, side="patient"),
        ],
        [1, 2, 3, 4, 5],
    ).call
    assert call.interruptions == (Interruption(2, 4), Interruption(5, None))
    assert call.state == "interrupted"
    assert not call.interruptions[1].ended


def test_a_call_that_never_connected_was_never_interrupted() -> None:
    state = read(
        [
            e.CallStarted(generation=1, mode="direct"),
            e.CallFailed(generation=1, reason="connect_timeout"),
            e.CallStarted(generation=2, mode="direct"),
            e.CallEnded(generation=2, by="system"),
        ]
    )
    assert state.call.interruptions == ()
    assert not state.connected
    assert state.call.failures == 1


def test_a_hole_in_the_note_is_noticed() -> None:
    with pytest.raises(NoteBroken):
        read([e.NoteDelta(revision=2, base_revision=1, at=0, delete=0, insert="x")])


# ------------------------------------------------------------------ ready to wait


def test_a_patient_who_has_done_everything_may_wait() -> None:
    assert ready_to_wait(READY)
    assert ready_to_wait([*READY, device(microphone="silent")])


@pytest.mark.parametrize("left_out", range(len(READY)))
def test_a_patient_who_left_something_out_may_not(left_out: int) -> None:
    assert not ready_to_wait([one for place, one in enumerate(READY) if place != left_out])


@pytest.mark.parametrize(
    "spoilt",
    [
        answers(done=False),
        answers(emergency_symptoms=["chest_pain"]),
        device(camera="denied"),
        device(camera="in_app_browser"),
        device(microphone="denied"),
        device(microphone="busy"),
    ],
)
def test_a_patient_whose_last_word_spoils_it_may_not(spoilt: AnyEntry) -> None:
    assert not ready_to_wait([*READY, spoilt])


def heard(place: str) -> e.LocationHeard:
    return e.LocationHeard(jurisdiction=place, attested=LOCATION.jurisdiction)


def test_another_place_that_was_heard_voids_what_belonged_to_the_first() -> None:
    gates = [
        e.GateConfirmed(gate=gate, confirmed=True)
        for gate in ("identity", "location", "disclosure", "consent")
    ]
    state = read([*READY, *gates, APPROVED, heard("NV")])
    assert (state.heard, state.place, state.consents) == ("NV", "NV", None)
    assert state.location == LOCATION, "where exactly they are is not known yet"
    assert state.gates == {
        "identity": True,
        "location": False,
        "disclosure": False,
        "consent": False,
    }
    assert state.dispositions == {}


def test_the_place_that_was_attested_is_no_other_place() -> None:
    state = read([*READY, APPROVED, heard(LOCATION.jurisdiction)])
    assert state.consents == CONSENTS
    assert state.dispositions != {}


def test_a_place_that_was_heard_is_attested_and_consented_to_anew() -> None:
    there = LOCATION.model_copy(update={"jurisdiction": "NV", "at_site": False})
    state = read([*READY, heard("NV"), e.IntakeLocation(location=there)])
    assert (state.heard, state.place, state.consents) == (None, "NV", None)
    assert not ready_to_wait([*READY, heard("NV"), e.IntakeLocation(location=there)])
