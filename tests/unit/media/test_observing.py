import json

import pytest

from media.call import Side
from media.declaration import Declared
from media.ice_effects import LegId
from media.ledger import LedgerSealed, UnknownPart
from media.observing import (
    CHARACTERS_MAX,
    PARTS_MAX,
    SETTLE_S,
    Calls,
    CallsFull,
    CallUnknown,
)
from media.relay_events import EvidenceReady, Sampled
from media.sample import Sample, figures

FIRST = 1_790_000_000
SECOND = 1_000_000
LEGS = {Side.PATIENT: LegId("p"), Side.PRACTITIONER: LegId("c")}


def at(seconds: float) -> int:
    return int((FIRST + seconds) * SECOND)


def sampled(leg: str, second: int, generation: int = 0) -> Sampled:
    sample = Sample(FIRST + second, generation, video_packets=20, video_bytes=9_000, frames=15)
    return Sampled(LegId(leg), figures(sample))


def observed(seconds: int) -> Calls:
    calls = Calls(2)
    calls.observe("call", LEGS, now=at(0))
    for second in range(seconds):
        calls.take(sampled("p", second))
        calls.take(sampled("c", second))
        calls.advance(at(second + 1))
    return calls


def test_ten_seconds_are_packed_once_they_have_settled_and_told_once() -> None:
    calls = observed(10)
    assert calls.advance(at(10 + SETTLE_S - 1)) == ()
    assert calls.advance(at(10 + SETTLE_S)) == (EvidenceReady("call", 1),)
    assert calls.advance(at(10 + SETTLE_S)) == ()
    (part,) = calls.collect("call", 0)
    assert '"type":"samples"' in part.text


def test_what_is_not_committed_is_given_again() -> None:
    calls = observed(10)
    calls.advance(at(12))
    assert calls.collect("call", 0) == calls.collect("call", 0)
    assert calls.collect("call", 1) == ()
    with pytest.raises(UnknownPart):
        calls.collect("call", 0)
    with pytest.raises(UnknownPart):
        calls.collect("call", 99)


def test_a_sealed_call_is_forgotten_when_all_of_it_is_taken() -> None:
    calls = observed(5)
    calls.seal("call", now=at(5))
    assert calls.advance(at(6)) == ()
    (ready,) = calls.advance(at(5 + SETTLE_S))
    parts = calls.collect("call", 0)
    assert parts[-1].number == ready.number
    assert '"type":"seal"' in parts[-1].text
    with pytest.raises(LedgerSealed):
        calls.declare("call", Side.PATIENT, Declared.CAMERA_OFF, holds=True, now=at(8))
    assert calls.advance(at(100)) == ()
    calls.collect("call", ready.number)
    assert len(calls) == 0
    with pytest.raises(CallUnknown):
        calls.collect("call", ready.number)


def test_a_replaced_leg_goes_on_in_the_same_call_and_the_old_one_is_not_counted() -> None:
    calls = observed(2)
    calls.observe("call", {**LEGS, Side.PATIENT: LegId("p2")}, now=at(2))
    calls.take(sampled("p", 2))
    calls.take(sampled("p2", 2, 1))
    calls.seal("call", now=at(3))
    calls.advance(at(5))
    (samples, *_) = calls.collect("call", 0)
    told = json.loads(samples.text)
    assert [row[:2] for row in told["patient"]] == [[0, 0], [1, 0], [2, 1]]
    assert [row[:2] for row in told["practitioner"]] == [[0, 0], [1, 0]]


def test_figures_that_one_second_cannot_hold_are_left_out() -> None:
    calls = observed(0)
    calls.take(Sampled(LegId("p"), figures(Sample(FIRST, 1_001))))
    calls.seal("call", now=at(1))
    calls.advance(at(3))
    assert not any('"type":"samples"' in part.text for part in calls.collect("call", 0))


def test_a_clock_that_leaps_by_days_stops_one_call_and_no_other() -> None:
    calls = observed(1)
    calls.observe("other", {Side.PATIENT: LegId("x")}, now=at(3 * 86_400))
    calls.declare("other", Side.PATIENT, Declared.CAMERA_OFF, holds=True, now=at(3 * 86_400))
    assert calls.advance(at(3 * 86_400 + 5)) == (EvidenceReady("other", 1),)


def test_only_so_many_calls_are_witnessed_and_only_so_many_parts_given_at_once() -> None:
    calls = observed(0)
    calls.observe("second", {}, now=at(0))
    with pytest.raises(CallsFull):
        calls.observe("third", {}, now=at(0))
    for number in range(PARTS_MAX + 1):
        holds = number % 2 == 0
        calls.declare("call", Side.PATIENT, Declared.CAMERA_OFF, holds=holds, now=at(0))
    assert len(calls.collect("call", 0)) == PARTS_MAX


def test_nobody_else_s_call_is_known() -> None:
    calls = observed(0)
    calls.take(sampled("stranger", 0))
    with pytest.raises(CallUnknown):
        calls.seal("other", now=at(0))


def test_whoever_was_away_is_told_which_calls_have_parts_that_nobody_took() -> None:
    calls = observed(10)
    calls.observe("quiet", {}, now=at(0))
    assert calls.waiting() == ()
    calls.advance(at(12))
    assert calls.waiting() == (EvidenceReady("call", 1),)
    calls.collect("call", 1)
    assert calls.waiting() == ()


def test_what_is_given_at_once_fits_into_one_line() -> None:
    calls = observed(0)
    busy = dict.fromkeys(("video_packets", "video_bytes", "audio_bytes"), 9 * 10**8)
    for second in range(600):
        for leg in ("p", "c"):
            sample = Sample(FIRST + second, video_gap_ms=86_000_000, frames=9 * 10**8, **busy)
            calls.take(Sampled(LegId(leg), figures(sample)))
        calls.advance(at(second + 1))
    calls.advance(at(700))
    taken: list[int] = []
    while parts := calls.collect("call", taken[-1] if taken else 0):
        assert sum(len(part.text) for part in parts) <= CHARACTERS_MAX
        taken += [part.number for part in parts]
    assert taken == list(range(1, len(taken) + 1))
    assert len(taken) >= 60
