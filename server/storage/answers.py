"""A connection to PostgreSQL that is not waited for without end.

    statement --answered--> . . .
       `--nothing for `answer_s`--> the connection is closed; OperationalError

The database's own limits (`statement_timeout`) are kept by the database: one that is frozen, or
behind a network that swallows what is sent, keeps none, and its client sees a socket that is
quiet and well. So each wait has an end here too, a little later than the database's would be.
What was sent may still be carried out when it comes to itself: a COMMIT's outcome is unknown.

A connection that was closed so goes to nobody else: the pool sees that it is closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen

__all__ = ["BoundedConnection", "answering_within", "connecting"]

PING_S: Final = 2.0  # the pool asks whether a connection is one: that needs no work

T = TypeVar("T")

_within_s: ContextVar[float | None] = ContextVar("_within_s", default=None)


class BoundedConnection(psycopg.AsyncConnection[Any]):
    """See the module.

    Attributes:
        answer_s: how long any one answer may take.
    """

    answer_s: float = 12.0

    async def wait(
        self,
        gen: PQGen[T],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's own
    ) -> T:
        """Wait for the server; who gives a `timeout` sees to its end.

        Raises:
            psycopg.OperationalError: no answer; the connection is closed.
        """
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        limit_s, loop = self._limit_s(), asyncio.get_running_loop()
        until = loop.time() + limit_s
        try:
            return await super().wait(gen, interval, limit_s)
        except psycopg.OperationalError:
            if loop.time() < until:
                raise
        self.pgconn.finish()
        raise psycopg.OperationalError("the database does not answer")

    def _limit_s(self) -> float:
        # Outside of a transaction there is only the pool's own question, unless one says so.
        return _within_s.get() or (PING_S if self.autocommit else self.answer_s)


@contextmanager
def answering_within(seconds: float) -> Iterator[None]:
    """Give each statement of this block another time: of what is urgent, or may wait long."""
    token = _within_s.set(seconds)
    try:
        yield
    finally:
        _within_s.reset(token)


def connecting(answer_s: float) -> Callable[..., Awaitable[BoundedConnection]]:
    """Return what connects, for SQLAlchemy to call."""

    async def connect(*words: Any, **options: Any) -> BoundedConnection:  # noqa: ANN401
        connection = await BoundedConnection.connect(*words, **options)
        connection.answer_s = answer_s
        return connection

    return connect
