"""Both ends of a control connection prove that they know one secret, and neither says it.

    relay   -> client   challenge A
    client  -> relay    challenge B, HMAC-SHA256(secret, "client" A B)
    relay   -> client   HMAC-SHA256(secret, "relay" A B)

Each end chose one of the challenges, so an answer heard before is worth nothing; the words
keep an answer of one end from being sent back as that of the other (RFC 2104; ISO/IEC 9798-4,
mechanism 4). What follows on the connection is neither signed nor encrypted: it is for
loopback, or a private network that does both.

Pure: challenges come from the caller.
"""

from __future__ import annotations

import hmac
import re
from enum import StrEnum
from hashlib import sha256
from typing import Final

CHALLENGE_BYTES: Final = 32
SECRET_BYTES_MIN: Final = 32
_HEX: Final = re.compile(r"[0-9a-f]{64}")


class End(StrEnum):
    """Who proves."""

    CLIENT = "client"
    RELAY = "relay"


def is_challenge(text: object) -> bool:
    """Tell whether that is a challenge, or a proof: 32 bytes, in hexadecimal."""
    return isinstance(text, str) and _HEX.fullmatch(text) is not None


def proof(secret: bytes, end: End, relays: str, clients: str) -> str:
    """Return what `end` answers to both challenges, in hexadecimal.

    Raises:
        ValueError: a secret that could be guessed, or a challenge that is none.
    """
    if len(secret) < SECRET_BYTES_MIN:
        raise ValueError("the secret is too short")
    if not (is_challenge(relays) and is_challenge(clients)):
        raise ValueError("not a challenge")
    text = f"goodfaith relay control 1 {end} {relays} {clients}"
    return hmac.new(secret, text.encode(), sha256).hexdigest()


def proves(claimed: object, secret: bytes, end: End, relays: str, clients: str) -> bool:
    """Tell, in a time that says nothing, whether `claimed` is the proof of `end`."""
    expected = proof(secret, end, relays, clients)
    if not isinstance(claimed, str) or not is_challenge(claimed):
        return False
    return hmac.compare_digest(claimed, expected)
