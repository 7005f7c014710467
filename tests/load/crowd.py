"""All patients of a run: they come over a while, wait, are seen or leave."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from typing import Final

import aiohttp

from tests.load.intakes import Ready
from tests.load.lean_page import LeanPage
from tests.load.tally import Tally
from tests.load.waiting import NAMESPACE, Story, WaitingPatient

LOOK_S: Final = 0.1
LEAVING_AT_ONCE: Final = 20


def lean_session() -> aiohttp.ClientSession:
    """Return what all lean pages share: each brings its own cookie, none waits for another."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
    )


class Crowd:
    """Everybody who waits, or did."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        origin: str,
        ready: Sequence[Ready],
        tally: Tally,
        chance: random.Random,
    ) -> None:
        """Prepare a page for each."""

        def page(one: Ready) -> LeanPage:
            return LeanPage(session, origin, NAMESPACE, lambda: one.cookie, tally, chance)

        self.patients = [WaitingPatient(one, page(one), tally) for one in ready]
        self._tally = tally
        self._chance = chance

    @property
    def stories(self) -> dict[str, Story]:
        """Return what became of each, by encounter."""
        return {one.story.encounter_id: one.story for one in self.patients}

    def flush(self) -> None:
        """Have all frames counted."""
        for one in self.patients:
            one.page.flush()

    def waiting(self) -> list[WaitingPatient]:
        """Return who is in line now."""
        return [one for one in self.patients if one.is_waiting]

    async def come(self, ramp_s: float) -> None:
        """Have all come, each at a time of its own within the ramp."""
        times = sorted(ramp_s * self._chance.random() for _ in self.patients)

        async def at(patient: WaitingPatient, after_s: float) -> None:
            await asyncio.sleep(after_s)
            await patient.wait()

        pairs = zip(self.patients, times, strict=True)
        await asyncio.gather(*(at(patient, after_s) for patient, after_s in pairs))

    async def until(self, holds: Callable[[], bool], within_s: float) -> bool:
        """Wait for something to be so; tell whether it was in time."""
        deadline = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(LOOK_S)
        return True

    async def leave(self) -> None:
        """Have whoever is in line leave it, some at a time."""
        left = iter(self.waiting())

        async def worker() -> None:
            for patient in left:
                if patient.is_waiting:
                    await patient.leave_line()

        await asyncio.gather(*(worker() for _ in range(LEAVING_AT_ONCE)))

    async def go(self) -> None:
        """Have everybody close their page."""
        await asyncio.gather(*(one.go() for one in self.patients))
