from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.ladder import (
    ENCODINGS,
    TRANSITIONS,
    AudioOnlyAgreed,
    Hysteresis,
    IllegalLadderEvent,
    Improved,
    Ladder,
    LadderEvent,
    ModalityNotAllowed,
    Rung,
    Suggestion,
    VideoAgreed,
    Worsened,
    step_ladder,
    weighed,
)
from media.picture import Thresholds

AGREED = AudioOnlyAgreed(allowed=True, consented=True)
GOOD, FAIR, BAD = 90.0, 70.0, 30.0


def watched(ladder: Ladder, scores: list[float]) -> tuple[Ladder, list[Suggestion]]:
    """Weigh one score a second."""
    suggested: list[Suggestion] = []
    for second, score in enumerate(scores):
        ladder, suggestion = weighed(ladder, score, now_s=float(second))
        if suggestion is not None:
            suggested.append(suggestion)
    return ladder, suggested


def on(rung: Rung) -> Ladder:
    return Ladder(rung)


def test_a_short_dip_changes_nothing() -> None:
    assert watched(Ladder(), [GOOD, BAD, BAD, BAD, BAD, GOOD])[0].rung is Rung.FULL


def test_a_bad_path_goes_down_one_step_at_a_time() -> None:
    assert watched(Ladder(), [BAD] * 5)[0].rung is Rung.LOWER_RESOLUTION
    assert watched(Ladder(), [BAD] * 9)[0].rung is Rung.LOWER_RESOLUTION
    assert watched(Ladder(), [BAD] * 10)[0].rung is Rung.LOWER_RATE


def test_it_takes_twenty_good_seconds_to_go_up() -> None:
    assert watched(on(Rung.LOWER_RATE), [GOOD] * 20)[0].rung is Rung.LOWER_RATE
    assert watched(on(Rung.LOWER_RATE), [GOOD] * 21)[0].rung is Rung.LOWER_RESOLUTION


def test_between_low_and_high_nothing_moves() -> None:
    for rung in Rung:
        assert watched(on(rung), [FAIR] * 100) == (on(rung), [])


def test_a_path_that_stays_bad_is_never_switched_to_sound_by_itself() -> None:
    ladder, suggested = watched(Ladder(), [BAD] * 300)
    assert ladder.rung is Rung.LOWER_RATE
    assert set(suggested) == {Suggestion.AUDIO_ONLY}


def test_a_path_that_heals_is_never_switched_back_by_itself() -> None:
    ladder, suggested = watched(on(Rung.AUDIO_ONLY), [GOOD] * 300)
    assert ladder.rung is Rung.AUDIO_ONLY
    assert set(suggested) == {Suggestion.VIDEO}


def test_nothing_better_than_full_is_suggested() -> None:
    assert watched(Ladder(), [GOOD] * 60) == (Ladder(high_since_s=0.0), [])


def test_sound_alone_that_is_bad_suggests_nothing() -> None:
    assert watched(on(Rung.AUDIO_ONLY), [BAD] * 60)[1] == []


@pytest.mark.parametrize("rung", [Rung.FULL, Rung.LOWER_RESOLUTION, Rung.LOWER_RATE])
def test_sound_alone_needs_the_rules_and_the_consent(rung: Rung) -> None:
    assert step_ladder(on(rung), AGREED, now_s=1.0).rung is Rung.AUDIO_ONLY
    for allowed, consented in ((True, False), (False, True), (False, False)):
        with pytest.raises(ModalityNotAllowed):
            step_ladder(on(rung), AudioOnlyAgreed(allowed, consented), now_s=1.0)


def test_video_comes_back_on_the_lowest_step() -> None:
    assert step_ladder(on(Rung.AUDIO_ONLY), VideoAgreed(), now_s=1.0).rung is Rung.LOWER_RATE


@pytest.mark.parametrize(
    ("rung", "event"),
    [
        (Rung.FULL, Improved()),
        (Rung.FULL, VideoAgreed()),
        (Rung.LOWER_RATE, Worsened()),
        (Rung.AUDIO_ONLY, Worsened()),
        (Rung.AUDIO_ONLY, Improved()),
        (Rung.AUDIO_ONLY, AGREED),
    ],
)
def test_what_has_no_arrow_is_refused(rung: Rung, event: LadderEvent) -> None:
    with pytest.raises(IllegalLadderEvent):
        step_ladder(on(rung), event, now_s=1.0)


def test_a_clock_that_goes_back_begins_to_wait_anew() -> None:
    ladder, _ = weighed(Ladder(), BAD, now_s=1_000.0)
    ladder, _ = weighed(ladder, BAD, now_s=1.0)
    ladder, _ = weighed(ladder, BAD, now_s=4.0)
    assert ladder.rung is Rung.FULL
    ladder, _ = weighed(ladder, BAD, now_s=5.0)
    assert ladder.rung is Rung.LOWER_RESOLUTION


def test_every_rung_has_a_row_and_an_encoding() -> None:
    assert set(TRANSITIONS) == set(ENCODINGS) == set(Rung)


def test_no_rung_with_video_is_too_slow_for_live_video() -> None:
    rates = [one.frame_rate_max for one in ENCODINGS.values() if one.video]
    assert min(rates) >= 2 * Thresholds().frames_min


def test_a_lower_rung_asks_less_of_the_path() -> None:
    limits = [ENCODINGS[rung].bitrate_max for rung in (Rung.LOWER_RESOLUTION, Rung.LOWER_RATE)]
    assert ENCODINGS[Rung.FULL].bitrate_max is None
    assert limits == sorted((one or 0 for one in limits), reverse=True)
    assert all(limits)


@given(st.lists(st.floats(0, 100), max_size=200))
def test_whatever_is_measured_the_modality_stays_and_steps_keep_their_distance(
    scores: list[float],
) -> None:
    ladder = Ladder()
    steps: list[int] = []
    for second, score in enumerate(scores):
        after, _ = weighed(ladder, score, now_s=float(second))
        if after.rung is not ladder.rung:
            steps.append(second)
        ladder = after
        assert ENCODINGS[ladder.rung].video
    dwell = Hysteresis().dwell_s
    assert all(later - step >= dwell for step, later in pairwise(steps))
