from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.call import Side
from media.declaration import Declaration, Declared
from media.evidence import SPAN_MAX, Kind, SpanTooLong, judge
from media.ledger import Ledger, LedgerSealed, Receipt, received
from media.packing import CHUNK_S, side_samples, unpack
from media.picture import Thresholds
from media.sample import InvalidSample, Sample, Source
from media.seal import of_side, unpack_seal, verify
from media.witness import DECLARATIONS_MAX, HELD_MAX, TooManyDeclarations, Witness

START = 1_800_000_000
US = 1_000_000
TALK = Sample(
    0,
    video_packets=150,
    video_bytes=60_000,
    frames=30,
    frame_bytes=1_926,
    frames_varied=27,
    audio_packets=50,
    audio_bytes=4_000,
)
SOUND = Sample(0, audio_packets=50, audio_bytes=4_000)
EMPTY = Sample(0)
LETTERS = {"t": TALK, "a": SOUND, ".": EMPTY}


def begun(**limits: int) -> Witness:
    return Witness(Ledger(**limits), first=START, source=Source.WITNESSED)


def played(
    witness: Witness,
    patient: str,
    practitioner: str,
    said: dict[int, Declaration] | None = None,
) -> int:
    """Let both sides send, a second at a time; return the second behind the last."""
    lines = {Side.PATIENT: patient, Side.PRACTITIONER: practitioner}
    for place in range(len(patient)):
        if said and place in said:
            witness.declare(said[place])
        for side, letters in lines.items():
            if letters[place] != "-":
                sample = replace(LETTERS[letters[place]], second=START + place)
                witness.observe(side, [sample])
        witness.advance(START + place + 1)
    return START + len(patient)


def told(witness: Witness, kind: str) -> list[dict[str, object]]:
    values = [json.loads(part.text) for part in witness.ledger.waiting]
    return [value for value in values if value["type"] == kind]


def camera(at: float, *, off: bool) -> Declaration:
    return Declaration(round((START + at) * US), Side.PATIENT, Declared.CAMERA_OFF, off)


def test_ten_seconds_of_both_directions_are_one_part() -> None:
    witness = begun()
    played(witness, "t" * 10, "t" * 10)
    (part,) = witness.ledger.waiting
    chunk = unpack(part.text)
    assert (chunk.first, len(chunk.patient), len(chunk.practitioner)) == (START, 10, 10)


def test_a_change_is_told_once_with_the_second_it_began() -> None:
    witness = begun()
    played(witness, "t" * 30 + "a" * 40, "t" * 70)
    changes = [(one["kind"], one["first"]) for one in told(witness, "kind")]
    assert changes == [("live_video", START), ("audio_only", START + 30)]


def test_a_change_says_why() -> None:
    witness = begun()
    played(witness, "t" * 30 + "a" * 40, "t" * 70)
    change = told(witness, "kind")[1]
    assert change["patient"] == {"picture": "nothing", "sound": "flowing"}
    assert change["practitioner"] == {"picture": "moving", "sound": "flowing"}


def test_what_is_declared_is_told_at_once_and_only_if_it_is_new() -> None:
    witness = begun()
    witness.declare(camera(1, off=False))
    witness.declare(camera(2, off=True))
    witness.declare(camera(3, off=True))
    witness.declare(camera(4, off=False))
    assert [one["holds"] for one in told(witness, "declared")] == [True, False]


def test_a_camera_declared_off_long_ago_is_still_off() -> None:
    witness = begun()
    said = {0: camera(0.5, off=True), 100: camera(100, off=False)}
    end = played(witness, "t" * 160, "t" * 160, said)
    seal = witness.finish(end)
    assert seal.seconds == {Kind.AUDIO_ONLY: 100, Kind.LIVE_VIDEO: 60}


def test_the_seal_holds_the_totals_and_fits_the_parts() -> None:
    witness = begun()
    end = played(witness, "t" * 20 + "a" * 7 + "." * 8, "t" * 35)
    seal = witness.finish(end)
    assert seal.seconds == {Kind.LIVE_VIDEO: 20, Kind.AUDIO_ONLY: 7, Kind.INTERRUPTED: 8}
    assert seal.patient.seconds == seal.seconds
    assert seal.practitioner.seconds == {Kind.LIVE_VIDEO: 35}
    assert of_side(seal, Side.PRACTITIONER).packets == 35 * 200
    assert seal.patient.octets == 20 * 64_000 + 7 * 4_000
    *parts, last = witness.ledger.waiting
    receipt = Receipt()
    for part in parts:
        receipt = received(receipt, part)
    verify(receipt, unpack_seal(last.text))


