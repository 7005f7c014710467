"""The desk commits before it tells, whatever the database does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from sqlalchemy import update

from server.authority import eligibility_class
from server.clock import ManualClock
from server.errors import NotAuthorizedHere, Retry
from server.keyring import Keyring
from server.storage import chart_log, directory, encounters, leases, roster
from server.storage.database import Database, Tx
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.tables import leases as lease_rows
from server.waiting.authorities import require_authority
from server.waiting.desk import Desk, Ports
from server.waiting.ledger import Ledger
from server.waiting.work import CommandKey, Plan, just
from signaling import effects, events
from signaling.errors import AlreadyQueued, OfferNotYours
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.limits import Limits
from signaling.presence import PresenceState
from signaling.switchboard import Switchboard
from tests.admitted import open_everything, take_in
from tests.contract.storage import rows

ANA = PractitionerId(rows.ANA.practitioner_id)
# Wherever these tests have people. Each would wait a second for all 51 to be opened.
OPENED = ("AZ", "FL", "MD", "NV", "PA", "TX")
FIRST = EncounterId("encounter-1")
TEXAS = eligibility_class("network-1", frozenset({"TX"}))
READY = events.PatientReady(FIRST, TEXAS, place=1, ready_at=rows.NOW)
INTAKE = ("exam.", "intake.")  # what the fixture wrote
ON_DUTY = events.PractitionerAvailable(ANA, licence_count=1)


@dataclass
class Room:
    """A desk at work, and what it told."""

    desk: Desk
    ledger: Ledger
    database: Database
    clock: ManualClock
    told: list[effects.Send] = field(default_factory=list)
    resyncs: list[None] = field(default_factory=list)
    running: asyncio.Task[None] | None = None

    async def restart(self) -> None:
        """Stop the desk as a crash would, and let another begin."""
        await self.stop()
        self.told.clear()
        self.start()

    def start(self) -> None:
        self.running = asyncio.create_task(self.desk.run())

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            with suppress(asyncio.CancelledError):
                await self.running

    async def stored_offers(self) -> list[str]:
        async with self.database.read() as tx:
            found = await roster.offers_since(tx, "network-1", 0)
        return [one.state.value for one in found]

    async def chart_kinds(self, encounter_id: str = FIRST) -> list[str]:
        async with self.database.read() as tx:
            kinds = [leaf.kind for leaf in await chart_log.leaves(tx, encounter_id)]
        return [one for one in kinds if not one.startswith(INTAKE)]

    async def visit(self, encounter_id: str = FIRST) -> str:
        async with self.database.read() as tx:
            return (await encounters.get(tx, encounter_id)).visit

    def ringing(self) -> list[effects.SendOfferRinging]:
        return [one for one in self.told if isinstance(one, effects.SendOfferRinging)]


def numbered() -> Callable[[], str]:
    count = iter(range(1, 1_000_000))
    return lambda: f"id-{next(count):08d}"


@pytest.fixture
async def room(
    database: Database, keyring: Keyring, clinic: rows.Clinic
) -> AsyncIterator[Room]:
    assert clinic.encounter_id == FIRST
    clock = ManualClock(rows.NOW)
    new_id = numbered()
    ledger = Ledger("network-1", keyring, Limits(), new_id)
    async with database.write() as tx:
        ledger.lease = await leases.acquire(tx, "switchboard:network-1", "test", 60.0)
        await encounters.set_visit(tx, FIRST, "intake", now=rows.NOW)
        await open_everything(tx, "network-1", rows.NOW, OPENED)
        await take_in(tx, keyring, FIRST, "TX", rows.NOW)
    told: list[effects.Send] = []
    resyncs: list[None] = []
    ports = Ports(
        clock=clock,
        database=database,
        ledger=ledger,
        tell=told.extend,
        connected=lambda: (),
        resync=lambda: resyncs.append(None),
        new_id=new_id,
    )
    made = Room(Desk(ports), ledger, database, clock, told, resyncs)
    made.start()
    yield made
    await made.stop()


async def both_ready(room: Room) -> OfferId:
    await room.desk.submit(READY, ON_DUTY)
    return room.ringing()[-1].offer.offer_id


async def test_an_offer_is_committed_with_its_authority_before_it_is_told(room: Room) -> None:
    await both_ready(room)
    assert await room.stored_offers() == ["ringing"]
    assert (await room.chart_kinds())[-2:] == ["authority.checked", "offer.rung"]


async def test_an_accept_starts_the_call_in_the_same_transaction(room: Room) -> None:
    offer_id = await both_ready(room)
    await room.desk.do(just(events.OfferAccepted(offer_id, ANA)))
    assert await room.visit() == "in_progress"
    async with room.database.read() as tx:
        assert await roster.latest_generation(tx, FIRST) == 1
    kinds = await room.chart_kinds()
    assert {"offer.accepted", "call.started", "visit.changed"} <= set(kinds)


@pytest.mark.parametrize("point", [FaultPoint.BEFORE_COMMIT, FaultPoint.COMMIT_LOST])
async def test_a_failed_commit_is_answered_retry_and_leaves_nothing(
    room: Room, faults: ScriptedFaults, point: FaultPoint
) -> None:
    await room.desk.ready()
    with faults.failing(point), pytest.raises(Retry):
        await room.desk.do(just(READY), command=CommandKey("patient:1", "command-1"))
    assert room.told == []
    assert await room.visit() == "intake"
    await room.desk.do(just(READY), command=CommandKey("patient:1", "command-1"))
    assert await room.visit() == "waiting"


async def test_a_commit_of_unknown_outcome_is_settled_by_the_commands_id(
    room: Room, faults: ScriptedFaults
) -> None:
    await room.desk.ready()

    async def plan(_tx: Tx, _now: Instant, _board: Switchboard) -> Plan:
        return Plan(READY, {"place": 1})

    with faults.failing(FaultPoint.AFTER_COMMIT):
        result = await room.desk.do(plan, command=CommandKey("patient:1", "command-1"))
    assert result == {"place": 1}
    await room.desk.ready()
    assert [one.encounter_id for one in room.desk.switchboard.waiting()] == [FIRST]  # type: ignore[union-attr]
    assert await room.visit() == "waiting"
    assert len(room.resyncs) == 1, "nobody was told, so every page is told its whole state"


@pytest.mark.parametrize("point", list(FaultPoint))
@pytest.mark.parametrize("spared", range(4))
async def test_no_commit_that_fails_loses_a_patient_or_rings_twice(
    room: Room, faults: ScriptedFaults, point: FaultPoint, spared: int
) -> None:
    """Ready, on duty, seen, accepted: whichever commit fails, and however, it ends well."""
    await room.desk.ready()
    steps: Sequence[Callable[[], events.Event]] = (
        lambda: READY,
        lambda: ON_DUTY,
        lambda: events.PatientSeen(FIRST),
        lambda: events.PractitionerSeen(ANA),
    )
    with faults.failing(point, spared=spared):
        for number, step in enumerate(steps):
            await until_done(room, step, CommandKey("test", f"command-{number}"))
        await seen_again(room)
        offer = room.desk.switchboard.offer_to(ANA)  # type: ignore[union-attr]
        assert offer is not None
        accept = events.OfferAccepted(offer.offer_id, ANA)
        await accept_again(room, accept)
    assert await room.visit() == "in_progress"
    stored = await room.stored_offers()
    assert stored.count("ringing") == 0


async def until_done(room: Room, event: Callable[[], events.Event], key: CommandKey) -> None:
    while True:
        try:
            await room.desk.do(just(event()), command=key)
        except Retry:
            await asyncio.sleep(0.01)
        else:
            return


async def seen_again(room: Room) -> None:
    """After a rebuild the pages say again that they are there."""
    await room.desk.ready()
    await until_done(room, lambda: events.PatientSeen(FIRST), CommandKey("test", "seen-1"))
    await until_done(room, lambda: events.PractitionerSeen(ANA), CommandKey("test", "seen-2"))
    await room.desk.ready()


async def accept_again(room: Room, accept: events.OfferAccepted) -> None:
    """Accept; if a failed commit withdrew the offer, accept the next one."""
    for _ in range(20):
        try:
            await room.desk.do(just(accept), command=CommandKey("test", accept.offer_id))
        except Retry:
            await seen_again(room)
            offer = room.desk.switchboard.offer_to(ANA)  # type: ignore[union-attr]
            if offer is not None:
                accept = events.OfferAccepted(offer.offer_id, ANA)
        else:
            return
    pytest.fail("the accept never went through")


async def test_nobody_waits_for_a_database_that_stays_away(
    room: Room, faults: ScriptedFaults
) -> None:
    await room.desk.ready()
    with faults.failing(FaultPoint.BEFORE_COMMIT, times=1_000):
        for _ in range(3):
            async with asyncio.timeout(5):
                with pytest.raises(Retry):
                    await room.desk.do(just(READY))
    await until_done(room, lambda: READY, CommandKey("patient:1", "command-1"))
    assert await room.visit() == "waiting"


async def test_the_same_command_twice_has_one_effect_and_one_answer(room: Room) -> None:
    async def plan(tx: Tx, _now: Instant, _board: Switchboard) -> Plan:
        return Plan(READY, {"place": await encounters.next_place(tx)})

    key = CommandKey("patient:1", "command-1")
    first = await room.desk.do(plan, command=key)
    assert await room.desk.do(plan, command=key) == first
    assert (await room.chart_kinds()).count("queue.joined") == 1


async def test_a_refusal_changes_nothing_and_others_in_the_batch_go_through(room: Room) -> None:
    await room.desk.do(just(READY))
    again = room.desk.do(just(READY))
    on_duty = room.desk.do(just(ON_DUTY))
    refused, done = await asyncio.gather(again, on_duty, return_exceptions=True)
    assert isinstance(refused, AlreadyQueued)
    assert done == {}
    assert len(room.ringing()) == 1


async def test_a_plan_that_refuses_leaves_no_trace_of_what_it_wrote(room: Room) -> None:
    async def plan(tx: Tx, now: Instant, _board: Switchboard) -> Plan:
        await encounters.set_visit(tx, FIRST, "cancelled", now=now)
        raise NotAuthorizedHere

    with pytest.raises(NotAuthorizedHere):
        await room.desk.do(plan)
    assert await room.visit() == "intake"


async def test_a_licence_revoked_while_it_rings_withdraws_the_offer(room: Room) -> None:
    offer_id = await both_ready(room)
    async with room.database.write() as tx:
        await directory.set_authority_status(tx, rows.LICENCE.authority_id, "revoked")
    room.clock.advance(2.0)
    with pytest.raises(NotAuthorizedHere):
        await room.desk.do(accepting(offer_id))
    assert await room.stored_offers() == []
    assert "offer.withdrawn" in await room.chart_kinds()
    assert room.desk.switchboard.offer_to(ANA) is None  # type: ignore[union-attr]


async def test_a_licence_revoked_in_the_same_instant_still_bars_the_accept(room: Room) -> None:
    """The look at the classes is up to a second old; the row under lock is not."""
    offer_id = await both_ready(room)
    async with room.database.write() as tx:
        await directory.set_authority_status(tx, rows.LICENCE.authority_id, "revoked")
    with pytest.raises(NotAuthorizedHere):
        await room.desk.do(accepting(offer_id))
    assert await room.visit() == "waiting"


def accepting(offer_id: OfferId) -> Callable[[Tx, Instant, Switchboard], asyncio.Future[Plan]]:
    async def plan(tx: Tx, now: Instant, _board: Switchboard) -> Plan:
        encounter = await encounters.get(tx, FIRST, lock=True)
        await require_authority(tx, encounter, ANA, now)
        return Plan(events.OfferAccepted(offer_id, ANA))

    return plan  # type: ignore[return-value]


async def test_an_offer_to_somebody_whose_licence_just_ended_is_never_made(room: Room) -> None:
    await room.desk.submit(ON_DUTY)
    await room.desk.ready()
    async with room.database.write() as tx:
        await directory.set_authority_status(tx, rows.LICENCE.authority_id, "revoked")
    await room.desk.do(just(READY))
    assert room.ringing() == []
    assert await room.visit() == "waiting"


async def test_somebody_else_cannot_accept(room: Room) -> None:
    offer_id = await both_ready(room)
    other = PractitionerId(rows.BEN.practitioner_id)
    with pytest.raises(OfferNotYours):
        await room.desk.do(just(events.OfferAccepted(offer_id, other)))


async def test_a_restart_keeps_the_line_and_its_order(room: Room, database: Database) -> None:
    async with database.write() as tx:
        for number in (2, 3):
            made = rows.encounter(number, visit="intake")
            await encounters.create(tx, made)
            await take_in(tx, room.ledger.keyring, made.encounter_id, "TX", rows.NOW)
    for number in (2, 1, 3):
        name = EncounterId(f"encounter-{number}")
        place = {2: 1, 1: 2, 3: 3}[number]
        event = events.PatientReady(name, TEXAS, place=place, ready_at=rows.NOW)
        await room.desk.do(just(event))
    await room.restart()
    await room.desk.ready()
    waiting = room.desk.switchboard.waiting()  # type: ignore[union-attr]
    assert [one.encounter_id for one in waiting] == [
        "encounter-2",
        "encounter-1",
        "encounter-3",
    ]
    assert {one.presence for one in waiting} == {PresenceState.UNKNOWN}


async def test_a_batch_that_takes_longer_than_the_lease_keeps_it(room: Room) -> None:
    async def slowly(tx: Tx, _now: Instant, _switchboard: Switchboard) -> Plan:
        room.clock.advance(4.0)
        await tx.execute(update(lease_rows).values(expires_at=1))
        return Plan(READY)

    await room.desk.do(slowly)
    async with room.database.read() as tx:
        assert await leases.holder_of(tx, "switchboard:network-1") == "test"


async def test_a_desk_that_lost_its_lease_writes_nothing_more(room: Room) -> None:
    await room.desk.ready()
    async with room.database.write() as tx:
        taken = await leases.acquire(tx, "switchboard:network-1", "test", 60.0)
    assert taken is not None
    with pytest.raises(Retry):
        await room.desk.do(just(READY))
    assert await room.visit() == "intake"
