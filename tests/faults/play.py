"""The play that every fault interrupts: some wait, each is seen and signed for.

join, each -> on duty -> offer -> accept -> legs, media -> note, decisions, signature -> next
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from server.rehearsal.failures import step
from server.rehearsal.staying import CLOCK
from tests.cluster.running import Cluster
from tests.faults.clinic import MEDIA_S, Clinic, Worker, clinic
from tests.faults.records import NotHeld, require_sound
from tests.faults.staying import StayingSocket

WAITING: Final = 3
WHO: Final = "casey"
PICTURES: Final = 5
LOOK_S: Final = 0.05


@dataclass(slots=True)
class Play:
    """One play.

    Attributes:
        worker: who sees them.
        seen: set once one of the patients and the practitioner see each other.
        finishing: unset while the exam is to go on.
    """

    cluster: Cluster
    people: Clinic
    worker: Worker
    seen: asyncio.Event = field(default_factory=asyncio.Event)
    finishing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def examined(self) -> str:
        """Return whose exam it is that goes on."""
        assert self.worker.examines is not None, "no exam goes on"
        return self.worker.examines

    async def whole(self) -> None:
        """Play it to its end."""
        await self.people.wait()
        await self.worker.come_on_duty()
        encounter_id = await self.worker.next_patient()
        await self.worker.see(encounter_id)
        self.seen.set()
        await self.finishing.wait()
        await self.worker.finish(encounter_id)
        await self.people.serve_all(self.worker)

    async def switch_camera_off(self) -> None:
        """Have the practitioner say that theirs is off; the picture goes on all the same.

        Raises:
            Refused: the server does not want to know.
        """
        named = {"encounter_id": self.examined, "audio": True, "video": False}
        await self.worker.socket.ask("call.media", **named)

    async def pictures(self) -> None:
        """See that both sides go on seeing each other through the relay.

        Raises:
            TooSlow: they do not.
        """
        async with step("pictures", MEDIA_S):
            legs = [seat.legs for seat in self.worker.seats[self.examined]]
            for one in legs:
                while not one.peers:  # noqa: ASYNC110 - between two legs, for a moment
                    await asyncio.sleep(LOOK_S)
            await asyncio.gather(*(one.seen(max(one.peers), PICTURES) for one in legs))

    @property
    def sockets(self) -> list[StayingSocket]:
        return [self.worker.socket, *(one.socket for one in self.people.patients)]

    def back_after(self, since_s: float) -> float:
        """Return the seconds from a fault (monotonic clock) until all were connected again."""
        now_s = CLOCK.elapsed_s()  # of the pages; it began later
        since_s = now_s - (time.monotonic() - since_s)
        ends = [
            absence.until_s or now_s
            for socket in self.sockets
            for absence in socket.absences
            if absence.since_s >= since_s
        ]
        return max(ends, default=since_s) - since_s

    def require_sound(self) -> None:
        """See that everything holds that must always.

        Raises:
            NotHeld: something does not.
        """
        require_sound(self.cluster, self.people)


@asynccontextmanager
async def play(
    cluster: Cluster, *, waiting: int = WAITING, hurried: bool = True, url: str | None = None
) -> AsyncIterator[Play]:
    """Prepare a play; `whole` plays it.

    Args:
        cluster: where.
        waiting: how many patients.
        hurried: the exam ends as soon as both see each other; else when `finishing` is set.
        url: by which the patients come; nginx's unless given.
    """
    async with clinic(cluster, waiting=waiting, url=url) as people:
        worker = await people.worker(WHO)
        for patient in people.patients:
            await people.cameras(patient, worker)
        one = Play(cluster, people, worker)
        if hurried:
            one.finishing.set()
        yield one


async def going(task: asyncio.Task[None], until: asyncio.Future[Any]) -> None:
    """Wait for something that a play leads to, or for the failure of the play.

    Raises:
        NotHeld: the play was over before.
    """
    await asyncio.wait({task, until}, return_when=asyncio.FIRST_COMPLETED)
    if not until.done():
        await task
        raise NotHeld("the play was over before the fault began")
