"""What a provider's tokens say, and whether it is so. Pure: the time is an argument.

    read(text)             -> what is said, and by which key; nothing of that is known to be so
    signed(token, keys)    -> it was signed by one of the provider's keys
    signed_on(...)         -> who signed on there, for us, just now, because we asked
    signed_out(...)        -> who signed out there

By which algorithms a key verifies, the key says (`key_sets`), never the token; a key in its
header (`jwk`, `jku`, `x5c`) is not looked at.

Sources: OpenID Connect Core 1.0, 3.1.3.7; OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6;
RFC 8725.
"""

from __future__ import annotations

import hmac
import json
import math
from dataclasses import dataclass, field
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import CompactSignature

from server.federation.key_sets import ALGORITHMS, ProviderKey, key_for
from server.federation.refusals import TokenRefused

CHARS_MAX: Final = 16_384
NAME_CHARS_MAX: Final = 255  # of a subject: Core, 2
AHEAD_S: Final = 60  # by so much clocks may differ
LATELY_S: Final = 600  # a token that was made before that was not made for this
ID_TYPES: Final = ("JWT", None)
LOGOUT_TYPES: Final = ("logout+jwt", "JWT", None)
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
# What the library raises at what is no JWS, or none that it knows.
UNREADABLE: Final = (
    *(JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError),
)


