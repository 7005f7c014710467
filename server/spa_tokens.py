"""Tokens with which a spa's own software asks about authorizations, and for charts.

    goodfaith_spa_<256 random bits>   told once; only its SHA-256 is kept

A token opens the routes of its scopes, for its own spa, and nothing else. It is a secret that
lasts, and whoever finds it has it: software that can keep a key of its own is better
registered, and gets tokens for minutes (`server.service_accounts`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.access import Principal, Role
from server.access.scopes import SCOPES
from server.errors import NotSignedIn
from server.services import Core
from server.storage import directory, spa_tokens
from server.storage.database import Tx
from server.storage.spa_tokens import SpaToken

PREFIX: Final = "goodfaith_spa_"
SECRET_BYTES: Final = 32
ID_BYTES: Final = 16
CHARS_MAX: Final = 100
DAY_US: Final = 86_400 * 1_000_000
LABEL_CHARS_MAX: Final = 120
DAYS_MAX: Final = 730


class TokenRefused(ValueError):
    """A token that cannot be made like this."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as it is told, once."""

    token_id: str
    secret: str


async def create(
    tx: Tx, core: Core, spa_id: str, *, label: str, scopes: Sequence[str], days: int
) -> NewToken:
    """Make a token.

    Args:
        tx: writes.
        core: randomness and the time.
        spa_id: whose.
        label: which software, for people.
        scopes: some of `SCOPES`.
        days: how long it works.

    Raises:
        TokenRefused: not a spa, an unknown scope, or too long.
        RowMissing: no such spa.
    """
    spa = await directory.organization(tx, spa_id)
    if spa.kind != "spa":
        raise TokenRefused("only a spa has tokens")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise TokenRefused(f"scopes are {', '.join(SCOPES)}")
    if not label.strip() or len(label) > LABEL_CHARS_MAX or not 1 <= days <= DAYS_MAX:
        raise TokenRefused(f"a label, and 1 to {DAYS_MAX} days, are needed")
    raw = base64.urlsafe_b64encode(core.random_bytes(SECRET_BYTES)).rstrip(b"=").decode()
    secret = PREFIX + raw
    now = core.clock.now()
    row = SpaToken(
        id=core.random_bytes(ID_BYTES).hex(),
        spa_id=spa_id,
        secret_hash=hash_of(secret),
        label=label.strip(),
        scopes=" ".join(one for one in SCOPES if one in scopes),
        created_at=now,
        expires_at=now + days * DAY_US,
    )
    await spa_tokens.add(tx, row)
    return NewToken(row.id, secret)


async def principal_of_token(core: Core, secret: str) -> Principal:
    """Return who asks with a token.

    Raises:
        NotSignedIn: unknown, expired or revoked, indistinguishably.
    """
    if not secret.startswith(PREFIX) or len(secret) > CHARS_MAX:
        raise NotSignedIn
    async with core.database.read() as tx:
        token = await spa_tokens.by_hash(tx, hash_of(secret))
    if token is None or not token.works(core.clock.now()):
        raise NotSignedIn
    return Principal(
        audience="spa",
        role=Role.SPA_SOFTWARE,
        organization_id=token.spa_id,
        token_id=token.id,
        scopes=frozenset(token.scopes.split()),
    )


def hash_of(secret: str) -> str:
    """Return the hex SHA-256 under which a token is kept: its bits are random already."""
    return hashlib.sha256(secret.encode()).hexdigest()
