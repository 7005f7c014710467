"""Shifts, asked for by network and by practitioner."""

from __future__ import annotations

import pytest

from server.storage import shifts
from server.storage.database import Database
from server.storage.errors import RowMissing
from server.storage.shifts import Shift
from tests.contract.storage.rows import ANA, BEN, NOW, SECOND, Clinic

HOUR = 3_600 * SECOND
NETWORK = ANA.network_id
BOTH = (ANA.practitioner_id, BEN.practitioner_id)


def shift(name: str, start_h: int, end_h: int, *, who: str = ANA.practitioner_id) -> Shift:
    return Shift(name, NETWORK, who, NOW + start_h * HOUR, NOW + end_h * HOUR, "ops", NOW)


MORNING = shift("morning", 0, 4)
EVENING = shift("evening", 8, 12)
NIGHT = shift("night", 10, 20, who=BEN.practitioner_id)


@pytest.fixture
async def stored(database: Database, clinic: Clinic) -> Database:
    assert clinic.encounter_id
    async with database.write() as tx:
        await shifts.add(tx, [MORNING, EVENING, NIGHT])
    return database


async def test_a_window_gives_the_shifts_that_touch_it(stored: Database) -> None:
    async with stored.read() as tx:
        found = await shifts.between(tx, NETWORK, NOW + 3 * HOUR, NOW + 9 * HOUR)
    assert found == [MORNING, EVENING]


async def test_a_shift_is_over_at_the_instant_it_ends(stored: Database) -> None:
    async with stored.read() as tx:
        ended = await shifts.between(tx, NETWORK, MORNING.ends_at, MORNING.ends_at + HOUR)
        last = await shifts.between(tx, NETWORK, MORNING.ends_at - 1, MORNING.ends_at)
        begun = await shifts.between(tx, NETWORK, NOW - HOUR, MORNING.starts_at)
    assert (ended, last, begun) == ([], [MORNING], [])


async def test_a_practitioner_has_only_their_own(stored: Database) -> None:
    async with stored.read() as tx:
        found = await shifts.of_practitioner(tx, ANA.practitioner_id, NOW, NOW + 48 * HOUR)
    assert found == [MORNING, EVENING]


async def test_what_comes_next_is_read_page_by_page(stored: Database) -> None:
    async with stored.read() as tx:
        first = await shifts.upcoming(tx, BOTH, NOW + 5 * HOUR, limit=1)
        second = await shifts.upcoming(tx, BOTH, NOW + 5 * HOUR, limit=1, offset=1)
        of_one = await shifts.upcoming(tx, BOTH[1:], NOW, limit=9)
    assert (first, second, of_one) == ([EVENING], [NIGHT], [NIGHT])


async def test_a_network_without_shifts_keeps_no_roster(stored: Database) -> None:
    async with stored.read() as tx:
        assert await shifts.any_since(tx, NETWORK, NOW)
        assert not await shifts.any_since(tx, NETWORK, NIGHT.ends_at)
        assert not await shifts.any_since(tx, "network-2", NOW)
        assert await shifts.count_since(tx, NETWORK, NOW + 5 * HOUR) == 2


async def test_a_shift_is_changed_and_removed(stored: Database) -> None:
    async with stored.write() as tx:
        await shifts.change(
            tx,
            "morning",
            starts_at=NOW + HOUR,
            ends_at=NOW + 2 * HOUR,
            source="console",
            now=NOW + 1,
        )
        assert await shifts.remove(tx, ["evening", "never"]) == 1
        assert await shifts.remove(tx, []) == 0
    async with stored.read() as tx:
        changed = await shifts.get(tx, "morning")
        with pytest.raises(RowMissing):
            await shifts.get(tx, "evening")
    assert (changed.starts_at, changed.source) == (NOW + HOUR, "console")


async def test_a_shift_that_is_not_there_cannot_be_changed(stored: Database) -> None:
    with pytest.raises(RowMissing):
        async with stored.write() as tx:
            await shifts.change(tx, "never", starts_at=1, ends_at=2, source="ops", now=NOW)


async def test_old_shifts_are_forgotten(stored: Database) -> None:
    async with stored.write() as tx:
        assert await shifts.forget_before(tx, EVENING.ends_at, 500) == 1
    async with stored.read() as tx:
        assert await shifts.count_since(tx, NETWORK, 0) == 2