@dataclass(frozen=True, slots=True)
class Read:
    """A token that was read and not verified.

    Attributes:
        kid: which key is said to have signed it.
        algorithm: by which way.
        kind: `typ` of its header.
        claims: what is said.
    """

    kid: str | None
    algorithm: str
    kind: str | None
    signature: CompactSignature = field(repr=False)
    claims: dict[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token has to answer.

    Attributes:
        issuer: of the provider that was asked.
        client_id: ours there.
        nonce: of this one sign-in.
        acr: how it has to be proven; None: as the provider likes.
        proved_since_s: the person was asked no earlier; seconds since 1970. None: whenever.
    """

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    acr: str | None = None
    proved_since_s: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Who signed on: a person of an issuer, and by which session there, where it says so.

    Attributes:
        proved_at_s: when the person was asked there, seconds since 1970; None: it is not said,
            or cannot be.
    """

    issuer: str
    subject: str
    sid: str | None = None
    proved_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Who signed out: a person, or one session of theirs.

    Attributes:
        jti: name of the token, which counts once.
        over_at_s: from then on it is refused, whatever it says of its end; seconds since 1970.
    """

    issuer: str
    subject: str | None
    sid: str | None
    jti: str
    over_at_s: int


def read(text: str) -> Read:
    """Read a token.

    Raises:
        TokenRefused: it is no signed token of a kind that is taken here.
    """
    if len(text) > CHARS_MAX:
        raise TokenRefused("too_long")
    try:
        signature = jws.extract_compact(text.encode("ascii"))
        header, claims = signature.headers(), json.loads(signature.payload)
    except UNREADABLE:
        raise TokenRefused("unreadable") from None
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise TokenRefused("algorithm")
    named = kid is None or _is_name(kid)
    if not named or "crit" in header or not isinstance(claims, dict):
        raise TokenRefused("header")
    return Read(kid, algorithm, kind, signature, claims)


def signed(token: Read, keys: tuple[ProviderKey, ...]) -> None:
    """Refuse a token that none of these keys signed.

    Raises:
        TokenRefused: `key_unknown`: the keys may be old ones; `signature`: by another key.
    """
    key = key_for(keys, token.kid, token.algorithm)
    if key is None:
        raise TokenRefused("key_unknown")
    try:
        good = jws.validate_compact(token.signature, key.key, algorithms=[token.algorithm])
    except UNREADABLE:
        raise TokenRefused("header") from None
    if not good:
        raise TokenRefused("signature")


def signed_on(token: Read, expected: Expected, *, now_s: int) -> Subject:
    """Return who signed on, by an ID token whose signature was verified.

    Args:
        token: verified by `signed`.
        expected: what it has to answer.
        now_s: seconds since 1970.

    Raises:
        TokenRefused: it is another's, for another, for another sign-in, or not of now.
    """
    claims = token.claims
    if token.kind not in ID_TYPES or "events" in claims:
        raise TokenRefused("kind")
    _require_for_us(claims, expected.issuer, expected.client_id)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not _same(nonce, expected.nonce):
        raise TokenRefused("nonce")
    _require_of_now(claims, now_s)
    _require_proof(claims, expected, now_s)
    subject, sid = claims.get("sub"), claims.get("sid")
    if not _is_name(subject) or not (sid is None or _is_name(sid)):
        raise TokenRefused("subject")
    return Subject(
        expected.issuer,
        str(subject),
        None if sid is None else str(sid),
        _proved_at(claims, now_s),
    )


def signed_out(token: Read, *, issuer: str, client_id: str, now_s: int) -> SignedOut:
    """Return who signed out, by a logout token whose signature was verified.

    Args:
        token: verified by `signed`.
        issuer: of the provider that it came for.
        client_id: ours there.
        now_s: seconds since 1970.

    Raises:
        TokenRefused: it is another's, for another, not of now, or no logout token.
    """
    claims = token.claims
    if token.kind not in LOGOUT_TYPES or "nonce" in claims:
        raise TokenRefused("kind")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise TokenRefused("kind")
    _require_for_us(claims, issuer, client_id)
    expires_at = _require_of_now(claims, now_s)
    jti, subject, sid = claims.get("jti"), claims.get("sub"), claims.get("sid")
    if not _is_name(jti):
        raise TokenRefused("nameless")
    if subject is None and sid is None:
        raise TokenRefused("subject")
    if not all(one is None or _is_name(one) for one in (subject, sid)):
        raise TokenRefused("subject")
    return SignedOut(
        issuer=issuer,
        subject=None if subject is None else str(subject),
        sid=None if sid is None else str(sid),
        jti=str(jti),
        # Made lately it has to be as well: a token of a year is over as soon as any other.
        over_at_s=min(math.ceil(expires_at), now_s + LATELY_S) + AHEAD_S,
    )


def _require_for_us(claims: dict[str, object], issuer: str, client_id: str) -> None:
    """Refuse what another provider says, or says to others as well: we trust none of them."""
    if claims.get("iss") != issuer:
        raise TokenRefused("issuer")
    if claims.get("aud") not in (client_id, [client_id]):
        raise TokenRefused("audience")
    if claims.get("azp", client_id) != client_id:
        raise TokenRefused("audience")


def _require_of_now(claims: dict[str, object], now_s: int) -> float:
    """Return when a token ends, if it was made lately and has not ended."""
    expires_at, made_at = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    if expires_at is None or expires_at <= now_s - AHEAD_S:
        raise TokenRefused("expired")
    if made_at is None or not now_s - LATELY_S <= made_at <= now_s + AHEAD_S:
        raise TokenRefused("made")
    begins = _seconds(claims.get("nbf", made_at))
    if begins is None or begins > now_s + AHEAD_S:
        raise TokenRefused("not_yet")
    return expires_at


def _require_proof(claims: dict[str, object], expected: Expected, now_s: int) -> None:
    """Refuse a person who was not asked as we want it, or not since we want it."""
    if expected.acr is not None and claims.get("acr") != expected.acr:
        raise TokenRefused("acr")
    if expected.proved_since_s is None:
        return
    proved_at = _proved_at(claims, now_s)
    if proved_at is None or proved_at < expected.proved_since_s:
        raise TokenRefused("auth_time")


def _proved_at(claims: dict[str, object], now_s: int) -> float | None:
    """Return when the person was asked (Core, 2: `auth_time`); None: nobody knows."""
    proved_at = _seconds(claims.get("auth_time"))
    return None if proved_at is None or proved_at > now_s + AHEAD_S else proved_at


def _seconds(told: object) -> float | None:
    """Return a NumericDate (RFC 7519, section 2); None: it is none."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        seconds = float(told)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) and abs(seconds) < 2**53 else None


def _is_name(told: object) -> bool:
    return (
        isinstance(told, str)
        and 0 < len(told) <= NAME_CHARS_MAX
        and told.isascii()
        and told.isprintable()
    )


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
