"""A patient who waits: takes their place, stays there, has a short call, goes.

came -> waiting -> in a call -> over
          |  ^
          v  |  the connection is lost: back, and told the wait again
         away
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Final

from server.rehearsal.failures import RehearsalFailed
from tests.load.intakes import Ready
from tests.load.lean_page import LeanPage, loaded
from tests.load.tally import Tally

NAMESPACE: Final = "/patient"
OVER: Final = frozenset(
    {"wrap_up", "signed", "left", "no_show", "cancelled", "expired", "submitted"}
)
ACCEPTED_MEANWHILE: Final = frozenset({"not_waiting", "illegal_transition"})
CALL_OVER: Final = frozenset({"illegal_transition", "stale_generation", "no_call"})
IN_CALL: Final = '"setup":{'
VISIT: Final = re.compile(r'"visit":"([a-z_]+)"')


@dataclass(slots=True)
class Absence:
    """From when to when a page knew of no wait; seconds UTC."""

    since: float
    until: float | None = None


@dataclass(slots=True)
class Story:
    """What became of one patient.

    Attributes:
        joined_at: when the place was acknowledged; seconds UTC, as all times here.
        told_at: when the page was last told the wait or the whole state.
        started_at: when the call began.
        over_at: when the visit was over for the patient.
        left_at: when they asked to leave the line.
        absences: when the page had no connection, until it was told the wait again.
    """

    encounter_id: str
    joined_at: float | None = None
    told_at: float | None = None
    started_at: float | None = None
    over_at: float | None = None
    left_at: float | None = None
    absences: list[Absence] = field(default_factory=list)


class WaitingPatient:
    """One of many.

    Attributes:
        story: so far.
        over: set when the visit is over.
        has_peer: somebody else answers for their media.
    """

    def __init__(self, ready: Ready, page: LeanPage, tally: Tally) -> None:
        """Prepare; `wait` begins."""
        self.story = Story(ready.encounter_id)
        self.over = asyncio.Event()
        self.page = page
        self.has_peer = False
        self._tally = tally
        self._reporting: set[asyncio.Task[None]] = set()
        self._seen: set[int] = set()  # attempts whose first picture was reported
        page.told = self._told
        page.lost = self._lost

    async def wait(self) -> None:
        """Come, and take a place in line."""
        await self.page.come()
        try:
            await self.page.ask("queue.join")
        except RehearsalFailed as failed:
            self._tally.failed(f"queue.join {failed.code}")
            self.over.set()
            return
        self.story.joined_at = time.time()

    @property
    def is_waiting(self) -> bool:
        """Tell whether they are in line, as far as they know."""
        if self.story.joined_at is None or self.over.is_set():
            return False
        return self.story.started_at is None

    async def leave_line(self) -> None:
        """Give up the place; nothing is given up by who was accepted just now."""
        self.story.left_at = time.time()
        try:
            await self.page.ask("queue.leave")
        except RehearsalFailed as failed:
            self.story.left_at = None
            if failed.code in ACCEPTED_MEANWHILE:
                self._tally.again(f"queue.leave {failed.code}")
                return
            self._tally.failed(f"queue.leave {failed.code}")
        self.over.set()

    async def go(self) -> None:
        """Close the page."""
        await self.page.leave()
        for task in self._reporting:
            task.cancel()

    def _lost(self) -> None:
        if self.is_waiting:
            self.story.absences.append(Absence(time.time()))

    def _told(self, kind: str, text: str) -> None:
        match kind:
            case "queue.changed":
                self._knows()
            case "patient.sync":
                self._knows()
                self._stands(text)
                if IN_CALL in text:  # it began while the page was away
                    self._begin(text)
            case "call.started":
                self._begin(text)
            case "visit.changed":
                self._stands(text)
            case _:
                pass

    def _knows(self) -> None:
        self.story.told_at = time.time()
        if self.story.absences and self.story.absences[-1].until is None:
            self.story.absences[-1].until = self.story.told_at

    def _stands(self, text: str) -> None:
        found = VISIT.search(text)
        if found is not None and found[1] in OVER and self.story.started_at is not None:
            self.story.over_at = self.story.over_at or time.time()
            self.over.set()

    def _begin(self, text: str) -> None:
        if self.story.started_at is None and self.story.joined_at is not None:
            self.story.started_at = time.time()
            self._tally.wait_s.append(self.story.started_at - self.story.joined_at)
        if self.has_peer:
            return
        setup = loaded(text)["setup"]
        if setup["generation"] in self._seen:
            return
        self._seen.add(setup["generation"])
        saw = first_frame(self.page, setup["encounter_id"], setup["generation"], self._tally)
        self._reporting.add(asyncio.get_running_loop().create_task(saw))


async def first_frame(page: LeanPage, encounter_id: str, generation: int, tally: Tally) -> None:
    """Say that the first picture of the other side was seen."""
    try:
        ack = await page.command(
            "call.first_frame",
            encounter_id=encounter_id,
            generation=generation,
            since_accept_ms=100,
        )
    except RehearsalFailed as failed:
        tally.failed(f"call.first_frame {failed.code}")
        return
    if ack.error is not None:
        # The other side may have hung up while this one had no connection.
        too_late = ack.error.code in CALL_OVER
        (tally.again if too_late else tally.failed)(f"call.first_frame {ack.error.code}")
