"""Tells patients' pages when the answer to "is anybody there for me?" changes.

    the line, or who is on duty, changed --.
    `LOOK_S` went by (shifts begin) -------+-> look --> callbacks that are due: spa and patient
                                                    --> who may begin to wait: those before it
                                                    --> when somebody comes: those in line

One look at a time in a network, and none sooner than `GAP_S` after the one before. It decides
nothing: what is said is `server.staffing.outlook`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.ending import end
from server.errors import GoodfaithError
from server.live.cards import recipient_of_patient
from server.live.connections import Connections
from server.logging import get_logger
from server.services import Core
from server.staffing import calling_back
from server.staffing.outlook import Outlook, Staff, class_of, look, staff_of
from server.storage import directory, encounters
from server.storage.database import Tx
from server.storage.errors import StorageError
from server.waiting.desks import Desks
from signaling import messages as wire
from signaling.effects import Send, SendQueueChanged
from signaling.identifiers import EligibilityClass
from signaling.visit import VisitState

LOOK_S: Final = 10.0
GAP_S: Final = 1.0
MS: Final = 1_000
BEFORE_WAITING: Final = frozenset({VisitState.INTAKE, VisitState.LEFT})

log = get_logger("staffing")
Said = tuple[bool, int | None]


@dataclass(frozen=True, slots=True)
class Telling:
    """What a look may lead to.

    Attributes:
        encounter_changed: the spa and the patient of an encounter are told of it.
        wait_changed: a waiting patient (network, encounter) is told their wait again.
    """

    encounter_changed: Callable[[str], None]
    wait_changed: Callable[[str, str], None]


class StaffingWatch:
    """Looks, and tells what changed."""

    def __init__(
        self, core: Core, desks: Desks, connections: Connections, telling: Telling
    ) -> None:
        """Prepare; `start` begins to look."""
        self._core = core
        self._desks = desks
        self._connections = connections
        self._telling = telling
        self._said: dict[str, Said] = {}
        self._openings: dict[EligibilityClass, int] = {}
        self._wanted: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def openings(self) -> Mapping[EligibilityClass, int]:
        """When somebody comes for the classes that wait for nobody, microseconds UTC."""
        return self._openings

    def noticed(self, network_id: str, sends: Sequence[Send]) -> None:
        """Something was committed at a desk: look again, if it may matter here."""
        if not any(isinstance(one, SendQueueChanged) for one in sends):
            return
        if network_id not in self._tasks:
            self._wanted[network_id] = asyncio.Event()
            self._tasks[network_id] = asyncio.create_task(self._keep_looking(network_id))
        self._wanted[network_id].set()

    def begin(self, network_id: str) -> None:
        """Begin to look at a network whose desk is open."""
        self.noticed(network_id, (SendQueueChanged(),))

    async def close(self) -> None:
        """Stop looking."""
        await end(tuple(self._tasks.values()))

    async def _keep_looking(self, network_id: str) -> None:
        while True:
            self._wanted[network_id].clear()
            try:
                await self._look(network_id)
            except (StorageError, GoodfaithError) as error:
                log.warning("look_failed", exc_info=error)
            await asyncio.sleep(GAP_S)
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._wanted[network_id].wait()
            except TimeoutError:
                continue

    async def _look(self, network_id: str) -> None:
        for encounter_id in await calling_back.make_due(self._core, network_id):
            self._telling.encounter_changed(encounter_id)
        async with self._core.database.read() as tx:
            outlooks = _Outlooks(tx, self._core, network_id)
            await self._tell_waiting(outlooks)
            await self._tell_arriving(outlooks)

    async def _tell_waiting(self, outlooks: _Outlooks) -> None:
        """Note when somebody comes for those who wait for nobody, and say so."""
        switchboard = self._desks.of(outlooks.network_id).switchboard
        if switchboard is None:
            return
        here = {one.practitioner_id for one in switchboard.practitioners() if not one.leaving}
        changed: set[EligibilityClass] = set()
        for gone in self._openings.keys() - switchboard.waited_for():
            del self._openings[gone]
        for eligibility in tuple(switchboard.waited_for()):
            opens_at = None
            if here.isdisjoint(switchboard.members(eligibility)):
                opens_at = (await outlooks.of(eligibility)).opens_at
            before = self._openings.pop(eligibility, None)
            if opens_at is not None:
                self._openings[eligibility] = opens_at
            if opens_at != before:
                changed.add(eligibility)
        for patient in switchboard.waiting():
            if patient.eligibility in changed:
                self._telling.wait_changed(outlooks.network_id, patient.encounter_id)

    async def _tell_arriving(self, outlooks: _Outlooks) -> None:
        """Say to those who do not wait yet whether they may, where that changed."""
        here = set(self._connections.recipients("patient:"))
        self._said = {one: said for one, said in self._said.items() if one in here}
        waiting = {
            recipient_of_patient(one.encounter_id)
            for one in self._desks.waiting(outlooks.network_id)
        }
        for recipient in sorted(here - waiting):
            connected = self._connections.of(recipient)
            if not connected or connected[0].network_id != outlooks.network_id:
                continue
            outlook = await outlooks.before_waiting(recipient.partition(":")[2])
            if outlook is None:
                continue
            opens_at_ms = None if outlook.opens_at is None else outlook.opens_at // MS
            said = (outlook.admitted, opens_at_ms)
            if self._said.get(recipient) != said:
                self._said[recipient] = said
                event = wire.AdmissionChanged(admitted=said[0], opens_at_ms=said[1])
                self._connections.tell(recipient, event)


class _Outlooks:
    """The outlooks of one look: one for each class."""

    def __init__(self, tx: Tx, core: Core, network_id: str) -> None:
        self.network_id = network_id
        self._tx = tx
        self._core = core
        self._staff: Staff | None = None
        self._known: dict[EligibilityClass, Outlook] = {}

    async def of(self, eligibility: EligibilityClass) -> Outlook:
        if self._staff is None:
            now, rule = self._core.clock.now(), self._core.settings.admission
            self._staff = await staff_of(self._tx, self.network_id, now=now, rule=rule)
        if eligibility not in self._known:
            self._known[eligibility] = await look(self._tx, self._staff, eligibility)
        return self._known[eligibility]

    async def before_waiting(self, encounter_id: str) -> Outlook | None:
        """Return what is to be said to a patient who does not wait yet; None for others."""
        encounter = await encounters.get(self._tx, encounter_id)
        if encounter.visit not in BEFORE_WAITING or encounter.jurisdiction is None:
            return None
        site = await directory.site(self._tx, encounter.site_id)
        return await self.of(await class_of(self._tx, self._core, encounter, site))
