from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.call import (
    GENERATION_MAX,
    TRANSITIONS,
    AllRecovered,
    BothSidesSeen,
    Call,
    CallError,
    CallStarted,
    CallState,
    Ended,
    Event,
    Failed,
    Failure,
    FirstFrame,
    IllegalCallEvent,
    MediaInterrupted,
    MediaRecovered,
    PageReloaded,
    Rerouted,
    Retried,
    Side,
    StaleGeneration,
    TimedOut,
    TooManyAttempts,
    connect_deadline,
    step_call,
)
from signaling.messages import CallFailure, CallStateName

START = 1_790_000_000_000_000


def after(*events: Event, call: Call | None = None) -> Call:
    """Return a call after `events`, one second apart."""
    call = call or Call()
    for place, event in enumerate(events):
        call = step_call(call, event, now=START + place * 1_000_000)
    return call


def connected() -> Call:
    return after(CallStarted(), FirstFrame(1, Side.PATIENT), FirstFrame(1, Side.PRACTITIONER))


def test_it_is_connected_only_when_both_sides_have_decoded_a_frame() -> None:
    one = after(CallStarted(), FirstFrame(1, Side.PRACTITIONER))
    assert one.state is CallState.CONNECTING
    assert one.connected_at is None
    both = step_call(one, FirstFrame(1, Side.PATIENT), now=START + 3_000_000)
    assert both.state is CallState.CONNECTED
    assert both.practitioner_first_frame_at == START + 1_000_000
    assert both.patient_first_frame_at == both.connected_at == START + 3_000_000


def test_one_side_reporting_twice_does_not_connect() -> None:
    call = after(CallStarted(), FirstFrame(1, Side.PATIENT), FirstFrame(1, Side.PATIENT))
    assert call.state is CallState.CONNECTING
    assert call.patient_first_frame_at == START + 1_000_000


def test_a_repeated_first_frame_moves_no_time() -> None:
    assert after(FirstFrame(1, Side.PATIENT), call=connected()) == connected()


def test_ten_seconds_without_both_is_a_failure_and_a_retry_begins_anew() -> None:
    call = after(CallStarted(), FirstFrame(1, Side.PATIENT))
    assert connect_deadline(call, 10.0) == START + 10_000_000
    failed = step_call(call, TimedOut(1), now=START + 10_000_000)
    assert (failed.state, failed.failure) == (CallState.FAILED, Failure.CONNECT_TIMEOUT)
    assert failed.ended_at == START + 10_000_000
    again = step_call(failed, Retried(), now=START + 11_000_000)
    assert again == Call(
        generation=2, state=CallState.CONNECTING, started_at=START + 11_000_000
    )


def test_there_is_a_deadline_only_while_connecting() -> None:
    assert connect_deadline(Call(), 10.0) is None
    assert connect_deadline(connected(), 10.0) is None


def test_a_late_timer_cannot_fail_a_connected_call() -> None:
    with pytest.raises(IllegalCallEvent):
        after(TimedOut(1), call=connected())


@pytest.mark.parametrize(
    "event",
    [
        FirstFrame(1, Side.PATIENT),
        MediaInterrupted(1, Side.PATIENT),
        MediaRecovered(1, Side.PATIENT),
        Failed(1, Failure.ICE_FAILED),
        TimedOut(1),
        FirstFrame(3, Side.PATIENT),
    ],
)
def test_what_belongs_to_another_generation_changes_nothing(event: Event) -> None:
    second = after(CallStarted(), TimedOut(1), Retried())
    with pytest.raises(StaleGeneration):
        step_call(second, event, now=START)


def test_an_interruption_ends_when_every_side_receives_again() -> None:
    call = after(
        MediaInterrupted(1, Side.PATIENT),
        MediaInterrupted(1, Side.PRACTITIONER),
        MediaRecovered(1, Side.PATIENT),
        call=connected(),
    )
    assert call.state is CallState.INTERRUPTED
    assert call.interrupted_at == START
    assert call.interrupted_sides == {Side.PRACTITIONER}
    back = step_call(call, MediaRecovered(1, Side.PRACTITIONER), now=START)
    assert back == connected()


def test_frames_after_an_interruption_count_as_recovery() -> None:
    call = after(
        MediaInterrupted(1, Side.PATIENT), FirstFrame(1, Side.PATIENT), call=connected()
    )
    assert call == connected()


def test_a_recovery_of_a_side_that_was_well_does_not_end_the_interruption() -> None:
    call = after(
        MediaInterrupted(1, Side.PATIENT),
        MediaRecovered(1, Side.PRACTITIONER),
        call=connected(),
    )
    assert call.state is CallState.INTERRUPTED


