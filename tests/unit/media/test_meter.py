from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.meter import EMPTY_MAX, PENDING_MAX, Meter
from media.sample import LEVEL_UNKNOWN, Sample, validated

START = 1_800_000_000
US = 1_000_000


def begun() -> Meter:
    return Meter(started_us=START * US)


def play(meter: Meter, sizes: list[int], *, fps: int = 25, key: int | None = None) -> None:
    """Send one frame in one packet after another."""
    for place, size in enumerate(sizes):
        meter.video(
            START * US + place * US // fps,
            place,
            place * 90_000 // fps,
            size,
            0,
            keyframe=place == key,
        )


def test_a_second_is_told_when_it_is_over() -> None:
    meter = begun()
    play(meter, [500] * 26)
    (sample,) = meter.take((START + 1) * US)
    assert (sample.second, sample.video_packets, sample.video_bytes) == (START, 25, 12_500)
    assert meter.take((START + 1) * US) == ()


def test_a_frame_of_several_packets_is_one_frame() -> None:
    meter = begun()
    for place in range(30):
        meter.video(
            START * US + place * 1_000, place, place // 3 * 3_000, 1_000, 0, keyframe=False
        )
    (sample,) = meter.take((START + 1) * US)
    assert sample.frames == 9  # the tenth may not be complete
    assert (sample.frame_bytes, sample.frame_deviation) == (3_000, 0)


def test_sizes_that_stay_are_not_called_varied() -> None:
    meter = begun()
    play(meter, [2_000, 390, 395, 388, 398, 391, 390])
    (sample,) = meter.take((START + 1) * US)
    assert sample.frames == 6
    assert sample.frames_varied == 1


def test_sizes_that_change_are_counted() -> None:
    meter = begun()
    play(meter, [400, 500, 400, 500, 400, 500])
    (sample,) = meter.take((START + 1) * US)
    assert sample.frames_varied == 4
    assert sample.frame_deviation == pytest.approx(50, abs=2)


def test_a_keyframe_is_no_movement() -> None:
    meter = begun()
    play(meter, [400, 400, 9_000, 400, 400, 400], key=2)
    (sample,) = meter.take((START + 1) * US)
    assert (sample.keyframes, sample.frames_varied, sample.frame_bytes) == (1, 0, 400)


def test_loss_does_not_look_like_movement() -> None:
    meter = begun()
    sequence = 0
    for frame in range(20):
        for part in range(2):
            sequence += 1
            if part == 1 and frame % 4 == 2:
                continue  # lost on the way
            at = START * US + frame * 40_000
            meter.video(at, sequence, frame * 3_600, 900, 0, keyframe=False)
    (sample,) = meter.take((START + 1) * US)
    assert sample.video_lost == 5
    assert sample.frames_varied == 0


def test_modes_tell_of_movement_where_the_rate_control_holds_the_size() -> None:
    moving, still = begun(), begun()
    for place in range(15):
        at = START * US + place * 66_000
        stamp = place * 6_000
        moving.video(at, place, stamp, 12_000, 450 + place % 3 * 30, keyframe=False)
        still.video(at, place, stamp, 4_600 + place % 2 * 900, 400 + place % 3, keyframe=False)
    assert moving.take((START + 1) * US)[0].frames_varied == 13
    assert still.take((START + 1) * US)[0].frames_varied == 0


def test_a_packet_that_comes_late_is_not_lost() -> None:
    meter = begun()
    for sequence in (65_534, 65_535, 1, 0, 2):
        meter.audio(START * US, sequence, sequence * 960, 80, 40)
    (sample,) = meter.take((START + 1) * US)
    assert (sample.audio_packets, sample.audio_lost) == (5, 0)


def test_a_late_packet_is_no_picture_of_its_own() -> None:
    meter = begun()
    for sequence, stamp in ((1, 3_000), (2, 6_000), (4, 9_000), (3, 6_000), (5, 12_000)):
        meter.video(START * US + sequence, sequence, stamp, 500, 0, keyframe=False)
    (sample,) = meter.take((START + 1) * US)
    assert sample.frames == 3


def test_timestamps_that_jump_back_for_good_are_followed() -> None:
    meter = begun()
    for place in range(10):
        stamp = 4_000_000 + place * 3_000 if place < 5 else place * 3_000
        meter.video(START * US + place * 30_000, place, stamp, 500, 0, keyframe=False)
    (sample,) = meter.take((START + 1) * US)
    assert sample.frames == 9


def test_padding_is_no_picture() -> None:
    meter = begun()
    play(meter, [0] * 20)
    (sample,) = meter.take((START + 1) * US)
    assert (sample.video_packets, sample.frames) == (20, 0)


def test_missing_packets_are_counted_across_the_wrap() -> None:
    meter = begun()
    for sequence in (65_534, 1, 2):
        meter.audio(START * US, sequence, 0, 80, 40)
    (sample,) = meter.take((START + 1) * US)
    assert sample.audio_lost == 2


def test_a_source_that_begins_anew_lost_nothing() -> None:
    meter = begun()
    meter.audio(START * US, 10, 0, 80, 40)
    meter.audio(START * US + 20_000, 30_000, 960, 80, 40)
    (sample,) = meter.take((START + 1) * US)
    assert sample.audio_lost == 0


