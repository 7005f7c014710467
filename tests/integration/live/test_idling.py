"""Nobody is at the page: it is signed off, socket and all; never in a call or while waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import func, select, update

from server.rehearsal.failures import Refused
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.page import Page
from server.storage.audit_tables import audit_entries
from server.storage.database import Database
from server.storage.session_tables import sessions
from server.views import AccountView
from signaling import messages as wire
from tests.clients import Scene, scene
from tests.integration.live.test_calls import in_call
from tests.servers import RunningServer, Serving

IDLE_S = 60
SOON_S = 5.0
SECOND = 1_000_000


@pytest.fixture(scope="module")
def hasty_server(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    """A server on which somebody is idle as soon as may be set."""
    limits = {"session_idle_s": str(IDLE_S), "patient_session_idle_s": str(IDLE_S)}
    with serving(tmp_path_factory.mktemp("hasty"), **limits) as running:
        yield running


@pytest.fixture
async def hasty_clinic(hasty_server: RunningServer) -> AsyncIterator[Scene]:
    async with scene(hasty_server) as people:
        yield people


async def unused_for(
    server: RunningServer, seconds: int, *, ends_in_s: int | None = None
) -> None:
    """Let every session have been used last so long ago."""
    database = await Database.open(server.database_url, exclusive=False)
    async with database.write() as tx:
        now = await database.now_us(tx)
        values = {"last_seen_at": now - seconds * SECOND}
        if ends_in_s is not None:
            values["expires_at"] = now + ends_in_s * SECOND
        await tx.execute(update(sessions).values(values))
    await database.close()


async def signed_off_entries(server: RunningServer) -> int:
    """Count what the audit log says of those who were not there any more."""
    entry = audit_entries.c
    database = await Database.open(server.database_url, exclusive=False)
    async with database.read() as tx:
        query = select(func.count()).where(entry.action == "signed_out", entry.reason == "idle")
        found = (await tx.execute(query)).scalar_one()
    await database.close()
    return int(found)


async def is_signed_in(page: Page, area: str) -> bool:
    try:
        await page.get(f"/api/v1/{area}/session", AccountView)
    except Refused:
        return False
    return True


async def signed_off(socket: LiveSocket, within_s: float = SOON_S) -> None:
    assert (await socket.expect(wire.SessionEnded, within_s=within_s)).reason == "expired"
    async with asyncio.timeout(SOON_S):
        await socket.closed.wait()


@pytest.mark.parametrize(
    ("area", "login", "namespace"),
    [
        ("console", "devon", "/practitioner"),
        ("portal", "lumen", "/spa"),
        ("ops", "ops", "/ops"),
    ],
)
@pytest.mark.safeguard("164.312(a)(2)(iii)")
async def test_an_idle_page_is_signed_off_socket_and_http(
    hasty_clinic: Scene, area: str, login: str, namespace: str
) -> None:
    page = await hasty_clinic.staff_page(area, login)
    socket = await hasty_clinic.listening(page, namespace)
    await unused_for(hasty_clinic.server, IDLE_S - 20)
    await asyncio.sleep(2)
    assert not socket.closed.is_set()
    before = await signed_off_entries(hasty_clinic.server)
    await unused_for(hasty_clinic.server, IDLE_S)
    await signed_off(socket)
    assert not await is_signed_in(page, area)
    assert await signed_off_entries(hasty_clinic.server) > before


async def test_what_a_page_does_by_itself_is_nobody_being_there(hasty_clinic: Scene) -> None:
    by_itself = await hasty_clinic.practitioner("blake", on_duty=False)
    by_hand = await hasty_clinic.practitioner("casey", on_duty=False)
    said = await hasty_clinic.practitioner("emery", on_duty=False)
    await asyncio.sleep(1)  # that they came is noted by now
    await unused_for(hasty_clinic.server, IDLE_S - 8)
    await by_itself.socket.ask("sync")
    assert await is_signed_in(by_itself._page, "console")
    await by_hand.socket.ask("duty.away")
    status, _ = await said._page.request("POST", "/api/v1/console/session/activity", "{}")
    assert status == 204
    await signed_off(by_itself.socket, within_s=20)
    assert await is_signed_in(by_hand._page, "console")
    assert await is_signed_in(said._page, "console")
    assert by_hand.socket.of(wire.SessionEnded) == []


@pytest.mark.long
@pytest.mark.safeguard("164.312(a)(2)(iii)")
async def test_a_call_outlives_the_idle_and_the_absolute_limit_and_a_patient_may_wait(
    hasty_clinic: Scene,
) -> None:
    ana, avery = await in_call(hasty_clinic)
    idle = await hasty_clinic.practitioner("finley", on_duty=False)
    waits = await hasty_clinic.waiting_patient("Maya Lin", "lumen")
    await unused_for(hasty_clinic.server, IDLE_S - 25, ends_in_s=28)
    await signed_off(idle.socket, within_s=40)
    await asyncio.sleep(10)
    for socket in (ana.socket, avery.socket):
        assert socket.of(wire.SessionEnded) == []
        assert not socket.closed.is_set()
    assert await is_signed_in(avery._page, "console")
    await waits.socket.expect(wire.SessionEnded)  # its absolute limit: nobody talks to them
