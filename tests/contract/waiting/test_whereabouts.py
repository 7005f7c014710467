"""Relays speak of the legs of all networks: a home says where its own encounters are, only."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from server.live.call_keeping import CallKeeper
from server.live.calls import CallBook
from server.live.connections import Connections
from server.live.leg_adoption import ELSEWHERE
from server.services import Core
from server.waiting.desks import Desks
from tests.contract.storage import rows
from tests.contract.waiting.test_desk import FIRST, Room, both_ready


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
