"""A patient who is given back is offered to others at once, whatever was known of their class.

Nobody waits in it while they are seen, so nobody looks after it meanwhile.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from server.authority import eligibility_class
from server.storage.database import Database
from server.storage.tables import authorities
from server.waiting.desk import Desk
from signaling import events
from signaling.errors import UnknownEncounter
from signaling.identifiers import PractitionerId
from tests.contract.waiting.test_batch import enrol
from tests.contract.waiting.test_desk import ANA, FIRST, TEXAS, Room, both_ready
from tests.contract.waiting.test_ruled_desk import close

GIVEN_BACK = events.PractitionerReleased(ANA, FIRST)


async def in_exam(room: Room) -> None:
    """Let Ana examine the one patient there is: nobody waits any more."""
    offer_id = await both_ready(room)
    await room.desk.submit(events.OfferAccepted(offer_id, ANA))
    room.told.clear()


async def on_duty(room: Room, *people: PractitionerId) -> None:
    """Let people come on duty a second after each other; who came first is offered first."""
    for who in people:
        room.clock.advance(1.0)
        await room.desk.submit(events.PractitionerAvailable(who, 1))


async def next_home(room: Room, *people: PractitionerId) -> None:
    """Let another home begin, to which the patient and some people are connected."""
    await room.stop()
    here: list[events.Event] = [events.PatientSeen(FIRST)]
    here += [events.PractitionerSeen(one) for one in people]
    room.desk = Desk(replace(room.desk._ports, connected=lambda: here))
    room.start()
    await room.desk.ready()


def rung(room: Room) -> list[PractitionerId]:
    return [one.offer.practitioner_id for one in room.ringing()]


async def test_after_a_rebuild_who_is_given_back_is_offered_in_the_same_batch(
    room: Room, database: Database
) -> None:
    (ben,) = await enrol(database, 1)
    await in_exam(room)
    await on_duty(room, ben)
    await next_home(room, ben)
    await room.desk.submit(GIVEN_BACK)
    assert rung(room) == [ben]
    assert await room.visit() == "waiting"


async def test_a_room_that_is_read_knows_the_classes_of_those_who_are_seen(
    room: Room, database: Database
) -> None:
    await in_exam(room)
    async with database.read() as tx:
        snapshot = await room.ledger.load(tx, room.clock.now())
    assert snapshot.waiting == ()
    assert snapshot.eligibility == {TEXAS: frozenset({ANA})}


async def test_who_was_licensed_during_an_exam_is_offered_the_patient_it_gives_back(
    room: Room, database: Database
) -> None:
    await in_exam(room)
    (ben,) = await enrol(database, 1)
    await on_duty(room, ben)
    await room.desk.submit(GIVEN_BACK)
    assert rung(room) == [ben]


async def test_a_licence_that_ends_under_the_offer_leaves_the_patient_to_the_next(
    room: Room, database: Database
) -> None:
    ben, kim = await enrol(database, 2)
    await in_exam(room)
    await on_duty(room, ben, kim)
    await next_home(room, ben, kim)
    before = room.desk.switchboard
    async with database.write() as tx:  # past this program: the last look does not know it
        his = authorities.c.id == f"licence-{ben}"
        await tx.execute(update(authorities).where(his).values(status="revoked"))
    await room.desk.submit(GIVEN_BACK)
    assert room.desk.switchboard is not before, "Ben came first, and his rows refused him"
    assert rung(room) == [kim]


@pytest.mark.parametrize("rebuilt", [False, True])
async def test_rules_that_changed_during_an_exam_hold_for_the_patient_it_gives_back(
    room: Room, database: Database, *, rebuilt: bool
) -> None:
    (ben,) = await enrol(database, 1)  # an NP, as Ana is
    await in_exam(room)
    await on_duty(room, ben)
    await close(room, nurses_only=True)
    if rebuilt:
        await next_home(room, ben)
    await room.desk.submit(GIVEN_BACK)
    assert await room.visit() == "waiting"
    assert rung(room) == []
    assert room.desk.switchboard is not None
    (patient,) = room.desk.switchboard.waiting()
    others = frozenset({"MD", "DO", "PA"})
    assert patient.eligibility == eligibility_class("network-1", frozenset({"TX"}), others)
    assert (await room.chart_kinds()).count("queue.joined") == 2


async def test_a_giving_back_that_is_refused_changes_nothing(room: Room) -> None:
    await in_exam(room)
    await close(room, nurses_only=True)
    other = PractitionerId("practitioner-ben")
    with pytest.raises(UnknownEncounter):
        await room.desk.submit(events.PractitionerReleased(other, FIRST))
    assert room.desk.switchboard is not None
    patient = room.desk.switchboard.examined(FIRST, ANA)
    assert patient is not None
    assert patient.eligibility == TEXAS
