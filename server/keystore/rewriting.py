"""Taking the bytes of destroyed keys out of PostgreSQL's files; SQLite overwrites at once.

PostgreSQL leaves what was overwritten in the table's file, as a row that nobody sees. Writing
the table anew leaves such rows out, unless a transaction that is older still may see them.
Whether it was done is read from what the server says of it: to an account that does not own
the table VACUUM gives no error, it leaves the table out. The write-ahead log is not touched.

ANALYZE, which the server runs by itself, keeps samples of a column's values in a table of its
own. It is told to sample no keys when their table is made; of a table that is older, what it
sampled is forgotten here, and its own table written anew too.
"""

from __future__ import annotations

import re
from typing import Final, cast

import psycopg
from psycopg.errors import Diagnostic
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as CheckoutTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from server.keystore.opening import FORGET_SAMPLES, SCHEMA, UNSAMPLED
from server.keystore.tables import keys
from server.logging import get_logger
from server.storage.answers import answering_within
from server.storage.engines import Engines

TABLE: Final = f"{SCHEMA}.{keys.name}"
SAMPLES: Final = "pg_catalog.pg_statistic"
BY_HAND: Final = f"{FORGET_SAMPLES}; {UNSAMPLED}; VACUUM FULL {SAMPLES}; VACUUM FULL {TABLE}"
REWRITE_S: Final = 10.0
_SAMPLED: Final = text(
    "SELECT FROM pg_attribute WHERE attrelid = to_regclass(:name) AND attname = 'sealed_key' "
    "AND (attstattarget IS DISTINCT FROM 0 OR EXISTS (SELECT FROM pg_stats "
    "WHERE schemaname || '.' || tablename = :name AND attname = 'sealed_key'))"
)
_FIRST_NUMBER: Final = re.compile(r"\d+")

log = get_logger("keystore")


async def rewritten(engines: Engines) -> bool:
    """Write PostgreSQL's table of keys anew; False: it has to be done by hand (`BY_HAND`).

    Whoever asks for a key meanwhile waits: for milliseconds, the table being small. It is given
    up where others hold the table for longer than `Limits.lock_s`.
    """
    if engines.kind == "sqlite":
        return True
    try:
        async with engines.writer.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            with answering_within(REWRITE_S):
                return await _without_samples(alone) and await _anew(alone, TABLE)
    except (DBAPIError, CheckoutTimeout) as error:
        log.warning("keys_not_rewritten", exc_info=error)
        return False


async def _without_samples(alone: AsyncConnection) -> bool:
    """Have none of the keys among the server's samples; False: some may be."""
    if not await _sampled(alone):
        return True
    await alone.execute(text(FORGET_SAMPLES))
    if not await _anew(alone, SAMPLES):
        return False
    # Only now: as long as keys may be sampled, this is not taken for done.
    await alone.execute(text(UNSAMPLED))
    return not await _sampled(alone)


async def _sampled(alone: AsyncConnection) -> bool:
    return (await alone.execute(_SAMPLED, {"name": TABLE})).first() is not None


async def _anew(alone: AsyncConnection, table: str) -> bool:
    """Write a table anew; False: rows that nobody sees may be in its file still."""
    details: list[str] = []

    def heard(notice: Diagnostic) -> None:
        if notice.message_detail:
            details.append(notice.message_detail)

    raw = (await alone.get_raw_connection()).driver_connection
    driver = cast("psycopg.AsyncConnection[object]", raw)
    driver.add_notice_handler(heard)
    try:
        await alone.execute(text(f"VACUUM (FULL, VERBOSE) {table}"))
    finally:
        driver.remove_notice_handler(heard)
    return bool(details) and all(_left(one) == 0 for one in details)


def _left(detail: str) -> int | None:
    """Return how many rows stay: "2 dead row versions cannot be removed yet", or translated."""
    found = _FIRST_NUMBER.search(detail)
    return int(found.group()) if found else None
