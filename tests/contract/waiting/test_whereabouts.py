"""Relays speak of the legs of all networks: a home says where its own encounters are, only."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

from server.live.call_keeping import CallKeeper
from server.live.calls import CallBook
from server.live.connections import Connections
from server.live.leg_adoption import ELSEWHERE
from server.services import Core
from server.storage import leases
from server.storage.fencing import Fenced
from server.waiting.desks import Desks
from tests.contract.storage import rows
from tests.contract.waiting.test_desk import FIRST, Room, both_ready

LEASE = "switchboard:mine"


def keeper(core: Core, room: Room, network_id: str) -> CallKeeper:
    nothing = SimpleNamespace(get=lambda _encounter_id: None)
    desks = SimpleNamespace(by_network={rows.NETWORK.organization_id: room.desk})
    return CallKeeper(
        core,
        network_id,
        cast("Desks", desks),
        cast("Connections", nothing),
        cast("CallBook", nothing),
        lambda _encounter_id: None,
        lambda work: work.close(),
    )


async def test_whoever_waits_is_in_line_for_their_own_home(core: Core, room: Room) -> None:
    await both_ready(room)
    own = keeper(core, room, rows.NETWORK.organization_id)
    assert await own.whereabouts(FIRST) == ("line", None)


async def test_another_networks_encounter_is_elsewhere_though_its_desk_is_in_this_process(
    core: Core, room: Room
) -> None:
    await both_ready(room)
    other = keeper(core, room, rows.OTHER_NETWORK.organization_id)
    assert await other.whereabouts(FIRST) == ELSEWHERE


async def test_an_encounter_that_nobody_knows_is_elsewhere(core: Core, room: Room) -> None:
    own = keeper(core, room, rows.NETWORK.organization_id)
    assert await own.whereabouts("nowhere") == ELSEWHERE


async def test_whose_lease_is_anothers_says_elsewhere_of_its_own_and_closes_nobodys_legs(
    core: Core, room: Room
) -> None:
    await both_ready(room)
    async with core.database.write() as tx:
        mine = await leases.acquire(tx, LEASE, "mine", ttl_s=60.0)
    home = replace(core, database=Fenced(core.database, LEASE, lambda: mine))
    asked = keeper(home, room, rows.NETWORK.organization_id)
    in_call = keeper(home, room, rows.NETWORK.organization_id)
    call = SimpleNamespace(mode="relay", practitioner_id="practitioner-casey")
    in_call._calls = cast("CallBook", SimpleNamespace(get=lambda _encounter_id: call))
    assert await asked.whereabouts(FIRST) == ("line", None)
    assert await in_call.whereabouts(FIRST) == ("call", "practitioner-casey")
    async with core.database.write() as tx:
        assert mine is not None
        await leases.release(tx, mine)
        await leases.acquire(tx, LEASE, "somebody", ttl_s=60.0)
    assert await asked.whereabouts(FIRST) == ELSEWHERE
    assert await in_call.whereabouts(FIRST) == ELSEWHERE
