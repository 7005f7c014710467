"""Consent taken back when no call is near: what was sent, and not looked at, is called off."""

from __future__ import annotations

from typing import cast

import pytest

from server.live import patient_gates
from server.live.calls import CallBook
from server.services import Core
from server.storage import encounters
from server.waiting.work import CommandKey
from signaling.messages import Visit
from tests.contract.storage.rows import put
from tests.contract.waiting.test_desk import ANA, FIRST, Room


class NoCalls:
    """A call book in which nobody is in a call."""

    def drop(self, _encounter_id: str) -> None:
        return None


@pytest.mark.parametrize(
    ("visit", "after"), [("submitted", "cancelled"), ("in_review", "in_review")]
)
async def test_what_was_sent_is_called_off_and_what_is_reviewed_is_decided_again(
    room: Room, core: Core, visit: Visit, after: Visit
) -> None:
    async with room.database.write() as tx:
        now = room.clock.now()
        who = ANA if visit == "in_review" else None
        await put(tx, FIRST, now, visit=visit, practitioner_id=who)
    calls = cast("CallBook", NoCalls())
    key = CommandKey(actor="patient:one", id="withdraw-1")
    await patient_gates.withdraw(core, room.desk, calls, FIRST, key)
    async with room.database.read() as tx:
        assert (await encounters.get(tx, FIRST)).visit == after
    kinds = await room.chart_kinds()
    assert "consent.withdrawn" in kinds
    assert ("rules.decided" in kinds) == (visit == "in_review")
