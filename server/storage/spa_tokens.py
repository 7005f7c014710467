"""Tokens with which a spa's own software asks; only their hashes are kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import func, insert, select, update

from server.storage.authorization_tables import spa_tokens
from server.storage.errors import RowMissing
from server.storage.statements import Tx


@dataclass(frozen=True, slots=True)
class SpaToken:
    """A row of `spa_tokens`.

    Attributes:
        secret_hash: SHA-256 of 256 random bits, hex.
        scopes: what it may ask for, between spaces.
    """

    id: str
    spa_id: str
    secret_hash: str
    label: str
    scopes: str
    created_at: int
    expires_at: int
    revoked_at: int | None = None

    def works(self, now: int) -> bool:
        """Tell whether it opens anything at `now` (microseconds UTC)."""
        return self.revoked_at is None and now < self.expires_at


async def add(tx: Tx, one: SpaToken) -> None:
    """Insert a token."""
    await tx.execute(insert(spa_tokens).values(asdict(one)))


async def by_hash(tx: Tx, secret_hash: str) -> SpaToken | None:
    """Find a token."""
    query = select(spa_tokens).where(spa_tokens.c.secret_hash == secret_hash)
    row = (await tx.execute(query)).mappings().one_or_none()
    return None if row is None else SpaToken(**row)


async def of_spa(tx: Tx, spa_id: str) -> list[SpaToken]:
    """List the tokens of a spa, revoked ones included."""
    query = (
        select(spa_tokens)
        .where(spa_tokens.c.spa_id == spa_id)
        .order_by(spa_tokens.c.created_at, spa_tokens.c.id)
    )
    return [SpaToken(**row) for row in (await tx.execute(query)).mappings()]


async def count_old(tx: Tx, *, made_before: int, now: int) -> int:
    """Count the tokens of all spas that were made before an instant and still work."""
    query = select(func.count()).where(
        spa_tokens.c.created_at < made_before,
        spa_tokens.c.expires_at > now,
        spa_tokens.c.revoked_at.is_(None),
    )
    return int((await tx.execute(query)).scalar_one())


async def revoke(tx: Tx, token_id: str, now: int) -> str:
    """End a token, and return whose it was.

    Raises:
        RowMissing: there is none.
    """
    changed = await tx.execute(
        update(spa_tokens)
        .where(spa_tokens.c.id == token_id)
        .values(revoked_at=now)
        .returning(spa_tokens.c.spa_id)
    )
    spa_id: str | None = changed.scalar_one_or_none()
    if spa_id is None:
        raise RowMissing("spa_tokens", token_id)
    return spa_id
