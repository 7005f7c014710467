"""Relays that are told to end while people talk through them: A drains, B takes over."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from media.control_events import read_legs
from media.control_messages import AskLegs
from server.relays.folder import RelayFolder
from signaling import messages as wire
from tests.clients import scene
from tests.integration.live.test_legs import Pair, linked_pair, state
from tests.leg_pages import LegPage
from tests.relays import RunningRelay, running_relay
from tests.servers import RunningServer, running_server

PATIENCE_S = 20.0
DRAIN_S = 2


@contextmanager
def server_with(folder: Path, *relays: RunningRelay) -> Iterator[RunningServer]:
    """A server that is told of these relays and starts none."""
    with running_server(
        folder,
        calls="relay",
        relay_controls=",".join(one.control for one in relays),
        relay_secret_file=str(folder / "secret"),
    ) as server:
        yield server


async def carries(relay: RunningRelay) -> bool:
    """Tell whether a relay has legs that are linked."""
    async with relay.controlling() as control:
        legs, _ = read_legs(await control.ask(AskLegs("")))
    return any(one.linked_to for one in legs)


async def ended(relay: RunningRelay) -> int:
    """Wait until a relay has ended, and return its status."""
    return await asyncio.to_thread(relay.process.wait, PATIENCE_S)


def moves(page: LegPage) -> list[tuple[str, int]]:
    """Return which legs a page was told to use, and to drop, in that order."""
    return [
        (event.type, event.leg)
        for event in page.socket.received
        if isinstance(event, wire.LegLinked | wire.LegClosed)
    ]


async def moved(page: LegPage, old: int) -> None:
    """Wait until a leg was closed, and see that another one carried the call by then."""
    closed = await page.socket.expect(
        wire.LegClosed, lambda event: event.leg == old, within_s=PATIENCE_S
    )
    assert closed.reason == "replaced"
    told = moves(page)
    before = told[: told.index(("leg.closed", old))]
    assert [leg for what, leg in before if what == "leg.linked"][-1] > old


async def sealed(pair: Pair) -> int:
    """Sign, and return how many ledgers were sealed."""
    await pair.avery.examine(pair.encounter_id, looking=False)
    await pair.avery.sign(pair.encounter_id)
    chart = await pair.avery.read_chart(pair.encounter_id)
    assert chart.media is not None
    assert chart.media.complete
    return sum("sealed" in line.summary for line in chart.entries)


async def test_a_call_moves_from_a_relay_that_drains_before_anything_closes(
    tmp_path: Path,
) -> None:
    with (
        running_relay(tmp_path) as one,
        running_relay(tmp_path) as other,
        server_with(tmp_path, one, other) as server,
    ):
        async with scene(server) as clinic, linked_pair(clinic) as (pair, patient, console):
            await console.goes_on(20)
            draining, staying = (one, other) if await carries(one) else (other, one)
            legs = [(page, page.linked or 0) for page in (patient, console)]
            draining.process.send_signal(signal.SIGTERM)
            for page, old in legs:
                await moved(page, old)
                await page.goes_on(20)
                assert len(page.socket.of(wire.CallStarted)) == 1
            assert await carries(staying)
            # Its evidence was collected, or it would stay.
            assert await ended(draining) == 0
            assert await sealed(pair) == 2


async def test_a_relay_that_may_drain_no_longer_ends_and_its_call_goes_direct(
    tmp_path: Path,
) -> None:
    with (
        running_relay(tmp_path, "--drain-s", str(DRAIN_S)) as only,
        server_with(tmp_path, only) as server,
    ):
        async with scene(server) as clinic, linked_pair(clinic) as (_, patient, console):
            only.process.send_signal(signal.SIGTERM)
            await console.goes_on(5)
            assert await ended(only) == 0
            for page in (patient, console):
                began = await page.socket.expect(
                    wire.CallStarted,
                    lambda event: event.setup.mode == "direct",
                    within_s=PATIENCE_S,
                )
                assert began.setup.generation == 2


async def test_the_servers_own_relay_drains_while_a_call_goes_on_and_another_follows(
    tmp_path: Path,
) -> None:
    with running_server(tmp_path, calls="relay", relay_port="0") as server:
        folder = RelayFolder(tmp_path / "data" / "relay")
        async with scene(server) as clinic, linked_pair(clinic) as (pair, patient, console):
            first = folder.place()
            assert first is not None
            os.kill(first.pid, signal.SIGTERM)
            await console.goes_on(20)
            assert len(patient.socket.of(wire.CallStarted)) == 1
            # Who comes now gets no leg: the port is taken until this call is over.
            bea = await clinic.waiting_patient("Bea Late Lopez")
            await pair.avery.hang_up(pair.encounter_id)
            await state(console, "ended")
            offered = await bea.socket.expect(wire.LegOffered, within_s=PATIENCE_S)
            assert offered.encounter_id == bea.encounter_id
            second = folder.place()
            assert second is not None
            assert second.pid != first.pid
