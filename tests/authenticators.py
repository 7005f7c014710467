"""An authenticator and its browser, in software: makes and uses passkeys, or gets it wrong.

Written from WebAuthn 3 (6.1 authenticator data, 5.8.1 client data) with no part of the server:
ES256, attestation `none`. What it gives are the forms that a page sends.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "http://localhost:8080"
HOST = "localhost"
COORDINATE_BYTES = 32
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40

Json = dict[str, Any]


def text(content: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def content(of: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return base64.urlsafe_b64decode(of + "=" * (-len(of) % 4))


@dataclass(frozen=True)
class Manner:
    """How an answer is made; as it is by itself, everything about it is right.

    Attributes:
        kind: of the ceremony that the browser says it was; None: the right one.
        challenge: that is answered, base64url; None: the one that was asked.
        counts: by how much the counter goes on.
        user_handle: whose it says it is; None: as it was made.
    """

    origin: str = ORIGIN
    host: str = HOST
    present: bool = True
    verified: bool = True
    in_a_frame: bool = False
    kind: str | None = None
    challenge: str | None = None
    counts: int = 1
    flags: int = ELIGIBLE | BACKED_UP
    user_handle: str | None = None


RIGHT = Manner()


@dataclass
class Key:
    """One passkey, both halves."""

    private: ec.EllipticCurvePrivateKey
    credential_id: bytes
    user_handle: bytes
    count: int = 0

    @property
    def public(self) -> bytes:
        """Return the public half as a COSE_Key (RFC 9052, 7)."""
        point = self.private.public_key().public_numbers()
        x, y = (one.to_bytes(COORDINATE_BYTES, "big") for one in (point.x, point.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})


@dataclass
class Authenticator:
    """Keeps passkeys; the last one that was made is used, if no other one is named."""

    keys: list[Key] = field(default_factory=list)

    def make(self, asked: Json, *, label: str = "Laptop", manner: Manner = RIGHT) -> Json:
        """Make a passkey as a server asked, and return the form of it."""
        private = ec.generate_private_key(ec.SECP256R1())
        made = Key(private, os.urandom(32), content(asked["user_id"]))
        self.keys.append(made)
        attested = b"".join(
            (bytes(16), len(made.credential_id).to_bytes(2, "big"), made.credential_id)
        )
        data = _authenticator_data(manner, made.count, ATTESTED) + attested + made.public
        return {
            "label": label,
            "credential_id": text(made.credential_id),
            "client_data": _client_data("webauthn.create", asked, manner),
            "attestation": text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal", "hybrid"],
        }

    def answer(self, asked: Json, *, key: Key | None = None, manner: Manner = RIGHT) -> Json:
        """Sign what a server asked, and return the form of it."""
        used = key or self.keys[-1]
        used.count += manner.counts
        data = _authenticator_data(manner, used.count, 0)
        client_data = _client_data("webauthn.get", asked, manner)
        signed = data + hashlib.sha256(content(client_data)).digest()
        return {
            "credential_id": text(used.credential_id),
            "client_data": client_data,
            "authenticator_data": text(data),
            "signature": text(used.private.sign(signed, ec.ECDSA(SHA256()))),
            "user_handle": manner.user_handle or text(used.user_handle),
        }


def wrongly(**changed: Any) -> Manner:  # noqa: ANN401 - what a `Manner` has
    """Return how something is answered wrongly."""
    return replace(RIGHT, **changed)


def _client_data(kind: str, asked: Json, manner: Manner) -> str:
    said = {
        "type": manner.kind or kind,
        "challenge": manner.challenge or asked["challenge"],
        "origin": manner.origin,
        "crossOrigin": manner.in_a_frame,
    }
    return text(json.dumps(said).encode())


def _authenticator_data(manner: Manner, count: int, more: int) -> bytes:
    flags = manner.flags | more
    flags |= PRESENT if manner.present else 0
    flags |= VERIFIED if manner.verified else 0
    whose = hashlib.sha256(manner.host.encode()).digest()
    return whose + bytes([flags]) + count.to_bytes(4, "big")
