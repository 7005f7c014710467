"""What a witness tells of a call, as chart entries: from figures that were measured.

One letter is one second of one direction (docs/evidence.md has the table they come from).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from media.call import Side
from media.declaration import Declaration
from media.ledger import Ledger, Part
from media.sample import Sample, Source
from media.witness import Witness
from server.chart.media_entries import MediaEvidence, evidence_entry

START: Final = 1_800_000_000
US: Final = 1_000_000
SOUND: Final = {"audio_packets": 50, "audio_bytes": 4_000}
TALK: Final = Sample(
    0,
    video_packets=60,
    video_bytes=60_000,
    frames=20,
    frame_bytes=3_000,
    frames_varied=11,
    **SOUND,
)
LETTERS: Final[dict[str, Sample]] = {
    "t": TALK,
    "b": replace(TALK, video_packets=30, frames=30, frame_bytes=94, frames_varied=5),
    "s": replace(TALK, video_packets=125, frames=25, frame_bytes=4_640, frames_varied=4),
    "a": Sample(0, **SOUND),
    ".": Sample(0),
}


def sample(letter: str, second: int) -> Sample:
    return replace(LETTERS[letter], second=second)


def witnessed(
    patient: str,
    practitioner: str,
    *said: Declaration,
    source: Source = Source.WITNESSED,
    first: int = START,
    sealed: bool = True,
) -> tuple[Part, ...]:
    """Return the parts of a call in which both sides sent this, a letter a second."""
    witness = Witness(Ledger(), first=first, source=source)
    for one in said:
        witness.declare(one)
    for place, letters in enumerate(zip(patient, practitioner, strict=True)):
        for side, letter in zip((Side.PATIENT, Side.PRACTITIONER), letters, strict=True):
            if letter != "-":
                witness.observe(side, [sample(letter, first + place)])
        witness.advance(first + place + 1)
    if sealed:
        witness.finish(first + len(patient))
    return witness.ledger.waiting


def entries(
    parts: tuple[Part, ...], *, ledger: int = 1, source: Source = Source.WITNESSED
) -> list[MediaEvidence]:
    return [evidence_entry(ledger, part, source) for part in parts]
