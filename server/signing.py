"""The practitioner's signature: Ed25519 (RFC 8032) over the head of the chart.

    message = "goodfaith exam signature v1" | 00 | canonical JSON (RFC 8785) of the facts

The head vouches for every entry before it, the attestation included; the facts beside it say
who signed what, when, and upon which authority, so that a signature fits one exam only. The
context string keeps it from ever being taken for a signature of another kind.

Pure: keys and the time are arguments.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from server.chart.canonical import canonical
from server.chart.entry import AuthorityFact

CONTEXT: Final = b"goodfaith exam signature v1\x00"
CODE_LETTERS: Final = 16
CODE_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class SignedFacts:
    """What a signature is about.

    Attributes:
        encounter_id: of the exam.
        chart_head: leaf hash of the attestation's entry, hex.
        seq: its sequence number.
        practitioner_id: who signs.
        signed_at: microseconds UTC.
        attestation_sha256: of the attestation's text, hex.
        authority_sha256: of what was relied upon at signing; see `authority_hash`.
    """

    encounter_id: str
    chart_head: str
    seq: int
    practitioner_id: str
    signed_at: int
    attestation_sha256: str
    authority_sha256: str


def signature_payload(facts: SignedFacts) -> bytes:
    """Return the bytes that are signed."""
    return CONTEXT + canonical(
        {
            "attestation_sha256": facts.attestation_sha256,
            "authority_sha256": facts.authority_sha256,
            "chart_head": facts.chart_head,
            "encounter_id": facts.encounter_id,
            "practitioner_id": facts.practitioner_id,
            "seq": facts.seq,
            "signed_at": facts.signed_at,
        }
    )


def authority_hash(authorities: Sequence[AuthorityFact]) -> str:
    """Return the hex SHA-256 of the authorities relied upon, in their order."""
    facts = [one.model_dump(mode="json") for one in authorities]
    return hashlib.sha256(canonical(facts)).hexdigest()


def sign(private_key: bytes, facts: SignedFacts) -> bytes:
    """Return the 64-byte signature.

    Args:
        private_key: the 32-byte seed of RFC 8032.
        facts: what is signed.

    Raises:
        ValueError: a key of another length.
    """
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(signature_payload(facts))


def verify(public_key: bytes, signature: bytes, facts: SignedFacts) -> bool:
    """Tell whether this key signed these facts."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, signature_payload(facts))
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_of(private_key: bytes) -> bytes:
    """Return the 32-byte public key of a 32-byte seed.

    Raises:
        ValueError: a seed of another length.
    """
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def fingerprint(public_key: bytes) -> str:
    """Return the hex SHA-256 of a public key, by which people and papers name it."""
    return hashlib.sha256(public_key).hexdigest()


def verification_code(signature: bytes) -> str:
    """Return a code short enough to read out, by which a paper names its signature.

    80 bits of the SHA-256 of the signature in base 32 (RFC 4648): enough to find the record
    and to notice a wrong one, not a proof by itself.
    """
    letters = base64.b32encode(hashlib.sha256(signature).digest()).decode("ascii")
    groups = range(0, CODE_LETTERS, CODE_GROUP)
    return "-".join(letters[start : start + CODE_GROUP] for start in groups)
