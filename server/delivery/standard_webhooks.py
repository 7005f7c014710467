"""Signs messages as the Standard Webhooks specification says, version 1.0.0. Pure.

Three headers go with a body:

    webhook-id          the message; the same at every attempt
    webhook-timestamp   seconds since 1970, of this attempt
    webhook-signature   one or more, between spaces: after a rotation the old and the new one

What is signed is `id.timestamp.body`. Two schemes:

    v1     HMAC-SHA-256; both sides have the secret        whsec_BASE64
    v1a    Ed25519; the receiver has the public key only   whpk_BASE64

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Scheme = Literal["v1", "v1a"]
ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
SECRET_BYTES: Final = 32
SECRET_BYTES_MIN: Final = 24
SECRET_BYTES_MAX: Final = 64
SYMMETRIC: Final = "whsec_"
PUBLIC: Final = "whpk_"
SEPARATOR: Final = "."


def signed_headers(
    message_id: str, timestamp_s: int, body: bytes, secrets: Sequence[bytes], scheme: Scheme
) -> dict[str, str]:
    """Return the headers of one attempt.

    Args:
        message_id: without a full stop.
        timestamp_s: seconds since 1970.
        body: exactly as it is sent.
        secrets: the newest first; each makes a signature.
        scheme: of all of them.

    Raises:
        ValueError: no secret, one of another length, or an identifier with a full stop, which
            could be signed as another message.
    """
    if not secrets or SEPARATOR in message_id:
        raise ValueError("a message has an identifier without a full stop, and a secret")
    content = f"{message_id}{SEPARATOR}{timestamp_s}{SEPARATOR}".encode() + body
    return {
        ID: message_id,
        TIMESTAMP: str(timestamp_s),
        SIGNATURE: " ".join(_signature(content, one, scheme) for one in secrets),
    }


def _signature(content: bytes, secret: bytes, scheme: Scheme) -> str:
    if not SECRET_BYTES_MIN <= len(secret) <= SECRET_BYTES_MAX:
        raise ValueError(f"a secret has {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes")
    if scheme == "v1":
        made = hmac.new(secret, content, hashlib.sha256).digest()
    else:
        made = Ed25519PrivateKey.from_private_bytes(secret).sign(content)
    return f"{scheme},{base64.b64encode(made).decode()}"


def public_key(secret: bytes) -> bytes:
    """Return the 32 bytes with which signatures of scheme v1a are verified."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def shown(secret: bytes, scheme: Scheme) -> str:
    """Return what the receiver is given: the secret itself (v1), or the public key (v1a)."""
    if scheme == "v1":
        return f"{SYMMETRIC}{base64.b64encode(secret).decode()}"
    return shown_public(public_key(secret))


def shown_public(key: bytes) -> str:
    """Return a public key as receivers are given it."""
    return f"{PUBLIC}{base64.b64encode(key).decode()}"
