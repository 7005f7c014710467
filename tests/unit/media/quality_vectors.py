"""Cases of quality and ladder with their answers, for the pages' own code of the same formulas.

`python -m tests.unit.media.quality_vectors` writes `tests/vectors/quality.json` anew.
`test_quality_vectors` holds that it is current, `web/src/shared/rtc/vectors.test.ts` that the
pages come to the same answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product
from pathlib import Path
from random import Random
from typing import Final, TypeAlias

from media.ladder import (
    DEFAULTS,
    ENCODINGS,
    AudioOnlyAgreed,
    Improved,
    Ladder,
    LadderError,
    LadderEvent,
    Rung,
    VideoAgreed,
    Worsened,
    step_ladder,
    weighed,
)
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

Case: TypeAlias = dict[str, object]

PATH: Final = Path(__file__).resolve().parents[2] / "vectors" / "quality.json"
EVENTS: Final[tuple[LadderEvent, ...]] = (
    Worsened(),
    Improved(),
    VideoAgreed(),
    *(AudioOnlyAgreed(one, other) for one, other in product((True, False), repeat=2)),
)
SCORES: Final = (-5.0, 0.0, 19.9, 20.0, 24.0, 59.9, 60.0, 64.0, 79.9, 80.0, 84.0, 93.2, 120.0)


def audio_cases() -> Iterator[Case]:
    """Figures of sound at and beyond their limits."""
    for trip, jitter, lost, buffer in product(
        (-1.0, 0.0, 80.0, 301.0, 900.0),
        (-3.0, 0.0, 12.5),
        (-0.1, 0.0, 0.013, 0.2, 1.5),
        (None, 0.0, 61.0),
    ):
        figures = AudioFigures(trip, jitter, lost, buffer)
        yield {"figures": asdict(figures), "score": audio_score(figures)}


def video_cases() -> Iterator[Case]:
    """Pictures, as they are and as shares of what was asked for."""
    for rate, height, frozen, lost in product(
        (0.0, 6.0, 20.0, 30.0), (0.0, 240.0, 720.0), (0.0, 0.3, 1.2), (-0.1, 0.0, 0.04)
    ):
        figures = VideoFigures(rate, height, frozen, lost)
        asked = as_asked(figures, frame_rate=rate + 3.0, height=height * 1.5)
        yield {
            "figures": asdict(figures),
            "score": video_score(figures),
            "asked": {"frame_rate": rate + 3.0, "height": height * 1.5},
            "asked_score": video_score(asked),
        }


def direction_cases() -> Iterator[Case]:
    """Both media of a direction, and sound alone."""
    for lost, video in product(
        (0.0, 0.05, 0.5), (None, VideoFigures(12, 360, 0, 0), VideoFigures(30, 720, 0.5, 0))
    ):
        audio = AudioFigures(120, 5, lost)
        yield {
            "audio": asdict(audio),
            "video": None if video is None else asdict(video),
            "score": direction_score(audio, video),
        }


def word_cases() -> Iterator[Case]:
    """Scores in words, and as they follow another."""
    for score, before in product(SCORES, (None, *Grade)):
        yield {
            "score": score,
            "before": before,
            "grade": grade(score),
            "settled": settled(before, score),
            "mos": mos(score),
        }


def smoothing_cases() -> Iterator[Case]:
    """Scores that follow another."""
    for before, score in product((None, 20.0, 70.0), (10.0, 70.0, 93.2)):
        yield {"before": before, "score": score, "shown": smoothed(before, score)}


def wire_name(event: LadderEvent) -> str:
    """Return the name of an event as the pages write it."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()


def step_cases() -> Iterator[Case]:
    """Every event on every rung."""
    for rung, event in product(Rung, EVENTS):
        told: Case = {
            "rung": rung,
            "event": {"type": wire_name(event), **asdict(event)},
            "after": None,
            "error": None,
        }
        try:
            told["after"] = asdict(step_ladder(Ladder(rung, 1.0, 2.0, 3.0), event, now_s=4.0))
        except LadderError as error:
            told["error"] = error.code
        yield told


def walk_cases() -> Iterator[Case]:
    """Ladders that weigh one score after another; the clock leaps now and then."""
    random = Random(7)
    for rung in (*Rung, Rung.FULL, Rung.LOWER_RATE):
        ladder, now_s = Ladder(rung), 0.0
        looks: list[Case] = []
        level = random.choice((30.0, 70.0, 90.0))
        for _ in range(60):
            if random.random() < 0.08:
                level = random.choice((30.0, 70.0, 90.0))
            now_s += -3.0 if random.random() < 0.02 else random.choice((1.0, 2.0, 2.5))
            score = level + random.randint(-9, 9)
            ladder, suggestion = weighed(ladder, score, now_s=now_s)
            looks.append(
                {
                    "now_s": now_s,
                    "score": score,
                    "after": asdict(ladder),
                    "suggestion": suggestion,
                }
            )
        yield {"rung": rung, "looks": looks}


def every_case() -> str:
    """Return the file: one case a line, so that a change can be read."""
    groups: dict[str, list[Case]] = {
        "audio": list(audio_cases()),
        "video": list(video_cases()),
        "direction": list(direction_cases()),
        "words": list(word_cases()),
        "smoothing": list(smoothing_cases()),
        "encodings": [
            {"rung": rung, "encoding": asdict(encoding)} for rung, encoding in ENCODINGS.items()
        ],
        "hysteresis": [asdict(DEFAULTS)],
        "steps": list(step_cases()),
        "walks": list(walk_cases()),
    }
    written = (
        f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]"
        for name, cases in groups.items()
    )
    return "{\n" + ",\n".join(written) + "\n}\n"


if __name__ == "__main__":
    PATH.write_text(every_case(), encoding="utf-8")
