"""What is committed together is what each piece of work would have committed by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncEngine

from server import charting
from server.keyring import Keyring
from server.storage import chart_log, commands, directory, encounters, roster
from server.storage.database import Database, Tx
from server.storage.errors import OnDutyElsewhere, RowMissing
from server.storage.tables import authorities
from server.waiting.work import CommandKey, Plan, Result, just
from signaling import events
from signaling.errors import IllegalTransition
from signaling.identifiers import EncounterId, Instant, PractitionerId
from signaling.offers import OfferState
from signaling.participants import PractitionerStatus
from signaling.policy import Policy
from signaling.snapshot import DutyRow
from signaling.switchboard import Switchboard
from tests.admitted import intake, located, take_in
from tests.contract.storage import rows
from tests.contract.waiting.test_desk import ANA, FIRST, ON_DUTY, READY, TEXAS, Room

MANY = 12
INTAKE_ENTRIES = len(intake("TX"))


def ready(number: int) -> events.PatientReady:
    name = EncounterId(f"encounter-{number}")
    return events.PatientReady(name, TEXAS, place=number, ready_at=rows.NOW)


async def open_encounters(room: Room, numbers: Sequence[int], visit: str) -> None:
    async with room.database.write() as tx:
        for number in numbers:
            made = await encounters.create(tx, rows.encounter(number, visit=visit))
            await take_in(tx, room.ledger.keyring, made.encounter_id, "TX", rows.NOW)


async def enrol(database: Database, amount: int) -> list[PractitionerId]:
    """Make practitioners who are licensed as Ana is."""
    names = [PractitionerId(f"practitioner-{number:02d}") for number in range(amount)]
    async with database.write() as tx:
        for who in names:
            person = replace(rows.ANA, practitioner_id=who, account_id=f"account-{who}")
            await directory.add_account(tx, rows.account_of(person))
            await directory.add_practitioner(tx, person)
            licence = replace(rows.LICENCE, authority_id=f"licence-{who}")
            await directory.add_authority(tx, who, licence)
            await directory.add_collaboration(tx, f"backing-{who}", who, rows.PHYSICIAN)
    return names


async def together(*work: Awaitable[Result]) -> list[Result | BaseException]:
    """Hand work over at once, so that it is one batch, and return what was answered."""
    return list(await asyncio.gather(*work, return_exceptions=True))


def waiting(room: Room) -> list[str]:
    assert room.desk.switchboard is not None
    return [one.encounter_id for one in room.desk.switchboard.waiting()]


async def test_a_crowd_is_matched_in_one_batch_and_every_chart_holds(
    room: Room, database: Database, keyring: Keyring
) -> None:
    await open_encounters(room, range(2, MANY + 1), "intake")
    people = await enrol(database, MANY)
    await together(
        *(room.desk.do(just(events.PractitionerAvailable(one, 1))) for one in people)
    )
    crowd = [ready(number) for number in range(1, MANY + 1)]
    assert await together(*(room.desk.do(just(one)) for one in crowd)) == [{}] * MANY
    offers = [one.offer for one in room.ringing()]
    assert {one.encounter_id for one in offers} == {one.encounter_id for one in crowd}
    assert {one.practitioner_id for one in offers} == set(people)
    assert await room.stored_offers() == ["ringing"] * MANY
    async with database.read() as tx:
        for one in crowd:
            entries = await chart_log.load(tx, one.encounter_id, keyring=keyring)
            assert [entry.kind for entry in entries[INTAKE_ENTRIES:]] == [
                "queue.joined",
                "visit.changed",
                "rules.decided",
                "authority.checked",
                "offer.rung",
            ]
            assert (await encounters.get(tx, one.encounter_id)).chart_head == entries[
                -1
            ].leaf_hash
        duty = await roster.duty_of(tx, "network-1")
    assert {one.status for one in duty} == {PractitionerStatus.OFFERED}


async def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(
    room: Room, database: Database, keyring: Keyring
) -> None:
    await open_encounters(room, range(2, MANY + 1), "intake")
    async with database.write() as tx:
        for number in range(1, MANY + 1):
            await keyring.encounter_key(tx, f"encounter-{number}", "network-1")
    await room.desk.do(just(READY))
    with counted(database._engines.writer) as few:
        await together(room.desk.do(just(ready(2))), room.desk.do(just(ready(3))))
    with counted(database._engines.writer) as many:
        await together(*(room.desk.do(just(ready(one))) for one in range(4, MANY + 1)))
    assert len(many) == len(few)


class counted:  # noqa: N801 - read as a word: with counted(engine) as statements
    """Collects the statements that an engine executes."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.sync_engine
        self._statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self._statements

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._statements.append(statement)


