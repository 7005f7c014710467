"""What the nodes wrote down, read for the judgement when all is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select

from server.storage.database import Database
from server.storage.tables import encounters, offers
from tests.load.judgement import Offered, Placed, Span
from tests.load.waiting import Story

US: Final = 1_000_000
KNOWN_AFTER_US: Final = 2 * US  # a page is told its wait before it is seen as there again
HESITATION_US: Final = 100_000  # and misses its connection a little after the node does


async def offers_of(database: Database) -> list[Offered]:
    """Return every offer."""
    async with database.read() as tx:
        rows = (await tx.execute(select(offers))).mappings().all()
    return [
        Offered(
            str(row["id"]),
            str(row["encounter_id"]),
            str(row["practitioner_id"]),
            str(row["state"]),
            int(row["rung_at"]),
            row["settled_at"],
            bool(row["parallel"]),
        )
        for row in rows
    ]


async def line_of(database: Database, stories: Mapping[str, Story]) -> list[Placed]:
    """Return everybody who had a place, with what their pages met."""
    async with database.read() as tx:
        query = select(encounters).where(encounters.c.place.is_not(None))
        rows = (await tx.execute(query)).mappings().all()
    return [
        Placed(
            str(row["id"]),
            str(row["eligibility"]),
            int(row["place"]),
            int(row["ready_at"]),
            row["practitioner_id"],
            row["ended_at"],
            _left(stories.get(row["id"])),
            tuple(absences(stories.get(row["id"]))),
        )
        for row in rows
    ]


async def places_of(database: Database, encounter_ids: Sequence[str]) -> dict[str, int]:
    """Return the places of those who wait among these."""
    async with database.read() as tx:
        query = select(encounters.c.id, encounters.c.place).where(
            encounters.c.visit == "waiting"
        )
        rows = (await tx.execute(query)).all()
    wanted = set(encounter_ids)
    return {str(row[0]): int(row[1]) for row in rows if row[0] in wanted}


def absences(story: Story | None) -> list[Span]:
    """Return when somebody may have counted as away."""
    if story is None:
        return []
    return [
        (
            round(one.since * US) - HESITATION_US,
            round(one.until * US) + KNOWN_AFTER_US if one.until else 2**62,
        )
        for one in story.absences
    ]


def _left(story: Story | None) -> int | None:
    return None if story is None or story.left_at is None else round(story.left_at * US)
