"""DEA registrations of practitioners, as rows. Ended ones stay, with the instant."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import insert, update

from server.dea import DeaRegistration
from server.storage import versions
from server.storage.errors import RowMissing
from server.storage.statements import Tx
from server.storage.tables import dea_registrations


async def add(tx: Tx, practitioner_id: str, one: DeaRegistration) -> None:
    """Insert a registration."""
    values = asdict(one)
    values["id"] = values.pop("registration_id")
    await tx.execute(
        insert(dea_registrations).values(practitioner_id=practitioner_id, **values)
    )
    await versions.grow(tx, versions.DIRECTORY)


async def end(tx: Tx, registration_id: str, *, at: int) -> str:
    """Write that a registration was taken back, and return whose it was.

    Raises:
        RowMissing: there is no such registration that still stands.
    """
    changed = await tx.execute(
        update(dea_registrations)
        .where(
            dea_registrations.c.id == registration_id, dea_registrations.c.ended_at.is_(None)
        )
        .values(ended_at=at)
        .returning(dea_registrations.c.practitioner_id)
    )
    practitioner_id: str | None = changed.scalar_one_or_none()
    if practitioner_id is None:
        raise RowMissing("dea_registrations", registration_id)
    await versions.grow(tx, versions.DIRECTORY)
    return practitioner_id
