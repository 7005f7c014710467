"""All practitioners of a run: sign in, come on duty, work, rest, go."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Final

import aiohttp
from yarl import URL

from server.rehearsal.failures import RehearsalFailed
from server.rehearsal.page import Page
from server.rehearsal.people import SignIn, signed_in
from tests.load.examiner import NAMESPACE, Console, Examiner, Shift
from tests.load.lean_page import LeanPage
from tests.load.tally import Tally

REST_S: Final = 90.0
AT_ONCE: Final = 10


class Staff:
    """Everybody who examines."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        shift: Shift,
        tally: Tally,
        chance: random.Random,
    ) -> None:
        """Begin with nobody."""
        self.examiners: list[Examiner] = []
        self._pages: list[LeanPage] = []
        self._session = session
        self._url = url
        self._shift = shift
        self._tally = tally
        self._chance = chance
        self._stack = AsyncExitStack()
        self._working: list[asyncio.Task[None]] = []

    async def sign_in(self, people: Sequence[SignIn]) -> None:
        """Have all sign in, over HTTP."""
        left = iter(enumerate(people))

        async def worker() -> None:
            for number, who in left:
                http = await self._stack.enter_async_context(
                    signed_in(self._url, "console", who)
                )
                self._seat(number, http, who)

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))

    def _seat(self, number: int, http: Page, who: SignIn) -> None:
        def cookie() -> str:  # another one after each fresh proof
            cookies = http.session.cookie_jar.filter_cookies(URL(self._url))
            return "; ".join(f"{one.key}={one.value}" for one in cookies.values())

        page = LeanPage(
            self._session, http.origin, NAMESPACE, cookie, self._tally, self._chance
        )
        self._pages.append(page)
        console = Console(number, http, page, who)
        self.examiners.append(Examiner(console, self._shift, self._tally, self._chance))

    async def come(self, has_peer: Callable[[str], bool]) -> None:
        """Have all come on duty and work."""

        async def begin(examiner: Examiner) -> None:
            examiner.has_peer = has_peer
            try:
                await examiner.come()
            except RehearsalFailed as failed:
                self._tally.failed(f"{failed.step} {failed.code}")
                return
            self._working.append(asyncio.get_running_loop().create_task(examiner.work()))

        await asyncio.gather(*map(begin, self.examiners))

    def flush(self) -> None:
        """Have all frames counted."""
        for one in self._pages:
            one.flush()

    def acknowledged(self) -> dict[str, list[str]]:
        """Return, by encounter, whose accept of it was acknowledged."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for one in self.examiners:
            for taken in one.taken:
                found[taken.encounter_id].append(str(taken.practitioner))
        return found

    async def go(self) -> None:
        """Let exams come to their end, then have all go off duty and sign out."""
        resting = [asyncio.ensure_future(one.rested.wait()) for one in self.examiners]
        if resting:
            _, late = await asyncio.wait(resting, timeout=REST_S)
            for one in late:
                one.cancel()
                self._tally.failed("exam never_over")
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        await asyncio.gather(*(one.go() for one in self.examiners))
        await self._stack.aclose()