async def test_what_the_rows_do_not_allow_is_refused_alone_and_not_believed(
    room: Room, database: Database
) -> None:
    """The second encounter has no patient yet: its visit cannot go to the waiting room."""
    await open_encounters(room, [2], "requested")
    await open_encounters(room, [3], "intake")
    first, second, third = await together(
        room.desk.do(just(READY), command=CommandKey("patient:1", "command-1")),
        room.desk.do(just(ready(2)), command=CommandKey("patient:2", "command-1")),
        room.desk.do(just(ready(3)), command=CommandKey("patient:3", "command-1")),
    )
    assert isinstance(second, IllegalTransition)
    assert (first, third) == ({}, {})
    await room.desk.ready()
    assert waiting(room) == [FIRST, "encounter-3"]
    assert await room.visit("encounter-2") == "requested"
    assert await room.chart_kinds("encounter-2") == []
    assert (await room.chart_kinds()).count("queue.joined") == 1
    async with database.read() as tx:
        assert await commands.recorded(tx, "patient:2", "command-1") is None
        assert await commands.recorded(tx, "patient:3", "command-1") == "{}"


async def test_an_encounter_that_is_not_there_is_refused_alone(room: Room) -> None:
    done, missing = await together(room.desk.do(just(READY)), room.desk.do(just(ready(9))))
    assert done == {}
    assert isinstance(missing, RowMissing)
    await room.desk.ready()
    assert waiting(room) == [FIRST]


async def test_somebody_on_duty_elsewhere_is_refused_and_never_rung(
    room: Room, database: Database
) -> None:
    elsewhere = DutyRow(ANA, PractitionerStatus.AVAILABLE, 1, rows.NOW, None, 0, None, False)  # noqa: FBT003 - a row
    async with database.write() as tx:
        await roster.save_duty(tx, "network-2", elsewhere, now=rows.NOW)
    refused, done = await together(room.desk.do(just(ON_DUTY)), room.desk.do(just(READY)))
    assert isinstance(refused, OnDutyElsewhere)
    assert done == {}
    assert room.ringing() == []
    assert waiting(room) == [FIRST]


async def test_the_same_command_twice_in_one_batch_has_one_effect(room: Room) -> None:
    async def plan(tx: Tx, _now: Instant, _board: Switchboard) -> Plan:
        return Plan(READY, {"place": await encounters.next_place(tx)})

    key = CommandKey("patient:1", "command-1")
    answers = await together(
        room.desk.do(plan, command=key, about=FIRST),
        room.desk.do(plan, command=key, about=FIRST),
    )
    assert answers == [{"place": 1}, {"place": 1}]
    assert (await room.chart_kinds()).count("queue.joined") == 1


@pytest.mark.parametrize("about", [None, FIRST])
async def test_a_plan_sees_what_the_batch_did_before_it(room: Room, about: str | None) -> None:
    async def look(tx: Tx, _now: Instant, _board: Switchboard) -> Plan:
        encounter = await encounters.get(tx, FIRST, lock=True)
        return Plan(None, {"visit": encounter.visit, "entries": encounter.chart_seq})

    _, seen = await together(room.desk.do(just(READY)), room.desk.do(look, about=about))
    assert seen == {"visit": "waiting", "entries": INTAKE_ENTRIES + 2}


