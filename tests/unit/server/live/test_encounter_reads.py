from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

import pytest

from server.live.encounter_reads import EncounterReads
from server.storage import encounters
from server.storage.database import Database
from server.storage.encounters import Encounter
from server.storage.errors import ReadFailed, RowMissing


class Rows:
    """A database that remembers what was read together, and fails when told to."""

    def __init__(self, *there: str) -> None:
        self.there = there
        self.read_together: list[list[str]] = []
        self.begun = asyncio.Event()
        self.failure: Exception | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Rows]:
        if self.failure is not None:
            raise self.failure
        yield self

    async def with_ids(self, ids: Sequence[str]) -> Mapping[str, Encounter]:
        self.read_together.append(list(ids))
        self.begun.set()
        await asyncio.sleep(0)
        return {
            one: cast("Encounter", SimpleNamespace(encounter_id=one))
            for one in ids
            if one in self.there
        }


@pytest.fixture(autouse=True)
def _from_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encounters, "with_ids", Rows.with_ids)


def reads_of(rows: Rows) -> EncounterReads:
    return EncounterReads(cast("Database", rows))


async def test_what_is_asked_for_at_once_is_one_query() -> None:
    rows = Rows("a", "b")
    reads = reads_of(rows)
    found = await asyncio.gather(*map(reads.get, "aba"))
    assert [one.encounter_id for one in found] == ["a", "b", "a"]
    assert rows.read_together == [["a", "b"]]


async def test_what_is_asked_for_while_it_is_being_read_is_read_anew() -> None:
    rows = Rows("a")
    reads = reads_of(rows)
    first = asyncio.create_task(reads.get("a"))
    await rows.begun.wait()
    await asyncio.gather(first, reads.get("a"))
    assert rows.read_together == [["a"], ["a"]]


async def test_one_that_is_missing_is_not_the_others_trouble() -> None:
    reads = reads_of(Rows("a"))
    found = await asyncio.gather(*map(reads.get, "ab"), return_exceptions=True)
    assert isinstance(found[0], SimpleNamespace)
    assert isinstance(found[1], RowMissing)


async def test_who_gives_up_takes_nothing_from_the_others_and_the_next_read_works() -> None:
    rows = Rows("a")
    reads = reads_of(rows)
    gone, stays = asyncio.create_task(reads.get("a")), asyncio.create_task(reads.get("a"))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).encounter_id == "a"
    rows.failure = ReadFailed("away")
    with pytest.raises(ReadFailed):
        await reads.get("a")
    rows.failure = None
    assert (await reads.get("a")).encounter_id == "a"
