"""Who signs in for organizations, with what is said of each on the page of their people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select

from server.storage.directory import Account, account_of_row
from server.storage.keyed_rows import found
from server.storage.statements import Tx
from server.storage.tables import accounts, code_generators, passkeys, practitioners, sessions

MICROSECONDS: Final = 1_000_000
ESCAPE: Final = "\\"


async def accounts_among(
    tx: Tx, organization_ids: Collection[str], *, words: str = "", limit: int
) -> list[Account]:
    """Give accounts of organizations by name, those that sign in before those that do not.

    Args:
        tx: reads them.
        organization_ids: whose.
        words: part of a name or login; empty: everybody.
        limit: how many at most.
    """
    query = select(accounts).where(accounts.c.organization_id.in_(sorted(organization_ids)))
    if words:
        like = f"%{_literally(words.casefold())}%"
        query = query.where(
            or_(
                func.lower(accounts.c.display_name).like(like, escape=ESCAPE),
                accounts.c.login.like(like, escape=ESCAPE),
            )
        )
    query = query.order_by(
        accounts.c.active.desc(), accounts.c.display_name, accounts.c.id
    ).limit(limit)
    return [account_of_row(row) for row in await found(tx, query)]


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has: second factors that count, and sessions that are live."""

    factors: int = 0
    sessions: int = 0


async def standings(
    tx: Tx, account_ids: Collection[str], *, now: int, idle_s: float
) -> Mapping[str, Standing]:
    """Give what accounts have; one that has nothing is not named."""
    ids = sorted(account_ids)
    enrolled = (
        select(code_generators.c.account_id, func.count())
        .where(
            code_generators.c.account_id.in_(ids), code_generators.c.confirmed_at.is_not(None)
        )
        .group_by(code_generators.c.account_id)
    )
    keys = (
        select(passkeys.c.account_id, func.count())
        .where(passkeys.c.account_id.in_(ids))
        .group_by(passkeys.c.account_id)
    )
    live = (
        select(sessions.c.account_id, func.count())
        .where(
            sessions.c.account_id.in_(ids),
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > now,
            sessions.c.last_seen_at > now - round(idle_s * MICROSECONDS),
        )
        .group_by(sessions.c.account_id)
    )
    factors: Counter[str] = Counter()
    for query in (enrolled, keys):
        factors.update({str(one): int(number) for one, number in await tx.execute(query)})
    running = {str(one): int(count) for one, count in await tx.execute(live)}
    return {one: Standing(factors[one], running.get(one, 0)) for one in {*factors, *running}}


async def practitioners_among(tx: Tx, account_ids: Collection[str]) -> Mapping[str, str]:
    """Give the practitioners who sign in with accounts, by account."""
    query = select(practitioners.c.account_id, practitioners.c.id).where(
        practitioners.c.account_id.in_(sorted(account_ids))
    )
    return {str(account): str(one) for account, one in await tx.execute(query)}


def _literally(words: str) -> str:
    """Return words so that LIKE takes each of their characters for itself."""
    for special in (ESCAPE, "%", "_"):
        words = words.replace(special, f"{ESCAPE}{special}")
    return words
