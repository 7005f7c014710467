"""Relays that others run: the least loaded is chosen, and short gaps lose none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from media.control_events import read_legs
from media.control_messages import AskLegs, CloseLeg, ControlRefused, CreateLeg, Drain
from media.ice_effects import LegId
from media.relay_events import CloseReason, Heartbeat, LegClosed
from server.relays.home import RemoteHome
from server.relays.port import RelayLost
from tests.pools import PATIENCE_S, Ear, pool_over
from tests.relays import RunningRelay, running_relay

LEGS = tuple(LegId(f"e{n}.patient.1") for n in range(4))


Two = tuple[RunningRelay, RunningRelay]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    with (
        running_relay(tmp_path_factory.mktemp("one")) as one,
        running_relay(tmp_path_factory.mktemp("other")) as other,
    ):
        yield one, other


@pytest.fixture
async def two(both: Two) -> AsyncIterator[Two]:
    """Two relays without legs."""
    yield both
    for relay in both:
        async with relay.controlling() as control:
            legs, _ = read_legs(await control.ask(AskLegs("")))
            for one in legs:
                await control.ask(CloseLeg(one.leg))


def home_of(relay: RunningRelay) -> RemoteHome:
    return RemoteHome(relay.control, relay.secret)


async def test_the_least_loaded_is_chosen_and_legs_count_before_the_next_heartbeat(
    two: Two,
) -> None:
    async with pool_over(map(home_of, two)) as (pool, ear), asyncio.timeout(PATIENCE_S):
        relays = {await ear.next("up"), await ear.next("up")}
        chosen = []
        for leg in LEGS:
            relay = pool.choose()
            assert relay is not None
            await pool.ask(relay, CreateLeg(leg))
            chosen.append(relay)
        assert all(chosen.count(relay) == 2 for relay in relays)
        assert pool.choose(but=relays) is None
        (other,) = relays - {chosen[0]}
        assert pool.choose(but=[chosen[0]]) == other


async def test_a_draining_one_is_not_chosen_and_then_lost(tmp_path: Path, two: Two) -> None:
    with running_relay(tmp_path) as ending:
        homes = map(home_of, (ending, two[0]))
        async with pool_over(homes, lost_s=1.5) as (pool, ear):
            up = {await ear.next("up"), await ear.next("up")}
            (first,) = (one for one in up if one.startswith(ending.control))
            await pool.ask(first, CreateLeg(LEGS[0]))
            await pool.ask(first, Drain())
            assert await ear.next("draining") == first
            assert pool.standing(first) == "draining"
            assert {pool.choose()} == up - {first}
            with pytest.raises(ControlRefused):
                await pool.ask(first, CreateLeg(LEGS[1]))
            await pool.ask(first, CloseLeg(LEGS[0]))
            assert await ear.next("lost") == first


async def test_a_wrong_secret_is_refused_and_nothing_is_chosen(
    two: Two,
) -> None:
    one, other = two
    homes = [RemoteHome(one.control, b"x" * 32), home_of(other)]
    async with pool_over(homes) as (pool, ear):
        relay = await ear.next("up")
        assert relay.startswith(other.control)
        assert pool.choose(but=[relay]) is None
    assert len(ear.changes) == 1


class Wire:
    """A control connection through this process, that can be cut and kept cut."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._open: set[asyncio.StreamWriter] = set()
        self.passes = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.passes:
            writer.close()
            return
        host, _, port = self._target.rpartition(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        self._open |= {writer, far_writer}
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()

    def cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()


@asynccontextmanager
async def wire_to(relay: RunningRelay) -> AsyncIterator[tuple[Wire, RemoteHome]]:
    wire = Wire(relay.control)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield wire, RemoteHome(f"{host}:{port}", relay.secret)
    finally:
        server.close()
        wire.cut()


async def test_a_cut_connection_comes_back_without_the_relay_being_lost(
    two: Two,
) -> None:
    async with wire_to(two[0]) as (wire, home), pool_over([home]) as (pool, ear):
        relay = await ear.next("up")
        await pool.ask(relay, CreateLeg(LEGS[0]))
        for _ in range(3):
            wire.cut()
            assert await ear.next("up") == relay
            assert [one.leg for one in await pool.legs(relay)] == [LEGS[0]]


async def test_what_is_asked_in_a_gap_waits_for_the_connection(
    two: Two,
) -> None:
    async with wire_to(two[0]) as (wire, home), pool_over([home]) as (pool, ear):
        relay = await ear.next("up")
        wire.passes = False
        wire.cut()
        async with asyncio.timeout(PATIENCE_S):
            while pool.choose() is not None:  # noqa: ASYNC110 - until the cut is noticed
                await asyncio.sleep(0)
        asking = asyncio.ensure_future(pool.ask(relay, CreateLeg(LEGS[0])))
        wire.passes = True
        async with asyncio.timeout(PATIENCE_S):
            assert "sdp" in await asking
        assert ear.changes == [(relay, "up"), (relay, "up")]


async def test_a_connection_that_stays_away_loses_the_relay_until_it_is_back(
    two: Two,
) -> None:
    async with wire_to(two[0]) as (wire, home), pool_over([home], lost_s=1.5) as (pool, ear):
        relay = await ear.next("up")
        wire.passes = False
        wire.cut()
        asking = asyncio.ensure_future(pool.ask(relay, CreateLeg(LEGS[0])))
        assert await ear.next("lost") == relay
        with pytest.raises(RelayLost):
            await asking
        wire.passes = True
        assert await ear.next("up") == relay


async def test_every_event_is_heard_parsed_and_the_rest_is_counted(
    two: Two,
) -> None:
    async with pool_over([home_of(two[0])]) as (pool, ear), asyncio.timeout(PATIENCE_S):
        relay = await ear.next("up")
        await pool.ask(relay, CreateLeg(LEGS[0]))
        pool._clients[relay]._take({"event": "leg_closed", "at_us": 1, "leg": "a/b"})
        pool._clients[relay]._take({"event": "novelty"})
        await pool.ask(relay, CloseLeg(LEGS[0]))
        while ear.events[-1] != (relay, LegClosed(LEGS[0], CloseReason.REQUESTED)):
            await pool.legs(relay)
    assert pool.ignored == {"malformed": 1, "unknown_event": 1}
    assert isinstance(ear.events[0][1], Heartbeat)


async def test_a_hearer_that_fails_keeps_no_other_from_hearing(
    two: Two,
) -> None:
    async with pool_over([home_of(two[0])]) as (pool, first):
        pool.hearers.insert(0, broken)
        second = Ear()
        pool.hearers.append(second.heard)
        await first.next("up")
        async with asyncio.timeout(PATIENCE_S):
            while not second.events:
                await pool.legs(first.changes[0][0])


def broken(*_: object) -> None:
    raise ValueError
