"""Nobody is offered a patient, keeps an offer or accepts one, whose file is not complete."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.authority import NotAuthorized
from server.credentials import DAY_US, ExclusionCheck, Standard
from server.errors import NotAuthorizedHere
from server.storage import credentials, directory, encounters
from server.waiting.authorities import checked_entry, in_force
from signaling.events import TimePassed
from tests.contract.storage import rows
from tests.contract.waiting.test_desk import (
    ANA,
    FIRST,
    ON_DUTY,
    READY,
    TEXAS,
    Room,
    accepting,
    both_ready,
)

# Only looks into the lists are asked for: one row makes a file, and another one breaks it.
ASKED = Standard(training_minutes_min=0, exclusion_days=10, malpractice=False, employment=False)


def look(outcome: str = "clear", *, days_ago: int = 0) -> ExclusionCheck:
    at = rows.NOW - days_ago * DAY_US
    return ExclusionCheck(
        part_id=f"look-{outcome}-{days_ago}",
        entered_at=at,
        entered_by="compliance:mila",
        verified_at=at,
        verified_by="Mila",
        source="exclusions.oig.hhs.gov",
        list_name="leie",
        outcome=outcome,
        checked_at=at,
    )


async def enter(room: Room, *looks: ExclusionCheck, asked: Standard = ASKED) -> None:
    async with room.database.write() as tx:
        for one in looks:
            await credentials.add_part(tx, ANA, one)
        await credentials.set_standard(
            tx,
            "network-1",
            asked,
            now=room.clock.now(),
            time_zone=rows.ZONE,
            by="compliance:mila",
        )


async def test_nobody_without_a_complete_file_is_offered(room: Room) -> None:
    await enter(room)
    await room.desk.submit(READY, ON_DUTY)
    assert room.ringing() == []
    await enter(room, look())
    await room.desk.submit(TimePassed())
    assert len(room.ringing()) == 1


async def test_a_file_that_lapses_withdraws_the_ringing_offer(room: Room) -> None:
    """It is over at an instant that was known before: nobody has to change a row."""
    nearly_over = replace(look(days_ago=10), checked_at=rows.NOW - 10 * DAY_US + 2_000_000)
    await enter(room, nearly_over)
    await both_ready(room)
    room.clock.advance(1.9)
    await room.desk.submit(TimePassed())
    assert await room.stored_offers() == ["ringing"]
    room.clock.advance(0.1)
    await room.desk.submit(TimePassed())
    assert room.desk.switchboard.offer_to(ANA) is None  # type: ignore[union-attr]
    assert (await room.chart_kinds())[-1] == "offer.withdrawn"
    assert await room.visit() == "waiting"


async def test_a_look_that_grows_too_old_withdraws_the_ringing_offer(room: Room) -> None:
    async with room.database.write() as tx:
        await directory.set_authority_verified(
            tx,
            rows.LICENCE.authority_id,
            verified_at=rows.NOW - DAY_US,
            verified_by="Mila",
            source="board",
            again_at=rows.NOW + 2_000_000,
        )
    await both_ready(room)
    room.clock.advance(1.9)
    await room.desk.submit(TimePassed())
    assert await room.stored_offers() == ["ringing"]
    room.clock.advance(0.1)
    await room.desk.submit(TimePassed())
    assert (await room.chart_kinds())[-1] == "offer.withdrawn"
    assert await room.visit() == "waiting"


async def test_a_match_withdraws_the_ringing_offer_and_bars_its_accept(room: Room) -> None:
    await enter(room, look(days_ago=1))
    offer_id = await both_ready(room)
    async with room.database.write() as tx:
        await credentials.add_part(tx, ANA, look("match"))
        await credentials.settle(tx, ANA, now=room.clock.now(), time_zone=rows.ZONE)
    with pytest.raises(NotAuthorizedHere):
        await room.desk.do(accepting(offer_id))
    await room.desk.submit(TimePassed())
    assert await room.stored_offers() == []
    assert "offer.withdrawn" in await room.chart_kinds()


async def test_what_was_looked_at_when_the_room_was_built_is_not_relied_upon(
    room: Room,
) -> None:
    """The offer is made in the batch of the change: the row under lock says no."""
    await enter(room, look(days_ago=1))
    await room.desk.submit(ON_DUTY)
    async with room.database.write() as tx:
        await credentials.add_part(tx, ANA, look("match"))
        await credentials.settle(tx, ANA, now=room.clock.now(), time_zone=rows.ZONE)
    await room.desk.submit(READY)
    assert room.ringing() == []


@pytest.mark.parametrize("moment", ["accept", "connect", "sign"])
async def test_the_chart_is_never_told_that_somebody_was_authorized_without(
    room: Room, moment: str
) -> None:
    await enter(room, look())
    now = room.clock.now()
    async with room.database.write() as tx:
        placed = replace(await encounters.get(tx, FIRST), eligibility=TEXAS)
        await checked_entry(tx, placed, ANA, moment, now)  # type: ignore[arg-type]
        with pytest.raises(NotAuthorized):
            await checked_entry(tx, placed, ANA, moment, now + 10 * DAY_US)  # type: ignore[arg-type]


@pytest.mark.parametrize("moment", ["accept", "connect", "sign"])
async def test_a_licence_that_nobody_has_looked_at_for_too_long_is_relied_on_nowhere(
    room: Room, moment: str
) -> None:
    async with room.database.write() as tx:
        await directory.set_authority_verified(
            tx,
            rows.LICENCE.authority_id,
            verified_at=rows.NOW - DAY_US,
            verified_by="Mila",
            source="board",
            again_at=rows.NOW + DAY_US,
        )
    async with room.database.write() as tx:
        placed = replace(await encounters.get(tx, FIRST), eligibility=TEXAS)
        last = rows.NOW + DAY_US - 1
        await checked_entry(tx, placed, ANA, moment, last)  # type: ignore[arg-type]
        with pytest.raises(NotAuthorized):
            await checked_entry(tx, placed, ANA, moment, last + 1)  # type: ignore[arg-type]


async def test_until_its_last_instant_a_file_counts_everywhere(room: Room) -> None:
    await enter(room, look())
    async with room.database.read() as tx:
        file = await directory.practitioner_file(tx, ANA)
    assert in_force(file, rows.NOW + 10 * DAY_US - 1) == {"TX"}
    assert in_force(file, rows.NOW + 10 * DAY_US) == frozenset()