def test_an_interruption_before_the_call_is_connected_changes_nothing() -> None:
    started = after(CallStarted())
    assert after(MediaInterrupted(1, Side.PATIENT), call=started) == started
    assert after(MediaRecovered(1, Side.PATIENT), call=started) == started


def test_the_first_reason_for_a_failure_stays() -> None:
    call = after(CallStarted(), Failed(1, Failure.FINGERPRINT_MISMATCH))
    twice = step_call(call, Failed(1, Failure.PEER_FAILED), now=START + 9_000_000)
    assert twice == call
    assert twice.failure is Failure.FINGERPRINT_MISMATCH


@pytest.mark.parametrize(
    "call",
    [
        after(CallStarted()),
        connected(),
        after(MediaInterrupted(1, Side.PATIENT), call=connected()),
        after(CallStarted(), TimedOut(1)),
    ],
)
def test_a_reloaded_page_makes_both_sides_begin_anew(call: Call) -> None:
    anew = step_call(call, PageReloaded(), now=START)
    assert anew == Call(generation=2, state=CallState.CONNECTING, started_at=START)


def test_an_impatient_second_retry_does_not_restart_the_first() -> None:
    call = after(CallStarted(), TimedOut(1), Retried())
    with pytest.raises(IllegalCallEvent):
        step_call(call, Retried(), now=START)


def test_an_ended_call_takes_nothing_more() -> None:
    ended = after(Ended(), call=connected())
    assert (ended.state, ended.ended_at) == (CallState.ENDED, START)
    for event in (CallStarted(), Retried(), PageReloaded(), Rerouted(), Ended()):
        with pytest.raises(IllegalCallEvent):
            step_call(ended, event, now=START)


def test_a_failed_generation_keeps_its_end_when_the_call_ends() -> None:
    failed = after(CallStarted(), Failed(1, Failure.OTHER))
    assert step_call(failed, Ended(), now=START + 60_000_000).ended_at == failed.ended_at


def test_a_call_is_not_tried_for_ever() -> None:
    last = Call(generation=GENERATION_MAX, state=CallState.FAILED)
    with pytest.raises(TooManyAttempts):
        step_call(last, Retried(), now=START)
    before = replace(last, generation=GENERATION_MAX - 1)
    assert step_call(before, Retried(), now=START).generation == GENERATION_MAX


def test_what_is_never_sent_is_never_taken() -> None:
    started = after(CallStarted())
    with pytest.raises(IllegalCallEvent):
        step_call(started, BothSidesSeen(), now=START)
    with pytest.raises(IllegalCallEvent):
        step_call(
            after(MediaInterrupted(1, Side.PATIENT), call=connected()),
            AllRecovered(),
            now=START,
        )


def test_the_words_are_those_of_the_wire() -> None:
    assert {one.value for one in CallState} == set(get_args(CallStateName))
    assert {one.value for one in Failure} == set(get_args(CallFailure))


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(CallState)


generations = st.integers(1, 4)
sides = st.sampled_from(Side)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(CallStarted),
    st.builds(Retried),
    st.builds(PageReloaded),
    st.builds(Rerouted),
    st.builds(FirstFrame, generations, sides),
    st.builds(MediaInterrupted, generations, sides),
    st.builds(MediaRecovered, generations, sides),
    st.builds(Failed, generations, st.sampled_from(Failure)),
    st.builds(TimedOut, generations),
)


@given(st.lists(events, max_size=40))
def test_whatever_happens_the_times_and_the_state_agree(history: list[Event]) -> None:
    call = Call()
    for place, event in enumerate(history):
        before = call
        try:
            call = step_call(call, event, now=START + place)
        except CallError:
            continue
        assert call.generation in {before.generation, before.generation + 1}
        both = {call.patient_first_frame_at, call.practitioner_first_frame_at}
        assert (call.connected_at is not None) == (None not in both)
        if call.state in {CallState.CONNECTED, CallState.INTERRUPTED}:
            assert call.connected_at is not None
        if call.state is not CallState.FAILED:
            assert (call.state is CallState.INTERRUPTED) == bool(call.interrupted_sides)
        assert (call.state is CallState.FAILED) == (call.failure is not None)


def test_another_way_is_another_attempt_whatever_became_of_this_one() -> None:
    failed = step_call(connected(), Failed(1, Failure.ICE_FAILED), now=START)
    for call in (after(CallStarted()), connected(), failed):
        anew = step_call(call, Rerouted(), now=START)
        assert (anew.state, anew.generation) == (CallState.CONNECTING, 2)
        with pytest.raises(StaleGeneration):
            step_call(anew, FirstFrame(1, Side.PATIENT), now=START)
