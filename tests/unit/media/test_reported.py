from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.call import Side
from media.evidence import Kind, judge
from media.reported import (
    BYTES_MAX,
    RATE_MAX,
    SKEW_S_MAX,
    STEPS_MAX,
    InvalidReport,
    Report,
    Step,
    reported,
)
from media.sample import LEVEL_UNKNOWN, Sample

NOW = 1_800_000_000
TALKING = tuple(Step(3, octets) for octets in (5_800, 6_400, 5_100, 7_000, 5_500, 6_100))
STILL = tuple(Step(3, octets) for octets in (5_433, 5_440, 5_420, 5_433, 5_430, 5_441))
REPORT = Report(
    second=NOW,
    video_packets=150,
    video_bytes=60_000,
    resent_packets=0,
    video_lost=0,
    video_jitter_us=4_000,
    frozen_ms=0,
    frames=30,
    keyframes=0,
    audio_packets=50,
    audio_bytes=4_000,
    audio_lost=0,
    audio_jitter_us=2_000,
    concealed_ms=0,
    level_millionths=100_000,
    steps=TALKING,
)


def sample(**changes: object) -> Sample:
    return reported(replace(REPORT, **changes), now=NOW, generation=1)  # type: ignore[arg-type]


def verdict(**changes: object) -> Kind:
    lines = [
        reported(replace(REPORT, second=NOW + at, **changes), now=NOW + at, generation=1)  # type: ignore[arg-type]
        for at in range(30)
    ]
    talking = [
        reported(replace(REPORT, second=NOW + at), now=NOW + at, generation=1)
        for at in range(30)
    ]
    both = {Side.PATIENT: lines, Side.PRACTITIONER: talking}
    (kind,) = set(judge(both, (), range(NOW, NOW + 30)).kinds)
    return kind


def test_people_who_talk_are_live_video() -> None:
    assert verdict() is Kind.LIVE_VIDEO


def test_a_still_picture_is_not() -> None:
    assert verdict(steps=STILL) is Kind.AUDIO_ONLY


def test_a_camera_that_sends_nothing_is_not() -> None:
    assert verdict(frames=0, video_packets=0, steps=()) is Kind.AUDIO_ONLY


def test_a_page_that_polls_too_seldom_is_unknown_and_not_live() -> None:
    assert sample(steps=TALKING[:2]).frames_varied == 0
    assert verdict(steps=TALKING[:2]) is Kind.AUDIO_ONLY


def test_a_page_that_counts_frames_itself_needs_no_polls() -> None:
    assert sample(steps=STILL, varied=14).frames_varied == 14
    assert verdict(steps=(), varied=14) is Kind.LIVE_VIDEO
    assert verdict(steps=(), varied=0) is Kind.AUDIO_ONLY


def test_a_keyframe_is_no_movement_here_either() -> None:
    steps = (*STILL[:3], Step(3, 40_000), *STILL[3:])
    assert sample(steps=steps, keyframes=1).frames_varied == 0


def test_no_more_frames_vary_than_were_decoded() -> None:
    assert sample(frames=5, steps=TALKING).frames_varied == 5


@pytest.mark.parametrize(
    ("linear", "level"),
    [(-1, LEVEL_UNKNOWN), (0, 127), (1, 120), (100_000, 20), (1_000_000, 0)],
)
def test_a_linear_level_becomes_that_of_rfc_6464(linear: int, level: int) -> None:
    assert sample(level_millionths=linear).audio_loudest == level


@pytest.mark.parametrize(
    "changes",
    [
        {"second": NOW + SKEW_S_MAX + 1},
        {"second": NOW - SKEW_S_MAX - 1},
        {"second": 1.5},
        {"video_packets": -1},
        {"video_packets": RATE_MAX + 1},
        {"video_bytes": BYTES_MAX + 1},
        {"frames": True},
        {"frames": 2.0},
        {"keyframes": 31},
        {"level_millionths": 1_000_001},
        {"level_millionths": -2},
        {"varied": -2},
        {"varied": 1.0},
        {"steps": (Step(1, 1),) * (STEPS_MAX + 1)},
        {"steps": (Step(-1, 1),)},
        {"steps": (Step(1, BYTES_MAX + 1),)},
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidReport):
        sample(**changes)


counts = st.integers(0, RATE_MAX)


@given(
    st.lists(st.builds(Step, counts, st.integers(0, BYTES_MAX)), max_size=STEPS_MAX),
    counts,
    counts,
)
def test_whatever_is_within_the_bounds_is_a_sample(
    steps: list[Step], frames: int, keyframes: int
) -> None:
    told = sample(steps=tuple(steps), frames=frames, keyframes=min(frames, keyframes))
    assert told.frames_varied + told.keyframes <= told.frames
