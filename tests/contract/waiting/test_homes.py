"""Who is home to a network, as the leases say; on both databases."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

import pytest

from server.access import Principal
from server.clock import ManualClock
from server.errors import Starting
from server.keyring import Keyring
from server.live import homes as module
from server.live.doors import Door, Line, Visitor
from server.live.edge import Edge
from server.live.held import Held
from server.live.home import Home
from server.live.homes import Elsewhere, Homes, lease_of
from server.services import Core
from server.settings import Settings
from server.storage import leases
from server.storage.database import Database, Tx
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.leases import Lease
from server.waiting.desks import Desks
from tests.contract.storage import rows
from tests.fakes import InPlace

NETWORK: Final = rows.NETWORK.organization_id
SOON_S: Final = 10.0


class MadeUpHome:
    """A home with nothing in it."""

    def __init__(self, network_id: str) -> None:
        self.network_id = network_id
        self.epoch: int | None = None

    async def open(self, lease: Lease) -> None:
        self.epoch = lease.epoch

    async def close(self) -> None:
        self.epoch = None


class NoDesks:
    """Desks that learned nothing."""

    def __init__(self) -> None:
        self.failures = 0

    async def keep_waits(self, _tx: Tx, _network_id: str) -> None:
        if self.failures:
            self.failures -= 1
            raise LookupError


class Others:
    """The other nodes: they remember what they were told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.free: Callable[[str], None] = lambda _network_id: None

    def door(self, network_id: str) -> Door:
        return cast("Door", f"door of {network_id} elsewhere")

    def line(self, _network_id: str, _lease: Lease) -> AbstractAsyncContextManager[Line]:
        return cast("AbstractAsyncContextManager[Line]", nullcontext())

    async def opened(self, network_id: str, lease: Lease, _home: Door) -> None:
        self._hear(network_id, f"opened {lease.epoch}")

    async def closed(self, network_id: str) -> None:
        self._hear(network_id, "closed")

    async def released(self, network_id: str) -> None:
        self._hear(network_id, "released")
        self.free(network_id)

    def _hear(self, network_id: str, word: str) -> None:
        if network_id == NETWORK:  # there is another one, which is not looked at
            self.told.append(word)


class Process:
    """One node's homes, and which are open."""

    def __init__(self, core: Core, name: str) -> None:
        self.others = Others()
        self.sockets = SimpleNamespace(count=0)
        self.desks = NoDesks()
        self.moved: list[str] = []
        self.built: list[MadeUpHome] = []
        self.homes = Homes(
            core,
            cast("Desks", self.desks),
            cast("Edge", self.sockets),
            self._build,
            holder=name,
            elsewhere=self.others,
        )
        self.homes.moved = self.moved.append

    def _build(self, network_id: str, _held: Held, _line: Line) -> Home:
        made = MadeUpHome(network_id)
        if network_id == NETWORK:
            self.built.append(made)
        return cast("Home", made)

    @property
    def is_home(self) -> bool:
        return self.homes.get(NETWORK) is not None


