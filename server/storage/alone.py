"""One process at a time does something that is done rarely: the others wait, and look again."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select, text

from server.storage.answers import answering_within
from server.storage.statements import Tx

WAIT_MS: Final = 60_000
LIMITS: Final = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


async def alone(tx: Tx, number: int) -> None:
    """Wait until no other transaction has this number; it is ours until the commit.

    It may take its time between statements too. On SQLite whoever writes is alone anyway.

    Raises:
        DBAPIError: it was not given back in time.
    """
    if tx.dialect.name == "postgresql":
        for limit in LIMITS:
            await tx.execute(text(f"SET LOCAL {limit} = {WAIT_MS}"))
        with answering_within(2 * WAIT_MS / 1000):
            await tx.execute(select(func.pg_advisory_xact_lock(number)))
