"""What breaks the patient's end of a call, each a different way.

rebound    the patient's address towards the relay is another, as when a NAT forgets: the same
           sockets go on
moved      the patient's sockets lead nowhere any more and new ones do, as from Wi-Fi to a
           mobile network: ICE restarts
dead_leg   nothing passes on the patient's connection, and a restart mends nothing: the leg
           is replaced
reloaded   the patient's tab is loaded again
killed     the relay process is killed, as by the kernel
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Page

from tests.bench.encounters.connections import deafen, local_ports
from tests.udp_proxy import Path as NetworkPath
from tests.udp_proxy import UdpProxy


@dataclass(frozen=True, slots=True)
class Breaking:
    """What there is to break.

    Attributes:
        page: the patient's.
        network: between the browser and the relay.
        relay_folder: of the server's own relay.
    """

    page: Page
    network: UdpProxy
    relay_folder: Path

    async def paths(self) -> list[NetworkPath]:
        """Return those that the patient's page sends over."""
        ports = await local_ports(self.page)
        return [one for one in self.network.paths.values() if one.source[1] in ports]


async def rebound(call: Breaking) -> None:
    """Give the patient's sockets another address."""
    await asyncio.gather(*(call.network.move(path) for path in await call.paths()))


async def moved(call: Breaking) -> None:
    """Let nothing pass on the patient's present sockets."""
    for path in await call.paths():
        path.blocked = True


async def dead_leg(call: Breaking) -> None:
    """Let nothing pass on what connects the patient now, nor on what could mend it."""
    await deafen(call.page)
    await moved(call)


async def reloaded(call: Breaking) -> None:
    """Load the tab again."""
    await call.page.reload(wait_until="commit")


async def killed(call: Breaking) -> None:
    """Kill the relay; where the server's own one is, it has written down itself."""
    place = json.loads((call.relay_folder / "place").read_text("utf-8"))
    os.kill(place["pid"], signal.SIGKILL)


Fault = Callable[[Breaking], Awaitable[None]]

FAULTS: Final[Mapping[str, Fault]] = {
    "rebound": rebound,
    "moved": moved,
    "dead_leg": dead_leg,
    "reloaded": reloaded,
    "killed": killed,
}
