"""One run: everybody is brought, comes, is seen, goes; and what is measured meanwhile.

ready -> ramp: the patients come -> steady: the practitioners work -> drain -> judged
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

import aiohttp

from server.clock import SystemClock
from server.rehearsal.peer import loopback_as_last_resort
from server.rehearsal.seat import Seat
from server.services import Services
from tests.bench.relay_load.processes import cpu_us
from tests.cluster.running import Cluster
from tests.load import judgement, legs, written
from tests.load.bare import measured as bare
from tests.load.crowd import Crowd, lean_session
from tests.load.figures import Counters, Phase, phase
from tests.load.intakes import pilots
from tests.load.killing import Kill, killed
from tests.load.memory import Held, held
from tests.load.plan import Plan
from tests.load.seeding import seeded
from tests.load.staff import Staff
from tests.load.tally import Tally
from tests.load.town import data_of, enrol
from tests.servers import RunningServer

if TYPE_CHECKING:
    from server.rehearsal.live_socket import LiveSocket

SETTLE_S: Final = 3.0
TOLD_S: Final = 10.0

Say = Callable[[str], None]


@dataclass(slots=True)
class Found:
    """What a run measured, before anybody judges it.

    Attributes:
        waiting: how many waited when the memory was looked at.
        by_node: what each node held more than before the ramp.
        by_node_after: the same, at the end of the steady phase.
        leg_kb: what a connected leg costs, by who holds it.
        overtaken, doubled: what was unjust.
    """

    tally: Tally = field(default_factory=Tally)
    phases: dict[str, Phase] = field(default_factory=dict)
    bare_kb: dict[str, float] = field(default_factory=dict)
    waiting: int = 0
    before: list[Held] = field(default_factory=list)
    by_node: list[Held] = field(default_factory=list)
    by_node_after: list[Held] = field(default_factory=list)
    leg_kb: dict[str, float] = field(default_factory=dict)
    kills: list[Kill] = field(default_factory=list)
    seeding_s: float = 0.0
    seen: int = 0
    left: int = 0
    signed: int = 0
    parked: int = 0
    mediated: int = 0
    overtaken: list[judgement.Overtaking] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    undone: int = 0


class Run:
    """One run on a site that is up."""

    def __init__(self, plan: Plan, site: Cluster, say: Say) -> None:
        """Prepare."""
        self.found = Found()
        self._plan = plan
        self._site = site
        self._say = say
        self._chance = random.Random(plan.seed)
        self._stack = AsyncExitStack()

    async def whole(self) -> Found:
        """Do all of it."""
        async with self._stack as stack:
            stack.enter_context(loopback_as_last_resort())
            environment = self._site.nodes[0].environment
            services = await stack.enter_async_context(data_of(environment))
            session = await stack.enter_async_context(lean_session())
            self.found.bare_kb = await bare(session, min(self._plan.size.waiting, 500))
            crowd, staff = await self._ready(services, session)
            await self._timed("ramp", crowd, staff, self._ramp(crowd))
            await self._timed("steady", crowd, staff, self._steady(services, crowd, staff))
            await self._timed("drain", crowd, staff, self._drain(crowd, staff))
            await self._judge(services, crowd, staff)
        if self._plan.size.legs:
            self.found.leg_kb = await legs.measured(self._plan.size.legs)
        return self.found

    async def _ready(
        self, services: Services, session: aiohttp.ClientSession
    ) -> tuple[Crowd, Staff]:
        size, url = self._plan.size, self._site.url
        began = time.monotonic()
        people = await enrol(services, size.practitioners, self._chance)
        ready = await seeded(
            self._site.nodes[0].environment, await pilots(services, url), size.waiting
        )
        self.found.seeding_s = round(time.monotonic() - began, 1)
        self._say(f"{len(ready)} patients ready after {self.found.seeding_s} s")
        tally, chance = self.found.tally, self._chance
        crowd = Crowd(session, url, ready, tally, chance)
        staff = Staff(session, url, self._plan.shift, tally, chance)
        await staff.sign_in(people)
        self._say(f"{len(people)} practitioners signed in")
        return crowd, staff

    async def _ramp(self, crowd: Crowd) -> None:
        await asyncio.sleep(SETTLE_S)
        self.found.before = [held([node.pid]) for node in self._site.nodes]
        await crowd.come(self._plan.ramp_s)
        await asyncio.sleep(SETTLE_S)
        self.found.waiting = len(crowd.waiting())
        self.found.by_node = self._added()
        self._say(f"{self.found.waiting} wait")

    async def _steady(self, services: Services, crowd: Crowd, staff: Staff) -> None:
        await staff.come((await self._peers(crowd)).__contains__)
        deadline = time.monotonic() + self._plan.steady_s
        if self._plan.kill_node:
            await asyncio.sleep(self._plan.steady_s / 4)
            for home in (False, True):
                node = self._node(home=home)
                self._say(f"kill -9 of {'the home' if home else 'a node'}")
                one = await killed(self._site, node, crowd, services.database)
                self.found.kills.append(one)
                self._say(f"{one['lost']} were lost, back after {one['back']['max_s']} s")
        left_s = max(0.0, deadline - time.monotonic())
        await crowd.until(lambda: not crowd.waiting(), left_s)
        if not self.found.kills:  # a node that was started anew has forgotten what it held
            self.found.by_node_after = self._added()
        self._say(f"{sum(len(one.taken) for one in staff.examiners)} taken so far")

    async def _peers(self, crowd: Crowd) -> set[str]:
        """Give the first patients a camera; return whose calls have media."""
        peers = crowd.patients[: self._plan.size.peers]
        for one in peers:
            one.has_peer = True
            socket = cast("LiveSocket", one.page)  # asks and subscribes: all that a seat needs
            await self._stack.enter_async_context(
                Seat.taken(socket, one.story.encounter_id, SystemClock())
            )
        return {one.story.encounter_id for one in peers}

    def _added(self) -> list[Held]:
        pairs = zip(self._site.nodes, self.found.before, strict=True)
        return [held([node.pid]) - before for node, before in pairs]

    def _node(self, *, home: bool) -> RunningServer:
        at_home = self._site.home
        return at_home if home else next(n for n in self._site.nodes if n is not at_home)

    async def _drain(self, crowd: Crowd, staff: Staff) -> None:
        await crowd.until(lambda: not crowd.waiting(), self._plan.drain_s)
        await crowd.leave()
        self.found.left = sum(one.story.left_at is not None for one in crowd.patients)
        self._say(f"{self.found.left} left unseen")
        await staff.go()
        await crowd.until(lambda: all(one.over.is_set() for one in crowd.patients), TOLD_S)
        self.found.undone = sum(not one.over.is_set() for one in crowd.patients)
        await crowd.go()

    async def _judge(self, services: Services, crowd: Crowd, staff: Staff) -> None:
        found = self.found
        found.seen = sum(one.story.started_at is not None for one in crowd.patients)
        found.signed = sum(one.signed for one in staff.examiners)
        found.parked = sum(one.parked for one in staff.examiners)
        found.mediated = sum(one.mediated for one in staff.examiners)
        line = await written.line_of(services.database, crowd.stories)
        offers = await written.offers_of(services.database)
        found.overtaken = judgement.overtakings(line, offers)
        found.doubled = judgement.double_matches(line, offers, staff.acknowledged())

    async def _timed(
        self, name: str, crowd: Crowd, staff: Staff, work: Coroutine[None, None, None]
    ) -> None:
        before = self._counters(crowd, staff)
        await work
        self.found.phases[name] = phase(before, self._counters(crowd, staff))

    def _counters(self, crowd: Crowd, staff: Staff) -> Counters:
        crowd.flush()
        staff.flush()
        return Counters(
            at_s=time.monotonic(),
            received=self.found.tally.received,
            sent=self.found.tally.sent,
            nodes_us=sum(cpu_us(node.pid) for node in self._site.nodes),
            ours_us=time.process_time() * 1e6,
        )
