"""Signed answers: a compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037).

    base64url(header) "." base64url(claims) "." base64url(signature)

The header is `{"alg": "EdDSA", "kid": ..., "typ": "gfe-authorization+jws"}`; `kid` is the
key's thumbprint (RFC 7638), under which the JWKS lists it. A verifier takes the algorithm from
the key and never from the header. Pure: keys and the time are arguments.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from server.chart.canonical import JsonValue, canonical

ALGORITHM: Final = "EdDSA"
TYPE: Final = "gfe-authorization+jws"
PARTS: Final = 3
TOKEN_CHARS_MAX: Final = 4_096
Claims: TypeAlias = Mapping[str, JsonValue]


class JwsInvalid(ValueError):
    """Not a token that one of these keys signed."""


def signed(key: Ed25519PrivateKey, claims: Claims) -> str:
    """Return the compact serialization of signed claims."""
    header = {"alg": ALGORITHM, "kid": thumbprint(key.public_key()), "typ": TYPE}
    message = f"{_text(canonical(header))}.{_text(canonical(dict(claims)))}"
    return f"{message}.{_text(key.sign(message.encode('ascii')))}"


def verified(token: str, keys: Iterable[Ed25519PublicKey]) -> Claims:
    """Return the claims of a token.

    Args:
        token: compact serialization.
        keys: of the issuer.

    Raises:
        JwsInvalid: malformed, of another type or algorithm, or no such signature.
    """
    if len(token) > TOKEN_CHARS_MAX:
        raise JwsInvalid("too long")
    parts = token.split(".")
    if len(parts) != PARTS:
        raise JwsInvalid("three parts are needed")
    header, claims = _object(parts[0]), _object(parts[1])
    if header.get("alg") != ALGORITHM or header.get("typ") != TYPE or "crit" in header:
        raise JwsInvalid("another kind of token")
    key = next((one for one in keys if thumbprint(one) == header.get("kid")), None)
    if key is None:
        raise JwsInvalid("another key")
    try:
        key.verify(_bytes(parts[2]), f"{parts[0]}.{parts[1]}".encode("ascii"))
    except (InvalidSignature, UnicodeEncodeError):
        raise JwsInvalid("the signature does not fit") from None
    return claims


def jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """Return a public key as the JWKS lists it (RFC 7517, RFC 8037 section 2)."""
    return {
        **_members(key),
        "alg": ALGORITHM,
        "kid": thumbprint(key),
        "use": "sig",
    }


def thumbprint(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 thumbprint of a key (RFC 7638, RFC 8037 appendix A.3)."""
    return _text(hashlib.sha256(canonical(_members(key))).digest())


def _members(key: Ed25519PublicKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": _text(key.public_bytes_raw())}


def _object(part: str) -> Claims:
    try:
        value = json.loads(_bytes(part))
    except (ValueError, RecursionError):
        raise JwsInvalid("a part is not JSON") from None
    if not isinstance(value, dict):
        raise JwsInvalid("a part is not an object")
    return value


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise JwsInvalid("a part is not base64url") from None
    if _text(raw) != text:
        raise JwsInvalid("a part is not base64url")
    return raw
