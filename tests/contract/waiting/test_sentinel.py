"""Alerts of a network are its home's: who is not home to it any more keeps none of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from server.alerts.board import Alert
from server.alerts.conditions import AlertCode
from server.alerts.sentinel import Sentinel
from server.metrics.observatory import Observatory
from server.services import Core
from server.waiting.desks import Desks
from tests.contract.storage.rows import NETWORK
from tests.contract.waiting.test_desk import FIRST, READY, Room

NETWORK_ID = NETWORK.organization_id


async def test_what_is_raised_leaves_with_the_home_and_is_raised_anew_by_the_next(
    core: Core, room: Room
) -> None:
    await room.desk.submit(READY)
    assert room.desk.switchboard is not None
    here = {NETWORK_ID: room.desk}
    desks = cast("Desks", SimpleNamespace(by_network=here))
    observatory = Observatory(core)
    observer = observatory.of(NETWORK_ID).observer
    observer.rebuilt(room.desk.switchboard, {FIRST: "AZ"}, room.clock.now())
    sent: list[Alert] = []
    sentinel = Sentinel(core, desks, observatory, sent.append)

    await sentinel.look()
    assert [one.code for one in sent] == [AlertCode.NOBODY_ELIGIBLE]
    del here[NETWORK_ID]
    sentinel.left(NETWORK_ID)
    assert sentinel.raised(NETWORK_ID) == ()
    await sentinel.look()
    assert len(sent) == 1, "nothing is said of a network that is at home elsewhere"
    here[NETWORK_ID] = room.desk  # it comes back, and what held then still holds
    room.clock.advance(3_600)
    await sentinel.look()
    assert AlertCode.NOBODY_ELIGIBLE in {one.code for one in sent[1:]}, "not swallowed"
