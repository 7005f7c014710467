"""NOTIFY inside the sender's own transaction: told when it is committed, or never.

SQLite has one process and nobody to tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import func, select, text

from server.storage.statements import Tx, clock_us

REQUESTS: Final = "goodfaith_requests"  # payload: the network that has a request
ANSWERS: Final = "goodfaith_answers"  # the node that has an answer
WORDS: Final = "goodfaith_words"  # the node that has words to read
HOMES: Final = "goodfaith_homes"  # which node is the home of which network
BROADCAST: Final = "goodfaith_broadcast"  # a small word for all nodes, without PHI
PAYLOAD_BYTES_MAX: Final = 7_900  # PostgreSQL takes less than 8,000

_TOLD: Final = text(
    "SELECT pg_notify(CAST(:channel AS text), payload)"
    " FROM unnest(CAST(:payloads AS text[])) AS payload"
)


async def notify(tx: Tx, channel: str, payloads: Iterable[str]) -> None:
    """Have every listener told, once the transaction is committed.

    Raises:
        ValueError: a payload is longer than PostgreSQL takes.
    """
    given = list(dict.fromkeys(payloads))
    if any(len(one.encode()) > PAYLOAD_BYTES_MAX for one in given):
        raise ValueError("a notification is too long")
    if given and tx.dialect.name == "postgresql":
        await tx.execute(_TOLD, {"channel": channel, "payloads": given})


async def relaxed_now(tx: Tx) -> int:
    """Begin a transaction of rows that carry and decide nothing, and read the clock.

    Its commit does not wait for the disk: a row that a crash of the database takes along is
    asked for again by who waits for it.

    Returns:
        Microseconds UTC on the database's clock.
    """
    if tx.dialect.name == "postgresql":
        relaxed = func.set_config("synchronous_commit", "off", True)  # noqa: FBT003 - SQL
        return int((await tx.execute(select(clock_us(), relaxed))).one()[0])
    return int((await tx.execute(select(clock_us()))).scalar_one())
