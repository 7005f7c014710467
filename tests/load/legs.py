"""What a waiting patient with a connected leg costs, at the web node and at the relay.

On a server aside, in the same run: among thousands without a leg a few would not be seen. The
legs are connected ones, from aiortc, with nothing on them yet: as of somebody who waits.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from server.clock import SystemClock
from server.rehearsal.failures import step
from server.rehearsal.leg_page import LegPage
from server.rehearsal.peer import loopback_as_last_resort
from server.relays.folder import RelayFolder
from tests.load.crowd import Crowd, lean_session
from tests.load.intakes import pilots
from tests.load.memory import held, kb_each
from tests.load.seeding import seeded
from tests.load.site import NODE_SETTINGS
from tests.load.tally import Tally
from tests.load.town import data_of
from tests.servers import RunningServer, running_server

if TYPE_CHECKING:
    from server.rehearsal.live_socket import LiveSocket
    from tests.load.waiting import WaitingPatient

WARM: Final = 3
CONNECT_S: Final = 30.0
SETTLE_S: Final = 3.0
LOOK_S: Final = 0.05


async def measured(count: int) -> dict[str, float]:
    """Return what each of `count` waiting patients with a leg costs, by process."""
    with (
        loopback_as_last_resort(),
        tempfile.TemporaryDirectory(prefix="goodfaith-legs-") as folder,
        running_server(Path(folder), calls="relay", **NODE_SETTINGS) as server,
    ):
        return await _measured(server, count)


async def _measured(server: RunningServer, count: int) -> dict[str, float]:
    place = RelayFolder(server.folder / "data" / "relay").place()
    assert place is not None
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(data_of(server.environment))
        session = await stack.enter_async_context(lean_session())
        led = await pilots(services, server.url)
        ready = await seeded(server.environment, led, WARM + count)
        chance = random.Random(count)
        crowd = Crowd(session, server.url, ready, Tally(), chance)
        stack.push_async_callback(crowd.go)
        for one in crowd.patients[:WARM]:
            await _wait_with_leg(stack, one)
        await asyncio.sleep(SETTLE_S)
        web, relay = held([server.pid]), held([place.pid])
        for one in crowd.patients[WARM:]:
            await _wait_with_leg(stack, one)
        await asyncio.sleep(SETTLE_S)
        at_web = kb_each(held([server.pid]) - web, count)
        at_relay = kb_each(held([place.pid]) - relay, count)
    return {
        "legs": count,
        **{f"web_{name}": value for name, value in at_web.items()},
        **{f"relay_{name}": value for name, value in at_relay.items()},
    }


async def _wait_with_leg(stack: AsyncExitStack, patient: WaitingPatient) -> None:
    socket = cast("LiveSocket", patient.page)  # asks and subscribes: all that a leg page needs
    page = await stack.enter_async_context(
        LegPage.open(socket, patient.story.encounter_id, SystemClock())
    )
    await patient.wait()
    async with step("leg", CONNECT_S):
        while not any(one.is_connected for one in page.peers.values()):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)
