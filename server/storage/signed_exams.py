"""Exams that were signed, by patient: what a later visit may count upon.

A patient is known per spa, by the row that the blind index finds; nobody is looked for by name.
What it is not: the question how long an exam counts (`server.rules`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, insert, select

from server.storage.encounters import Encounter
from server.storage.statements import Tx
from server.storage.tables import encounters, signed_exams


@dataclass(frozen=True, slots=True)
class Earlier:
    """The earlier exams of one patient in one network.

    Attributes:
        signed: how many were signed, in any form.
        last_live_at: since when live video flowed in the last one whose evidence shows it,
            microseconds UTC; None without any.
    """

    signed: int = 0
    last_live_at: int | None = None


async def add(
    tx: Tx, encounter: Encounter, *, signed_at: int, live_video_at: int | None
) -> None:
    """Enter an exam that is signed in this transaction."""
    await tx.execute(
        insert(signed_exams).values(
            encounter_id=encounter.encounter_id,
            network_id=encounter.network_id,
            patient_id=encounter.patient_id,
            signed_at=signed_at,
            live_video_at=live_video_at,
        )
    )


async def earlier_than(tx: Tx, encounter_ids: Collection[str]) -> Mapping[str, Earlier]:
    """Give the earlier exams of each visit's patient; visits without any are left out.

    One statement, by the index of patients: as much as those patients ever had.
    """
    if not encounter_ids:
        return {}
    query = (
        select(
            encounters.c.id,
            func.count(signed_exams.c.encounter_id),
            func.max(signed_exams.c.live_video_at),
        )
        .select_from(encounters)
        .join(
            signed_exams,
            (signed_exams.c.patient_id == encounters.c.patient_id)
            & (signed_exams.c.network_id == encounters.c.network_id)
            & (signed_exams.c.encounter_id != encounters.c.id),
        )
        .where(encounters.c.id.in_(sorted(encounter_ids)))
        .group_by(encounters.c.id)
    )
    rows = (await tx.execute(query)).all()
    return {one: Earlier(signed, last_live_at) for one, signed, last_live_at in rows}
