"""Alerts of a network are its home's: who is not home to it any more keeps none of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from server.alerts.board import Alert
from server.alerts.conditions import AlertCode
from server.alerts.sentinel import Sentinel
from server.metrics.emergencies import EmergencyGauge
from server.metrics.observatory import Observatory
from server.services import Core
from server.storage import emergency_access, local_sign_ins
from server.waiting.desks import Desks
from tests.contract.storage.opened import opened
from tests.contract.storage.rows import ANA, NETWORK, STAFF
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


async def test_each_emergency_access_is_told_until_all_are_reviewed(
    core: Core, room: Room
) -> None:
    await room.desk.submit(READY)
    desks = cast("Desks", SimpleNamespace(by_network={NETWORK_ID: room.desk}))
    sent: list[Alert] = []
    sentinel = Sentinel(core, desks, Observatory(core), sent.append)
    gauge = EmergencyGauge(sentinel.unreviewed, lambda: 0)

    def shown() -> list[float]:
        unreviewed = next(iter(gauge.collect()))
        return [one.value for one in unreviewed.samples]

    async def told() -> list[tuple[int, bool]]:
        """Look for long enough that what is over is cleared, too; return what was sent."""
        del sent[:]
        for _ in range(20):
            room.clock.advance(1)
            await sentinel.look()
        mine = [one for one in sent if one.code is AlertCode.EMERGENCY_ACCESS]
        return [(one.count, one.cleared_at is not None) for one in mine]

    async def reviewed(name: str) -> None:
        async with core.database.write() as tx:
            assert await emergency_access.review(
                tx,
                name,
                by=ANA.account_id,
                at=room.clock.now(),
                verdict="justified",
                sealed_review=None,
            )

    assert (await told(), shown()) == ([], [0])
    for number, name in enumerate(("emergency-1", "emergency-2"), start=1):
        async with core.database.write() as tx:
            await opened(tx, core.keyring, name, at=room.clock.now())
        assert (await told(), shown()) == ([(number, False)], [number])
    await reviewed("emergency-2")
    assert (await told(), shown()) == ([], [1])
    await reviewed("emergency-1")
    assert (await told(), shown()) == ([(1, True)], [0])


async def test_each_emergency_sign_in_is_told_and_counted_until_it_was_seen(
    core: Core, room: Room
) -> None:
    await room.desk.submit(READY)
    here = {NETWORK_ID: room.desk}
    desks = cast("Desks", SimpleNamespace(by_network=here))
    sent: list[Alert] = []
    sentinel = Sentinel(core, desks, Observatory(core), sent.append)
    gauge = EmergencyGauge(sentinel.unreviewed, sentinel.entered)

    async def look() -> tuple[list[int], list[float]]:
        """Look for long enough; return what was told, and what both gauges show."""
        del sent[:]
        for _ in range(3):
            room.clock.advance(1)
            await sentinel.look()
        mine = [one.count for one in sent if one.code is AlertCode.EMERGENCY_SIGN_IN]
        return mine, [one.value for family in gauge.collect() for one in family.samples]

    async with core.database.write() as tx:
        for account_id in (STAFF.account_id, ANA.account_id):
            await local_sign_ins.name(tx, account_id, now=room.clock.now(), by="compliance:1")
    assert await look() == ([], [0, 0])
    for number, account_id in enumerate((STAFF.account_id, ANA.account_id), start=1):
        async with core.database.write() as tx:
            await local_sign_ins.signed_in(tx, account_id, room.clock.now())
        assert await look() == ([number], [0, number])
    del here[NETWORK_ID]
    assert await look() == ([], [0, 0]), "another node counts it"
    here[NETWORK_ID] = room.desk
    async with core.database.write() as tx:
        ids = [NETWORK_ID, STAFF.organization_id]
        assert await local_sign_ins.seen(tx, ids, room.clock.now()) == 2
    assert (await look())[1] == [0, 0]
