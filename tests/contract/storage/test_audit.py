"""The audit log on both databases: it grows, is searched by network, and never changes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import pytest
from sqlalchemy import delete, text, update

from server import auditing, charting
from server.auditing.event import SHOWN_MAX, Action, AuditEvent, Outcome
from server.auditing.leaf import leaf_hash
from server.auditing.writing import leaf_of, note_all
from server.keyring import Keyring
from server.storage import audit, audit_unusual, chart_log
from server.storage.audit import AuditRow, Search
from server.storage.audit_tables import audit_entries
from server.storage.audit_unusual import Span
from server.storage.database import Database
from server.storage.errors import (
    CommitFailed,
    CommitOutcomeUnknown,
    ConstraintBroken,
    RowMissing,
    StorageError,
)
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.grouped import FAILED_IN_A_ROW_MAX, Grouped, Joint
from server.storage.statements import Tx
from tests.contract.storage.rows import ANA, BEN, DAY, NOW, SECOND, Clinic

CLINIC = pytest.mark.usefixtures("clinic")
HOUR = 3_600 * SECOND
NETWORK = "network-1"
SPAN = Span(NETWORK, NOW - DAY, NOW + DAY)
EVERYTHING = Search(network_id=NETWORK, since=NOW - DAY, until=NOW + DAY)


def event(second: int = 0, /, **changes: object) -> AuditEvent:
    told = {
        "action": Action.READ,
        "actor": charting.practitioner(ANA.practitioner_id),
        "role": "practitioner",
        "organization_id": NETWORK,
        "encounter_id": "encounter-1",
        "route": "GET /api/v1/console/encounters/{id}",
        "at": NOW + second * SECOND,
    }
    return AuditEvent(**{**told, **changes})  # type: ignore[arg-type]  # named by the test


async def noted(database: Database, *events: AuditEvent) -> list[AuditRow]:
    async with database.write() as tx:
        return [await auditing.note(tx, one) for one in events]


async def found(database: Database, search: Search = EVERYTHING) -> list[AuditRow]:
    async with database.read() as tx:
        return await audit.find(tx, search, limit=50)


async def test_an_entry_comes_back_as_it_was_written_and_its_leaf_vouches_for_it(
    database: Database, clinic: Clinic
) -> None:
    shown = tuple(f"encounter-{one}" for one in range(40))
    [row] = await noted(database, event(shown=shown, number=40, session="0123456789abcdef"))
    assert await found(database) == [row]
    assert row.shown == shown[:SHOWN_MAX]
    assert row.patient_id == clinic.encounter.patient_id, "the encounter says whose it is"
    assert row.network_id == NETWORK
    assert row.leaf_hash == leaf_hash(leaf_of(row))
    assert row.log_index is None


@CLINIC
async def test_an_id_that_names_nothing_is_not_kept(database: Database) -> None:
    [row] = await noted(database, event(encounter_id="Zephyrine-1987-03-14"))
    assert row.encounter_id is None
    assert row.network_id == NETWORK


@CLINIC
async def test_an_entry_is_of_the_network_whose_encounter_it_is_else_of_the_actors(
    database: Database,
) -> None:
    rows = await noted(
        database,
        event(organization_id="network-2"),
        event(organization_id="spa-1", encounter_id=None),
        event(organization_id="network-2", encounter_id=None),
        event(organization_id=None, encounter_id=None),
    )
    assert [one.network_id for one in rows] == [NETWORK, NETWORK, "network-2", None]
    assert {one.id for one in await found(database)} == {one.id for one in rows[:2]}
    async with database.read() as tx:
        assert await audit.get(tx, rows[0].id, NETWORK) == rows[0]
        with pytest.raises(RowMissing):
            await audit.get(tx, rows[2].id, NETWORK)


@pytest.mark.safeguard("164.312(b)")
@CLINIC
async def test_the_log_only_grows(database: Database) -> None:
    [row] = await noted(database, event())
    for change in (
        delete(audit_entries),
        update(audit_entries).values(actor="practitioner:somebody-else"),
        update(audit_entries).values(leaf_hash="0" * 64),
    ):
        with pytest.raises(CommitFailed):
            async with database.write() as tx:
                await tx.execute(change)
    assert await found(database) == [row]


@pytest.mark.safeguard("164.312(b)")
@CLINIC
async def test_the_log_is_not_emptied_at_one_stroke_either(
    database: Database, kind: str
) -> None:
    [row] = await noted(database, event())
    if kind == "postgresql":  # SQLite has no TRUNCATE, and its DELETE is refused
        with pytest.raises(CommitFailed):
            async with database.write() as tx:
                await tx.execute(text("TRUNCATE audit_entries"))
    assert await found(database) == [row]


@CLINIC
async def test_a_leaf_is_given_its_place_once(database: Database) -> None:
    one, two = await noted(database, event(2), event(1))
    async with database.read() as tx:
        assert await audit.pending(tx, limit=10) == [two, one], "the oldest first"
    place = update(audit_entries).where(audit_entries.c.id == one.id)
    async with database.write() as tx:
        await tx.execute(place.values(log_index=7))
    with pytest.raises(CommitFailed):
        async with database.write() as tx:
            await tx.execute(place.values(log_index=8))
    async with database.read() as tx:
        assert await audit.pending(tx, limit=10) == [two]
        assert await audit.get(tx, one.id, NETWORK) == replace(one, log_index=7)


@CLINIC
async def test_a_search_finds_all_of_what_it_asks_and_pages_without_a_gap(
    database: Database,
) -> None:
    rows = await noted(database, *(event(one // 3) for one in range(12)))
    other = event(1, actor=charting.practitioner(BEN.practitioner_id), encounter_id=None)
    listed = event(2, encounter_id=None, shown=("encounter-1",), number=1)
    refused = event(3, action=Action.DENIED, outcome=Outcome.REFUSED, reason="not_found")
    [by_ben, in_list, denied] = await noted(database, other, listed, refused)
    ben = replace(EVERYTHING, actor=by_ben.actor)
    assert await found(database, ben) == [by_ben]
    assert await found(database, replace(EVERYTHING, action="denied")) == [denied]
    assert await found(database, replace(EVERYTHING, outcome="refused")) == [denied]
    assert len(await found(database, replace(EVERYTHING, patient_id="patient-1"))) == 13
    of_one = await found(database, replace(EVERYTHING, encounter_id="encounter-1"))
    assert {one.id for one in of_one} == {one.id for one in [*rows, in_list, denied]}
    assert await found(database, replace(EVERYTHING, until=NOW)) == []
    assert len(await found(database, replace(EVERYTHING, since=NOW + 2 * SECOND))) == 8
    seen: list[str] = []
    below: tuple[int, str] | None = None
    while True:
        async with database.read() as tx:
            page = await audit.find(tx, replace(EVERYTHING, below=below), limit=4)
        if not page:
            break
        seen += [one.id for one in page]
        below = (page[-1].at, page[-1].id)
    assert len(seen) == len(set(seen)) == 15


@CLINIC
async def test_what_is_unusual_is_found(database: Database, keyring: Keyring) -> None:
    ben = charting.practitioner(BEN.practitioner_id)
    async with database.write() as tx:
        wrote = ("note.saved", charting.practitioner(ANA.practitioner_id), b"{}")
        await chart_log.append(tx, "encounter-1", [wrote], keyring=keyring, now=NOW)
    events = {
        "part": event(1),
        "stranger": event(2, actor=ben),
        "rang": event(3, actor=ben, route="event offer.ringing"),
        "operator": event(4, actor="operator:root", role="operator", organization_id=None),
        "denied": event(5, actor=ben, action=Action.DENIED, outcome=Outcome.REFUSED),
        "export": event(6, action=Action.EXPORTED, encounter_id=None),
        "connected": event(8, action=Action.CONNECTED, encounter_id=None),
        "disconnected": event(9, action=Action.DISCONNECTED, encounter_id=None),
        "supervisor": event(10, actor=ben, reason="supervision"),
        "in need": event(11, actor=ben, reason="break_glass"),  # it has a review of its own
        "copy": event(7, actor="patient:e", role="patient", action=Action.DOWNLOADED),
    }
    rows = dict(zip(events, await noted(database, *events.values()), strict=True))
    async with database.read() as tx:
        assert await audit_unusual.denials(tx, SPAN, limit=9) == [rows["denied"]]
        left = [rows[one] for one in ("disconnected", "connected", "export")]
        assert await audit_unusual.departures(tx, SPAN, limit=9) == left
        assert await audit_unusual.without_part(tx, SPAN, limit=9) == [
            rows["operator"],
            rows["stranger"],
        ]


@CLINIC
async def test_haste_is_counted_by_person_and_hour(database: Database) -> None:
    hour = NOW // HOUR * HOUR + HOUR
    fast = [event(at=hour + one) for one in range(5)]
    slow = [event(at=hour - HOUR + one * HOUR) for one in range(3)]
    patient = [event(at=hour + one, role="patient", actor="patient:e") for one in range(9)]
    await noted(database, *fast, *slow, *patient)
    async with database.read() as tx:
        [found_one] = await audit_unusual.hasty(tx, SPAN, entries_min=6, limit=9)
    assert (found_one.actor, found_one.hour, found_one.entries) == (fast[0].actor, hour, 6)


@CLINIC
async def test_writes_of_a_group_are_committed_together(database: Database) -> None:
    grouped = Grouped()
    sizes: list[int] = []
    running = 0

    async def write(number: int) -> None:
        async def work(tx: object) -> None:
            nonlocal running
            running += 1
            await auditing.note(tx, event(number))  # type: ignore[arg-type]  # it is one

        await grouped.write(database, work)
        sizes.append(running)

    await asyncio.gather(*(write(one) for one in range(30)))
    assert len(await found(database)) == 30
    assert sizes[-1] == 30
    assert sizes[0] == 30, "all were there before the first turn: one COMMIT"


@dataclass(frozen=True)
class Counted(Joint):
    """Work that remembers with how many others it was done."""

    number: int
    done: list[int]

    async def do(self, tx: Tx, works: Sequence[Self]) -> None:
        self.done.append(len(works))
        await note_all(tx, [event(one.number) for one in works])


@CLINIC
async def test_work_of_one_kind_in_a_group_is_done_at_once(database: Database) -> None:
    grouped, done = Grouped(), list[int]()
    works = [Counted(number, done) for number in range(30)]
    await asyncio.gather(*(grouped.write(database, one) for one in works))
    assert done == [30]
    assert len(await found(database)) == 30


async def write_alone_or_together(
    database: Database, grouped: Grouped, one: AuditEvent
) -> AuditRow:
    rows: list[AuditRow] = []

    async def work(tx: Tx) -> None:
        rows.append(await auditing.note(tx, one))

    await grouped.write(database, work)
    return rows[-1]


@CLINIC
async def test_nobody_of_a_group_is_told_that_it_is_committed_when_it_is_not(
    database: Database, faults: ScriptedFaults
) -> None:
    grouped = Grouped()
    writes = [write_alone_or_together(database, grouped, event(one)) for one in range(3)]
    with faults.failing(FaultPoint.BEFORE_COMMIT, times=4):
        ended = await asyncio.gather(*writes, return_exceptions=True)
    assert all(isinstance(one, StorageError) for one in ended)
    assert await found(database) == []
    await write_alone_or_together(database, grouped, event(4))
    assert len(await found(database)) == 1, "the next group is not held by the last"


@CLINIC
async def test_one_that_cannot_be_written_does_not_fail_those_beside_it(
    database: Database,
) -> None:
    grouped = Grouped()
    events = [event(one) for one in range(5)]
    events[2] = events[0]  # the same id twice: the schema refuses it
    writes = [write_alone_or_together(database, grouped, one) for one in events]
    ended = await asyncio.gather(*writes, return_exceptions=True)
    assert [isinstance(one, ConstraintBroken) for one in ended] == [
        one == 2 for one in range(5)
    ]
    assert len(await found(database)) == 4


@CLINIC
async def test_a_database_that_takes_nothing_is_asked_a_few_times_and_not_once_a_member(
    database: Database, faults: ScriptedFaults
) -> None:
    grouped = Grouped()
    writes = [write_alone_or_together(database, grouped, event(one)) for one in range(30)]
    with faults.failing(FaultPoint.BEFORE_COMMIT, times=99) as plan:
        ended = await asyncio.gather(*writes, return_exceptions=True)
    assert all(isinstance(one, CommitFailed) for one in ended)
    assert plan.struck == 1 + FAILED_IN_A_ROW_MAX


@CLINIC
async def test_what_may_be_committed_already_is_not_written_again(
    database: Database, faults: ScriptedFaults
) -> None:
    grouped = Grouped()
    writes = [write_alone_or_together(database, grouped, event(one)) for one in range(3)]
    with faults.failing(FaultPoint.COMMIT_LOST) as plan:
        ended = await asyncio.gather(*writes, return_exceptions=True)
    assert all(isinstance(one, CommitOutcomeUnknown) for one in ended)
    assert plan.struck == 1
    assert await found(database) == []


async def test_the_newest_route_of_something_rare_is_found_by_how_it_begins(
    database: Database,
) -> None:
    common = {"action": Action.POLICY_CHANGED, "encounter_id": None, "network_id": NETWORK}
    await noted(
        database,
        event(2, route="settings bb", **common),
        event(1, route="settings aa", **common),
        event(3, route="cli rules policy", **common),
        event(4, route="settings cc", **{**common, "network_id": "network-2"}),
    )
    changed = Action.POLICY_CHANGED.value
    async with database.read() as tx:
        assert await audit.newest_route(tx, NETWORK, changed, "settings ") == "settings bb"
        assert await audit.newest_route(tx, "network-2", changed, "settings ") == "settings cc"
        assert await audit.newest_route(tx, NETWORK, changed, "settings_") is None
        other = Action.RULES_CHANGED.value
        assert await audit.newest_route(tx, NETWORK, other, "settings ") is None
