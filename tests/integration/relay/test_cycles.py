"""Calls come and go, and the relay process holds as much afterwards as before."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from media.control_client import ControlClient
from media.control_messages import AskStats, CloseLeg, Collect, Json, Link, Observe, SealCall
from media.ice_effects import LegId
from tests.bench.relay_load.processes import resident_bytes
from tests.bench.relay_load.systems import Legs
from tests.relays import LOOPBACK, PATIENCE_S, RunningRelay, running_relay
from tests.scripted_legs import connected

# What the allocator keeps for itself; a leg that were not given back is 130 KiB.
GROWTH_BYTES_MAX = 2 * 1_048_576
PICTURES = 3


class Collector:
    """Takes all evidence as it becomes ready, and passes other events over."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control
        self._numbers: dict[str, int] = {}

    async def run(self) -> None:
        while True:
            event = await self._control.events.get()
            if event["event"] == "evidence_ready":
                await self._collect(str(event["call"]))

    async def _collect(self, call: str) -> None:
        found: Any = await self._control.ask(Collect(call, self._numbers.get(call, 0)))
        for number, text in found["parts"]:
            self._numbers[call] = number
            if '"type":"seal"' in text:
                await self._control.ask(Collect(call, number))
                del self._numbers[call]


async def one_call(control: ControlClient, makes: Legs, number: int) -> None:
    """Connect two legs, let them talk, and end it in one of three ways."""
    call = f"call{number}"
    names = LegId(f"{call}.patient"), LegId(f"{call}.practitioner")
    legs = await connected(control, makes, *names)
    await control.ask(Observe(call, *names))
    await control.ask(Link(*names))
    for leg in legs:
        leg.speak(PICTURES)
    await control.ask(SealCall(call))
    if number % 3 == 0:
        for leg in legs:
            await leg.leave()
    elif number % 3 == 1:
        for leg in legs:
            await control.ask(CloseLeg(leg.name))
            await leg.leave()
    else:
        # Gone without a word.
        for leg in legs:
            await leg.leg.close()
            await control.ask(CloseLeg(leg.name))


async def tables(control: ControlClient) -> Json:
    """Return the sizes of all tables, and the number of tasks."""
    stats: Any = await control.ask(AskStats())
    found: Mapping[str, int] = stats["tables"]
    return found


async def settled(control: ControlClient, before: Json) -> None:
    """Wait until every farewell is over and the tables are as they were."""
    while await tables(control) != before:
        await control.events.get()


async def cycles(relay: RunningRelay, warm: int, count: int) -> None:
    # The first ones fill what the allocator keeps; it is full after some hundred.
    makes = Legs(LOOPBACK)
    async with relay.controlling() as control, relay.controlling() as other:
        collecting = asyncio.get_running_loop().create_task(Collector(other).run())
        try:
            before = await tables(control)
            for number in range(warm):
                await one_call(control, makes, number)
            await settled(control, before)
            memory, threads = resident_bytes(relay.process.pid), threads_of(relay)
            for number in range(warm, warm + count):
                await one_call(control, makes, number)
            await settled(control, before)
            grown = resident_bytes(relay.process.pid) - memory
            assert threads_of(relay) == threads
            assert grown < GROWTH_BYTES_MAX
            assert not collecting.done()
        finally:
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)


def threads_of(relay: RunningRelay) -> int:
    return len(list(Path(f"/proc/{relay.process.pid}/task").iterdir()))


async def test_fifty_calls_come_and_go_and_the_relay_holds_no_more_than_before(
    tmp_path: Path,
) -> None:
    with running_relay(tmp_path) as relay:
        async with asyncio.timeout(3 * PATIENCE_S):
            await cycles(relay, 10, 50)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_a_thousand_calls_come_and_go_and_the_relay_holds_no_more_than_before(
    tmp_path: Path,
) -> None:
    with running_relay(tmp_path) as relay:
        async with asyncio.timeout(800):
            await cycles(relay, 250, 1_000)
