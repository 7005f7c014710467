"""The imperfect network that other tests stand on does what it says, each time the same."""

from __future__ import annotations

import asyncio
import itertools
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.udp_proxy import BACK, FRONT, PATHS_MAX, Conditions, Path, UdpProxy, Wire, udp_proxy

PATIENCE_S = 10.0
SENT = 5_000


class Echo(asyncio.DatagramProtocol):
    """What stands in the relay's place: it sends everything back, and notes from where."""

    def __init__(self) -> None:
        self.sources: list[Any] = []
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ANN401 - as asyncio has it
        if addr not in self.sources:
            self.sources.append(addr)
        self._transport.sendto(data, addr)


class Browser:
    """A socket that sends to the proxy and hears the echo."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)  # noqa: FBT003 - as the library has it
        self._socket.bind((BACK, 0))

    @property
    def address(self) -> Any:  # noqa: ANN401 - as the library has it
        return self._socket.getsockname()

    def say(self, data: bytes) -> None:
        self._socket.sendto(data, (FRONT, self._port))

    async def hear(self) -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.get_running_loop().sock_recv(self._socket, 2_048)

    def close(self) -> None:
        self._socket.close()


@asynccontextmanager
async def network() -> AsyncIterator[tuple[Echo, UdpProxy, Browser]]:
    loop = asyncio.get_running_loop()
    transport, echo = await loop.create_datagram_endpoint(Echo, local_addr=(BACK, 0))
    port = transport.get_extra_info("sockname")[1]
    async with udp_proxy(port) as proxy:
        browser = Browser(port)
        yield echo, proxy, browser
        browser.close()
    transport.close()


def arrivals(conditions: Conditions, seed: int = 1) -> list[float | None]:
    wire, dice = Wire(), random.Random(seed)
    return [wire.arrival(conditions, float(at), dice) for at in range(SENT)]


def test_as_many_are_lost_as_were_asked_for_and_always_the_same() -> None:
    lossy = Conditions(loss=0.05)
    lost = sum(1 for one in arrivals(lossy) if one is None)
    assert 0.04 * SENT < lost < 0.06 * SENT
    assert arrivals(lossy) == arrivals(lossy) != arrivals(lossy, seed=2)


def test_jitter_spreads_but_keeps_the_order() -> None:
    wire, dice = Wire(), random.Random(1)
    conditions = Conditions(delay_s=0.1, jitter_s=0.05)
    sent = [at / 1_000 for at in range(SENT)]
    due = [wire.arrival(conditions, at, dice) for at in sent]
    came = [one for one in due if one is not None]
    assert came == sorted(came)
    took = [one - at for one, at in zip(came, sent, strict=True)]
    assert 0.1 <= min(took) < 0.13
    assert 0.14 < max(took) <= 0.15 + 1e-9


def test_those_that_are_overtaken_come_later_than_the_next() -> None:
    wire, dice = Wire(), random.Random(1)
    conditions = Conditions(overtaken=0.1, held_s=0.5)
    due = [wire.arrival(conditions, at / 10, dice) or 0.0 for at in range(SENT)]
    late = sum(1 for one, following in itertools.pairwise(due) if one > following)
    assert 0.05 * SENT < late < 0.15 * SENT


async def test_what_is_sent_arrives_and_its_answer_too() -> None:
    async with network() as (echo, proxy, browser):
        for number in range(3):
            browser.say(b"%d" % number)
            assert await browser.hear() == b"%d" % number
        (path,) = proxy.paths.values()
        assert path.source == browser.address
        assert echo.sources == path.addresses
        assert path.counts == {"passed": 6}


async def test_delay_is_paid_each_way() -> None:
    async with network() as (_, proxy, browser):
        proxy.conditions = Conditions(delay_s=0.05)
        began = asyncio.get_running_loop().time()
        browser.say(b"slow")
        assert await browser.hear() == b"slow"
        assert asyncio.get_running_loop().time() - began >= 0.1


async def test_a_moved_path_has_another_address_and_goes_on() -> None:
    async with network() as (echo, proxy, browser):
        browser.say(b"here")
        await browser.hear()
        path: Path = proxy.busiest()
        await proxy.move(path)
        browser.say(b"there")
        assert await browser.hear() == b"there"
        assert len(set(echo.sources)) == 2
        assert echo.sources == path.addresses


async def test_two_browsers_have_an_address_each() -> None:
    async with network() as (echo, proxy, browser):
        other = Browser(proxy._target[1])
        for one in (browser, other):
            one.say(b"it is me")
            await one.hear()
        assert len(set(echo.sources)) == len(proxy.paths) == 2
        other.close()


async def test_the_path_that_was_silent_for_longest_makes_room_for_another() -> None:
    async with network() as (_, proxy, browser):
        browsers = [Browser(proxy._target[1]) for _ in range(PATHS_MAX)]
        browser.say(b"first")
        await browser.hear()
        for one in browsers[:-1]:
            one.say(b"next")
            await one.hear()
        browser.say(b"still here")
        await browser.hear()
        browsers[-1].say(b"one too many")
        assert await browsers[-1].hear() == b"one too many"
        assert len(proxy.paths) == PATHS_MAX
        assert browser.address in proxy.paths
        assert browsers[0].address not in proxy.paths
        for one in browsers:
            one.close()


@pytest.mark.parametrize("all_of_it", [True, False])
async def test_nothing_passes_while_it_is_blocked(*, all_of_it: bool) -> None:
    async with network() as (echo, proxy, browser):
        browser.say(b"before")
        await browser.hear()
        where: UdpProxy | Path = proxy if all_of_it else proxy.busiest()
        where.blocked = True
        for _ in range(3):
            proxy.datagram_received(b"lost", browser.address)
        assert proxy.busiest().counts["blocked"] == 3
        where.blocked = False
        browser.say(b"after")
        assert await browser.hear() == b"after"
        assert len(echo.sources) == 1
