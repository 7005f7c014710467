"""Taking the bytes of destroyed keys out of PostgreSQL's files; SQLite overwrites at once.

PostgreSQL leaves what was overwritten in the table's file, as a row that nobody sees. Writing
the table anew leaves such rows out, unless a transaction that is older still may see them.
Whether it was done is read from what the server says of it: to an account that does not own
the table VACUUM gives no error, it leaves the table out. The write-ahead log is not touched.
"""

from __future__ import annotations

import re
from typing import Final, cast

from psycopg import AsyncConnection
from psycopg.errors import Diagnostic
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as CheckoutTimeout

from server.keystore.opening import SCHEMA
from server.keystore.tables import keys
from server.logging import get_logger
from server.storage.engines import Engines

TABLE: Final = f"{SCHEMA}.{keys.name}"
BY_HAND: Final = f"VACUUM FULL {TABLE}"
_TOLD: Final = text(f"VACUUM (FULL, VERBOSE) {TABLE}")
_FIRST_NUMBER: Final = re.compile(r"\d+")

log = get_logger("keystore")


async def rewritten(engines: Engines) -> bool:
    """Write PostgreSQL's table of keys anew; False: it has to be done by hand (`BY_HAND`).

    Whoever asks for a key meanwhile waits: for milliseconds, the table being small. It is given
    up where others hold the table for longer than `Limits.lock_s`.
    """
    if engines.kind == "sqlite":
        return True
    details: list[str] = []

    def heard(notice: Diagnostic) -> None:
        if notice.message_detail:
            details.append(notice.message_detail)

    try:
        async with engines.writer.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            raw = (await alone.get_raw_connection()).driver_connection
            driver = cast("AsyncConnection[object]", raw)
            driver.add_notice_handler(heard)
            try:
                await alone.execute(_TOLD)
            finally:
                driver.remove_notice_handler(heard)
    except (DBAPIError, CheckoutTimeout) as error:
        log.warning("keys_not_rewritten", exc_info=error)
        return False
    return bool(details) and all(_left(one) == 0 for one in details)


def _left(detail: str) -> int | None:
    """Return how many rows stay: "2 dead row versions cannot be removed yet", or translated."""
    found = _FIRST_NUMBER.search(detail)
    return int(found.group()) if found else None
