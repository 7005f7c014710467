"""An accept that is being committed: the legs that its call is about to need stay."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest

from media.control_messages import CloseLeg
from server.live.call_keeping import CallKeeper
from server.live.calls import CallBook
from server.live.connections import Connections
from server.live.hub import LiveHub
from server.live.leg_adoption import ELSEWHERE
from server.live.presenter import Presenter
from server.live.settling import Settling
from server.services import Core
from server.storage.database import Tx
from server.waiting.desks import Desks
from server.waiting.work import Plan, Result
from signaling import events
from signaling.identifiers import Instant
from signaling.switchboard import Switchboard
from tests.contract.storage import rows
from tests.contract.waiting.test_desk import ANA, FIRST, Room, both_ready
from tests.contract.waiting.test_leg_book import Scene, legs
from tests.contract.waiting.test_settled import Held

__all__ = ["legs"]


def hub_of(room: Room, scene: Scene) -> LiveHub:
    nothing = SimpleNamespace(settings=SimpleNamespace(away_after_s=1))
    return LiveHub(
        cast("Core", nothing),
        rows.NETWORK.organization_id,
        cast("Desks", SimpleNamespace(of=lambda _network_id: room.desk)),
        cast("Connections", SimpleNamespace(of=lambda _recipient: [1])),
        cast("Presenter", nothing),
        cast("CallBook", nothing),
        scene.book,
        Settling(frozenset),
    )


async def accepted_slowly(room: Room) -> tuple[Held, asyncio.Future[tuple[Result, Result]]]:
    """Have what rings accepted, in a batch that is not committed before it is let go."""
    offer_id = room.ringing()[-1].offer.offer_id
    held = Held()

    async def accept(_tx: Tx, _now: Instant, _switchboard: Switchboard) -> Plan:
        return Plan(events.OfferAccepted(offer_id, ANA))

    accepting = asyncio.gather(room.desk.do(accept), room.desk.do(held, about="other"))
    await held.begun.wait()
    return held, accepting


async def test_a_look_in_the_middle_of_an_accept_closes_no_leg(
    room: Room, legs: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = hub_of(room, legs)
    monkeypatch.setattr(hub, "encounter_changed", lambda _encounter_id: None)
    await legs.look(ANA)
    held, accepting = await accepted_slowly(room)
    looking = asyncio.create_task(hub._look_at_legs("network-1", FIRST))
    for _ in range(5):
        await asyncio.sleep(0)
    await legs.book.lanes.idle()
    assert legs.asked(CloseLeg) == []
    legs.book.accepting(FIRST)  # as the hub does when the commit is told
    held.let_go.set()
    await asyncio.gather(accepting, looking)
    await legs.book.lanes.idle()
    assert legs.asked(CloseLeg) == []
    assert legs.book.start(FIRST).mode == "relay"
    await hub.close()


async def test_legs_of_an_accept_whose_call_has_not_begun_are_left_alone(room: Room) -> None:
    """A relay that comes up just then is asked which legs it has."""
    await both_ready(room)
    keeper = CallKeeper(
        cast("Core", SimpleNamespace(database=room.database)),
        rows.NETWORK.organization_id,
        cast("Desks", SimpleNamespace(by_network={rows.NETWORK.organization_id: room.desk})),
        cast("Connections", None),
        cast("CallBook", SimpleNamespace(get=lambda _encounter_id: None)),
        lambda _encounter_id: None,
        lambda work: work.close(),
    )
    assert await keeper.whereabouts(FIRST) == ("line", None)
    held, accepting = await accepted_slowly(room)
    asked = asyncio.create_task(keeper.whereabouts(FIRST))
    held.let_go.set()
    await accepting
    assert await asked == ELSEWHERE
    assert await keeper.whereabouts(FIRST) == ELSEWHERE
