"""Sealing: what protects health information before it reaches a disk.

AES-256-GCM (NIST SP 800-38D). A sealed value is

    magic "GF" | format 1 | key version (2, big-endian) | nonce (12) | ciphertext | tag (16)

Its associated data are the first five bytes and the *place*: table, column, row and tenant,
each with its length before it, so a value copied to another row, column or tenant does not
open. A wrapped key is the same with a purpose of its own, so that neither passes for the other.

Pure: keys and nonces are arguments. A nonce must never be used twice with one key; random
ones are right for up to 2^32 values per key (SP 800-38D, 8.3), and keys here are per patient
and per encounter.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.errors import Internal

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
MAGIC: Final = b"GF\x01"
KEY_VERSION_BYTES: Final = 2
HEADER_BYTES: Final = len(MAGIC) + KEY_VERSION_BYTES
OVERHEAD_BYTES: Final = HEADER_BYTES + NONCE_BYTES + TAG_BYTES
DATA: Final = b"goodfaith sealed data v1"
KEY: Final = b"goodfaith wrapped key v1"
INDEX: Final = b"goodfaith blind index v1"


class SealBroken(Internal):
    """A sealed value does not open: other key, other place, or tampered with.

    Which of them it is cannot be told, and the value is never part of the error.
    """

    code = "seal_broken"
    message = "A stored value could not be opened."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives; it opens nowhere else."""

    table: str
    column: str
    row: str
    tenant: str


def seal(
    key: bytes, plaintext: bytes, *, place: Place, nonce: bytes, key_version: int = 1
) -> bytes:
    """Return `plaintext` sealed to its place.

    Args:
        key: 32 bytes.
        plaintext: anything, empty included.
        place: where the result will be stored.
        nonce: 12 bytes, never used before with this key.
        key_version: 1 to 65535, readable without the key.

    Raises:
        ValueError: a key or nonce of another length, or a version out of range.
    """
    return _close(DATA, key, plaintext, place, nonce, key_version)


def unseal(key: bytes, sealed: bytes, *, place: Place) -> bytes:
    """Return what was sealed.

    Raises:
        SealBroken: it does not open with this key at this place.
    """
    return _open(DATA, key, sealed, place)


def wrap_key(
    parent: bytes, key: bytes, *, place: Place, nonce: bytes, key_version: int = 1
) -> bytes:
    """Return a 32-byte key wrapped by its parent key.

    Raises:
        ValueError: a key or nonce of another length.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return _close(KEY, parent, key, place, nonce, key_version)


def unwrap_key(parent: bytes, wrapped: bytes, *, place: Place) -> bytes:
    """Return the key that was wrapped.

    Raises:
        SealBroken: it does not open with this parent at this place.
    """
    return _open(KEY, parent, wrapped, place)


def key_version(sealed: bytes) -> int:
    """Return the version of the key that a value was sealed with.

    Raises:
        SealBroken: it is no sealed value.
    """
    if len(sealed) < OVERHEAD_BYTES or not sealed.startswith(MAGIC):
        raise SealBroken
    return int.from_bytes(sealed[len(MAGIC) : HEADER_BYTES], "big")


def blind_index(key: bytes, name: str, birth_date: str) -> str:
    """Return 64 hex digits by which an exact name and birth date are found, and nothing else.

    HMAC-SHA-256 (RFC 2104) over the name, in NFKC, case-folded, with runs of white space as
    one space, and the date. Without `key` nothing can be guessed from it.

    Args:
        key: 32 bytes, one per tenant: equal patients of two tenants have different indexes.
        name: as typed.
        birth_date: `YYYY-MM-DD`.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    message = _joined(INDEX, normalized(name).encode(), birth_date.strip().encode())
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def normalized(name: str) -> str:
    """Return a name as it is compared: NFKC, case-folded, single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def _close(
    purpose: bytes, key: bytes, plaintext: bytes, place: Place, nonce: bytes, version: int
) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 12 bytes")
    if not 1 <= version < 1 << 8 * KEY_VERSION_BYTES:
        raise ValueError("a key version is between 1 and 65535")
    header = MAGIC + version.to_bytes(KEY_VERSION_BYTES, "big")
    bound_to = _associated(purpose, header, place)
    return header + nonce + AESGCM(key).encrypt(nonce, plaintext, bound_to)


def _open(purpose: bytes, key: bytes, sealed: bytes, place: Place) -> bytes:
    key_version(sealed)
    if len(key) != KEY_BYTES:
        raise SealBroken
    header, rest = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:]
    nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _associated(purpose, header, place))
    except InvalidTag:
        raise SealBroken from None


def _associated(purpose: bytes, header: bytes, place: Place) -> bytes:
    parts = (place.table, place.column, place.row, place.tenant)
    return _joined(purpose, header, *(part.encode() for part in parts))


def _joined(*parts: bytes) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
