"""What one direction carried in each second: a picture that moves, a sound, or neither.

    a second moves      at least `frames_min` frames, a third of them varied in size, and
                        larger on average than frames which say "as before"
    a picture is moving in the seconds that move, and in those with frames between two of
                        them, less than `stillness_s` apart

A person who sits still for some seconds is therefore not cut off: one second with a word, a
blink or a breath within `stillness_s` is enough. A black, a still or a frozen picture never has
such a second once the encoder has refined it. The measurements behind the figures, and what
they cannot tell, are in docs/evidence.md.

`MOTIONLESS` says what was measured, nothing about the person. Unknown is not moving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from media.declaration import Declared
from media.sample import Sample
from media.smoothing import closed


class Picture(StrEnum):
    """What the video of one direction amounted to; the values are those of the chart."""

    MOVING = "moving"
    NOT_MEASURED = "not_measured"
    PAGE_FROZEN = "page_frozen"
    CAMERA_OFF = "camera_off"
    SCREEN_HIDDEN = "screen_hidden"
    NOTHING = "nothing"
    TOO_FEW_FRAMES = "too_few_frames"
    MOTIONLESS = "motionless"


class Sound(StrEnum):
    """What the audio of one direction amounted to; the values are those of the chart."""

    FLOWING = "flowing"
    NOT_MEASURED = "not_measured"
    PAGE_FROZEN = "page_frozen"
    MUTED = "muted"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The figures of the judgement; docs/evidence.md says where each comes from.

    Attributes:
        frames_min: pictures a second below which video is no live exchange. Cameras go down to
            7 or 10 in dim light.
        varied_part: one frame in so many must vary in size. Measured with VP8: black and still
            pictures at most 5 of 21; people, also in dim light, at least 6 of 16.
        frame_bytes_min: frames smaller than this on average carry no picture of their own.
            Measured: H264 black 15, still 25; the quietest moving picture 200.
        stillness_s: seconds without one that moves after which a picture is motionless. People
            blink, breathe and speak more often.
        audio_packets_min: a second; frames of opus last 60 ms at most, so 16 flow without loss.
        bridge_s: a hole so short does not end an interval: the time in which resending, a
            keyframe or a restart of ICE mends a path.
        run_min_s: media that flow for less do not begin one.
    """

    frames_min: int = 5
    varied_part: int = 3
    frame_bytes_min: int = 64
    stillness_s: int = 10
    audio_packets_min: int = 10
    bridge_s: int = 2
    run_min_s: int = 3

    @property
    def settle_s(self) -> int:
        """Return after how many further seconds nothing can change the verdict on one."""
        return self.stillness_s + self.bridge_s + self.run_min_s


@dataclass(frozen=True, slots=True)
class Carried:
    """What one direction carried in one second."""

    picture: Picture
    sound: Sound


def moves(sample: Sample, thresholds: Thresholds) -> bool:
    """Tell whether this second, by itself, shows movement."""
    return (
        sample.frames >= thresholds.frames_min
        and sample.frame_bytes >= thresholds.frame_bytes_min
        and sample.frames_varied * thresholds.varied_part >= sample.frames
    )


def carried(
    samples: Mapping[int, Sample],
    declared: Sequence[frozenset[Declared]],
    seconds: range,
    thresholds: Thresholds,
) -> tuple[Carried, ...]:
    """Return what one direction carried, second by second.

    Args:
        samples: of this direction, by second; those missing were not measured.
        declared: what held of the sender, for each of `seconds`.
        seconds: the time to judge, at one-second steps.
        thresholds: see there.
    """
    line = [samples.get(second) for second in seconds]
    moved = [one is not None and moves(one, thresholds) for one in line]
    flowed = [one is not None and one.frames >= thresholds.frames_min for one in line]
    moving = closed(moved, thresholds.stillness_s - 1, flowed)
    return tuple(
        Carried(
            _picture(sample, held, thresholds, moving=moving[place]),
            _sound(sample, held, thresholds),
        )
        for place, (sample, held) in enumerate(zip(line, declared, strict=True))
    )


def _picture(
    sample: Sample | None,
    declared: frozenset[Declared],
    thresholds: Thresholds,
    *,
    moving: bool,
) -> Picture:
    verdict = Picture.MOTIONLESS
    if sample is None:
        verdict = Picture.NOT_MEASURED
    elif Declared.PAGE_FROZEN in declared:
        verdict = Picture.PAGE_FROZEN
    elif Declared.CAMERA_OFF in declared:
        verdict = Picture.CAMERA_OFF
    elif Declared.SCREEN_HIDDEN in declared:
        verdict = Picture.SCREEN_HIDDEN
    elif sample.video_packets == 0:
        verdict = Picture.NOTHING
    elif sample.frames < thresholds.frames_min:
        verdict = Picture.TOO_FEW_FRAMES
    elif moving:
        verdict = Picture.MOVING
    return verdict


def _sound(
    sample: Sample | None, declared: frozenset[Declared], thresholds: Thresholds
) -> Sound:
    if sample is None:
        return Sound.NOT_MEASURED
    if Declared.PAGE_FROZEN in declared:
        return Sound.PAGE_FROZEN
    if Declared.MICROPHONE_MUTED in declared:
        return Sound.MUTED
    if sample.audio_packets < thresholds.audio_packets_min:
        return Sound.NOTHING
    return Sound.FLOWING
