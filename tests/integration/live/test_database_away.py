"""PostgreSQL stops under calls in progress, and comes back."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from signaling import messages as wire
from tests.clients import scene
from tests.cluster.postgres import StoppablePostgres, stoppable_postgres
from tests.integration.live.test_calls import code_of, in_call
from tests.integration.live.test_legs import linked_pair
from tests.servers import RunningServer, running_server

pytestmark = pytest.mark.postgres


@dataclass
class Mortal:
    """A server, and the PostgreSQL that it needs."""

    server: RunningServer
    postgres: StoppablePostgres

    @asynccontextmanager
    async def without_database(self, *watching: object) -> AsyncIterator[None]:
        """Stop it until the block ends, and wait until the pages know either."""
        await asyncio.to_thread(self.postgres.stop)
        try:
            for socket in watching:
                await told(socket, "away")
            yield
        finally:
            await asyncio.to_thread(self.postgres.start)
        for socket in watching:
            await told(socket, "ok")

    def health(self) -> dict[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        connection.request("GET", "/healthz")
        body: dict[str, str] = json.loads(connection.getresponse().read())
        connection.close()
        return body


async def told(socket: object, database: str) -> None:
    await socket.expect(  # type: ignore[attr-defined]
        wire.ServiceChanged, lambda event: event.database == database
    )


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Mortal]:
    with stoppable_postgres() as postgres:
        url = postgres.url
        with running_server(tmp_path, database_url=url, away_after_s="1") as server:
            yield Mortal(server, postgres)


async def kinds(avery: object, encounter_id: str) -> list[str]:
    chart = await avery.read_chart(encounter_id)  # type: ignore[attr-defined]
    return [one.kind for one in chart.entries]


@pytest.mark.long
async def test_a_direct_call_goes_on_and_its_chart_has_all_of_it_in_order(
    mortal: Mortal,
) -> None:
    async with scene(mortal.server) as clinic:
        ana, avery = await in_call(clinic)
        about = {"encounter_id": ana.encounter_id, "generation": 1}
        for socket in (ana.socket, avery.socket):
            await socket.ask("call.first_frame", **about, since_accept_ms=100)
        await ana.socket.expect(wire.CallChanged, lambda one: one.call.state == "connected")
        async with mortal.without_database(ana.socket, avery.socket):
            await ana.socket.ask("call.interrupted", **about)
            await ana.socket.ask("call.recovered", **about)
            await ana.socket.ask(
                "call.media", encounter_id=ana.encounter_id, audio=True, video=False
            )
            await avery.socket.ask("call.failed", **about, reason="ice_failed")
            await ana.socket.ask("call.retry", encounter_id=ana.encounter_id)
            for socket in (ana.socket, avery.socket):
                assert (await socket.expect(wire.CallStarted)).setup.generation == 2
            hung_up = await avery.socket.command("call.hang_up", encounter_id=ana.encounter_id)
            assert code_of(hung_up) == "database_away"
            assert hung_up.error is not None
            assert hung_up.error.retry
        await avery.socket.ask("call.hang_up", encounter_id=ana.encounter_id)
        written = await kinds(avery, ana.encounter_id)
        assert written[written.index("call.connected") + 1 :] == [
            "call.interrupted",
            "call.recovered",
            "media.switched",
            "call.failed",
            "call.started",
            "call.ended",
            "visit.changed",
        ]


async def test_a_first_picture_is_not_taken_before_it_is_written(mortal: Mortal) -> None:
    async with scene(mortal.server) as clinic:
        ana, avery = await in_call(clinic)
        seen = {"encounter_id": ana.encounter_id, "generation": 1, "since_accept_ms": 100}
        async with mortal.without_database(avery.socket):
            refused = await avery.socket.command("call.first_frame", **seen)
            assert code_of(refused) in {"database_away", "retry"}
            assert refused.error is not None
            assert refused.error.retry
        for socket in (avery.socket, ana.socket):
            await socket.ask("call.first_frame", **seen)
        await ana.socket.expect(wire.CallChanged, lambda one: one.call.state == "connected")


@pytest.mark.long
async def test_what_waits_outlives_the_server(mortal: Mortal) -> None:
    async with scene(mortal.server) as clinic:
        ana, avery = await in_call(clinic)
        about = {"encounter_id": ana.encounter_id, "generation": 1}
        await asyncio.to_thread(mortal.postgres.stop)
        await told(avery.socket, "away")
        await avery.socket.ask("call.failed", **about, reason="ice_failed")
        await asyncio.to_thread(mortal.server.kill)
        await asyncio.to_thread(mortal.postgres.start)
        await asyncio.to_thread(mortal.server.start)
        for socket in (ana.socket, avery.socket):
            await socket.connect(*socket.last)
        assert (await kinds(avery, ana.encounter_id))[-1] == "call.failed"


async def test_who_waits_keeps_the_place_and_what_is_new_is_refused(mortal: Mortal) -> None:
    async with scene(mortal.server) as clinic:
        ana = await clinic.waiting_patient("Ana Ortiz")
        ben = await clinic.ready_patient("Ben Soto")
        async with mortal.without_database(ana.socket, ben.socket):
            refused = await ben.socket.command("queue.join")
            assert code_of(refused) == "database_away"
            health = await asyncio.to_thread(mortal.health)
            assert (health["status"], health["database"]) == ("degraded", "down")
        await ben.join()
        avery = await clinic.practitioner("avery")
        await clinic.accepted(avery, ana)


async def test_a_relayed_call_is_not_torn_down_and_its_evidence_is_whole(
    tmp_path: Path,
) -> None:
    with stoppable_postgres() as postgres:
        url = postgres.url
        with running_server(
            tmp_path, database_url=url, calls="relay", relay_port="0", connect_limit_s="2"
        ) as server:
            mortal = Mortal(server, postgres)
            async with scene(server) as clinic, linked_pair(clinic) as (pair, one, other):
                async with mortal.without_database(pair.ana.socket):
                    for page in (one, other):
                        await page.seen(1, 100)
                    await pair.ana.socket.ask(
                        "call.media", encounter_id=pair.encounter_id, audio=False, video=True
                    )
                for page in (one, other):
                    await page.seen(1, 20)
                states = [event.call.state for event in pair.ana.socket.of(wire.CallChanged)]
                assert {"failed", "ended"}.isdisjoint(states)
                await pair.avery.examine(pair.encounter_id, looking=False)
                await pair.avery.sign(pair.encounter_id)
                chart = await pair.avery.read_chart(pair.encounter_id)
                assert chart.media is not None
                assert chart.media.complete
                assert "media.switched" in [entry.kind for entry in chart.entries]
