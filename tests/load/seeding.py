"""The intakes of a run, made by several processes: it is the longest part of getting ready."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from tests.load.intakes import Pilot, Ready, made_ready
from tests.load.town import data_of

PROCESSES_MAX: Final = 4
WORTH_A_PROCESS: Final = 100


async def seeded(
    environment: Mapping[str, str], pilots: Sequence[Pilot], count: int
) -> list[Ready]:
    """Bring so many patients to the door."""
    processes = min(PROCESSES_MAX, os.cpu_count() or 1, 1 + count // WORTH_A_PROCESS)
    if processes == 1:
        return await _part(environment, pilots, range(count))
    parts = [range(first, count, processes) for first in range(processes)]
    loop = asyncio.get_running_loop()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        made = [
            loop.run_in_executor(pool, _in_process, dict(environment), list(pilots), part)
            for part in parts
        ]
        return [one for part in await asyncio.gather(*made) for one in part]


def _in_process(
    environment: Mapping[str, str], pilots: Sequence[Pilot], numbers: range
) -> list[Ready]:
    return asyncio.run(_part(environment, pilots, numbers))


async def _part(
    environment: Mapping[str, str], pilots: Sequence[Pilot], numbers: range
) -> list[Ready]:
    async with data_of(environment) as services:
        return await made_ready(services, pilots, numbers)
