"""A snapshot: all rules at one version, with the days on which they hold and a signature.

    message = "goodfaith rules snapshot v1" | 00 | canonical JSON (RFC 8785) of the document
    signature = Ed25519 (RFC 8032) over the message

The document has the version, the dates and every jurisdiction. A snapshot counts only if a
publisher who is trusted signed exactly this document, and only between its dates; anything
else fails closed: see `Fault` and rule R30. A superseded snapshot is documentation under
45 CFR 164.316(b)(2)(i), to be kept for six years.

Pure: keys and the time are arguments.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, model_validator

from server.chart.canonical import JsonValue, canonical
from server.jurisdictions import JURISDICTIONS
from server.rules.law import FederalLaw, Frozen, JurisdictionLaw
from server.rules.refusals import SnapshotUnreadable
from signaling.identifiers import MICROSECONDS_PER_SECOND, Instant

CONTEXT: Final = b"goodfaith rules snapshot v1\x00"
VERSION_PATTERN: Final = r"^\d{4}-\d{2}-\d{2}\.\d{1,3}$"


class Fault(StrEnum):
    """Why a snapshot cannot be relied upon."""

    ABSENT = "absent"
    UNSIGNED = "unsigned"
    NOT_YET = "not_yet_effective"
    EXPIRED = "expired"


class Snapshot(Frozen):
    """The document that is signed, checked in every part.

    Attributes:
        version: the day of publication and a number, as `2026-11-22.1`.
        published_on: when it was made; told to people.
        effective_from: the instant from which it holds.
        effective_until: the instant at which it no longer does.
    """

    version: Annotated[str, Field(pattern=VERSION_PATTERN)]
    published_on: AwareDatetime
    effective_from: AwareDatetime
    effective_until: AwareDatetime
    federal: FederalLaw
    jurisdictions: dict[str, JurisdictionLaw]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if set(self.jurisdictions) != set(JURISDICTIONS):
            raise ValueError("a snapshot has all 51 jurisdictions and no others")
        if any(code != law.jurisdiction for code, law in self.jurisdictions.items()):
            raise ValueError("a jurisdiction stands under another's name")
        if self.effective_from >= self.effective_until:
            raise ValueError("a snapshot ends after it begins")
        return self


class Signature(Frozen):
    """Who vouches for a document, base64."""

    public_key: str
    signature: str


@dataclass(frozen=True, slots=True)
class SignedSnapshot:
    """A snapshot and whether somebody who is trusted signed it.

    Attributes:
        snapshot: what it says.
        sha256: of the canonical document, hex; by which charts name it.
        signed_by: fingerprint of the trusted key; None if there is no such signature.
    """

    snapshot: Snapshot
    sha256: str
    signed_by: str | None

    def fault(self, now: Instant) -> Fault | None:
        """Say why it cannot be relied upon at `now`, if so."""
        if self.signed_by is None:
            return Fault.UNSIGNED
        if now < instant_of(self.snapshot.effective_from):
            return Fault.NOT_YET
        if now >= instant_of(self.snapshot.effective_until):
            return Fault.EXPIRED
        return None


def read_snapshot(
    document: Mapping[str, JsonValue],
    signature: Signature | None,
    trusted: frozenset[bytes],
) -> SignedSnapshot:
    """Check a document and its signature.

    Args:
        document: parsed JSON, all of it covered by the signature.
        signature: None if it has none.
        trusted: public keys of publishers, 32 bytes each.

    Raises:
        SnapshotUnreadable: something in it is unknown, missing or contradicts itself.
    """
    message = signed_message(document)
    try:
        snapshot = _SNAPSHOT.validate_json(message[len(CONTEXT) :])
    except ValidationError as error:
        raise SnapshotUnreadable(first_fault(error)) from None
    return SignedSnapshot(
        snapshot=snapshot,
        sha256=hashlib.sha256(message[len(CONTEXT) :]).hexdigest(),
        signed_by=_signer(message, signature, trusted) if signature else None,
    )


def sign_document(document: Mapping[str, JsonValue], private_key: bytes) -> Signature:
    """Return a publisher's signature.

    Args:
        document: what is signed.
        private_key: the 32-byte seed of RFC 8032.

    Raises:
        ValueError: a key of another length.
    """
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    return Signature(
        public_key=base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii"),
        signature=base64.b64encode(key.sign(signed_message(document))).decode("ascii"),
    )


def signed_message(document: Mapping[str, JsonValue]) -> bytes:
    """Return the bytes that are signed."""
    return CONTEXT + canonical(document)


def fingerprint(public_key: bytes) -> str:
    """Return the hex SHA-256 of a public key, by which a publisher is named."""
    return hashlib.sha256(public_key).hexdigest()


def instant_of(moment: datetime) -> Instant:
    """Return microseconds UTC."""
    whole = round(moment.replace(microsecond=0).timestamp()) * MICROSECONDS_PER_SECOND
    return Instant(whole + moment.microsecond)


def first_fault(error: ValidationError) -> str:
    """Name the first place that is wrong, and how; it quotes no value."""
    fault = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(step) for step in fault["loc"])
    return f"{place}: {fault['msg']}" if place else str(fault["msg"])


def _signer(message: bytes, signature: Signature, trusted: frozenset[bytes]) -> str | None:
    try:
        public_key = base64.b64decode(signature.public_key, validate=True)
        if public_key not in trusted:
            return None
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            base64.b64decode(signature.signature, validate=True), message
        )
    except (InvalidSignature, ValueError, binascii.Error):
        return None
    return fingerprint(public_key)


_SNAPSHOT: Final = TypeAdapter(Snapshot)
