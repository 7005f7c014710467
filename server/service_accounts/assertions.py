"""What a client assertion says, and whether it is so (RFC 7523, sections 2.2 and 3).

    presented(text)  -> who says it, and by which key; nothing of that is known to be so
    verified(it, key) -> it was signed by that key, for this server, a moment ago

Pure: the time is an argument. By which algorithm a signature is verified, the key says that was
registered, never the assertion; a key in its header (`jwk`, `jku`, `x5c`) is not looked at.
That an assertion serves once is for the caller to hold: `Verified` has its `jti`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import CompactSignature

from server.delivery.client_keys import Algorithm

CHARS_MAX: Final = 4_096
NAME_CHARS_MAX: Final = 120
LIFE_S_MAX: Final = 300  # SMART: no more than five minutes in the future
AHEAD_S: Final = 30  # by so much the clock of the client may be ahead
TYPES: Final = ("JWT", "client-authentication+jwt", None)
# What the library raises at what is no JWS, or none that it knows.
UNREADABLE: Final = (
    *(JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError),
)


class AssertionRefused(Exception):  # it is about what somebody sent
    """It is not accepted; `reason` is a word of ours for the log, the wire has another."""

    def __init__(self, reason: str) -> None:
        """Keep the word."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Presented:
    """An assertion that was read and not verified.

    Attributes:
        client_id: who is said to say it.
        kid: which of its keys is said to have signed it.
        signed: what is to be verified.
        claims: what is said.
    """

    client_id: str
    kid: str
    signed: CompactSignature
    claims: dict[str, object]


@dataclass(frozen=True, slots=True)
class Verified:
    """What holds: `jti` is its name, `expires_at_s` its end, seconds since 1970."""

    jti: str
    expires_at_s: int


def presented(text: str) -> Presented:
    """Read an assertion.

    Raises:
        AssertionRefused: it is no JWT, or does not say who signed it.
    """
    if len(text) > CHARS_MAX:
        raise AssertionRefused("too_long")
    try:
        signed = jws.extract_compact(text.encode("ascii"))
        claims = json.loads(signed.payload)
        header = signed.headers()
        client_id, kid = claims.get("sub"), header.get("kid")
    except UNREADABLE:
        raise AssertionRefused("unreadable") from None
    if not _is_name(client_id) or not _is_name(kid):
        raise AssertionRefused("nameless")
    return Presented(str(client_id), str(kid), signed, claims)


def verified(
    one: Presented, key: ECKey | RSAKey, algorithm: Algorithm, *, audience: str, now_s: int
) -> Verified:
    """Return what holds of an assertion.

    Args:
        one: as it was read.
        key: the public key that is registered under its `kid` for its `client_id`.
        algorithm: of that key.
        audience: the address of the token endpoint.
        now_s: seconds since 1970.

    Raises:
        AssertionRefused: it was not signed by that key, not for this server, or not now.
    """
    try:
        good = jws.validate_compact(one.signed, key, algorithms=[algorithm])
        kind = one.signed.headers().get("typ")
    except UNREADABLE:
        raise AssertionRefused("header") from None
    if not good:
        raise AssertionRefused("signature")
    if kind not in TYPES:
        raise AssertionRefused("header")
    if one.claims.get("iss") != one.client_id:
        raise AssertionRefused("issuer")
    if one.claims.get("aud") not in (audience, [audience]):
        raise AssertionRefused("audience")
    return _of_now(one.claims, now_s)


def _of_now(claims: dict[str, object], now_s: int) -> Verified:
    """Return what holds, if it holds now."""
    expires_at, jti = _seconds(claims.get("exp")), claims.get("jti")
    if expires_at is None or not now_s < expires_at <= now_s + LIFE_S_MAX + AHEAD_S:
        raise AssertionRefused("expired")
    for name in ("iat", "nbf"):
        begins = _seconds(claims.get(name, now_s))
        if begins is None or begins > now_s + AHEAD_S:
            raise AssertionRefused("not_yet")
    if not _is_name(jti):
        raise AssertionRefused("nameless")
    return Verified(str(jti), math.ceil(expires_at))


def _seconds(told: object) -> float | None:
    """Return a NumericDate (RFC 7519, section 2); None: it is none."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        seconds = float(told)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) else None


def _is_name(told: object) -> bool:
    # Half a pair of surrogates, which JSON can write, is no text that could be kept.
    return isinstance(told, str) and 0 < len(told) <= NAME_CHARS_MAX and told.isprintable()
