"""Sessions of tests in which nothing was proved for some time."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update

from server.storage.database import Database
from server.storage.people_tables import accounts
from server.storage.session_tables import sessions
from tests.servers import RunningServer

LONG_S: Final = 301  # a second more than a proof counts as fresh
SECOND: Final = 1_000_000


async def proved_long_ago(server: RunningServer, login: str) -> None:
    """Let the last proof in every session of an account be of five minutes ago."""
    database = await Database.open(server.database_url, exclusive=False)
    try:
        async with database.write() as tx:
            whose = select(accounts.c.id).where(accounts.c.login == login)
            proved_at = await database.now_us(tx) - LONG_S * SECOND
            changed = await tx.execute(
                update(sessions)
                .where(sessions.c.account_id.in_(whose), sessions.c.ended_at.is_(None))
                .values(auth_time=proved_at)
            )
            assert changed.rowcount > 0, f"{login} is not signed in"
    finally:
        await database.close()
