"""What a part of the evidence says: samples, a change of kind, a declaration, or the seal.

The other direction of `media.packing` and `media.seal`, for whoever keeps the parts. A text is
read only if it is the one canonical text of its value; anything else is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from media.call import Side
from media.declaration import Declaration, Declared
from media.evidence import Kind
from media.packing import (
    Change,
    Chunk,
    Json,
    Unpackable,
    pack_change,
    pack_declaration,
    read,
    unpack,
)
from media.picture import Carried, Picture, Sound
from media.sample import MICROSECONDS_PER_SECOND, SECOND_MAX
from media.seal import Seal, unpack_seal

Said: TypeAlias = Chunk | Change | Declaration | Seal
INSTANT_MAX: Final = SECOND_MAX * MICROSECONDS_PER_SECOND


def said(text: str) -> Said:
    """Return what a part says.

    Raises:
        Unpackable: it is not the written form of anything.
        InvalidSample: a figure that one second cannot hold.
    """
    reader = _READERS.get(str(read(text).get("type")))
    if reader is None:
        raise Unpackable("type")
    return reader(text)


def unpack_change(text: str) -> Change:
    """Return the change of kind of which `text` is the written form.

    Raises:
        Unpackable: anything else.
    """
    value = read(text)
    try:
        change = Change(
            _number(value["first"], SECOND_MAX),
            Kind(str(value["kind"])),
            _carried(value["patient"]),
            _carried(value["practitioner"]),
        )
    except (KeyError, ValueError):
        raise Unpackable from None
    if pack_change(change) != text:
        raise Unpackable("canonical")
    return change


def unpack_declaration(text: str) -> Declaration:
    """Return the declaration of which `text` is the written form.

    Raises:
        Unpackable: anything else.
    """
    value = read(text)
    try:
        declaration = Declaration(
            _number(value["at"], INSTANT_MAX),
            Side(str(value["side"])),
            Declared(str(value["declared"])),
            holds=value["holds"] is True,
        )
    except (KeyError, ValueError):
        raise Unpackable from None
    if pack_declaration(declaration) != text:
        raise Unpackable("canonical")
    return declaration


def _carried(value: Json) -> Carried:
    if not isinstance(value, dict):
        raise Unpackable("carried")
    return Carried(Picture(str(value["picture"])), Sound(str(value["sound"])))


def _number(value: Json, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise Unpackable("number")
    return value


_READERS: Final[Mapping[str, Callable[[str], Said]]] = {
    "samples": unpack,
    "kind": unpack_change,
    "declared": unpack_declaration,
    "seal": unpack_seal,
}
