from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.quality import (
    AudioFigures,
    Grade,
    VideoFigures,
    as_asked,
    audio_score,
    direction_score,
    grade,
    mos,
    settled,
    smoothed,
    video_score,
)

WIRE = AudioFigures(round_trip_ms=0, jitter_ms=0, lost_share=0)
CLEAR = VideoFigures(frame_rate=30, height=720, frozen_share=0, lost_share=0)
shares = st.floats(0, 1)


@pytest.mark.parametrize(
    ("r", "opinion"), [(0, 1.0), (50, 2.58), (60, 3.1), (70, 3.6), (80, 4.02), (90, 4.34)]
)
def test_r_becomes_the_mos_of_g_107_annex_b(r: float, opinion: float) -> None:
    assert mos(r) == pytest.approx(opinion, abs=0.02)


@pytest.mark.parametrize(("r", "opinion"), [(-5, 1.0), (3, 1.0), (100, 4.5), (1_000, 4.5)])
def test_the_mos_stays_within_its_scale(r: float, opinion: float) -> None:
    assert mos(r) == opinion


def test_a_perfect_path_costs_only_the_codec_its_delay() -> None:
    assert audio_score(WIRE) == pytest.approx(93.2 - 0.024 * 26.5)


def test_five_percent_loss_is_scored_as_in_g_113() -> None:
    expected = 93.2 - 0.024 * 26.5 - 95 * 5 / 30.1
    assert audio_score(replace(WIRE, lost_share=0.05)) == pytest.approx(expected)


def test_beyond_the_knee_delay_costs_more() -> None:
    near, far = (audio_score(replace(WIRE, round_trip_ms=ms)) for ms in (200, 600))
    assert near == pytest.approx(93.2 - 0.024 * 126.5)
    assert far == pytest.approx(93.2 - 0.024 * 326.5 - 0.11 * (326.5 - 177.3))


def test_a_known_jitter_buffer_counts_instead_of_a_guess() -> None:
    guessed = audio_score(replace(WIRE, jitter_ms=30))
    assert guessed == audio_score(replace(WIRE, jitter_ms=5, buffer_ms=60))


def test_a_clear_picture_scores_full_marks() -> None:
    assert video_score(CLEAR) == pytest.approx(93.2)


@pytest.mark.parametrize(
    ("worse", "factor"),
    [
        ({"frame_rate": 6}, 0.5),
        ({"height": 120}, 0.5),
        ({"frozen_share": 0.5}, 0.25),
        ({"lost_share": 0.04}, 0.5),
        ({"frame_rate": 0}, 0.0),
    ],
)
def test_each_fault_takes_its_documented_share(worse: dict[str, float], factor: float) -> None:
    assert video_score(replace(CLEAR, **worse)) == pytest.approx(93.2 * factor)


def test_a_direction_is_as_good_as_its_worse_medium() -> None:
    frozen = replace(CLEAR, frozen_share=0.5)
    assert direction_score(WIRE, frozen) == video_score(frozen)
    deaf = replace(WIRE, lost_share=0.5)
    assert direction_score(deaf, CLEAR) == audio_score(deaf)
    assert direction_score(WIRE, None) == audio_score(WIRE)


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (93, Grade.GOOD),
        (80, Grade.GOOD),
        (79, Grade.FAIR),
        (60, Grade.FAIR),
        (59, Grade.POOR),
        (20, Grade.POOR),
        (19, Grade.LOST),
    ],
)
def test_a_score_has_a_word(score: float, word: Grade) -> None:
    assert grade(score) is word


def test_a_score_falls_fast_and_rises_slowly() -> None:
    assert smoothed(None, 50) == 50
    assert smoothed(90, 40) == pytest.approx(50)
    assert smoothed(40, 90) == pytest.approx(60)


def test_a_picture_that_was_asked_to_be_small_scores_full_marks_for_the_path() -> None:
    small = VideoFigures(frame_rate=12, height=240, frozen_share=0, lost_share=0)
    assert video_score(small) == pytest.approx(93.2 * 0.5)
    assert video_score(as_asked(small, frame_rate=12, height=240)) == pytest.approx(93.2)
    assert video_score(as_asked(small, frame_rate=30, height=720)) == video_score(small)


def test_nothing_asked_for_is_no_fault_of_the_path_and_no_division_by_zero() -> None:
    assert video_score(as_asked(CLEAR, frame_rate=0, height=0)) == pytest.approx(93.2)


@pytest.mark.parametrize(
    ("before", "score", "word"),
    [
        (None, 81, Grade.GOOD),
        (Grade.FAIR, 83, Grade.FAIR),
        (Grade.FAIR, 84, Grade.GOOD),
        (Grade.GOOD, 81, Grade.GOOD),
        (Grade.GOOD, 79, Grade.FAIR),
        (Grade.POOR, 83, Grade.FAIR),
        (Grade.LOST, 21, Grade.LOST),
    ],
)
def test_a_word_gets_worse_at_once_and_better_only_for_sure(
    before: Grade | None, score: float, word: Grade
) -> None:
    assert settled(before, score) is word


@given(shares, shares, st.floats(0, 5_000), st.floats(0, 5_000), st.floats(0, 500))
def test_more_loss_or_delay_never_sounds_better(
    loss: float, more_loss: float, trip: float, more_trip: float, jitter: float
) -> None:
    low, high = sorted((loss, more_loss))
    near, far = sorted((trip, more_trip))
    better = audio_score(AudioFigures(near, jitter, low))
    assert audio_score(AudioFigures(far, jitter, high)) <= better <= 93.2


@given(st.floats(-100, 200), st.floats(-100, 200))
def test_a_higher_score_is_never_a_lower_grade(one: float, other: float) -> None:
    low, high = sorted((one, other))
    order = list(Grade)
    assert order.index(grade(high)) <= order.index(grade(low))
