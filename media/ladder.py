"""The ladder: less is asked of a weak path, step by step, and more again when it holds.

    FULL              --Worsened--------> LOWER_RESOLUTION
    LOWER_RESOLUTION  --Worsened--------> LOWER_RATE
    LOWER_RATE        --Improved--------> LOWER_RESOLUTION
    LOWER_RESOLUTION  --Improved--------> FULL
    any with video    --AudioOnlyAgreed-> AUDIO_ONLY      explicit, allowed and consented
    AUDIO_ONLY        --VideoAgreed-----> LOWER_RATE      explicit

The modality never changes by itself. At the lowest step with video a path that stays bad leads
to a *suggestion*, shown to both people; only when the rules and the patient's consent allow it,
and somebody asked for it, does `AudioOnlyAgreed` come back. The way back is suggested too.

Hysteresis: a step down after `worsen_after_s` below `worse_below`, up after `improve_after_s`
at `better_from` or above, and never two steps within `dwell_s`.

Pure: seconds are passed in, from one clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

from media.quality import FAIR_MIN, GOOD_MIN


class Rung(StrEnum):
    """How much is sent in one direction; the values are those of the wire."""

    FULL = "full"
    LOWER_RESOLUTION = "lower_resolution"
    LOWER_RATE = "lower_rate"
    AUDIO_ONLY = "audio_only"


class Suggestion(StrEnum):
    """What the pages may offer to the two people; it changes nothing by itself."""

    AUDIO_ONLY = "audio_only"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a browser is told with `RTCRtpSender.setParameters`, or `replaceTrack(null)`.

    Attributes:
        scale_down_by: `scaleResolutionDownBy`.
        frame_rate_max: `maxFramerate`.
        video: whether the camera's track is sent at all.
        bitrate_max: `maxBitrate`, bit/s, or None for what the path gives. Without it a smaller
            picture would be sent in more detail instead of asking less of the path.
    """

    scale_down_by: float
    frame_rate_max: int
    video: bool = True
    bitrate_max: int | None = None


ENCODINGS: Final[Mapping[Rung, Encoding]] = {
    Rung.FULL: Encoding(1.0, 30),
    Rung.LOWER_RESOLUTION: Encoding(2.0, 30, bitrate_max=600_000),
    Rung.LOWER_RATE: Encoding(2.0, 12, bitrate_max=250_000),
    Rung.AUDIO_ONLY: Encoding(1.0, 0, video=False),
}


class LadderError(Exception):
    """An event that the ladder refuses; nothing changed."""

    code: ClassVar[str] = "ladder_error"
    message: ClassVar[str] = "The quality of this call cannot be changed so."

    def __init__(self, *details: str) -> None:
        super().__init__(self.message, *details)


class IllegalLadderEvent(LadderError):
    """The table has no arrow for this event on this rung."""

    code = "illegal_transition"
    message = "The quality of this call cannot be changed so now."


class ModalityNotAllowed(LadderError):
    """The rules, or the patient's consent, do not allow to go on with sound alone."""

    code = "modality_not_allowed"
    message = "This exam may not go on without video."


@dataclass(frozen=True, slots=True)
class Worsened:
    """The score has been low for long enough."""


@dataclass(frozen=True, slots=True)
class Improved:
    """The score has been high for long enough."""


@dataclass(frozen=True, slots=True)
class AudioOnlyAgreed:
    """Somebody asked to go on with sound alone.

    Attributes:
        allowed: the rules, decided again for this moment, permit it.
        consented: the patient's consent covers it.
    """

    allowed: bool
    consented: bool


@dataclass(frozen=True, slots=True)
class VideoAgreed:
    """Somebody asked to return to video."""


LadderEvent: TypeAlias = Worsened | Improved | AudioOnlyAgreed | VideoAgreed

TRANSITIONS: Final[Mapping[Rung, Mapping[type[LadderEvent], Rung]]] = {
    Rung.FULL: {
        Worsened: Rung.LOWER_RESOLUTION,
        AudioOnlyAgreed: Rung.AUDIO_ONLY,
    },
    Rung.LOWER_RESOLUTION: {
        Worsened: Rung.LOWER_RATE,
        Improved: Rung.FULL,
        AudioOnlyAgreed: Rung.AUDIO_ONLY,
    },
    Rung.LOWER_RATE: {
        Improved: Rung.LOWER_RESOLUTION,
        AudioOnlyAgreed: Rung.AUDIO_ONLY,
    },
    Rung.AUDIO_ONLY: {VideoAgreed: Rung.LOWER_RATE},
}


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """How patient the ladder is; scores are on the scale of R (`media.quality`)."""

    worse_below: float = FAIR_MIN
    better_from: float = GOOD_MIN
    worsen_after_s: float = 4.0
    improve_after_s: float = 20.0
    dwell_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where one direction stands.

    Attributes:
        rung: what is sent.
        stepped_at_s: when it last changed, or None.
        low_since_s: since when the score has been low, or None.
        high_since_s: since when the score has been high, or None.
    """

    rung: Rung = Rung.FULL
    stepped_at_s: float | None = None
    low_since_s: float | None = None
    high_since_s: float | None = None


DEFAULTS: Final = Hysteresis()


def step_ladder(ladder: Ladder, event: LadderEvent, *, now_s: float) -> Ladder:
    """Return the ladder as `event` leaves it; what was observed before counts no more.

    Raises:
        IllegalLadderEvent: the table has no arrow for it; nothing changed.
        ModalityNotAllowed: sound alone is not permitted, or not consented to; nothing changed.
    """
    rung = TRANSITIONS[ladder.rung].get(type(event))
    if rung is None:
        raise IllegalLadderEvent
    if isinstance(event, AudioOnlyAgreed) and not (event.allowed and event.consented):
        raise ModalityNotAllowed
    return Ladder(rung, stepped_at_s=now_s)


def weighed(
    ladder: Ladder, score: float, *, now_s: float, limits: Hysteresis = DEFAULTS
) -> tuple[Ladder, Suggestion | None]:
    """Return the ladder after one more score, and what to suggest, if anything.

    Args:
        ladder: as it stands.
        score: of this direction, its video `as_asked`; in audio-only, of its sound.
        now_s: when it was measured.
        limits: see there.
    """
    seen = replace(
        ladder,
        low_since_s=_since(ladder.low_since_s, now_s, holds=score < limits.worse_below),
        high_since_s=_since(ladder.high_since_s, now_s, holds=score >= limits.better_from),
    )
    if seen.stepped_at_s is not None and 0 <= now_s - seen.stepped_at_s < limits.dwell_s:
        return seen, None
    event: LadderEvent
    if _lasted(seen.low_since_s, now_s, limits.worsen_after_s):
        event, suggestion = Worsened(), Suggestion.AUDIO_ONLY
    elif _lasted(seen.high_since_s, now_s, limits.improve_after_s):
        event, suggestion = Improved(), Suggestion.VIDEO
    else:
        return seen, None
    if type(event) in TRANSITIONS[seen.rung]:
        return step_ladder(seen, event, now_s=now_s), None
    wanted = Rung.LOWER_RATE if suggestion is Suggestion.AUDIO_ONLY else Rung.AUDIO_ONLY
    return seen, suggestion if seen.rung is wanted else None


def _since(since_s: float | None, now_s: float, *, holds: bool) -> float | None:
    """Return since when it holds; a clock that went back begins anew."""
    if not holds:
        return None
    return now_s if since_s is None or since_s > now_s else since_s


def _lasted(since_s: float | None, now_s: float, for_s: float) -> bool:
    return since_s is not None and now_s - since_s >= for_s
