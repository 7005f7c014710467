"""A practitioner who works: accepts what rings, holds a short exam, signs it or puts it aside.

With media only where the patient has a peer; else the first pictures are reported as pages do
that see one.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from server.clock import SystemClock
from server.rehearsal.failures import Refused, RehearsalFailed, step
from server.rehearsal.page import Page
from server.rehearsal.people import SignIn
from server.rehearsal.practitioner import Practitioner
from server.rehearsal.seat import Seat
from signaling import messages as wire
from tests.load.lean_page import LeanPage
from tests.load.tally import Tally
from tests.load.waiting import first_frame

if TYPE_CHECKING:
    from server.rehearsal.live_socket import LiveSocket

NAMESPACE: Final = "/practitioner"
CALL_S: Final = 20.0
MEDIA_S: Final = 30.0
# Somebody else took them, or they left, while the practitioner was reaching for the button.
OVERTAKEN: Final = frozenset({"offer_settled", "offer_unknown", "not_waiting"})


@dataclass(frozen=True, slots=True)
class Shift:
    """How practitioners work.

    Attributes:
        think_s: the longest that an offer rings.
        exam_s: how long a call goes on, in the mean.
        signed_share: how many of all exams are charted and signed; the others are put aside.
    """

    think_s: float = 1.0
    exam_s: float = 20.0
    signed_share: float = 0.1


@dataclass(frozen=True, slots=True)
class Console:
    """Where a practitioner sits, signed in.

    Attributes:
        number: of the practitioner.
        http: asks over HTTP, with cookies of its own.
        page: the socket, with the same cookies.
        who: proves again who they are.
    """

    number: int
    http: Page
    page: LeanPage
    who: SignIn


@dataclass(frozen=True, slots=True)
class Taken:
    """An acknowledged accept."""

    practitioner: int
    encounter_id: str


class Examiner:
    """One practitioner at a console.

    Attributes:
        taken: whom they were given.
        signed, parked: exams that came to their end.
        rested: set while no exam goes on.
    """

    def __init__(
        self,
        console: Console,
        shift: Shift,
        tally: Tally,
        chance: random.Random,
    ) -> None:
        """Prepare; `work` begins."""
        self.taken: list[Taken] = []
        self.signed = 0
        self.parked = 0
        self.mediated = 0
        self.rested = asyncio.Event()
        self.rested.set()
        self.has_peer: Callable[[str], bool] = lambda _: False
        self._number = console.number
        self._page = page = console.page
        self._shift = shift
        self._tally = tally
        self._chance = chance
        # Both do what is asked, and subscribe: all that these need of a socket.
        self._socket = cast("LiveSocket", page)
        self._practitioner = Practitioner(console.http, self._socket, console.who)
        self._offers = page.subscribe(wire.OfferRinging, wire.PractitionerSync)
        # A page that was away when a call began is shown it among the whole state.
        self._calls = page.subscribe(wire.CallStarted, wire.PractitionerSync)

    async def come(self) -> None:
        """Come on duty.

        Raises:
            RehearsalFailed: it was refused.
        """
        await self._page.come()
        await self._page.ask("duty.available")

    async def work(self) -> None:
        """Take what rings, until cancelled."""
        while True:
            event = await self._offers.get()
            offer = event.offer
            if offer is None:
                continue
            self.rested.clear()
            try:
                await self._take(offer)
            except RehearsalFailed as failed:
                self._tally.failed(f"{failed.step} {failed.code}")
                await self._practitioner.give_up(offer.encounter_id)
            finally:
                self.rested.set()

    async def go(self) -> None:
        """Go off duty, and close the page."""
        with suppress(RehearsalFailed):
            await self._page.ask("duty.away")
        await self._page.leave()

    async def _take(self, offer: wire.OfferCard) -> None:
        await asyncio.sleep(self._shift.think_s * self._chance.random())
        if self.has_peer(offer.encounter_id):
            await self._see(offer)
        elif await self._accept(offer):
            async with step("call.started", CALL_S):
                setup = await self._begun(offer.encounter_id)
            await first_frame(self._page, setup.encounter_id, setup.generation, self._tally)
            await asyncio.sleep(self._exam_s())
            await self._finish(offer.encounter_id)

    async def _accept(self, offer: wire.OfferCard) -> bool:
        """Take an offer; tell whether it was still to be had."""
        while not self._calls.empty():
            self._calls.get_nowait()
        try:
            await self._page.ask("offer.accept", offer_id=offer.offer_id)
        except Refused as refused:
            if refused.code not in OVERTAKEN:
                raise
            self._tally.again(f"offer.accept {refused.code}")
            return False
        self.taken.append(Taken(self._number, offer.encounter_id))
        return True

    async def _begun(self, encounter_id: str) -> wire.CallSetup:
        while True:
            setup: wire.CallSetup | None = (await self._calls.get()).setup
            if setup is not None and setup.encounter_id == encounter_id:
                return setup

    async def _see(self, offer: wire.OfferCard) -> None:
        """Hold a call with media; the seat is there before the call can begin."""
        async with Seat.taken(self._socket, offer.encounter_id, SystemClock()) as seat:
            if not await self._accept(offer):
                return
            await seat.media(MEDIA_S)
            self.mediated += 1
            await asyncio.sleep(self._exam_s())
            await self._finish(offer.encounter_id)

    def _exam_s(self) -> float:
        """Return how long one exam takes: half as long as usual, up to half as long again."""
        return self._shift.exam_s * (0.5 + self._chance.random())

    async def _finish(self, encounter_id: str) -> None:
        signs = self._chance.random() < self._shift.signed_share
        if signs:
            await self._practitioner.examine(encounter_id, looking=False)
        await self._page.ask("call.hang_up", encounter_id=encounter_id)
        if signs:
            await self._practitioner.sign(encounter_id)
            self.signed += 1
        else:
            await self._page.ask("encounter.park", encounter_id=encounter_id)
            self.parked += 1
