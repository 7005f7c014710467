"""The director's signature: Ed25519 (RFC 8032) over what a protocol is and who signs it.

    message = "goodfaith protocol signature v1" | 00 | canonical JSON (RFC 8785) of the facts

The facts name the text by its hash, the site, the version and the director with the licence,
so that a signature fits one version of one site only. The context string keeps it from being
taken for a practitioner's signature, which is made with the same kind of key.

Pure: keys and the time are arguments.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from server.chart.canonical import canonical
from server.protocols.protocol import Director, Protocol, body_of, sha256_of

CONTEXT: Final = b"goodfaith protocol signature v1\x00"


def payload(protocol: Protocol, director: Director, signed_at: int) -> bytes:
    """Return the bytes that are signed."""
    return CONTEXT + canonical(
        {
            "director_id": director.director_id,
            "jurisdiction": director.jurisdiction,
            "licence_number": director.licence_number,
            "protocol_id": protocol.protocol_id,
            "sha256": sha256_of(body_of(protocol.form)),
            "signed_at": signed_at,
            "site_id": protocol.site_id,
            "valid_from": protocol.valid_from,
            "valid_until": protocol.valid_until,
            "version": protocol.version,
        }
    )


def sign(
    key: Ed25519PrivateKey, protocol: Protocol, director: Director, signed_at: int
) -> bytes:
    """Return the 64-byte signature of a director under a version."""
    return key.sign(payload(protocol, director, signed_at))


def is_signed(protocol: Protocol) -> bool:
    """Tell whether the director of a version signed just this text for this site."""
    director = protocol.director
    if director is None or protocol.signature is None or protocol.signed_at is None:
        return False
    if director.site_id != protocol.site_id:
        return False
    if sha256_of(body_of(protocol.form)) != protocol.sha256:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(director.public_key)
        key.verify(protocol.signature, payload(protocol, director, protocol.signed_at))
    except (InvalidSignature, ValueError):
        return False
    return True
