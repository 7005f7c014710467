"""The seal: the last part of the evidence, with totals and a digest over everything before.

Whoever holds the parts can count them, hash them and add them up again. A seal does not say
that the evidence is true, only that it is all of what the relay (or the reporting side) told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from media.call import Side
from media.evidence import Kind
from media.ledger import Receipt
from media.packing import VERSION, Json, Unpackable, read, written
from media.sample import EvidenceError, Source

TOTAL_MAX: Final = 2**53 - 1
DIGEST_CHARACTERS: Final = 64


class BrokenSeal(EvidenceError):
    """The parts are not those that were sealed: one is missing, changed or out of order."""

    code: ClassVar[str] = "seal_broken"
    message: ClassVar[str] = "The evidence is not what was sealed."


@dataclass(frozen=True, slots=True)
class DirectionTotals:
    """What one side sent in all."""

    seconds: Mapping[Kind, int] = field(default_factory=dict)
    packets: int = 0
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Seal:
    """Totals of an encounter's media.

    Attributes:
        source: who measured.
        parts: how many parts there are before the seal.
        digest: over these, 64 hexadecimal digits.
        refused: parts there was no room for; what they held is not in the record.
        first: the second in which the measurement began.
        end: the second behind the last.
        seconds: of each kind, of both directions together; all kinds make `end - first`.
        patient: what the patient sent.
        practitioner: what the practitioner sent.
    """

    source: Source
    parts: int
    digest: str
    refused: int
    first: int
    end: int
    seconds: Mapping[Kind, int]
    patient: DirectionTotals
    practitioner: DirectionTotals


def pack_seal(seal: Seal) -> str:
    """Return the one text for a seal."""
    return written(
        {
            "digest": seal.digest,
            "end": seal.end,
            "first": seal.first,
            "parts": seal.parts,
            "patient": _totals(seal.patient),
            "practitioner": _totals(seal.practitioner),
            "refused": seal.refused,
            "seconds": _seconds(seal.seconds),
            "source": seal.source.value,
            "type": "seal",
            "v": VERSION,
        }
    )


def unpack_seal(text: str) -> Seal:
    """Return the seal of which `text` is the written form.

    Raises:
        Unpackable: anything else.
    """
    value = read(text)
    try:
        digest = value["digest"]
        if not isinstance(digest, str) or len(digest) != DIGEST_CHARACTERS:
            raise Unpackable("digest")
        seal = Seal(
            source=Source(str(value["source"])),
            parts=_count(value["parts"]),
            digest=digest,
            refused=_count(value["refused"]),
            first=_count(value["first"]),
            end=_count(value["end"]),
            seconds=_read_seconds(value["seconds"]),
            patient=_read_totals(value["patient"]),
            practitioner=_read_totals(value["practitioner"]),
        )
    except (KeyError, ValueError):
        raise Unpackable from None
    if pack_seal(seal) != text:
        raise Unpackable("canonical")
    return seal


def verify(receipt: Receipt, seal: Seal) -> None:
    """Compare a seal with the parts that were received before it.

    Raises:
        BrokenSeal: a part is missing, changed or out of order, or the totals do not add up.
    """
    if (receipt.number, receipt.digest.hex()) != (seal.parts, seal.digest):
        raise BrokenSeal("parts")
    lines = (seal.seconds, seal.patient.seconds, seal.practitioner.seconds)
    if any(sum(line.values()) != seal.end - seal.first for line in lines):
        raise BrokenSeal("seconds")


def of_side(seal: Seal, side: Side) -> DirectionTotals:
    """Return what `side` sent."""
    return seal.patient if side is Side.PATIENT else seal.practitioner


def _totals(totals: DirectionTotals) -> dict[str, Json]:
    return {
        "bytes": totals.octets,
        "packets": totals.packets,
        "seconds": _seconds(totals.seconds),
    }


def _seconds(seconds: Mapping[Kind, int]) -> dict[str, Json]:
    return {kind.value: seconds.get(kind, 0) for kind in Kind}


def _read_totals(value: Json) -> DirectionTotals:
    if not isinstance(value, dict):
        raise Unpackable("totals")
    return DirectionTotals(
        _read_seconds(value["seconds"]), _count(value["packets"]), _count(value["bytes"])
    )


def _read_seconds(value: Json) -> dict[Kind, int]:
    if not isinstance(value, dict):
        raise Unpackable("seconds")
    return {kind: _count(value[kind.value]) for kind in Kind}


def _count(value: Json) -> int:
    if type(value) is not int or not 0 <= value <= TOTAL_MAX:
        raise Unpackable("count")
    return value
