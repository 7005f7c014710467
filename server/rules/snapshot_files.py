"""Snapshots on disk: a folder with a file per jurisdiction, its dates and its signature.

    TX.json ...       one jurisdiction
    federal.json      what binds everywhere
    snapshot.json     version and dates
    signature.json    who signed all of the above; absent if nobody did

`shipped` is the folder that comes with this release; `publishers.json` beside it names who is
trusted to sign. Reading files is all that happens here: what they say is checked in
`server.rules.snapshot`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, TypeAlias, cast

from pydantic import ValidationError

from server.chart.canonical import JsonValue
from server.jurisdictions import JURISDICTIONS
from server.rules.laid_out import laid_out
from server.rules.refusals import SnapshotUnreadable
from server.rules.snapshot import Signature, SignedSnapshot, first_fault, read_snapshot

FILE_BYTES_MAX: Final = 1_000_000
SHIPPED: Final = "shipped"
SIGNATURE: Final = "signature.json"

Folder: TypeAlias = Path | Traversable
Document: TypeAlias = dict[str, JsonValue]


@cache
def shipped() -> SignedSnapshot:
    """Return the snapshot that came with this release; read on the first call.

    Raises:
        SnapshotUnreadable: the installation is damaged.
    """
    return read_folder(shipped_folder())


def shipped_folder() -> Traversable:
    """Return where the shipped snapshot is."""
    return files("server.rules").joinpath(SHIPPED)


def read_folder(folder: Folder, trusted: frozenset[bytes] | None = None) -> SignedSnapshot:
    """Read a snapshot.

    Args:
        folder: see the module.
        trusted: public keys; those of `publishers.json` unless given.

    Raises:
        SnapshotUnreadable: a file is missing or not in the right form.
    """
    signature = folder.joinpath(SIGNATURE)
    signed_by = _signature(_parsed(signature)) if signature.is_file() else None
    keys = trusted_keys() if trusted is None else trusted
    return read_snapshot(read_document(folder), signed_by, keys)


def read_document(folder: Folder) -> Document:
    """Read what is signed: everything in a folder but the signature.

    Raises:
        SnapshotUnreadable: a file is missing, too large, or no JSON object.
    """
    return {
        **_parsed(folder.joinpath("snapshot.json")),
        "federal": _parsed(folder.joinpath("federal.json")),
        "jurisdictions": {
            code: _parsed(folder.joinpath(f"{code}.json")) for code in JURISDICTIONS
        },
    }


def write_json(path: Path, content: Mapping[str, JsonValue]) -> None:
    """Write one file, as people read it."""
    path.write_text(laid_out(content), encoding="utf-8")


@cache
def trusted_keys() -> frozenset[bytes]:
    """Return the public keys of the publishers who are trusted by this release.

    Raises:
        SnapshotUnreadable: the installation is damaged.
    """
    content = _parsed(files("server.rules").joinpath("publishers.json"))
    publishers = cast("list[dict[str, str]]", content["publishers"])
    return frozenset(base64.b64decode(one["public_key"]) for one in publishers)


def _signature(content: Document) -> Signature:
    try:
        return Signature.model_validate(content)
    except ValidationError as error:
        raise SnapshotUnreadable(f"{SIGNATURE}: {first_fault(error)}") from None


def _parsed(file: Folder) -> Document:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise SnapshotUnreadable(f"{file.name} cannot be read: {error.strerror}") from None
    if len(raw) > FILE_BYTES_MAX:
        raise SnapshotUnreadable(f"{file.name} is too large")
    try:
        content: JsonValue = json.loads(raw)
    except ValueError:
        raise SnapshotUnreadable(f"{file.name} is no JSON") from None
    if not isinstance(content, dict):
        raise SnapshotUnreadable(f"{file.name} is no JSON object")
    return content
