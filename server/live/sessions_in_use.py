"""Waiting and talking is not idling: no session ends under it."""

from __future__ import annotations

import asyncio
from typing import Final

from server.live.connections import Connections
from server.live.windows import Windows
from server.services import Core
from server.sessions import keep_alive

EVERY_S: Final = 60.0


async def keep_sessions(core: Core, connections: Connections, windows: Windows) -> None:
    """Keep the sessions of those who wait or talk alive, until cancelled."""
    while True:
        await asyncio.sleep(EVERY_S)
        used = {
            one.principal.session
            for one in connections.all()
            if one.principal.encounter_id is not None
            or windows.call_of(one.principal) is not None
        }
        await keep_alive(core, used)