def test_what_was_sealed_stays_sealed() -> None:
    witness = begun()
    end = played(witness, "ttt", "ttt")
    witness.finish(end)
    with pytest.raises(LedgerSealed):
        witness.finish(end)


def test_an_encounter_without_a_second_can_be_sealed() -> None:
    seal = begun().finish(START)
    assert (seal.first, seal.end, seal.seconds) == (START, START, {})


def test_when_there_is_no_room_the_seal_says_what_is_missing() -> None:
    witness = begun(characters_max=10)
    end = played(witness, "t" * 30, "t" * 30)
    assert witness.finish(end).refused == 4
    assert len(witness.ledger.waiting) == 1


def test_a_sample_that_comes_after_its_ten_seconds_is_left_out() -> None:
    witness = begun()
    end = played(witness, "t" * 10, "t" * 10)
    witness.observe(Side.PATIENT, [replace(TALK, second=START + 3)])
    assert witness.finish(end).patient.packets == 10 * 200


def test_a_sample_that_cannot_be_is_refused_with_those_beside_it() -> None:
    witness = begun()
    with pytest.raises(InvalidSample):
        witness.observe(Side.PATIENT, [replace(TALK, second=START), Sample(START, frames=-1)])
    assert witness.finish(START + 1).patient.packets == 0


@pytest.mark.safeguard("V17.2.7")
def test_samples_of_times_to_come_do_not_fill_the_memory() -> None:
    witness = begun()
    for place in range(HELD_MAX * 3):
        witness.observe(Side.PATIENT, [replace(TALK, second=START + 40 * place)])
    assert len(witness._samples[Side.PATIENT]) == HELD_MAX


def test_an_hour_is_held_in_under_a_minute_of_samples() -> None:
    witness = begun()
    played(witness, "t" * 3_600, "t" * 3_600)
    assert len(witness._samples[Side.PATIENT]) < 60
    assert len(told(witness, "samples")) == 360


@pytest.mark.safeguard("V17.2.7")
def test_a_browser_cannot_declare_without_end() -> None:
    witness = begun()
    for place in range(DECLARATIONS_MAX):
        witness.declare(camera(place, off=place % 2 == 0))
    with pytest.raises(TooManyDeclarations):
        witness.declare(camera(5_000, off=True))


def test_a_clock_that_leaps_a_year_is_refused() -> None:
    with pytest.raises(SpanTooLong):
        begun().advance(START + SPAN_MAX + 1)


def test_seconds_a_clock_leapt_over_are_told_as_not_measured() -> None:
    witness = begun()
    end = played(witness, "t" * 20 + "-" * 40 + "t" * 20, "t" * 20 + "-" * 40 + "t" * 20)
    seal = witness.finish(end)
    assert seal.seconds == {Kind.LIVE_VIDEO: 40, Kind.INTERRUPTED: 40}
    hole = told(witness, "kind")[1]
    assert hole["patient"] == {"picture": "not_measured", "sound": "not_measured"}


lines = st.integers(0, 90).flatmap(
    lambda length: st.tuples(
        st.text("ttta.-", min_size=length, max_size=length),
        st.text("ttta.-", min_size=length, max_size=length),
    )
)
said = st.dictionaries(
    st.integers(0, 80), st.builds(lambda off: lambda at: camera(at, off=off), st.booleans())
)


@given(lines, said)
def test_second_by_second_comes_to_the_same_as_all_at_once(
    both: tuple[str, str], makers: dict[int, Callable[[float], Declaration]]
) -> None:
    declared = {place: make(place + 0.25) for place, make in makers.items()}
    witness = begun()
    end = played(witness, *both, declared)
    seal = witness.finish(end)
    chunks = [
        unpack(part.text) for part in witness.ledger.waiting if '"type":"samples"' in part.text
    ]
    kept = {
        side: [one for chunk in chunks for one in side_samples(chunk, side)] for side in Side
    }
    spoken = [one for place, one in declared.items() if place < len(both[0])]
    whole = judge(kept, sorted(spoken, key=lambda one: one.at_us), range(START, end))
    assert seal.seconds == {kind: whole.kinds.count(kind) for kind in set(whole.kinds)}
    assert all(chunk.first % CHUNK_S == START % CHUNK_S for chunk in chunks)
    assert Thresholds().settle_s < 60
