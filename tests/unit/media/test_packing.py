from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.call import Side
from media.declaration import Declaration, Declared
from media.evidence import Kind
from media.packing import (
    CHUNK_S,
    PACKED_MAX,
    ROWS_MAX,
    Change,
    Chunk,
    Unpackable,
    pack,
    pack_change,
    pack_declaration,
    side_samples,
    unpack,
)
from media.picture import Carried, Picture, Sound
from media.sample import COUNT_MAX, FIELDS, InvalidSample, Sample, Source, figures
from server.chart.canonical import canonical

START = 1_800_000_000
BUSY = {name: COUNT_MAX for name in FIELDS if name not in {"keyframes", "frames_varied"}} | {
    "generation": 1_000,
    "video_gap_ms": 86_400_000,
    "audio_gap_ms": 86_400_000,
    "audio_loudest": 127,
    "audio_mean": 127,
    "keyframes": COUNT_MAX // 2,
    "frames_varied": COUNT_MAX // 2,
}


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    counts = st.integers(0, COUNT_MAX)
    frames = draw(counts)
    loudest = draw(st.integers(0, 128))
    values = {name: draw(counts) for name in FIELDS if name.startswith(("video", "audio"))}
    values |= {
        "second": START + draw(st.integers(0, CHUNK_S - 1)),
        "generation": draw(st.integers(0, 1_000)),
        "frames": frames,
        "keyframes": draw(st.integers(0, frames // 2)),
        "frames_varied": draw(st.integers(0, frames // 2)),
        "audio_loudest": loudest,
        "audio_mean": draw(st.integers(loudest, 128)),
        "video_gap_ms": draw(st.integers(0, 86_400_000)),
        "audio_gap_ms": draw(st.integers(0, 86_400_000)),
    }
    return Sample(**values)


rows = st.lists(samples(), max_size=ROWS_MAX).map(
    lambda found: tuple(sorted(found, key=lambda one: one.second))
)
chunks = st.builds(Chunk, st.just(START), st.sampled_from(Source), rows, rows)


@given(chunks)
def test_what_is_packed_can_be_read_again(chunk: Chunk) -> None:
    assert unpack(pack(chunk)) == chunk


@given(chunks)
def test_the_written_form_is_the_canonical_one_of_the_chart(chunk: Chunk) -> None:
    text = pack(chunk)
    assert text.encode() == canonical(json.loads(text))


def test_the_largest_chunk_fits_into_the_limit() -> None:
    full = tuple(Sample(**BUSY | {"second": START + place // 2}) for place in range(ROWS_MAX))
    text = pack(Chunk(START, Source.WITNESSED, full, full))
    assert len(text) <= PACKED_MAX
    assert unpack(text).patient == full


def test_ten_ordinary_seconds_are_small() -> None:
    one = Sample(START, 1, 150, 180_000, 2, 0, 3_000, 40, 30, 0, 6_000, 1_500, 27, 50, 4_000)
    line = tuple(Sample(START + place, *figures(one)[1:]) for place in range(10))
    assert len(pack(Chunk(START, Source.WITNESSED, line, line))) < 2_000


@pytest.mark.parametrize(
    "wrong",
    [
        Sample(START, frames=-1),
        Sample(START, video_packets=COUNT_MAX + 1),
        Sample(START, frames=1, keyframes=1, frames_varied=1),
        Sample(START, audio_loudest=90, audio_mean=20),
        Sample(START, frames=True),
    ],
)
def test_a_figure_that_a_second_cannot_hold_is_refused(wrong: Sample) -> None:
    with pytest.raises(InvalidSample):
        pack(Chunk(START, Source.WITNESSED, (wrong,), ()))


@pytest.mark.parametrize(
    "line",
    [
        (Sample(START - 1),),
        (Sample(START + CHUNK_S),),
        (Sample(START + 1), Sample(START)),
        (Sample(START),) * (ROWS_MAX + 1),
    ],
)
def test_samples_that_do_not_belong_into_the_ten_seconds_are_refused(
    line: tuple[Sample, ...],
) -> None:
    with pytest.raises(Unpackable):
        pack(Chunk(START, Source.WITNESSED, (), line))


GOOD = pack(Chunk(START, Source.REPORTED, (Sample(START + 3, frames=9),), ()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        "{" * 5_000,
        "[" * 12_000,
        " " + GOOD,
        GOOD.replace('"v":1', '"v":2'),
        GOOD.replace('"v":1', '"v":1,"x":1'),
        GOOD.replace("reported", "rumoured"),
        GOOD.replace("[3,", "[3.0,"),
        GOOD.replace("[3,", "[true,"),
        GOOD.replace("[3,", "[10,"),
        GOOD.replace("[3,", '["3",'),
        GOOD.replace("[3,", "[[3],"),
        GOOD.replace(f'"first":{START}', '"first":null'),
        GOOD.replace('"practitioner":[]', '"practitioner":[[]]'),
        GOOD.replace('"practitioner":[]', '"practitioner":[7]'),
        GOOD.replace('"practitioner":[]', '"practitioner":{}'),
        GOOD + " " * PACKED_MAX,
        "1" * 5_000,
    ],
)
def test_whatever_else_arrives_is_refused(text: str) -> None:
    with pytest.raises(Unpackable):
        unpack(text)


@given(st.text(max_size=200))
def test_noise_is_refused(text: str) -> None:
    with pytest.raises(Unpackable):
        unpack(text)


def test_changes_and_declarations_have_one_text_each() -> None:
    change = Change(
        START,
        Kind.AUDIO_ONLY,
        Carried(Picture.CAMERA_OFF, Sound.FLOWING),
        Carried(Picture.MOVING, Sound.MUTED),
    )
    assert pack_change(change) == (
        '{"first":1800000000,"kind":"audio_only",'
        '"patient":{"picture":"camera_off","sound":"flowing"},'
        '"practitioner":{"picture":"moving","sound":"muted"},"type":"kind","v":1}'
    )
    said = Declaration(START * 1_000_000, Side.PATIENT, Declared.CAMERA_OFF, holds=True)
    assert pack_declaration(said) == (
        '{"at":1800000000000000,"declared":"camera_off","holds":true,"side":"patient",'
        '"type":"declared","v":1}'
    )


def test_the_samples_of_a_side_are_what_it_sent() -> None:
    chunk = unpack(GOOD)
    assert [one.frames for one in side_samples(chunk, Side.PATIENT)] == [9]
    assert side_samples(chunk, Side.PRACTITIONER) == ()
