"""Reported evidence: what a browser's `getStats` says of the media it receives.

In direct mode no relay sees the media, so each browser reports once a second about what arrives
from the other side, and the same judgement is made from that. It is marked `reported`, not
`witnessed`: a browser can be made to say anything.

`getStats` knows no sizes of single frames. The page therefore polls it up to ten times in a
second, and the sizes are compared from poll to poll (a *step*: frames and bytes since the one
before). A step with a keyframe cannot be told apart, so the largest step is left out of a
second in which one was decoded. Fewer than `STEPS_MIN` steps tell nothing: not live.

Where the browser has encoded transforms (`RTCRtpScriptTransform`), the page counts the varied
frames itself, as `media.frames` does, and reports that; it is the better measure.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from math import isqrt, log10
from typing import Final

from media.frames import VARIED_BYTES, VARIED_PART
from media.sample import LEVEL_UNKNOWN, EvidenceError, Sample, validated

STEPS_MIN: Final = 3
STEPS_MAX: Final = 10
SKEW_S_MAX: Final = 5  # between the second a page names and the server's
RATE_MAX: Final = 10_000  # packets, or frames, in one second
BYTES_MAX: Final = 12_500_000  # in one second: 100 Mbit/s
MILLIONTHS: Final = 1_000_000
SILENCE: Final = 127
UNKNOWABLE: Final = frozenset({"level_millionths", "varied"})  # -1 where a browser has none


class InvalidReport(EvidenceError):
    """A browser reports something that cannot be, or for another time than now."""

    code = "invalid_report"
    message = "This report of media cannot be right."


@dataclass(frozen=True, slots=True)
class Step:
    """What was decoded between two polls: frames, and bytes received for them."""

    frames: int
    octets: int


@dataclass(frozen=True, slots=True)
class Report:
    """One second of inbound media, as differences of the counters of `getStats`.

    Attributes:
        second: UTC, as the page knows it from the server's time.
        video_packets: `packetsReceived`.
        video_bytes: `bytesReceived`.
        resent_packets: `retransmittedPacketsReceived`.
        video_lost: `packetsLost`, 0 where it went back.
        video_jitter_us: `jitter`, in microseconds.
        frozen_ms: `totalFreezesDuration`, or the time since a frame was decoded.
        frames: `framesDecoded`.
        keyframes: `keyFramesDecoded`.
        audio_packets: as for video.
        audio_bytes: as for video.
        audio_lost: as for video.
        audio_jitter_us: as for video.
        concealed_ms: `silentConcealedSamples` in time: nothing came that could be played.
        level_millionths: the highest `audioLevel` (0 to 1) of the polls, or -1 if unknown.
        steps: at most ten.
        varied: frames that tell of movement, counted by an encoded transform; or -1.
    """

    second: int
    video_packets: int
    video_bytes: int
    resent_packets: int
    video_lost: int
    video_jitter_us: int
    frozen_ms: int
    frames: int
    keyframes: int
    audio_packets: int
    audio_bytes: int
    audio_lost: int
    audio_jitter_us: int
    concealed_ms: int
    level_millionths: int
    steps: tuple[Step, ...]
    varied: int = -1


_MAXIMA: Final = {
    "video_bytes": BYTES_MAX,
    "audio_bytes": BYTES_MAX,
    "video_jitter_us": 60_000_000,
    "audio_jitter_us": 60_000_000,
    "frozen_ms": 86_400_000,
    "concealed_ms": 86_400_000,
    "level_millionths": MILLIONTHS,
}
_COUNTS: Final = tuple(
    (one.name, _MAXIMA.get(one.name, RATE_MAX))
    for one in fields(Report)
    if one.name not in {"second", "steps"}
)


def reported(report: Report, *, now: int, generation: int) -> Sample:
    """Return the sample of what the other side sent.

    Args:
        report: of one browser.
        now: the second of its arrival on the server's clock.
        generation: of the call.

    Raises:
        InvalidReport: a figure is out of bounds, or the second is not the present one. Names
            the figure, never its value.
    """
    _check(report, now)
    sizes = _sizes(report)
    varied = _varied(sizes) if report.varied < 0 else report.varied
    means = [_mean(step) for step in sizes]
    level = _level(report.level_millionths)
    return validated(
        Sample(
            second=report.second,
            generation=generation,
            video_packets=report.video_packets,
            video_bytes=report.video_bytes,
            resent_packets=report.resent_packets,
            video_lost=report.video_lost,
            video_jitter_us=report.video_jitter_us,
            video_gap_ms=report.frozen_ms,
            frames=report.frames,
            keyframes=report.keyframes,
            frame_bytes=_frame_bytes(report, means),
            frame_deviation=_deviation(means),
            frames_varied=min(varied, report.frames - report.keyframes),
            audio_packets=report.audio_packets,
            audio_bytes=report.audio_bytes,
            audio_lost=report.audio_lost,
            audio_jitter_us=report.audio_jitter_us,
            audio_gap_ms=report.concealed_ms,
            audio_loudest=level,
            audio_mean=level,
        )
    )


def _check(report: Report, now: int) -> None:
    if type(report.second) is not int or abs(report.second - now) > SKEW_S_MAX:
        raise InvalidReport("second")
    for name, maximum in _COUNTS:
        least = -1 if name in UNKNOWABLE else 0
        value = getattr(report, name)
        if type(value) is not int or not least <= value <= maximum:
            raise InvalidReport(name)
    if len(report.steps) > STEPS_MAX:
        raise InvalidReport("steps")
    for step in report.steps:
        for value, maximum in ((step.frames, RATE_MAX), (step.octets, BYTES_MAX)):
            if type(value) is not int or not 0 <= value <= maximum:
                raise InvalidReport("steps")
    if report.keyframes > report.frames:
        raise InvalidReport("keyframes")


def _sizes(report: Report) -> list[Step]:
    """Return the steps that can be compared: with frames, and with no keyframe in them."""
    steps = [step for step in report.steps if step.frames]
    for _ in range(min(report.keyframes, len(steps))):
        steps.remove(max(steps, key=_mean))
    return steps if len(steps) >= STEPS_MIN else []


def _frame_bytes(report: Report, means: list[int]) -> int:
    if means:
        return sum(means) // len(means)
    return report.video_bytes // report.frames if report.frames else 0


def _varied(steps: list[Step]) -> int:
    """Return the frames of the steps that left the mean size of the one before."""
    return sum(
        here.frames
        for before, here in pairwise(steps)
        if abs(_mean(here) - _mean(before)) > _mean(before) // VARIED_PART + VARIED_BYTES
    )


def _mean(step: Step) -> int:
    return step.octets // step.frames


def _deviation(means: list[int]) -> int:
    if not means:
        return 0
    count, total = len(means), sum(means)
    return isqrt(max(0, count * sum(one * one for one in means) - total * total)) // count


def _level(millionths: int) -> int:
    """Return -dBov (RFC 6464) of a linear level."""
    if millionths < 0:
        return LEVEL_UNKNOWN
    if millionths == 0:
        return SILENCE
    return min(SILENCE, round(-20 * log10(millionths / MILLIONTHS)))
