"""A leaf stands for one chart entry in the hash chain, without saying what is in it.

    leaf  = 01 | length of header (2 bytes, big-endian) | header | ciphertext hash | commitment
    header = canonical JSON {actor, at, encounter, kind, previous, seq}
    ciphertext hash = SHA-256(sealed entry)           shredding the key keeps the proof
    commitment      = SHA-256(salt | plaintext)       one ciphertext cannot be opened two ways
    leaf hash       = SHA-256(00 | leaf)              RFC 6962, section 2.1

`previous` is the leaf hash of the entry before, so the last hash (the *head*) vouches for the
whole chart. `docs/record-format.md` tells a stranger how to check it without this program.

Pure: the salt and the time are arguments. The tree over the leaves of all charts is elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.chart.canonical import canonical

LEAF_VERSION: Final = 1
FIRST_SEQ: Final = 1
SALT_BYTES: Final = 32
HASH_BYTES: Final = 32
GENESIS: Final = "0" * 64
LEAF_PREFIX: Final = b"\x00"


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is public about one entry.

    Attributes:
        encounter: identifier of the encounter.
        seq: 1 for the first entry of a chart, then one more each.
        kind: kind of the entry, as in `server.chart.entries`.
        at: when it happened, microseconds UTC.
        actor: who did it, as role and identifier; never a name.
        previous_hash: leaf hash of the entry before in hex, `GENESIS` for the first.
        ciphertext_hash: SHA-256 of the sealed entry, hex.
        commitment: SHA-256 of salt and plaintext, hex.
        version: of this format.
    """

    encounter: str
    seq: int
    kind: str
    at: int
    actor: str
    previous_hash: str
    ciphertext_hash: str
    commitment: str
    version: int = LEAF_VERSION


def ciphertext_hash(sealed: bytes) -> str:
    """Return the hex SHA-256 of a sealed entry."""
    return hashlib.sha256(sealed).hexdigest()


def commitment(salt: bytes, plaintext: bytes) -> str:
    """Return the hex SHA-256 of salt and plaintext.

    Raises:
        ValueError: the salt has not 32 bytes; a fixed length keeps the two apart.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(salt + plaintext).hexdigest()


def payload(salt: bytes, plaintext: bytes) -> bytes:
    """Return what is sealed for an entry: its salt, then its text.

    Raises:
        ValueError: the salt has not 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return salt + plaintext


def split_payload(opened: bytes) -> tuple[bytes, bytes]:
    """Return the salt and the plaintext of an unsealed entry."""
    return opened[:SALT_BYTES], opened[SALT_BYTES:]


def leaf_bytes(leaf: Leaf) -> bytes:
    """Return the bytes that are hashed.

    Raises:
        ValueError: a version that this program does not know, or a hash that is none.
    """
    if leaf.version != LEAF_VERSION:
        raise ValueError("unknown leaf version")
    header = canonical(
        {
            "actor": leaf.actor,
            "at": leaf.at,
            "encounter": leaf.encounter,
            "kind": leaf.kind,
            "previous": leaf.previous_hash,
            "seq": leaf.seq,
        }
    )
    return b"".join(
        (
            leaf.version.to_bytes(1, "big"),
            len(header).to_bytes(2, "big"),
            header,
            _digest(leaf.ciphertext_hash),
            _digest(leaf.commitment),
        )
    )


def leaf_hash(leaf: Leaf) -> str:
    """Return the hex leaf hash of RFC 6962, section 2.1."""
    return hashlib.sha256(LEAF_PREFIX + leaf_bytes(leaf)).hexdigest()


def verify_chain(leaves: Sequence[Leaf], *, head: str | None = None) -> int | None:
    """Return None when the chain holds, else the first sequence number that is in doubt.

    Args:
        leaves: all leaves of ONE chart, in order.
        head: the leaf hash of the last one, as stored, signed or published. Without it nothing
            vouches for the last leaf, nor against leaves cut off behind it.
    """
    expected = GENESIS
    for place, leaf in enumerate(leaves):
        if leaf.seq != FIRST_SEQ + place or leaf.encounter != leaves[0].encounter:
            return FIRST_SEQ + place
        if leaf.previous_hash != expected:
            return max(FIRST_SEQ, FIRST_SEQ + place - 1)
        try:
            expected = leaf_hash(leaf)
        except (ValueError, OverflowError):
            return leaf.seq
    if head is not None and head != expected:
        return max(FIRST_SEQ, FIRST_SEQ + len(leaves) - 1)
    return None


def matches_ciphertext(leaf: Leaf, sealed: bytes) -> bool:
    """Tell whether this is the ciphertext that the leaf stands for."""
    return hmac.compare_digest(leaf.ciphertext_hash, ciphertext_hash(sealed))


def opens_as(leaf: Leaf, opened: bytes) -> bool:
    """Tell whether an unsealed payload is the one that the leaf committed to."""
    salt, plaintext = split_payload(opened)
    if len(salt) != SALT_BYTES:
        return False
    return hmac.compare_digest(leaf.commitment, commitment(salt, plaintext))


def _digest(text: str) -> bytes:
    """Read a hash; only lower-case hex is one, so that one hash has one spelling."""
    digest = bytes.fromhex(text)
    if len(digest) != HASH_BYTES or digest.hex() != text:
        raise ValueError("not a SHA-256 in lower-case hex")
    return digest