async def test_what_one_encounter_went_through_in_a_batch_is_in_its_chart_in_order(
    room: Room,
) -> None:
    await room.desk.submit(ON_DUTY)
    await together(
        room.desk.do(just(READY)),
        room.desk.do(just(events.PatientLost(FIRST))),
        room.desk.do(just(events.PatientSeen(FIRST))),
        room.desk.do(just(events.PatientLeft(FIRST))),
    )
    assert await room.chart_kinds() == [
        "queue.joined",
        "visit.changed",
        "rules.decided",
        "authority.checked",
        "offer.rung",
        "offer.withdrawn",
        "rules.decided",
        "authority.checked",
        "offer.rung",
        "offer.withdrawn",
        "visit.changed",
    ]
    assert await room.visit() == "left"
    assert await room.stored_offers() == []


async def test_rows_changed_past_this_program_are_caught_by_the_lock(
    room: Room, database: Database
) -> None:
    await room.desk.submit(ON_DUTY)
    async with database.write() as tx:
        await tx.execute(update(authorities).values(status="revoked"))
    await room.desk.do(just(READY))
    assert room.ringing() == []
    assert await room.visit() == "waiting"
    assert await room.stored_offers() == []


async def test_a_licence_that_runs_out_takes_its_offer_with_it(room: Room) -> None:
    await room.desk.submit(ON_DUTY)
    room.clock.advance((rows.LICENCE.valid_until - rows.NOW) / 1_000_000 - 1)
    await room.desk.submit(events.PractitionerSeen(ANA), ON_DUTY, READY)
    assert room.desk.switchboard is not None
    assert room.desk.switchboard.offer_to(ANA) is None, "her physician's term ended before"
    assert room.ringing() == []


async def test_a_term_that_ends_while_it_rings_withdraws_the_offer(room: Room) -> None:
    room.clock.advance((rows.PHYSICIAN.active_until - rows.NOW) / 1_000_000 - 1)
    async with room.database.write() as tx:
        here = [located("TX")]
        keyring, now = room.ledger.keyring, room.clock.now()
        await charting.write(tx, keyring, FIRST, charting.patient(FIRST), here, now=now)
    await room.desk.submit(ON_DUTY, READY)
    assert len(room.ringing()) == 1
    room.clock.advance(1.0)
    await room.desk.submit(events.PractitionerSeen(ANA))
    assert "offer.withdrawn" in await room.chart_kinds()
    assert room.desk.switchboard is not None
    assert room.desk.switchboard.offer_to(ANA) is None


async def test_a_new_licence_counts_at_once(room: Room, database: Database) -> None:
    await room.desk.submit(READY)
    (who,) = await enrol(database, 1)
    await room.desk.submit(events.PractitionerAvailable(who, 1))
    assert [one.offer.practitioner_id for one in room.ringing()] == [who]


async def test_two_ring_at_once_where_it_is_set_and_the_quicker_one_takes_the_patient(
    room: Room, database: Database
) -> None:
    room.ledger.policy = Policy(parallel_offers=True, parallel_idle_min=2)
    (ben,) = await enrol(database, 1)
    await room.restart()
    await room.desk.submit(
        ON_DUTY, events.PractitionerAvailable(ben, 1, frozenset({"es"})), READY
    )
    first, second = (one.offer for one in room.ringing())
    assert {first.practitioner_id, second.practitioner_id} == {ANA, ben}
    assert (first.parallel, second.parallel) == (False, True)
    await room.desk.do(just(events.OfferAccepted(second.offer_id, second.practitioner_id)))
    async with database.read() as tx:
        lost = await roster.get_offer(tx, first.offer_id)
        duty = await roster.duty_of(tx, "network-1")
    assert lost is not None
    assert (lost.state, lost.reason) == (OfferState.WITHDRAWN, "answered_elsewhere")
    assert next(one for one in duty if one.practitioner_id == ben).languages == {"es"}
    kinds = await room.chart_kinds()
    assert kinds.count("offer.rung") == 2
    assert kinds.count("offer.withdrawn") == kinds.count("offer.accepted") == 1
