"""Sockets of sessions that ended, over a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest
from sqlalchemy import text, update

from server.access import Principal, Role
from server.clock import SystemClock
from server.live import session_watch as module
from server.live.edge import Edge
from server.live.session_watch import SessionWatch
from server.services import EndReason
from server.storage import sessions
from server.storage.database import Database
from server.storage.session_tables import sessions as rows
from server.storage.sessions import Session
from tests.integration.cluster.world import until

pytestmark = pytest.mark.postgres
KEPT, ENDED = "a" * 64, "b" * 64
IDLE_S = 900.0
NOBODY: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True)
class Page:
    """A socket, as far as its session goes."""

    principal: Principal


@dataclass
class Pages:
    """An edge that remembers whom it hung up on."""

    ended: list[tuple[str, EndReason]] = field(default_factory=list)
    session_over: Callable[[str, EndReason, frozenset[str]], object] = lambda *_: None

    def all(self) -> tuple[Page, ...]:
        return tuple(
            Page(Principal("patient", Role.PATIENT, encounter_id="e", session=one))
            for one in (KEPT, ENDED, ENDED, "")
            if one not in {gone for gone, _ in self.ended}
        )

    def end_session(self, id_hash: str, reason: EndReason) -> None:
        self.ended.append((id_hash, reason))


class Counted(SessionWatch):
    """One that counts how often it looked."""

    looks = 0

    async def _look(self) -> None:
        self.looks += 1
        await super()._look()


def session(id_hash: str, now: int) -> Session:
    return Session(
        id_hash=id_hash,
        audience="patient",
        account_id=None,
        encounter_id=None,
        site_id=None,
        kiosk=False,
        device="",
        assurance="link_birth_date",
        auth_time=now,
        last_seen_at=now,
        expires_at=now + 3_600_000_000,
    )


@asynccontextmanager
async def watching(
    database: Database, pages: Pages, away: Mapping[str, frozenset[str]] = NOBODY
) -> AsyncIterator[Counted]:
    async with database.write() as tx:
        now = await database.now_us(tx)
        for one in (KEPT, ENDED):
            await sessions.create(tx, session(one, now))
    watch = Counted(
        database,
        cast("Edge", pages),
        now=SystemClock().now,
        idle_s={"patient": IDLE_S},
        noted_every_s=0.0,  # every failure is a time in which somebody could not be noted
        away=lambda: away,
    )
    running = asyncio.create_task(watch.run())
    yield watch
    running.cancel()
    await asyncio.wait({running})


async def end(database: Database, reason: str = "signed_out") -> None:
    async with database.write() as tx:
        await sessions.end(tx, ENDED, reason, await database.now_us(tx))


async def idles(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(
            update(rows)
            .where(rows.c.id_hash == ENDED)
            .values(last_seen_at=rows.c.last_seen_at - round(IDLE_S * 1_000_000))
        )


async def test_who_signed_out_unheard_is_hung_up_on(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.05)
    database, pages = await Database.open(url), Pages()
    async with watching(database, pages):
        await end(database)
        await until(lambda: pages.ended == [(ENDED, "signed_out")])
    await database.close()


async def test_it_is_looked_at_once_when_something_may_have_been_missed_and_again_if_it_fails(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN_S", 0.01)
    database, pages = await Database.open(url), Pages()
    async with watching(database, pages) as watch:
        await end(database)
        async with database.write() as tx:
            await tx.execute(text("ALTER TABLE sessions RENAME TO sessions_elsewhere"))
        watch.look()
        await until(lambda: watch.looks >= 2)
        assert pages.ended == []
        async with database.write() as tx:
            await tx.execute(text("ALTER TABLE sessions_elsewhere RENAME TO sessions"))
        await until(lambda: pages.ended == [(ENDED, "signed_out")])
    await database.close()


async def test_who_idles_is_hung_up_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.05)
    database, pages = await Database.open(url), Pages()
    async with watching(database, pages):
        await idles(database)
        await until(lambda: pages.ended == [(ENDED, "expired")])
    await database.close()


async def test_nobody_idles_after_a_time_in_which_it_could_not_be_noted_that_they_do_not(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.05)
    monkeypatch.setattr(module, "AGAIN_S", 0.01)
    database, pages = await Database.open(url), Pages()
    async with watching(database, pages) as watch:
        async with database.write() as tx:
            await tx.execute(text("ALTER TABLE sessions RENAME TO sessions_elsewhere"))
        failed_at = watch.looks
        await until(lambda: watch.looks >= failed_at + 2)
        async with database.write() as tx:
            await tx.execute(text("ALTER TABLE sessions_elsewhere RENAME TO sessions"))
        await idles(database)
        well_at = watch.looks
        await until(lambda: watch.looks >= well_at + 5)
        assert pages.ended == []
        await end(database)
        await until(lambda: pages.ended == [(ENDED, "signed_out")])
    await database.close()


async def test_a_session_that_another_took_the_place_of_is_looked_at_twice(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page is told which, by whoever put the other there."""
    monkeypatch.setattr(module, "LOOK_S", 60.0)
    database, pages = await Database.open(url), Pages()
    async with watching(database, pages) as watch:
        await end(database, "replaced")
        watch.look()
        await until(lambda: watch.looks == 1)
        assert pages.ended == []
        watch.look()
        await until(lambda: pages.ended == [(ENDED, "replaced")])
    await database.close()


async def test_whose_page_is_away_from_a_call_is_looked_at_as_well(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their media may go on without a socket; for that they do not idle."""
    monkeypatch.setattr(module, "LOOK_S", 0.05)
    database, pages = await Database.open(url), Pages()
    told: list[tuple[str, EndReason, frozenset[str]]] = []
    pages.session_over = lambda *what: told.append(what)
    pages.ended = [(KEPT, "revoked"), (ENDED, "revoked")]  # no socket of theirs is here
    away = {"net": frozenset({ENDED}), "other": frozenset({KEPT})}
    async with watching(database, pages, away) as watch:
        await idles(database)
        await until(lambda: watch.looks >= 3)
        assert told == []
        await end(database, "revoked")
        await until(lambda: bool(told))
    assert set(told) == {(ENDED, "revoked", frozenset({"net"}))}
    await database.close()
