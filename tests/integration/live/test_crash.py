"""`kill -9`, and what is there afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import WSCloseCode, WSMsgType

from server.rehearsal.page import Page
from server.rehearsal.people import signed_in
from signaling import messages as wire
from tests.clients import Scene, scene
from tests.postgres import running_postgres
from tests.servers import RunningServer, running_server

NAMES = ("Ana Ortiz", "Ben Soto", "Cleo Park")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def mortal_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningServer]:
    if request.param == "sqlite":
        with running_server(tmp_path) as server:
            yield server
        return
    with running_postgres() as postgres:
        url = postgres.create("mortal")
        with running_server(tmp_path, database_url=url) as server:
            yield server


async def waiting_by_ops(clinic: Scene, count: int) -> list[tuple[str, int]]:
    """Return who waits since when, once that many are there."""
    async with signed_in(clinic.server.url, "ops", clinic.server.people["ops"]) as page:
        socket = await clinic.listening(page, "/ops")
        state = await socket.expect(
            wire.OpsSync,
            lambda event: sum(one.presence == "present" for one in event.now.waiting) == count,
        )
        await socket.close()
    return [(one.encounter_id, one.ready_at_ms) for one in state.now.waiting]


async def test_a_killed_server_comes_back_with_everybody_in_their_places(
    mortal_server: RunningServer,
) -> None:
    async with scene(mortal_server) as clinic:
        patients = [await clinic.waiting_patient(name) for name in NAMES]
        before = await waiting_by_ops(clinic, len(NAMES))
        await asyncio.to_thread(mortal_server.kill)
        for patient in patients:
            await patient.socket.closed.wait()
        await asyncio.to_thread(mortal_server.start)

        stream, last_seq = patients[0].socket.last
        for patient in reversed(patients):  # the order of returning decides nothing
            page: Page = patient.patient.page
            patient.socket = await clinic.listening(page, "/patient")
            sync = await patient.socket.expect(wire.PatientSync)
            assert sync.visit == "waiting"
            assert sync.stream != stream
        assert last_seq is not None
        assert await waiting_by_ops(clinic, len(NAMES)) == before

        casey = await clinic.practitioner("casey")
        for patient in patients:
            ringing = await casey.socket.expect(wire.OfferRinging)
            assert ringing.offer.encounter_id == patient.encounter_id
            await casey.accept(ringing.offer)
            await casey.give_up(patient.encounter_id)


async def test_a_server_told_to_stop_stops_in_good_order(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        async with scene(server) as clinic:
            await clinic.waiting_patient()
            status = await asyncio.to_thread(server.stop)
            assert status == 0
            await asyncio.to_thread(server.start)


async def test_a_server_that_stops_says_goodbye_to_every_connection(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        address = server.url + "/socket.io/?EIO=4&transport=websocket"
        async with aiohttp.ClientSession() as client, client.ws_connect(address) as polite:
            # One who reads nothing any more, and answers no goodbye.
            deaf = await client.ws_connect(address, autoclose=False)
            opened = await polite.receive_str()
            assert opened.startswith("0")
            stopping = asyncio.to_thread(server.stop)
            status, goodbye = await asyncio.gather(stopping, polite.receive())
            assert (goodbye.type, goodbye.data) == (WSMsgType.CLOSE, WSCloseCode.GOING_AWAY)
            assert status == 0
            await deaf.close()
