"""Evidence of synchrony: from what flowed, second by second, to intervals with a reason.

    live_video    moving pictures in BOTH directions, no camera declared off, no page frozen or
                  hidden; holes of at most `bridge_s` included, unless one was declared
    audio_only    no live video, but sound in both directions and no microphone muted
    interrupted   neither

What it attests: media flowed. What it does not: who was in the picture, or that somebody was
looking. That the patient was seen is the practitioner's statement.

Less media never makes more live video (see `media.smoothing`), and the two directions are
treated alike. A microphone that is muted does not end live video; the interval says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from media.call import Side
from media.declaration import Declaration, held
from media.picture import Carried, Picture, Sound, Thresholds, carried
from media.sample import EvidenceError, Sample
from media.smoothing import closed, opened

SPAN_MAX: Final = 86_400
DEFAULTS: Final = Thresholds()
_Word = TypeVar("_Word", Picture, Sound)

# A hole with one of these in it is what somebody said or nobody saw, never a hiccup.
UNBRIDGED_PICTURES: Final = frozenset(
    {Picture.NOT_MEASURED, Picture.PAGE_FROZEN, Picture.CAMERA_OFF, Picture.SCREEN_HIDDEN}
)
UNBRIDGED_SOUNDS: Final = frozenset({Sound.NOT_MEASURED, Sound.PAGE_FROZEN, Sound.MUTED})


class Kind(StrEnum):
    """What an interval amounts to; the values are those of the chart."""

    LIVE_VIDEO = "live_video"
    AUDIO_ONLY = "audio_only"
    INTERRUPTED = "interrupted"


class SpanTooLong(EvidenceError):
    """More seconds than one encounter can last."""

    code = "span_too_long"
    message = "The time to judge is longer than an encounter can last."


@dataclass(frozen=True, slots=True)
class Interval:
    """Seconds of one kind.

    Attributes:
        kind: of all of it.
        first: the second it begins with (UTC).
        end: the second behind its last one.
        patient: what prevailed in what the patient sent: the reason for the kind.
        practitioner: the same of the practitioner.
    """

    kind: Kind
    first: int
    end: int
    patient: Carried
    practitioner: Carried


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on each second, before it is put together to intervals.

    Attributes:
        seconds: what was judged.
        kinds: of both directions together, for each second.
        carried: of each direction, for each second.
    """

    seconds: range
    kinds: tuple[Kind, ...]
    carried: Mapping[Side, tuple[Carried, ...]]

    def until(self, second: int) -> Judged:
        """Return what lies before `second`."""
        count = max(0, min(len(self.seconds), second - self.seconds.start))
        return Judged(
            self.seconds[:count],
            self.kinds[:count],
            {side: line[:count] for side, line in self.carried.items()},
        )

    def since(self, second: int) -> Judged:
        """Return `second` and what lies behind it."""
        place = max(0, min(len(self.seconds), second - self.seconds.start))
        return Judged(
            self.seconds[place:],
            self.kinds[place:],
            {side: line[place:] for side, line in self.carried.items()},
        )


def judge(
    samples: Mapping[Side, Iterable[Sample]],
    declarations: Sequence[Declaration],
    seconds: range,
    thresholds: Thresholds = DEFAULTS,
) -> Judged:
    """Return the verdict on each of `seconds`.

    Args:
        samples: by sender. Of two for one second, one counts: see `by_second`.
        declarations: of both browsers, from the beginning of the encounter.
        seconds: the time to judge, in steps of one.
        thresholds: see there. The last `settle_s` seconds may still be judged otherwise when
            more samples are known.

    Raises:
        SpanTooLong: more than `SPAN_MAX` seconds.
    """
    if len(seconds) > SPAN_MAX:
        raise SpanTooLong
    lines = {
        side: carried(
            by_second(samples.get(side, ())),
            held(declarations, side, seconds),
            seconds,
            thresholds,
        )
        for side in Side
    }
    pairs = list(zip(lines[Side.PATIENT], lines[Side.PRACTITIONER], strict=True))
    bridged = [not UNBRIDGED_PICTURES & {one.picture for one in pair} for pair in pairs]
    live = [all(one.picture is Picture.MOVING for one in pair) for pair in pairs]
    live = opened(closed(live, thresholds.bridge_s, bridged), thresholds.run_min_s)
    heard = [all(one.sound is Sound.FLOWING for one in pair) for pair in pairs]
    bridged = [not UNBRIDGED_SOUNDS & {one.sound for one in pair} for pair in pairs]
    heard = opened(closed(heard, thresholds.bridge_s, bridged), thresholds.run_min_s)
    kinds = tuple(_kind(*both) for both in zip(live, heard, strict=True))
    return Judged(seconds, kinds, lines)


def by_second(samples: Iterable[Sample]) -> dict[int, Sample]:
    """Return one sample for each second: of the leg that carried most, then of the latest.

    Two legs overlap while one is replaced: the old one still carries when the new one does not.
    """
    found: dict[int, Sample] = {}
    for sample in sorted(samples, key=_weight):
        found[sample.second] = sample
    return found


def _weight(sample: Sample) -> tuple[int, int]:
    return sample.packets, sample.generation


def _kind(live: bool, heard: bool) -> Kind:  # noqa: FBT001 - two columns of one table
    if live:
        return Kind.LIVE_VIDEO
    return Kind.AUDIO_ONLY if heard else Kind.INTERRUPTED


def intervals(judged: Judged) -> tuple[Interval, ...]:
    """Put the seconds together: intervals that follow on each other and leave nothing out."""
    found: list[Interval] = []
    first = 0
    for place in range(1, len(judged.kinds) + 1):
        if place < len(judged.kinds) and judged.kinds[place] is judged.kinds[first]:
            continue
        found.append(
            Interval(
                judged.kinds[first],
                judged.seconds.start + first,
                judged.seconds.start + place,
                prevailing(judged.carried[Side.PATIENT][first:place]),
                prevailing(judged.carried[Side.PRACTITIONER][first:place]),
            )
        )
        first = place
    return tuple(found)


def prevailing(line: Sequence[Carried]) -> Carried:
    """Return what most of the seconds carried; of equals, what came first."""
    return Carried(
        _commonest([one.picture for one in line]), _commonest([one.sound for one in line])
    )


def _commonest(words: Sequence[_Word]) -> _Word:
    return Counter(words).most_common(1)[0][0]


def direction_kind(one: Carried) -> Kind:
    """Return what one direction by itself amounted to in a second."""
    return _kind(one.picture is Picture.MOVING, one.sound is Sound.FLOWING)
