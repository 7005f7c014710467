"""What is said to a patient in Texas, from real rows: Ana may examine there, for a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.authority import eligibility_class
from server.staffing.admission import Admit, NotNow
from server.staffing.outlook import Outlook, Rule, look, staff_of
from server.storage import directory, encounters, roster, shifts
from server.storage.database import Database
from server.storage.shifts import Shift
from signaling.identifiers import Instant
from signaling.participants import PractitionerStatus
from signaling.snapshot import DutyRow
from tests.contract.storage.rows import ANA, BEN, LICENCE, NOW, SECOND, Clinic, put

HOUR = 3_600 * SECOND
NETWORK = ANA.network_id
TEXAS = eligibility_class(NETWORK, frozenset({"TX"}))


def shift(start_h: float, end_h: float, *, who: str = ANA.practitioner_id) -> Shift:
    start, end = (NOW + round(hours * HOUR) for hours in (start_h, end_h))
    return Shift(f"{who}-{start_h}", NETWORK, who, start, end, "ops", NOW)


def duty(who: str = ANA.practitioner_id, **changes: object) -> DutyRow:
    row = DutyRow(
        practitioner_id=ANA.practitioner_id,  # type: ignore[arg-type]
        status=PractitionerStatus.AVAILABLE,
        licence_count=1,
        idle_since=NOW,
        encounter_id=None,
        missed_offers=0,
        paused_until=None,
        leaving=False,
    )
    return replace(row, practitioner_id=who, **changes)  # type: ignore[arg-type]


async def outlook(
    database: Database,
    *planned: Shift,
    on_duty: DutyRow | None = None,
    rule: Rule | None = None,
) -> Outlook:
    async with database.write() as tx:
        await shifts.add(tx, planned)
        if on_duty is not None:
            await roster.save_duty(tx, NETWORK, on_duty, now=NOW)
    async with database.read() as tx:
        staff = await staff_of(tx, NETWORK, now=NOW, rule=rule)
        return await look(tx, staff, TEXAS)


@pytest.fixture
async def room(database: Database, clinic: Clinic) -> Database:
    assert clinic.encounter_id
    return database


async def test_a_network_without_a_roster_is_open(room: Database) -> None:
    assert await outlook(room) == Outlook(Admit(), on_duty=False)


async def test_unless_a_roster_is_demanded(room: Database) -> None:
    assert await outlook(room, rule="roster") == Outlook(NotNow(None), on_duty=False)
    on_duty = await outlook(room, on_duty=duty(), rule="roster")
    assert on_duty == Outlook(Admit(), on_duty=True)
    assert on_duty.can_call_back


async def test_a_roster_may_be_left_aside(room: Database) -> None:
    assert (await outlook(room, shift(5, 9), rule="open")).admitted


async def test_a_roster_of_last_month_is_none(room: Database) -> None:
    old = shift(-200, -190)
    assert (await outlook(room, old)).admitted
    recent = replace(shift(-100, -90))
    assert not (await outlook(room, recent)).admitted


async def test_the_next_shift_of_somebody_licensed_is_named(room: Database) -> None:
    found = await outlook(room, shift(2, 9, who=BEN.practitioner_id), shift(5, 9))
    assert found == Outlook(NotNow(NOW + 5 * HOUR), on_duty=False)


async def test_a_licence_must_be_in_force_when_the_shift_begins(room: Database) -> None:
    """Ana's collaborator leaves after thirty days, and with them her authority."""
    found = await outlook(room, shift(31 * 24, 31 * 24 + 8))
    assert found == Outlook(NotNow(None), on_duty=False)


async def test_a_suspended_licence_opens_nothing(room: Database) -> None:
    async with room.write() as tx:
        await directory.set_authority_status(tx, LICENCE.authority_id, "suspended")
    found = await outlook(room, shift(-1, 9), on_duty=duty())
    assert found == Outlook(NotNow(None), on_duty=False)


async def test_whoever_is_rostered_now_is_expected(room: Database) -> None:
    found = await outlook(room, shift(-1, 2))
    assert found == Outlook(Admit(), on_duty=False)
    assert not found.can_call_back


async def test_a_shift_that_ends_before_the_wait_does_not_count(room: Database) -> None:
    soon = shift(-1, 0.01)
    assert await outlook(room, soon) == Outlook(NotNow(None), on_duty=False)
    assert (await outlook(room, shift(0.01, 5))).admitted, "back to back they are one"


async def test_whoever_goes_soon_does_not_count_while_they_are_busy(room: Database) -> None:
    ends_at = Instant(NOW + 60 * SECOND)
    busy = duty(status=PractitionerStatus.WRAP_UP, shift_ends_at=ends_at)
    found = await outlook(room, shift(-1, 1 / 60), on_duty=busy)
    assert found == Outlook(NotNow(None), on_duty=True)
    free = await outlook(room, on_duty=duty(shift_ends_at=ends_at))
    assert free.can_call_back


async def test_whoever_wishes_to_leave_does_not_count(room: Database) -> None:
    found = await outlook(room, shift(5, 9), on_duty=duty(leaving=True))
    assert found == Outlook(NotNow(NOW + 5 * HOUR), on_duty=False)


async def test_the_line_in_front_makes_the_wait_longer(room: Database) -> None:
    """One in front: the expectation is over a minute, and the shift ends before."""
    ends_at = Instant(NOW + 60 * SECOND)
    async with room.write() as tx:
        await put(tx, "encounter-1", NOW, eligibility=TEXAS, place=1, ready_at=NOW)
        await encounters.set_visit(tx, "encounter-1", "waiting", now=NOW)
    found = await outlook(room, shift(-1, 1 / 60), on_duty=duty(shift_ends_at=ends_at))
    assert not found.admitted


async def test_many_shifts_ahead_are_read_page_by_page(room: Database) -> None:
    """More than a page of shifts that open nothing, because the licence rests until later."""
    begins = NOW + 500 * HOUR
    async with room.write() as tx:
        held = replace(LICENCE, authority_id="later", jurisdiction="AZ", valid_from=begins)
        await directory.add_authority(tx, ANA.practitioner_id, held)
    arizona = eligibility_class(NETWORK, frozenset({"AZ"}))
    async with room.write() as tx:
        await shifts.add(tx, [shift(hours, hours + 0.5) for hours in range(1, 600)])
    async with room.read() as tx:
        found = await look(tx, await staff_of(tx, NETWORK, now=NOW, rule=None), arizona)
    assert found.opens_at is None, "an NP without a collaborator there may not"
    async with room.write() as tx:
        independent = replace(held, authority_id="own", independent_practice_verified=True)
        await directory.add_authority(tx, ANA.practitioner_id, independent)
    async with room.read() as tx:
        found = await look(tx, await staff_of(tx, NETWORK, now=NOW, rule=None), arizona)
    assert found.opens_at == begins
