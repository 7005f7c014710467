from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from server.clock import SystemClock
from server.live import standing as module
from server.live.standing import ServiceStanding
from server.metrics.standing import StandingGauges
from server.storage.database import Database, Tx
from server.storage.errors import ReadFailed
from signaling.messages import ServiceChanged


class Patient(Database):
    """A database that answers, refuses, or says nothing."""

    def __init__(self) -> None:
        self.fails = False
        self.is_odd = False
        self.free = asyncio.Event()
        self.free.set()
        self.asked = asyncio.Event()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        self.asked.set()
        await self.free.wait()
        if self.fails:
            raise ReadFailed("away")
        if self.is_odd:
            raise LookupError
        yield None  # type: ignore[misc]

    async def now_us(self, tx: Tx) -> int:  # noqa: ARG002 - the port's parameter
        return 0


class Page:
    """What a page is told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[ServiceChanged] = asyncio.Queue()

    async def next(self) -> tuple[str, str]:
        async with asyncio.timeout(5):
            event = await self.told.get()
        return event.database, event.bus


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.001)
    monkeypatch.setattr(module, "AWAY_S", 0.02)


@asynccontextmanager
async def watching(database: Database, page: Page) -> AsyncIterator[ServiceStanding]:
    standing = ServiceStanding(database, None, page.told.put_nowait)
    standing.start()
    try:
        yield standing
    finally:
        await standing.close()


async def test_pages_are_told_once_that_the_database_is_away_and_once_that_it_is_back() -> None:
    database, page = Patient(), Page()
    async with watching(database, page) as standing:
        database.fails = True
        assert await page.next() == ("away", "ok")
        assert standing.database == "away"
        for _ in range(3):
            database.asked.clear()
            await database.asked.wait()
        database.fails = False
        assert await page.next() == ("ok", "ok")
        assert page.told.empty()


async def test_a_database_that_says_nothing_is_away_and_asked_once() -> None:
    database, page = Patient(), Page()
    async with watching(database, page):
        database.free.clear()
        assert await page.next() == ("away", "ok")
        database.asked.clear()
        await asyncio.sleep(0)
        assert not database.asked.is_set()
        database.free.set()
        assert await page.next() == ("ok", "ok")


async def test_a_page_that_comes_meanwhile_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TELL_AGAIN_S", 0.005)
    page = Page()
    async with watching(Patient(), page) as standing:
        standing.bus_is("degraded")
        assert [await page.next() for _ in range(3)] == [("ok", "degraded")] * 3
        standing.bus_is("ok")
        while await page.next() != ("ok", "ok"):
            pass
        standing.bus_is("ok")
        assert page.told.empty()


def test_a_page_that_comes_is_told_of_trouble_and_of_nothing_else() -> None:
    standing = ServiceStanding(Patient(), None, lambda _event: None)
    assert standing.trouble() is None
    standing.bus_is("degraded")
    assert standing.trouble() == ServiceChanged(database="ok", bus="degraded")
    standing.bus_is("ok")
    standing.database_answers(answers=False)
    assert standing.trouble() == ServiceChanged(database="away", bus="ok")


def test_the_gauges_say_how_it_stands() -> None:
    standing = ServiceStanding(Patient(), None, lambda _event: None)
    registry = CollectorRegistry()
    registry.register(StandingGauges(standing, None, SystemClock()))
    assert b"goodfaith_database_up 1.0" in generate_latest(registry)
    standing.database_answers(answers=False)
    standing.bus_is("degraded")
    told = generate_latest(registry).decode().splitlines()
    assert {
        "goodfaith_database_up 0.0",
        "goodfaith_bus_up 0.0",
        "goodfaith_spool_waiting 0.0",
        'goodfaith_spool_settled_total{fate="lost"} 0.0',
    } <= set(told)


async def test_a_look_that_fails_as_nobody_expects_is_not_the_last() -> None:
    database, page = Patient(), Page()
    database.is_odd = True
    async with watching(database, page):
        assert await page.next() == ("away", "ok")
        database.is_odd = False
        assert await page.next() == ("ok", "ok")
