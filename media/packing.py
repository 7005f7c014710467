"""The written form of evidence: one canonical text for samples, changes and declarations.

Canonical JSON of whole numbers and words (RFC 8785): a stranger can read it without this
program, and equal evidence has equal bytes, which is what is hashed. `v` is the version of the
form. Ten seconds of both directions are one text, for one entry of the chart.

    {"first":S,"patient":[[0,...],...],"practitioner":[...],"source":"witnessed",
     "type":"samples","v":1}

A row is a sample: its fields in the order of `media.sample.FIELDS`, the second counted from
`first`.

What is read here came from another process, or a browser by way of one: everything is bounded,
and a text that is not the canonical one of its value is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from media.call import Side
from media.declaration import Declaration
from media.evidence import Kind
from media.picture import Carried
from media.sample import FIELDS, SECOND_MAX, EvidenceError, Sample, Source, figures, validated

VERSION: Final = 1
CHUNK_S: Final = 10
ROWS_MAX: Final = 2 * CHUNK_S  # of one direction: two legs while one is replaced
PACKED_MAX: Final = 12_288  # characters; ordinary ones have about 1,500
Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"


class Unpackable(EvidenceError):
    """A text that is not the written form of evidence, or a value that has none."""

    code = "evidence_unreadable"
    message = "This is not the written form of evidence."


@dataclass(frozen=True, slots=True)
class Chunk:
    """The samples of at most ten seconds, by sender, in the order of their seconds."""

    first: int
    source: Source
    patient: tuple[Sample, ...]
    practitioner: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """From the second `first` on, an encounter is of this kind, and why in each direction."""

    first: int
    kind: Kind
    patient: Carried
    practitioner: Carried


def pack(chunk: Chunk) -> str:
    """Return the one text for these samples.

    Raises:
        InvalidSample: a figure that one second cannot hold.
        Unpackable: a second outside of the ten, too many samples, or out of order.
    """
    if not 0 <= chunk.first <= SECOND_MAX:
        raise Unpackable("first")
    return written(
        {
            "first": chunk.first,
            "patient": _rows(chunk.patient, chunk.first),
            "practitioner": _rows(chunk.practitioner, chunk.first),
            "source": chunk.source.value,
            "type": "samples",
            "v": VERSION,
        }
    )


def _rows(samples: Sequence[Sample], first: int) -> list[list[int]]:
    if len(samples) > ROWS_MAX:
        raise Unpackable("rows")
    seconds = [sample.second for sample in samples]
    if seconds != sorted(seconds) or not all(0 <= one - first < CHUNK_S for one in seconds):
        raise Unpackable("seconds")
    rows: list[list[int]] = []
    for sample in samples:
        _, *rest = figures(validated(sample))
        rows.append([sample.second - first, *rest])
    return rows


def unpack(text: str) -> Chunk:
    """Return the samples of which `text` is the written form.

    Raises:
        Unpackable: anything else.
        InvalidSample: a figure that one second cannot hold.
    """
    value = read(text)
    try:
        first = value["first"]
        if type(first) is not int:
            raise Unpackable("first")
        chunk = Chunk(
            first,
            Source(str(value["source"])),
            _samples(value["patient"], first),
            _samples(value["practitioner"], first),
        )
    except (KeyError, ValueError):
        raise Unpackable from None
    if pack(chunk) != text:
        raise Unpackable("canonical")
    return chunk


def _samples(rows: Json, first: int) -> tuple[Sample, ...]:
    if not isinstance(rows, list) or len(rows) > ROWS_MAX:
        raise Unpackable("rows")
    samples: list[Sample] = []
    for row in rows:
        if not isinstance(row, list) or len(row) != len(FIELDS):
            raise Unpackable("row")
        if any(type(figure) is not int for figure in row):
            raise Unpackable("figure")
        sample = Sample(*row)
        samples.append(replace(sample, second=first + sample.second))
    return tuple(samples)


def pack_change(change: Change) -> str:
    """Return the one text for a change of kind."""
    return written(
        {
            "first": change.first,
            "kind": change.kind.value,
            "patient": _words(change.patient),
            "practitioner": _words(change.practitioner),
            "type": "kind",
            "v": VERSION,
        }
    )


def pack_declaration(declaration: Declaration) -> str:
    """Return the one text for what a browser declared."""
    return written(
        {
            "at": declaration.at_us,
            "declared": declaration.what.value,
            "holds": declaration.holds,
            "side": declaration.side.value,
            "type": "declared",
            "v": VERSION,
        }
    )


def _words(carried: Carried) -> dict[str, str]:
    return {"picture": carried.picture.value, "sound": carried.sound.value}


def side_samples(chunk: Chunk, side: Side) -> tuple[Sample, ...]:
    """Return the samples of what `side` sent."""
    return chunk.patient if side is Side.PATIENT else chunk.practitioner


def written(value: Mapping[str, Json]) -> str:
    """Return the canonical JSON of words and whole numbers (names are plain ASCII)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def read(text: str) -> dict[str, Json]:
    """Return the object that a bounded text holds.

    Raises:
        Unpackable: too long, no JSON, or no object.
    """
    if len(text) > PACKED_MAX:
        raise Unpackable("length")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Unpackable from None
    if not isinstance(value, dict):
        raise Unpackable("object")
    return value
