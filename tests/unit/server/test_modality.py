"""How an exam was held: from what was measured, whatever anybody would like it to be."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.chart.entries import AnyEntry, CallConnected, GateConfirmed, OfferAccepted
from server.chart.media import recorded
from server.chart.modality import computed
from server.chart.reading import read
from server.chart.state import CallRecord, ChartState
from server.console.signing import live_video_since
from tests.unit.server.chart_of_ana import LOCATION, PRACTITIONER
from tests.unit.server.forward_of_ana import BEGUN, SENT
from tests.unit.server.measured import START, US, entries, witnessed

CALL = CallRecord(
    state="ended",
    started_at=(START - 2) * US,
    connected_at=START * US,
    ended_at=(START + 60) * US,
)
ANSWERED = (START - 600) * US
CONNECTED = CallConnected(
    generation=1,
    patient_first_frame_at=START * US,
    practitioner_first_frame_at=START * US,
    connect_ms=900,
)


def chart(
    patient: str, practitioner: str = "", answered_at: int | None = ANSWERED
) -> ChartState:
    other = practitioner or "t" * len(patient)
    return ChartState(
        location=LOCATION,
        answered_at=answered_at,
        call=CALL,
        media=recorded([*entries(witnessed(patient, other))]),
    )


def test_intake_first_then_live_is_hybrid_and_judged_as_live() -> None:
    held = computed(chart("t" * 60))
    assert (held.modality, held.modifiers, held.place_of_service) == ("hybrid", ["95"], "02")
    assert (held.began_at, held.ended_at) == (CALL.connected_at, CALL.ended_at)
    assert (held.live_video_s, held.interruptions, held.complete) == (60, 0, True)
    assert held.summary() == ("Exam held by health answers first, then live video, modifier 95")


def test_a_submission_before_the_call_is_hybrid_too() -> None:
    state = chart("t" * 60, answered_at=None)
    assert computed(state).modality == "live_video"
    assert computed(state, forwarded=True).modality == "hybrid"


def test_answers_finished_only_in_the_call_make_no_hybrid() -> None:
    late = chart("t" * 60, answered_at=(START + 30) * US)
    held = computed(late)
    assert (held.modality, held.modifiers) == ("live_video", ["95"])


def test_sound_alone_is_sound_alone_after_a_submission_too() -> None:
    for forwarded in (False, True):
        held = computed(chart("a" * 60), forwarded=forwarded)
        assert (held.modality, held.modifiers) == ("audio_only", ["93"])
        assert (held.live_video_s, held.audio_only_s) == (0, 60)


def test_a_submission_that_was_reviewed_is_asynchronous_and_has_no_call() -> None:
    held = computed(ChartState(location=LOCATION, answered_at=ANSWERED), forwarded=True)
    assert (held.modality, held.modifiers) == ("store_and_forward", ["GQ"])
    assert (held.began_at, held.ended_at) == (None, None)


def test_a_call_that_was_broken_off_before_the_photos_were_sent_makes_no_review_live() -> None:
    at = START * US
    called: list[tuple[AnyEntry, int]] = [
        (OfferAccepted(offer_id="offer-0001", practitioner=PRACTITIONER), at),
        (CONNECTED, at),
        (GateConfirmed(gate="seen_on_video", confirmed=True), at),
        *((one, at) for one in entries(witnessed("t" * 60, "t" * 60))),
    ]
    reviewed: list[tuple[AnyEntry, int]] = [(SENT, at + 3_600 * US), (BEGUN, at + 7_200 * US)]
    both = [*called, *reviewed]
    state = read([one for one, _ in both], [when for _, when in both])
    held = computed(state, forwarded=True)
    assert (held.modality, held.modifiers) == ("store_and_forward", ["GQ"])
    assert (held.began_at, held.live_video_s, live_video_since(state)) == (None, 0, None)
    assert state.gates == {}
    before = read([one for one, _ in called], [when for _, when in called])
    assert (computed(before).modality, live_video_since(before)) == ("live_video", at)


def test_where_nothing_flowed_no_exam_came_about() -> None:
    for state in (ChartState(), chart("." * 60, "." * 60)):
        held = computed(state)
        assert (held.modality, held.modifiers, held.place_of_service) == (None, [], None)
        assert held.summary() == "No exam came about"


def test_who_is_elsewhere_than_at_the_spa_need_not_be_at_home() -> None:
    elsewhere = LOCATION.model_copy(update={"at_site": False})
    assert computed(replace(chart("t" * 60), location=elsewhere)).place_of_service is None


def test_times_without_video_between_times_with_it_are_interruptions() -> None:
    held = computed(chart("t" * 30 + "a" * 12 + "t" * 30))
    assert (held.interruptions, held.interrupted_s, held.live_video_s) == (1, 12, 60)
    assert held.audio_only_s == 12


def test_what_flowed_with_an_earlier_practitioner_is_not_of_this_exam() -> None:
    first = entries(witnessed("t" * 60, "t" * 60))
    two_days = 2 * 86_400
    then = entries(witnessed("a" * 30, "t" * 30, first=START + two_days), ledger=2)
    state = replace(
        chart("t" * 60),
        media=recorded([*first, *then]),
        accepted_at=(START + two_days - 5) * US,
    )
    held = computed(state)
    assert (held.modality, held.live_video_s, held.audio_only_s) == ("audio_only", 0, 30)
    assert computed(replace(state, accepted_at=START * US)).modality == "hybrid"


def test_what_flowed_before_this_exam_makes_no_later_visit_an_established_one() -> None:
    then = entries(witnessed("a" * 30, "t" * 30, first=START + 900), ledger=2)
    measured = recorded([*entries(witnessed("t" * 60, "t" * 60)), *then])
    state = replace(chart("t"), media=measured, accepted_at=(START + 890) * US)
    assert live_video_since(state) is None
    assert live_video_since(replace(state, accepted_at=START * US)) == CALL.connected_at


@given(st.text("as.", max_size=60), st.booleans())
def test_without_moving_pictures_no_modifier_says_video(letters: str, forwarded: bool) -> None:  # noqa: FBT001
    assert "95" not in computed(chart(letters), forwarded=forwarded).modifiers
