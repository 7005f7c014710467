"""What an older program leaves unsettled, before this one or while it runs beside it.

One from before files enters practitioners, and writes down who looked at a licence, and knows
neither `cleared_until` nor `verify_again_at`: both are NULL then, as where nothing is asked
for. In a network that asks for something, neither may stay so. What settles them changes
nothing else.

One that compared instants let what was clear in the morning lift a match of that day, and what
was clear in one state's list a match in another's, and wrote down that the file is complete.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, FromClause, select, update

from server.credentials import CLEAR, DAY_US, MATCH, STATE
from server.storage import versions
from server.storage.credentials import hold, standard
from server.storage.statements import Tx, among
from server.storage.tables import (
    authorities,
    credential_standards,
    exclusion_checks,
    practitioners,
)

LONGEST_DAY_US: Final = DAY_US + DAY_US // 24  # when clocks are put back


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


async def practitioners_with_a_match(tx: Tx, now: int, limit: int) -> list[str]:
    """Give practitioners whose file is said to be complete, with a match that may stand.

    Left out are matches before a look that is clear and was made more than a day's length
    later, but in a state's list: these are lifted. Which of the others stand, the file says.
    """
    match, clear = exclusion_checks.alias(), exclusion_checks.alias()
    lifted = select(1).where(
        clear.c.practitioner_id == match.c.practitioner_id,
        clear.c.list_name == match.c.list_name,
        clear.c.list_name != STATE,
        clear.c.outcome == CLEAR,
        clear.c.checked_at > match.c.checked_at + LONGEST_DAY_US,
        _counts(clear),
    )
    query = (
        select(practitioners.c.id)
        .join(match, match.c.practitioner_id == practitioners.c.id)
        .where(practitioners.c.cleared_until > now, practitioners.c.active.is_(True))
        .where(match.c.outcome == MATCH, _counts(match), ~lifted.exists())
        .distinct()
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


def _counts(look: FromClause) -> ColumnElement[bool]:
    return look.c.verified_at.is_not(None) & look.c.ended_at.is_(None)


def _of_network() -> ColumnElement[bool]:
    return credential_standards.c.network_id == practitioners.c.network_id


def _of_practitioner() -> ColumnElement[bool]:
    return authorities.c.practitioner_id == practitioners.c.id


def _is_endless() -> ColumnElement[bool]:
    return authorities.c.verified_at.is_not(None) & authorities.c.verify_again_at.is_(None)
