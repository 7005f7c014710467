from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import cast

import pytest

from server.storage.database import Database
from server.storage.errors import ReadFailed
from server.storage.statements import Tx
from server.storage.together import Together


class Rows:
    """A database that remembers what was read together, and fails when told to."""

    def __init__(self, **there: int) -> None:
        self.there = there
        self.read_together: list[list[str]] = []
        self.begun = asyncio.Event()
        self.failure: Exception | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Rows]:
        if self.failure is not None:
            raise self.failure
        yield self

    async def fetch(self, _tx: Tx, keys: Sequence[str]) -> Mapping[str, int]:
        self.read_together.append(list(keys))
        self.begun.set()
        await asyncio.sleep(0)
        return {one: self.there[one] for one in keys if one in self.there}


def together(rows: Rows) -> Together[int]:
    return Together(cast("Database", rows), rows.fetch)


async def test_what_is_asked_for_at_once_is_one_query() -> None:
    rows = Rows(a=1, b=2)
    assert await asyncio.gather(*map(together(rows).get, "abac")) == [1, 2, 1, None]
    assert rows.read_together == [["a", "b", "c"]]


async def test_what_is_asked_for_while_it_is_being_read_is_read_anew() -> None:
    rows = Rows(a=1)
    reads = together(rows)
    first = asyncio.create_task(reads.get("a"))
    await rows.begun.wait()
    rows.there["a"] = 2
    assert await reads.get("a") == 2
    await first
    assert rows.read_together == [["a"], ["a"]]


async def test_a_crowd_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.storage.together.AT_ONCE_MAX", 2)
    rows = Rows(a=1, b=2, c=3)
    assert await asyncio.gather(*map(together(rows).get, "abc")) == [1, 2, 3]
    assert rows.read_together == [["a", "b"], ["c"]]


async def test_who_gives_up_takes_nothing_from_the_others() -> None:
    reads = together(Rows(a=1))
    gone, stays = asyncio.create_task(reads.get("a")), asyncio.create_task(reads.get("a"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 1


async def test_a_database_that_is_away_is_told_to_all_and_asked_again() -> None:
    rows = Rows(a=1)
    reads = together(rows)
    rows.failure = ReadFailed("away")
    found = await asyncio.gather(*map(reads.get, "ab"), return_exceptions=True)
    assert [type(one) for one in found] == [ReadFailed, ReadFailed]
    rows.failure = None
    assert await reads.get("a") == 1