@pytest.fixture
async def core(
    database: Database, keyring: Keyring, clinic: rows.Clinic, tmp_path: Path
) -> Core:
    """A database with two networks."""
    del clinic  # that its rows are there is what counts
    return Core(
        settings=Settings(data_dir=tmp_path),
        clock=ManualClock(rows.NOW),
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEASE_S", 0.6)
    monkeypatch.setattr(module, "RENEW_S", 0.1)
    monkeypatch.setattr(module, "TRY_S", 0.05)
    monkeypatch.setattr(module, "AGAIN_S", 0.05)


async def comes(what: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(SOON_S):
        while not what():  # noqa: ASYNC110 - what other processes do sets no event here
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(core: Core, *names: str) -> AsyncIterator[list[Process]]:
    processes = [Process(core, name) for name in names]
    try:
        for one in processes:
            await one.homes.look_for_networks()
        yield processes
    finally:
        await asyncio.gather(*(one.homes.close() for one in processes))


async def test_one_process_is_home_and_others_lead_to_it(core: Core) -> None:
    async with running(core, "a", "b") as processes:
        await comes(lambda: any(one.is_home for one in processes))
        home, other = sorted(processes, key=lambda one: not one.is_home)
        await asyncio.sleep(4 * module.LEASE_S)  # it is renewed, so nobody else gets it
        assert home.is_home
        assert not other.is_home
        assert str(other.homes.door(NETWORK)) == f"door of {NETWORK} elsewhere"
        assert home.homes.door(NETWORK) is home.homes.get(NETWORK)


async def test_whoever_stops_gives_the_lease_back_and_another_takes_it_at_once(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRY_S", 60.0)  # nobody looks by themselves
    first = Process(core, "a")
    await first.homes.look_for_networks()
    await comes(lambda: first.is_home)
    async with running(core, "b") as (second,):
        await asyncio.sleep(0.1)
        first.others.free = second.homes.freed
        await first.homes.close()
        await comes(lambda: second.is_home)
        assert first.others.told == ["opened 1", "closed", "released"]
        assert second.others.told == ["opened 2"]
        assert first.built[0].epoch is None


async def test_a_process_with_many_homes_is_not_long_in_taking_another(core: Core) -> None:
    process = Process(core, "a")
    some = cast("Home", MadeUpHome("another"))
    process.homes._homes.update({f"network-{number}": some for number in range(1_000)})
    await process.homes.look_for_networks()
    await comes(lambda: process.is_home)
    await process.homes.close()


async def test_a_home_whose_lease_somebody_else_took_closes_and_says_so(core: Core) -> None:
    async with running(core, "a") as (first,):
        await comes(lambda: first.is_home)
        await taken_by_force(core)
        await comes(lambda: not first.is_home)
        assert first.others.told == ["opened 1", "closed"]  # it had nothing to release
        assert first.moved.count(NETWORK) == 2


async def test_a_home_that_hears_of_a_later_one_does_not_wait_to_be_told_by_the_database(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RENEW_S", 60.0)
    monkeypatch.setattr(module, "LEASE_S", 120.0)
    async with running(core, "a") as (first,):
        await comes(lambda: first.is_home)
        first.homes.superseded(NETWORK, epoch=1)
        await asyncio.sleep(0.1)
        assert first.is_home  # of itself it has heard before
        first.homes.superseded(NETWORK, epoch=2)
        await comes(lambda: first.others.told[:2] == ["opened 1", "closed"])


async def test_a_database_that_does_not_commit_closes_no_home(
    core: Core, faults: ScriptedFaults
) -> None:
    async with running(core, "a") as (first,):
        await comes(lambda: first.is_home)
        with faults.failing(FaultPoint.BEFORE_COMMIT, times=5) as plan:
            await comes(lambda: plan.struck == 5)
        await asyncio.sleep(3 * module.RENEW_S)
        assert first.is_home
        assert first.others.told == ["opened 1"]


async def test_a_renewal_that_fails_as_nobody_expects_is_tried_again(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE_S", 2.0)  # several renewals may fail within it
    async with running(core, "a", "b") as (first, second):
        await comes(lambda: first.is_home or second.is_home)
        home = first if first.is_home else second
        home.desks.failures = 4
        await comes(lambda: not home.desks.failures)
        await asyncio.sleep(2 * module.LEASE_S)
        assert home.is_home
        assert home.others.told == ["opened 1"]


async def test_a_refusal_of_the_lease_is_no_outage_and_it_is_tried_for_again_soon(
    core: Core, faults: ScriptedFaults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE_S", 4 * SOON_S)  # what it would wait in an outage
    with faults.failing(FaultPoint.BEFORE_COMMIT, times=4) as plan:
        async with running(core, "a") as (first,):
            await comes(lambda: plan.struck == 4 and first.is_home)


async def test_a_home_that_cannot_be_opened_is_tried_again(core: Core) -> None:
    async with opening_fails(core, times=2) as first:
        await first.homes.look_for_networks()
        await comes(lambda: first.is_home)
        assert len(first.built) == 3
        await first.homes.close()


async def test_alone_it_is_ready_when_every_network_is_at_home(core: Core) -> None:
    def build(network_id: str, _held: Held, _line: Line) -> Home:
        return cast("Home", MadeUpHome(network_id))

    edge = cast("Edge", SimpleNamespace(count=0))
    homes = Homes(core, cast("Desks", NoDesks()), edge, build, holder="alone")
    await homes.look_for_networks()
    door = homes.door(NETWORK)  # before anything could be opened
    with pytest.raises(Starting):
        await homes.ready(0.0)
    with pytest.raises(Starting):
        await door.submit([])
    await homes.ready(SOON_S)
    assert homes.get(NETWORK) is not None
    await homes.close()


async def test_who_has_many_sockets_leaves_what_expired_to_who_has_few(core: Core) -> None:
    async with core.database.write() as tx:
        await leases.acquire(tx, lease_of(NETWORK), "somebody", ttl_s=0.0)
    crowded, quiet = Process(core, "a"), Process(core, "b")
    crowded.sockets.count = 1_000_000
    try:
        for one in (crowded, quiet):
            await one.homes.look_for_networks()
        await comes(lambda: quiet.is_home)
        assert not crowded.built
    finally:
        await asyncio.gather(crowded.homes.close(), quiet.homes.close())


async def test_many_sockets_keep_nobody_from_what_nobody_else_takes(core: Core) -> None:
    async with core.database.write() as tx:
        await leases.acquire(tx, lease_of(NETWORK), "somebody", ttl_s=0.0)
    crowded = Process(core, "a")
    crowded.sockets.count = 1_000_000
    await crowded.homes.look_for_networks()
    await comes(lambda: crowded.is_home)
    await crowded.homes.close()


async def taken_by_force(core: Core) -> None:
    """Let the lease be another's, as if it had run out."""
    async with core.database.write() as tx:
        name = lease_of(NETWORK)
        held = Lease(name, "a", 1)
        await leases.release(tx, held)
        assert await leases.acquire(tx, name, "somebody", ttl_s=60.0) is not None


@asynccontextmanager
async def opening_fails(core: Core, times: int) -> AsyncIterator[Process]:
    process = Process(core, "a")
    build: Callable[[str, Held, Line], Home] = process._build

    def failing(network_id: str, held: Held, line: Line) -> Home:
        home = build(network_id, held, line)
        if network_id == NETWORK and len(process.built) <= times:
            made = cast("MadeUpHome", home)

            async def fail(_lease: Lease) -> None:
                raise ConnectionError

            opening: Callable[[Lease], Awaitable[None]] = fail
            made.open = opening  # type: ignore[assignment,method-assign]
        return home

    process.homes._build = failing
    yield process


class Sockets:
    """The sockets of a node, as far as registering needs them."""

    node_id = "node"

    def __init__(self, *sids: str) -> None:
        both = {sid: visitor(sid) for sid in sids}
        self.here = {sid: SimpleNamespace(visitor=one, now=one) for sid, one in both.items()}

    def of_network(self, _network_id: str) -> list[SimpleNamespace]:
        return list(self.here.values())

    def get(self, sid: str) -> SimpleNamespace | None:
        return self.here.get(sid)


class LatelyGone:
    """A door behind which some sockets go while it is being said that they are there."""

    def __init__(self, sockets: Sockets, gone: Sequence[str]) -> None:
        self.sockets = sockets
        self.gone = gone
        self.there: set[str] = set()
        self.parts: list[int] = []

    async def opened(self, visitors: Sequence[Visitor]) -> None:
        for sid in self.gone:
            if self.sockets.here.pop(sid, None) is not None:
                self.closed(visitor(sid))  # said as it happens, before what is said now
        self.there |= {one.sid for one in visitors}
        self.parts.append(len(visitors))

    def registering(self, _node: str) -> Callable[[], None]:
        return lambda: None

    def closed(self, gone: Visitor) -> None:
        self.there.discard(gone.sid)


def visitor(sid: str) -> Visitor:
    return Visitor(sid, "node", "/patient", cast("Principal", None), f"patient:{sid}", NETWORK)


async def test_a_socket_that_goes_while_it_is_registered_leaves_no_ghost(core: Core) -> None:
    sids = [f"s{number}" for number in range(module.PART_MAX + 50)]
    sockets = Sockets(*sids)
    gone = (sids[0], sids[-1])
    door = LatelyGone(sockets, gone)
    process = Process(core, "a")
    process.homes._edge = cast("Edge", sockets)
    leads = SimpleNamespace(door=lambda _network_id: door)
    process.homes._elsewhere = cast("Elsewhere", leads)
    await process.homes.register(NETWORK)
    assert door.there == set(sids) - set(gone)
    assert door.parts == [module.PART_MAX, 49]
