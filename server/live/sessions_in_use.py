"""Waiting and talking is not idling, and no session ends under a call.

waits, is in a call   its session is noted as used
is in a call          it may also go on past its absolute limit, for a time
"""

from __future__ import annotations

import asyncio
from typing import Final

from server.live.connections import Connections
from server.live.windows import Windows
from server.services import Core
from server.sessions import keep_alive, outlive
from server.settings import Settings

EVERY_S: Final = 60.0
PER_LIMIT: Final = 3  # how often within the time after which somebody is idle


def every_s(settings: Settings) -> float:
    """Return how often it is noted: well before anybody counts as idle."""
    least = min(settings.session_idle_s, settings.patient_session_idle_s)
    return min(EVERY_S, least / PER_LIMIT)


async def keep_sessions(core: Core, connections: Connections, windows: Windows) -> None:
    """Keep the sessions of those who wait or talk alive, until cancelled."""
    while True:
        await asyncio.sleep(every_s(core.settings))
        everybody = [one.principal for one in connections.all()]
        talking = {one.session for one in everybody if windows.call_of(one) is not None}
        waiting = {one.session for one in everybody if one.encounter_id is not None}
        await keep_alive(core, talking | waiting)
        if talking:
            await outlive(core, talking)
