"""Whoever watches a desk sees what was committed, once, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from server.errors import Retry
from server.storage.faults import FaultPoint, ScriptedFaults
from server.waiting.desk import Desk
from server.waiting.watching import Committed
from server.waiting.work import just
from signaling import events
from signaling.effects import RecordOffer, RecordWaiting
from signaling.errors import AlreadyQueued
from signaling.identifiers import EncounterId, Instant
from signaling.offers import OfferState
from signaling.switchboard import Switchboard
from tests.contract.waiting.test_desk import ANA, FIRST, ON_DUTY, READY, Room


@dataclass
class Witness:
    """Remembers what it saw."""

    batches: list[Committed] = field(default_factory=list)
    rebuilds: list[Mapping[EncounterId, str]] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    def rebuilt(
        self, switchboard: Switchboard, whereabouts: Mapping[EncounterId, str], at: Instant
    ) -> None:
        assert switchboard.waiting() is not None
        assert at > 0
        self.rebuilds.append(whereabouts)

    def committed(self, batch: Committed) -> None:
        self.batches.append(batch)

    def decided(self, seconds: float) -> None:
        self.took.append(seconds)

    def waits(self) -> list[RecordWaiting]:
        every = [effect for batch in self.batches for effect in batch.effects]
        return [effect for effect in every if isinstance(effect, RecordWaiting)]

    def offers(self) -> list[OfferState]:
        every = [effect for batch in self.batches for effect in batch.effects]
        return [one.offer.state for one in every if isinstance(one, RecordOffer)]


@pytest.fixture
async def witness(room: Room) -> Witness:
    """Have somebody watch the room's desk from its first moment."""
    seen = Witness()
    await room.stop()
    room.desk = Desk(replace(room.desk._ports, watcher=seen))
    room.start()
    await room.desk.ready()
    return seen


async def test_everything_of_a_batch_is_seen_with_the_place_of_who_came(
    room: Room, witness: Witness
) -> None:
    await room.desk.submit(READY, ON_DUTY)
    offer = room.ringing()[-1].offer
    await room.desk.do(just(events.OfferAccepted(offer.offer_id, ANA)))
    assert [one.encounter_id for one in witness.waits()] == [FIRST]
    assert witness.offers() == [OfferState.RINGING, OfferState.ACCEPTED]
    assert [where for batch in witness.batches for where in batch.whereabouts] == [FIRST]
    assert len(witness.took) > 3


async def test_what_was_refused_is_not_seen(room: Room, witness: Witness) -> None:
    await room.desk.submit(READY)
    with pytest.raises(AlreadyQueued):
        await room.desk.submit(READY)
    assert len(witness.waits()) == 1


@pytest.mark.parametrize("point", [FaultPoint.BEFORE_COMMIT, FaultPoint.COMMIT_LOST])
async def test_what_was_not_committed_is_not_seen(
    room: Room, witness: Witness, faults: ScriptedFaults, point: FaultPoint
) -> None:
    with faults.failing(point), pytest.raises(Retry):
        await room.desk.submit(READY)
    assert witness.waits() == []
    await room.desk.submit(READY)
    assert len(witness.waits()) == 1


async def test_a_rebuild_says_where_everybody_is(
    room: Room, witness: Witness, faults: ScriptedFaults
) -> None:
    await room.desk.submit(READY)
    with faults.failing(FaultPoint.BEFORE_COMMIT), pytest.raises(Retry):
        await room.desk.submit(ON_DUTY)
    await room.desk.submit(ON_DUTY)
    assert [list(places) for places in witness.rebuilds] == [[], [FIRST]]
