"""What is told of the switchboard is committed, also while a batch is under way."""

from __future__ import annotations

import asyncio

import pytest

from server.errors import Retry
from server.storage.database import Tx
from server.storage.faults import FaultPoint, ScriptedFaults
from server.waiting.work import Plan
from signaling.identifiers import Instant
from signaling.switchboard import Switchboard
from tests.contract.waiting.test_desk import FIRST, ON_DUTY, READY, Room, room

__all__ = ["room"]


class Held:
    """A plan that lets the patient in, and then lasts until it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self, _tx: Tx, _now: Instant, _switchboard: Switchboard) -> Plan:
        self.begun.set()
        await self.let_go.wait()
        return Plan(None)


async def test_a_state_is_not_taken_from_the_middle_of_a_batch(room: Room) -> None:
    await room.desk.submit(ON_DUTY)
    held = Held()
    coming = asyncio.gather(room.desk.submit(READY), room.desk.do(held, about="other"))
    await held.begun.wait()
    ahead = room.desk.switchboard
    assert ahead is not None
    assert ahead.offers_for(FIRST), "it is ahead of what is committed"
    settled = asyncio.create_task(room.desk.settled())
    await asyncio.sleep(0)
    assert not settled.done()
    held.let_go.set()
    committed = await settled
    assert committed is not None
    assert [one.offer_id for one in committed.offers_for(FIRST)]
    assert await room.stored_offers() == ["ringing"]
    await coming


async def test_after_a_failed_commit_the_state_is_that_of_the_rows(
    room: Room, faults: ScriptedFaults
) -> None:
    await room.desk.submit(ON_DUTY)
    with faults.failing(FaultPoint.BEFORE_COMMIT), pytest.raises(Retry):
        await room.desk.submit(READY)
    rebuilt = await room.desk.settled()
    assert rebuilt is not None
    assert not rebuilt.waiting()


async def test_nobody_waits_for_a_desk_that_has_stopped(room: Room) -> None:
    await room.desk.submit(ON_DUTY)
    await room.stop()
    assert await room.desk.settled() is None
