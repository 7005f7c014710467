"""Signatures over the head of a chart: Ed25519 (RFC 8032), of an exam and of its addenda.

    message = context | 00 | canonical JSON (RFC 8785) of the facts

The head vouches for every entry before it, the attestation included; the facts beside it say
who signed what, when, and upon which authority, evidence, rules and consents, so that a
signature fits one exam only. The context string keeps it from ever being taken for a signature
of another kind. Exams signed before version 2 bind less, and verify as they always did.

Pure: keys and the time are arguments.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from unicodedata import category

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from server.chart.canonical import canonical
from server.chart.entry import AuthorityFact

Context: TypeAlias = Literal["exam_v1", "exam_v2", "addendum_v1"]
CONTEXTS: Final[Mapping[Context, bytes]] = {
    "exam_v1": b"goodfaith exam signature v1\x00",
    "exam_v2": b"goodfaith exam signature v2\x00",
    "addendum_v1": b"goodfaith addendum signature v1\x00",
}
NOTHING_SHA256: Final = "0" * 64
CODE_LETTERS: Final = 16
CODE_GROUP: Final = 4
CODE_ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@dataclass(frozen=True, slots=True)
class Bound:
    """What an exam's signature of version 2 is bound to besides.

    Attributes:
        evidence_sha256: commitment of the last `modality.computed` entry: the totals of what
            was measured.
        rules_version: of the last `rules.decided` entry at signing; None without rules.
        consents_sha256: commitment of the last `intake.consents` entry; zeros without one.

    Commitments are salted and stand in the leaves: so a signature can be verified by who may
    not read these entries, and after the key of the exam was destroyed.
    """

    evidence_sha256: str
    rules_version: str | None
    consents_sha256: str


@dataclass(frozen=True, slots=True)
class SignedFacts:
    """What an exam's signature is about.

    Attributes:
        encounter_id: of the exam.
        chart_head: leaf hash of the attestation's entry, hex.
        seq: its sequence number.
        practitioner_id: who signs.
        signed_at: microseconds UTC.
        attestation_sha256: of the attestation's text, hex.
        authority_sha256: of what was relied upon at signing; see `authority_hash`.
        bound: the rest; None for a signature of version 1.
    """

    encounter_id: str
    chart_head: str
    seq: int
    practitioner_id: str
    signed_at: int
    attestation_sha256: str
    authority_sha256: str
    bound: Bound | None = None

    @property
    def context(self) -> Context:
        """Name the kind of the signature."""
        return "exam_v1" if self.bound is None else "exam_v2"

    def members(self) -> dict[str, str | int | None]:
        """Return what is signed, as a JSON object."""
        signed: dict[str, str | int | None] = {
            "attestation_sha256": self.attestation_sha256,
            "authority_sha256": self.authority_sha256,
            "chart_head": self.chart_head,
            "encounter_id": self.encounter_id,
            "practitioner_id": self.practitioner_id,
            "seq": self.seq,
            "signed_at": self.signed_at,
        }
        if self.bound is not None:
            signed["consents_sha256"] = self.bound.consents_sha256
            signed["evidence_sha256"] = self.bound.evidence_sha256
            signed["rules_version"] = self.bound.rules_version
        return signed


@dataclass(frozen=True, slots=True)
class AddendumFacts:
    """What the signature of an addendum is about.

    Attributes:
        encounter_id: of the exam.
        chart_head: leaf hash of the addendum's entry, hex.
        seq: its sequence number.
        author: who added it, as its leaf names them.
        signed_at: microseconds UTC.
        addendum_sha256: commitment of the entry, hex.
    """

    encounter_id: str
    chart_head: str
    seq: int
    author: str
    signed_at: int
    addendum_sha256: str

    @property
    def context(self) -> Context:
        """Name the kind of the signature."""
        return "addendum_v1"

    def members(self) -> dict[str, str | int | None]:
        """Return what is signed, as a JSON object."""
        return {
            "addendum_sha256": self.addendum_sha256,
            "author": self.author,
            "chart_head": self.chart_head,
            "encounter_id": self.encounter_id,
            "seq": self.seq,
            "signed_at": self.signed_at,
        }


Facts: TypeAlias = SignedFacts | AddendumFacts


def signature_payload(facts: Facts) -> bytes:
    """Return the bytes that are signed."""
    return CONTEXTS[facts.context] + canonical(facts.members())


def authority_hash(authorities: Sequence[AuthorityFact]) -> str:
    """Return the hex SHA-256 of the authorities relied upon, in their order."""
    facts = [one.model_dump(mode="json") for one in authorities]
    return hashlib.sha256(canonical(facts)).hexdigest()


def sign(private_key: bytes, facts: Facts) -> bytes:
    """Return the 64-byte signature.

    Args:
        private_key: the 32-byte seed of RFC 8032.
        facts: what is signed.

    Raises:
        ValueError: a key of another length.
    """
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(signature_payload(facts))


def verify(public_key: bytes, signature: bytes, facts: Facts) -> bool:
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
    (`goodfaith chart find`) and to notice a wrong one, not a proof by itself.
    """
    letters = base64.b32encode(hashlib.sha256(signature).digest()).decode("ascii")
    return _grouped(letters[:CODE_LETTERS])


def typed_code(text: str) -> str | None:
    """Return a code as papers print it from how somebody typed it, or None: it is none.

    Case, spaces and dashes of any kind do not count.
    """
    letters = "".join(one for one in text.upper() if one.isalnum())
    strange = any(
        not one.isspace() and category(one) != "Pd" for one in text if not one.isalnum()
    )
    if strange or len(letters) != CODE_LETTERS or not CODE_ALPHABET.issuperset(letters):
        return None
    return _grouped(letters)


def _grouped(letters: str) -> str:
    groups = range(0, len(letters), CODE_GROUP)
    return "-".join(letters[start : start + CODE_GROUP] for start in groups)
