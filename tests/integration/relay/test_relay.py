"""A relay in this process, with a clock that moves when told: what time alone brings about."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from media.addresses import SocketAddress
from media.answering import read_answer
from media.datagrams import open_endpoint
from media.handshakes import Handshakes
from media.ice_effects import LegId
from media.ice_errors import LegsFull
from media.limits import Limits
from media.relay import Relay
from media.relay_events import CloseReason, Heartbeat, LegClosed, RelayEvent
from media.relay_limits import RelayLimits
from server.clock import ManualClock
from tests.relays import PATIENCE_S

CHROMIUM = Path(__file__).parents[2] / "unit" / "media" / "answers" / "chromium.sdp"
LOOPBACKS = ("127.0.0.1", "::1")


class Scene:
    """A relay, its clock, and what it told."""

    def __init__(self, limits: RelayLimits) -> None:
        self.clock = ManualClock()
        self.told: list[RelayEvent] = []
        self.relay = Relay(
            ("127.0.0.1",),
            limits,
            now=self.clock.now,
            entropy=secrets.token_bytes,
            tell=self.told.append,
        )

    def pass_time(self, seconds: float) -> None:
        self.relay._on_time(self.clock.advance(seconds))


@asynccontextmanager
async def scene(limits: RelayLimits) -> AsyncIterator[Scene]:
    made = Scene(limits)
    await made.relay.open("127.0.0.1", 0)
    try:
        yield made
    finally:
        await made.relay.close()


async def test_a_leg_that_nobody_connects_to_is_closed() -> None:
    leg = LegId("forgotten")
    async with scene(RelayLimits(unconnected_s=10)) as one:
        one.relay.create_leg(leg)
        one.pass_time(10)
        assert not [event for event in one.told if isinstance(event, LegClosed)]
        one.pass_time(0.1)
        assert LegClosed(leg, CloseReason.UNCONNECTED) in one.told
        assert one.relay.empty.is_set()


@pytest.mark.safeguard("V17.1.2")
async def test_the_relay_takes_as_many_legs_as_it_may_and_none_while_draining() -> None:
    async with scene(RelayLimits(ice=Limits(legs_max=2))) as one:
        one.relay.create_leg(LegId("a"))
        one.relay.create_leg(LegId("b"))
        with pytest.raises(LegsFull):
            one.relay.create_leg(LegId("c"))
        one.relay.close_leg(LegId("a"))
        one.relay.create_leg(LegId("c"))
        one.relay.close_leg(LegId("b"))
        one.relay.drain()
        with pytest.raises(LegsFull):
            one.relay.create_leg(LegId("d"))
        assert one.relay.heartbeat() == Heartbeat(1, 2, draining=True)


async def test_capacity_is_told_again_and_again() -> None:
    async with scene(RelayLimits(heartbeat_s=2)) as one:
        for _ in range(6):
            one.pass_time(1)
        assert one.told == [Heartbeat(0, 2_000, draining=False)] * 3


async def test_a_relay_that_stops_says_so_of_every_leg() -> None:
    made = Scene(RelayLimits())
    await made.relay.open("127.0.0.1", 0)
    made.relay.create_leg(LegId("a"))
    await made.relay.close()
    assert made.told == [LegClosed(LegId("a"), CloseReason.STOPPED)]


async def test_a_handshake_that_says_nothing_ends_and_gives_its_place_to_the_next() -> None:
    handshakes = Handshakes(RelayLimits(handshakes_max=1, handshake_s=0.05))
    answer = read_answer(CHROMIUM.read_text())
    silent = [handshakes.prepare(answer, lambda _: None, lambda: None) for _ in range(3)]
    async with asyncio.timeout(PATIENCE_S):
        ends = await asyncio.gather(*(handshakes.secure(one) for one in silent))
    assert ends == [CloseReason.HANDSHAKE_SLOW] * 3
    for one in silent:
        await one.close()


@pytest.mark.parametrize("host", LOOPBACKS)
async def test_a_socket_of_either_family_receives_and_sends(host: str) -> None:
    def echo(data: bytes, source: SocketAddress) -> None:
        endpoint.send(data[::-1], source)

    endpoint = await open_endpoint(host, 0, echo)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as browser:
        browser.setblocking(False)  # noqa: FBT003 - as the library has it
        browser.bind((host, 0))
        browser.sendto(b"check", (host, endpoint.port))
        async with asyncio.timeout(PATIENCE_S):
            assert await asyncio.get_running_loop().sock_recv(browser, 100) == b"kcehc"
    await endpoint.close()
    assert endpoint.counts() == {
        "received": 1,
        "sent": 1,
        "unsent": 0,
        "missed": 0,
        "failures": 0,
    }


async def test_what_the_system_does_not_send_is_dropped_and_counted() -> None:
    endpoint = await open_endpoint("127.0.0.1", 0, lambda _data, _source: None)
    endpoint.send(bytes(70_000), ("127.0.0.1", endpoint.port))
    await endpoint.close()
    endpoint.send(b"late", ("127.0.0.1", 9))
    assert endpoint.counts() == {
        "received": 0,
        "sent": 0,
        "unsent": 2,
        "missed": 0,
        "failures": 0,
    }


async def test_what_comes_faster_than_it_is_read_is_counted_by_the_system() -> None:
    endpoint = await open_endpoint("127.0.0.1", 0, lambda _data, _source: None)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
        # Nothing is read before this task waits for something.
        for _ in range(40_000):
            flood.sendto(bytes(1_100), ("127.0.0.1", endpoint.port))
    assert endpoint.missed > 0
    await endpoint.close()
    assert endpoint.missed == 0


async def test_a_mistake_of_ours_with_one_datagram_ends_with_it() -> None:
    came = asyncio.Event()

    def mistaken(data: bytes, _: object) -> None:
        came.set()
        raise KeyError(data)

    endpoint = await open_endpoint("127.0.0.1", 0, mistaken)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as browser:
        browser.sendto(b"one", ("127.0.0.1", endpoint.port))
        async with asyncio.timeout(PATIENCE_S):
            await came.wait()
    await endpoint.close()
    assert endpoint.counts() == {
        "received": 1,
        "sent": 0,
        "unsent": 0,
        "missed": 0,
        "failures": 1,
    }
