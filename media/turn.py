"""Where a browser finds STUN and TURN, with a password that expires.

coturn's `use-auth-secret` scheme, from "A REST API For Access To TURN Services"
(draft-uberti-behave-turn-rest-00, section 2.2; coturn's README.turnserver, "TURN REST API"):

    username = expiry in seconds since 1970 ":" user
    password = base64(HMAC-SHA-1(shared secret, username))

SHA-1 is the scheme's choice, and only inside HMAC. The user part is a pseudonym: it appears in
the TURN server's log. Pure: the secret and the time are arguments.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

TTL_MIN_S: Final = 60
MICROSECONDS_PER_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class IceServer:
    """One entry of a W3C RTCConfiguration's `iceServers`."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class TurnCredentials:
    """What a TURN server accepts until `expires_at_s` (seconds since 1970)."""

    username: str
    credential: str
    expires_at_s: int


def turn_credentials(secret: str, user: str, *, now: int, ttl_s: int) -> TurnCredentials:
    """Return credentials that one user may open allocations with for `ttl_s` seconds.

    Args:
        secret: shared with the TURN server (`static-auth-secret`).
        user: a pseudonym; never a name.
        now: microseconds UTC.
        ttl_s: how long they open new allocations; a running call outlives them.

    Raises:
        ValueError: no secret, no user, a user with a colon, or less than a minute.
    """
    if not secret:
        raise ValueError("the TURN secret is empty")
    if not user or ":" in user:
        raise ValueError("a TURN user is a word without a colon")
    if ttl_s < TTL_MIN_S:
        raise ValueError("TURN credentials live for a minute at least")
    expires_at_s = now // MICROSECONDS_PER_SECOND + ttl_s
    username = f"{expires_at_s}:{user}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    return TurnCredentials(username, base64.b64encode(digest).decode("ascii"), expires_at_s)


def ice_servers(
    stun_urls: Sequence[str],
    turn_urls: Sequence[str],
    secret: str | None,
    *,
    user: str,
    now: int,
    ttl_s: int,
) -> tuple[IceServer, ...]:
    """Return what one page needs for one call: STUN first, then TURN with credentials.

    Args:
        stun_urls: `stun:` or `stuns:` URLs (RFC 7064); may be empty.
        turn_urls: `turn:` or `turns:` URLs (RFC 7065); may be empty.
        secret: shared with the TURN servers; needed when there are any.
        user: a pseudonym of the browser's side.
        now: microseconds UTC.
        ttl_s: seconds for which the credentials open allocations.

    Raises:
        ValueError: a URL of another scheme, or TURN servers without a secret.
    """
    _refuse_other_schemes(stun_urls, ("stun:", "stuns:"))
    _refuse_other_schemes(turn_urls, ("turn:", "turns:"))
    servers = (IceServer(tuple(stun_urls)),) if stun_urls else ()
    if not turn_urls:
        return servers
    credentials = turn_credentials(secret or "", user, now=now, ttl_s=ttl_s)
    turn = IceServer(tuple(turn_urls), credentials.username, credentials.credential)
    return (*servers, turn)


def _refuse_other_schemes(urls: Sequence[str], schemes: tuple[str, ...]) -> None:
    for url in urls:
        if not url.startswith(schemes):
            raise ValueError(f"an ICE server's URL begins with {' or '.join(schemes)}")
