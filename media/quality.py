"""Quality: a score for each direction, from figures that are measured anyway.

Sound is scored with the E-model (ITU-T G.107), simplified as usual for packet voice:

    R = 93.2 - Id - Ie_eff
    Id = 0.024 d + 0.11 (d - 177.3) for d > 177.3        d: one way, mouth to ear, ms
    Ie_eff = Ie + (95 - Ie) P / (P + Bpl)                P: lost for good, in percent

93.2 is what G.107 gives with all defaults; Id is the fit of Cole and Rosenbluth ("Voice over IP
performance monitoring", ACM CCR 31(2), 2001). For opus no Ie and Bpl are standardized; it gets
those of G.711 with concealment (G.113, appendix I: 0 and 25.1), which it does not fall short of
at the rates used here.

For video there is no formula of that kind without decoding: the score is a convention of this
project, a product of four factors between 0 and 1, on the same scale of R.

    frame rate      sqrt(rate / 24), at most 1     from 24 a second on, motion is smooth
    resolution      sqrt(height / 480), at most 1  480 lines show a face well
    frozen          (1 - share) squared            a freeze is worse than its length
    lost            1 / (1 + P / 4)                of P percent not recovered: damaged pictures

R becomes a MOS of 1 to 4.5 by G.107, annex B. A score says how well it went, not what flowed:
that is evidence.

The pages compute the same in `web/src/shared/rtc/quality.ts`; shared cases hold both together
(`tests/vectors`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt
from typing import Final

R_DEFAULT: Final = 93.2
R_MAX: Final = 100.0
MOS_MIN: Final = 1.0
MOS_MAX: Final = 4.5
DELAY_PER_MS: Final = 0.024
DELAY_KNEE_MS: Final = 177.3
DELAY_PER_MS_BEYOND: Final = 0.11
OPUS_IMPAIRMENT: Final = 0.0
OPUS_ROBUSTNESS: Final = 25.1
IMPAIRMENT_MAX: Final = 95.0
OPUS_DELAY_MS: Final = 26.5  # one frame of 20 ms and the look-ahead (RFC 6716, section 2)
BUFFER_PER_JITTER: Final = 2.0  # where the length of the jitter buffer is not known
SMOOTH_RATE: Final = 24.0
CLEAR_HEIGHT: Final = 480.0
LOSS_HALVES_PERCENT: Final = 4.0
PERCENT: Final = 100.0
FALL: Final = 0.8  # a score falls fast and rises slowly, so that it does not promise too much
RISE: Final = 0.4
GOOD_MIN: Final = 80.0
FAIR_MIN: Final = 60.0
POOR_MIN: Final = 20.0
STEADY: Final = 4.0  # a word gets better only so far above its limit: it does not flicker


class Grade(StrEnum):
    """A score in one word, for both pages; the values are those of the wire."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    LOST = "lost"


_RANK: Final = {each: rank for rank, each in enumerate(Grade)}  # 0 is the best


@dataclass(frozen=True, slots=True)
class AudioFigures:
    """What the score of sound needs.

    Attributes:
        round_trip_ms: between the two browsers.
        jitter_ms: interarrival jitter (RFC 3550).
        lost_share: 0 to 1, not recovered by resending or redundancy.
        buffer_ms: mean delay of the jitter buffer, or None where it is not known.
    """

    round_trip_ms: float
    jitter_ms: float
    lost_share: float
    buffer_ms: float | None = None


@dataclass(frozen=True, slots=True)
class VideoFigures:
    """What the score of video needs.

    Attributes:
        frame_rate: decoded pictures a second.
        height: lines of a picture, the shorter edge when it stands upright.
        frozen_share: 0 to 1, of the time.
        lost_share: 0 to 1, not recovered by resending.
    """

    frame_rate: float
    height: float
    frozen_share: float
    lost_share: float


def audio_score(figures: AudioFigures) -> float:
    """Return R, 0 to 93.2, of one direction's sound."""
    buffer_ms = figures.buffer_ms
    if buffer_ms is None:
        buffer_ms = BUFFER_PER_JITTER * max(0.0, figures.jitter_ms)
    delay_ms = max(0.0, figures.round_trip_ms) / 2 + max(0.0, buffer_ms) + OPUS_DELAY_MS
    delay = DELAY_PER_MS * delay_ms
    delay += DELAY_PER_MS_BEYOND * max(0.0, delay_ms - DELAY_KNEE_MS)
    lost = PERCENT * _share(figures.lost_share)
    loss = OPUS_IMPAIRMENT + (IMPAIRMENT_MAX - OPUS_IMPAIRMENT) * lost / (
        lost + OPUS_ROBUSTNESS
    )
    return max(0.0, R_DEFAULT - delay - loss)


def video_score(figures: VideoFigures) -> float:
    """Return a score on the scale of R, 0 to 93.2, of one direction's pictures."""
    rate = sqrt(_share(figures.frame_rate / SMOOTH_RATE))
    lines = sqrt(_share(figures.height / CLEAR_HEIGHT))
    flowing = (1.0 - _share(figures.frozen_share)) ** 2
    whole = 1.0 / (1.0 + PERCENT * _share(figures.lost_share) / LOSS_HALVES_PERCENT)
    return R_DEFAULT * rate * lines * flowing * whole


def as_asked(video: VideoFigures, *, frame_rate: float, height: float) -> VideoFigures:
    """Return the figures as shares of what was asked for, on the scale of a whole picture.

    What is seen scores lower on a lower step of the ladder, on the best of paths too. The
    ladder must judge the path, not its own step: otherwise it never climbs again. More than a
    smooth rate and clear lines is never asked for.

    Args:
        video: as it was sent.
        frame_rate: pictures a second that the camera gives and the step allows.
        height: lines that the camera gives, divided as the step says.
    """
    return replace(
        video,
        frame_rate=SMOOTH_RATE * _share(video.frame_rate / _within(frame_rate, SMOOTH_RATE)),
        height=CLEAR_HEIGHT * _share(video.height / _within(height, CLEAR_HEIGHT)),
    )


def direction_score(audio: AudioFigures, video: VideoFigures | None) -> float:
    """Return the score of one direction: of its worse medium; without video, of its sound."""
    heard = audio_score(audio)
    return heard if video is None else min(heard, video_score(video))


def mos(score: float) -> float:
    """Return the mean opinion score, 1 to 4.5, of an R (G.107, annex B)."""
    r = min(R_MAX, max(0.0, score))
    estimate = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6
    return min(MOS_MAX, max(MOS_MIN, estimate))


def smoothed(before: float | None, score: float) -> float:
    """Return the score to show: it follows a fall by 0.8 of it at once, a rise by 0.4."""
    if before is None:
        return score
    return before + (FALL if score < before else RISE) * (score - before)


def grade(score: float) -> Grade:
    """Return the word for a score."""
    if score >= GOOD_MIN:
        return Grade.GOOD
    if score >= FAIR_MIN:
        return Grade.FAIR
    return Grade.POOR if score >= POOR_MIN else Grade.LOST


def settled(before: Grade | None, score: float) -> Grade:
    """Return the word to show: worse at once, better only `STEADY` above the limit."""
    now = grade(score)
    if before is None or _RANK[now] >= _RANK[before]:
        return now
    sure = grade(score - STEADY)
    return sure if _RANK[sure] < _RANK[before] else before


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _within(asked: float, enough: float) -> float:
    return min(enough, max(1.0, asked))
