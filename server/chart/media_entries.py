"""Entries of the media: what a relay witnessed, or both browsers reported, part by part.

A part is one text of `media.packing`, kept as it came: a stranger can read, hash and judge it
again without this program (docs/evidence.md). `ledger` numbers the relays (or reporting server
processes) that a call was measured on, one after the other; `number` the parts of each.

Here a text is read as far as its kind. It was read wholly before it was written
(`evidence_entry`), and whoever counts with it reads it wholly again (`server.chart.media`).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeGuard

from pydantic import Field, StringConstraints, field_validator

from media.declaration import Declaration, Declared
from media.evidence import Kind
from media.ledger import Part
from media.packing import PACKED_MAX, VERSION, Change, Chunk, read
from media.parts import Said, said
from media.sample import EvidenceError, Sample, Source
from media.seal import Seal
from server.chart.entry import Entry

DAY_S: Final = 86_400
LEDGERS_MAX: Final = 1_000
PARTS_MAX: Final = 1_000_000
KIND_WORDS: Final = {
    Kind.LIVE_VIDEO: "Live video both ways",
    Kind.AUDIO_ONLY: "Sound only",
    Kind.INTERRUPTED: "No live exchange",
}
DECLARED_WORDS: Final = {
    Declared.MICROPHONE_MUTED: ("Microphone of the {} muted", "Microphone of the {} on"),
    Declared.CAMERA_OFF: ("Camera of the {} off", "Camera of the {} on"),
    Declared.SCREEN_HIDDEN: ("Page of the {} hidden", "Page of the {} shown"),
    Declared.PAGE_FROZEN: ("Page of the {} frozen", "Page of the {} running again"),
}
WHY_WORDS: Final = {
    "relay_lost": "the relay was lost",
    "seal_missing": "its end did not come in time",
    "part_missing": "a part of it was missing",
    "unreadable": "a part of it could not be read",
    "chart_full": "there were too many parts",
    "restarted": "the server began anew",
}
Why = Literal[
    "relay_lost", "seal_missing", "part_missing", "unreadable", "chart_full", "restarted"
]
Ledger = Annotated[int, Field(ge=1, le=LEDGERS_MAX)]


class MediaEvidence(Entry):
    """One part of the evidence of what flowed."""

    kind: Literal["media.evidence"] = "media.evidence"
    ledger: Ledger
    number: Annotated[int, Field(ge=1, le=PARTS_MAX)]
    source: Literal["witnessed", "reported"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=PACKED_MAX)]

    @field_validator("text")
    @classmethod
    def _is_evidence(cls, text: str) -> str:
        try:
            value = read(text)
        except EvidenceError:
            raise ValueError("not the written form of evidence") from None
        if value.get("v") != VERSION or value.get("type") not in PART_TYPES:
            raise ValueError("not the written form of evidence")
        return text

    def summary(self) -> str:
        """Return one English line for the log; times are UTC."""
        try:
            return _line(said(self.text))
        except EvidenceError:
            return "Media measured, in a form that cannot be read"


class MediaEvidenceIncomplete(Entry):
    """What flowed is not wholly in this chart, and why; `parts` of it are."""

    kind: Literal["media.evidence_incomplete"] = "media.evidence_incomplete"
    ledger: Ledger
    why: Why
    parts: Annotated[int, Field(ge=0, le=PARTS_MAX)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"The record of what flowed is incomplete: {WHY_WORDS[self.why]}"


MEDIA_ENTRIES: Final = (MediaEvidence, MediaEvidenceIncomplete)
MEDIA_KINDS: Final = frozenset({"media.evidence", "media.evidence_incomplete"})
PART_TYPES: Final = frozenset({"samples", "kind", "declared", "seal"})


def evidence_entry(ledger: int, part: Part, source: Source) -> MediaEvidence:
    """Return the entry of a part that came from elsewhere, read wholly.

    Raises:
        EvidenceError: its text is not the written form of evidence, or of another source.
    """
    told = said(part.text)
    if isinstance(told, Chunk | Seal) and told.source is not source:
        raise EvidenceError("source")
    return MediaEvidence(ledger=ledger, number=part.number, source=source.value, text=part.text)


def measured(entry: Entry) -> TypeGuard[MediaEvidence]:
    """Tell whether an entry is one of those that come every ten seconds, for machines."""
    return isinstance(entry, MediaEvidence) and '"type":"samples"' in entry.text


def _line(told: Said) -> str:
    match told:
        case Chunk(first=first, patient=patient, practitioner=practitioner):
            seconds = [one.second for one in (*patient, *practitioner)] or [first]
            return (
                f"Media {clock(min(seconds))}-{clock(max(seconds) + 1)} UTC: "
                f"{_frames(patient)} pictures of the patient, "
                f"{_frames(practitioner)} of the practitioner"
            )
        case Change(first=first, kind=kind):
            return f"{KIND_WORDS[kind]} from {clock(first)} UTC"
        case Declaration(side=side, what=what, holds=holds):
            begins, ends = DECLARED_WORDS[what]
            return (begins if holds else ends).format(side.value)
        case Seal(seconds=seconds, first=first, end=end):
            live_s = seconds.get(Kind.LIVE_VIDEO, 0)
            return (
                f"Record of what flowed sealed: {clock(first)}-{clock(end)} UTC, "
                f"live video both ways {duration(live_s)}"
            )


def _frames(samples: tuple[Sample, ...]) -> int:
    return sum(one.frames for one in samples)


def clock(second: int) -> str:
    """Return a second of UTC as people read it."""
    minutes, seconds = divmod(second % DAY_S, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def duration(seconds: int) -> str:
    """Return a duration as people say it: `1 h 4 min 12 s`."""
    minutes, left_s = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (left_s, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
