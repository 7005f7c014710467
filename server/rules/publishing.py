"""Making a snapshot: jurisdictions imported, dates set, and all of it signed by a publisher.

    import   writes the jurisdictions' files; whatever was signed before is signed no longer
    publish  sets version and dates and signs; a new publisher is written into publishers.json

The private key is a file outside of the repository. It is no secret of an installation: the
signature says that these rules are the ones that were reviewed and released together.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.rules.importing import SourceChanged, import_rules
from server.rules.refusals import RulesRefused, SnapshotUnreadable
from server.rules.snapshot import (
    SignedSnapshot,
    fingerprint,
    read_snapshot,
    sign_document,
)
from server.rules.snapshot_files import SIGNATURE, read_document, write_json
from server.secret_files import SecretFileRefused, read_secret

SEED_BYTES: Final = 32
SOURCE_BYTES_MAX: Final = 5_000_000
PUBLISHERS: Final = "publishers.json"


@dataclass(frozen=True, slots=True)
class Publication:
    """What a snapshot says of itself."""

    version: str
    published_on: datetime
    effective_from: datetime
    effective_until: datetime


def import_into(folder: Path, source: Path) -> int:
    """Write a file per jurisdiction and drop the signature; return how many.

    Raises:
        RulesRefused: the source cannot be read, or is not what it was.
    """
    try:
        if source.stat().st_size > SOURCE_BYTES_MAX:
            raise RulesRefused("the source is too large")
        made = import_rules(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise RulesRefused(f"the source cannot be read: {error.strerror}") from None
    except (SourceChanged, ValueError) as error:
        raise RulesRefused(f"the source cannot be used: {error}") from None
    folder.mkdir(parents=True, exist_ok=True)
    for code, content in made.items():
        write_json(folder / f"{code}.json", content)
    (folder / SIGNATURE).unlink(missing_ok=True)
    return len(made)


def publish(folder: Path, publication: Publication, private_key: bytes) -> SignedSnapshot:
    """Set version and dates, and sign all of it.

    Raises:
        SnapshotUnreadable: what would be signed is not in the right form; nothing is written.
    """
    dates = {
        "version": publication.version,
        "published_on": _written(publication.published_on),
        "effective_from": _written(publication.effective_from),
        "effective_until": _written(publication.effective_until),
    }
    old = folder / "snapshot.json"
    before = old.read_bytes() if old.exists() else None
    write_json(old, dates)
    try:
        document = read_document(folder)
        signature = sign_document(document, private_key)
        trusted = frozenset({base64.b64decode(signature.public_key)})
        signed = read_snapshot(document, signature, trusted)
    except SnapshotUnreadable:
        if before is None:
            old.unlink()
        else:
            old.write_bytes(before)
        raise
    write_json(folder / SIGNATURE, signature.model_dump())
    return signed


def trust(publishers: Path, private_key: bytes, name: str, since: datetime) -> bool:
    """Add a publisher to the trusted ones; return whether they were not among them."""
    public_key = Ed25519PrivateKey.from_private_bytes(private_key).public_key()
    raw = public_key.public_bytes_raw()
    told = {
        "name": name,
        "since": _written(since),
        "fingerprint": fingerprint(raw),
        "public_key": base64.b64encode(raw).decode("ascii"),
    }
    listed = json.loads(publishers.read_bytes())["publishers"] if publishers.exists() else []
    if any(one["public_key"] == told["public_key"] for one in listed):
        return False
    write_json(publishers, {"publishers": [*listed, told]})
    return True


def open_key(path: Path, *, random_bytes: Callable[[int], bytes] = os.urandom) -> bytes:
    """Give a publisher's key, which the first use makes: 32 bytes in hex, mode 0600.

    Raises:
        RulesRefused: it is no key, or others may read it.
    """
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{random_bytes(SEED_BYTES).hex()}\n")
    try:
        key = bytes.fromhex(read_secret(path).decode("ascii"))
    except SecretFileRefused as refused:
        raise RulesRefused(str(refused)) from None
    except ValueError:
        key = b""
    if len(key) != SEED_BYTES:
        raise RulesRefused("the key must be 32 bytes in hex")
    return key


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
