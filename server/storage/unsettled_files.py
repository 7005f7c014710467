"""What a program from before files leaves unsettled while it runs beside this one.

It enters practitioners, and writes down who looked at a licence, and knows neither
`cleared_until` nor `verify_again_at`: both are NULL then, as where nothing is asked for. In a
network that asks for something, neither may stay so. What settles them changes nothing else.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update

from server.credentials import DAY_US
from server.storage import versions
from server.storage.credentials import hold, standard
from server.storage.statements import Tx, among
from server.storage.tables import authorities, credential_standards, practitioners


async def practitioners_unsettled(tx: Tx, limit: int) -> list[str]:
    """Give practitioners of whose file nobody said until when it is complete."""
    query = (
        select(practitioners.c.id)
        .join(credential_standards, _of_network())
        .where(practitioners.c.cleared_until.is_(None), practitioners.c.active.is_(True))
        .order_by(practitioners.c.id)
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())


async def networks_with_endless_looks(tx: Tx) -> list[str]:
    """Give networks that say how long a look counts, and have some that would for ever."""
    query = (
        select(practitioners.c.network_id)
        .join(authorities, _of_practitioner())
        .join(credential_standards, _of_network())
        .where(credential_standards.c.verify_again_days.is_not(None), _is_endless())
        .distinct()
        .order_by(practitioners.c.network_id)
    )
    return list((await tx.execute(query)).scalars())


async def end_looks(tx: Tx, network_id: str, limit: int) -> None:
    """Write until when looks of a network count that have no end, of some of its people.

    Their files are held first, as whoever changes what is asked for does: it is read after.
    """
    theirs = (
        select(practitioners.c.id)
        .where(practitioners.c.network_id == network_id)
        .where(select(1).where(_of_practitioner(), _is_endless()).exists())
        .order_by(practitioners.c.id)
        .limit(limit)
    )
    people = list((await tx.execute(theirs)).scalars())
    await hold(tx, people)
    asked = await standard(tx, network_id)
    if not people or asked is None or asked.verify_again_days is None:
        return
    until = authorities.c.verified_at + asked.verify_again_days * DAY_US
    await tx.execute(
        update(authorities)
        .where(among(tx, authorities.c.practitioner_id, people), _is_endless())
        .values(verify_again_at=until)
    )
    await versions.grow(tx, versions.DIRECTORY)


def _of_network() -> ColumnElement[bool]:
    return credential_standards.c.network_id == practitioners.c.network_id


def _of_practitioner() -> ColumnElement[bool]:
    return authorities.c.practitioner_id == practitioners.c.id


def _is_endless() -> ColumnElement[bool]:
    return authorities.c.verified_at.is_not(None) & authorities.c.verify_again_at.is_(None)
