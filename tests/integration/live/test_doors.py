from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp
import pytest

from server.rehearsal.failures import Refused, RehearsalFailed
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.page import Page
from server.views import AccountView
from signaling import messages as wire
from tests.clients import Scene
from tests.servers import RunningServer

NAMESPACES = ("/patient", "/practitioner", "/spa", "/ops")


@pytest.mark.parametrize("namespace", NAMESPACES)
async def test_nobody_comes_in_without_a_session(server: RunningServer, namespace: str) -> None:
    async with Page.opened(server.url) as page:
        with pytest.raises(Refused) as refused:
            await LiveSocket(page, namespace).connect()
    assert refused.value.code == "not_signed_in"


@pytest.mark.parametrize("namespace", ["/patient", "/practitioner", "/ops"])
async def test_a_session_of_one_audience_opens_no_other_door(
    clinic: Scene, namespace: str
) -> None:
    page = await clinic.staff_page("portal", "glow")
    with pytest.raises(Refused) as refused:
        await LiveSocket(page, namespace).connect()
    assert refused.value.code == "not_signed_in"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://localhost"]
)
async def test_a_page_of_another_origin_cannot_connect(clinic: Scene, origin: str) -> None:
    page = await clinic.staff_page("portal", "glow")
    url = f"{page.origin}/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await page.session.ws_connect(url, headers={"Origin": origin})
    assert refused.value.status in {400, 403}


async def test_a_connection_without_an_origin_is_refused(clinic: Scene) -> None:
    page = await clinic.staff_page("portal", "glow")
    url = f"{page.origin}/socket.io/?EIO=4&transport=websocket"
    async with page.session.ws_connect(url) as socket:
        await socket.receive()
        await socket.send_str('40/spa,{"v":1}')
        answer = await socket.receive()
    assert answer.data.startswith("44/spa,")
    assert "origin_refused" in answer.data


async def test_there_is_no_long_polling(clinic: Scene) -> None:
    page = await clinic.staff_page("portal", "glow")
    status, _ = await page.request("GET", "/socket.io/?EIO=4&transport=polling")
    assert status == 400


async def test_signing_out_ends_the_sockets_of_that_session(clinic: Scene) -> None:
    page = await clinic.staff_page("console", "blake")
    socket = await clinic.listening(page, "/practitioner")
    await socket.expect(wire.PractitionerSync)
    await page.call("DELETE", "/api/v1/console/session")
    assert (await socket.expect(wire.SessionEnded)).reason == "signed_out"
    with pytest.raises(Refused) as refused:
        await page.get("/api/v1/console/session", AccountView)
    assert refused.value.code in {"not_signed_in", "session_expired"}


async def test_an_account_that_is_closed_is_sent_away(clinic: Scene) -> None:
    """The session ends in the database, by a command beside the server."""
    page = await clinic.staff_page("console", "finley")
    clinic.server.command("account", "close", "practitioner", "finley")
    with pytest.raises(Refused) as refused:
        await page.get("/api/v1/console/session", AccountView)
    assert refused.value.code in {"not_signed_in", "session_expired"}
    with pytest.raises(Refused):
        await LiveSocket(page, "/practitioner").connect()


@pytest.mark.long
async def test_a_socket_whose_session_ended_elsewhere_is_told_within_half_a_minute(
    clinic: Scene, pytestconfig: pytest.Config
) -> None:
    page = await clinic.staff_page("console", "devon")
    socket = await clinic.listening(page, "/practitioner")
    await asyncio.to_thread(clinic.server.command, "account", "close", "practitioner", "devon")
    # Half a minute, and the time that one waits for an answer to what was asked then.
    async with asyncio.timeout(75):
        while not socket.closed.is_set():
            with suppress(RehearsalFailed):
                await socket.command("sync")
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await socket.closed.wait()
    # One process finds only that there is no such session; nodes look who ended it.
    reason = "expired" if pytestconfig.getoption("nodes") == 1 else "revoked"
    assert [event.reason for event in socket.of(wire.SessionEnded)] == [reason]