def test_a_new_leg_is_told_by_its_generation_and_loses_nothing() -> None:
    meter = begun()
    meter.video(START * US, 7, 100, 500, 0, keyframe=False)
    meter.replaced(START * US + 10, 2)
    meter.video(START * US + 20, 900, 4_000_000_000, 800, 0, keyframe=True)
    meter.video(START * US + 30, 901, 4_000_003_000, 800, 0, keyframe=False)
    (sample,) = meter.take((START + 1) * US)
    assert (sample.generation, sample.video_lost, sample.frames) == (2, 0, 1)


def test_silence_without_dtx_is_heard_as_packets_of_silence() -> None:
    meter = begun()
    for place in range(50):
        meter.audio(START * US + place * 20_000, place, place * 960, 3, 127)
    (sample,) = meter.take((START + 1) * US)
    assert (sample.audio_packets, sample.audio_loudest, sample.audio_mean) == (50, 127, 127)
    assert sample.audio_jitter_us == 0


def test_a_level_that_was_not_told_is_unknown() -> None:
    meter = begun()
    meter.audio(START * US, 1, 1, 80, LEVEL_UNKNOWN)
    (sample,) = meter.take((START + 1) * US)
    assert (sample.audio_loudest, sample.audio_mean) == (LEVEL_UNKNOWN, LEVEL_UNKNOWN)


def test_the_loudest_and_the_mean_level_are_kept() -> None:
    meter = begun()
    for place, level in enumerate((20, 40, 60)):
        meter.audio(START * US + place, place, 0, 80, level)
    (sample,) = meter.take((START + 1) * US)
    assert (sample.audio_loudest, sample.audio_mean) == (20, 40)


def test_jitter_grows_with_uneven_arrival() -> None:
    meter = begun()
    for place in range(50):
        late = 8_000 if place % 2 else 0
        meter.audio(START * US + place * 20_000 + late, place, place * 960, 80, 40)
    (sample,) = meter.take((START + 1) * US)
    assert 6_000 < sample.audio_jitter_us <= 8_000


def test_a_gap_of_half_a_second_is_measured() -> None:
    meter = begun()
    for at in (0, 100_000, 600_000, 700_000, 950_000):
        meter.video(START * US + at, at // 50_000, at, 500, 0, keyframe=False)
    (sample,) = meter.take((START + 1) * US)
    assert sample.video_gap_ms == 500


def test_a_gap_grows_over_empty_seconds() -> None:
    meter = begun()
    meter.video(START * US + 900_000, 1, 1, 500, 0, keyframe=False)
    samples = meter.take((START + 3) * US)
    assert [one.video_gap_ms for one in samples] == [100, 1_100, 2_100]
    assert [one.video_packets for one in samples] == [1, 0, 0]


def test_retransmissions_are_counted_apart() -> None:
    meter = begun()
    meter.resent(START * US)
    meter.resent((START + 1) * US)
    first, second = meter.take((START + 2) * US)
    assert (first.resent_packets, first.video_packets, first.packets) == (1, 0, 1)
    assert second.resent_packets == 1


def test_a_clock_that_goes_back_tells_no_second_twice() -> None:
    meter = begun()
    meter.audio((START + 5) * US, 1, 0, 80, 40)
    meter.audio((START + 2) * US, 2, 960, 80, 40)
    samples = meter.take((START + 6) * US)
    assert [one.second for one in samples] == list(range(START, START + 6))
    assert samples[-1].audio_packets == 2


def test_a_clock_that_leaps_ahead_makes_nothing_up() -> None:
    meter = begun()
    meter.audio((START + 1_000) * US, 1, 0, 80, 40)
    samples = meter.take((START + 1_001) * US)
    assert [one.second for one in samples] == [START, START + 1_000]
    assert EMPTY_MAX < 1_000


def test_samples_that_nobody_takes_do_not_pile_up() -> None:
    meter = begun()
    for second in range(PENDING_MAX + 10):
        meter.resent((START + second) * US)
    samples = meter.take((START + PENDING_MAX + 10) * US)
    assert len(samples) == PENDING_MAX
    assert meter.dropped == 10
    assert samples[-1].second == START + PENDING_MAX + 9


packets = st.tuples(
    st.integers(-2_000_000, 5_000_000),
    st.integers(0, 65_535),
    st.integers(0, 2**32 - 1),
    st.integers(0, 1_400),
    st.booleans(),
)


@given(st.lists(packets, max_size=60))
def test_whatever_arrives_the_samples_are_valid_and_in_order(
    sent: list[tuple[int, int, int, int, bool]],
) -> None:
    meter = begun()
    now = START * US
    samples: list[Sample] = []
    for step, sequence, timestamp, size, flag in sent:
        now += step
        meter.video(now, sequence, timestamp, size, 0, keyframe=flag)
        meter.audio(now, sequence, timestamp, size, sequence % 128)
        samples.extend(meter.take(now))
    samples.extend(meter.take(now + 60 * US))
    assert all(validated(one) == one for one in samples)
    seconds = [one.second for one in samples]
    assert seconds == sorted(set(seconds))
    assert sum(one.audio_packets for one in samples) == len(sent)
