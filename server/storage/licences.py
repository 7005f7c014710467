"""All rows of one licence: its terms, and a claim beside what compliance entered.

A board acts on a number and not on a term. Rows of one practitioner with the same jurisdiction,
kind and number are one licence (`server.authority.as_compared`).
"""

from __future__ import annotations

from sqlalchemy import select

from server.authority import as_compared
from server.storage import credentials
from server.storage.errors import RowMissing
from server.storage.keyed_rows import Row, found
from server.storage.statements import Tx
from server.storage.tables import authorities


async def hold(tx: Tx, practitioner_id: str, authority_id: str) -> list[Row]:
    """Give all rows of the licence that an authority is of, held until the commit.

    The practitioner is held first, as whoever relies on licences does, and then the rows in the
    order of their ids: nobody waits in a ring.

    Raises:
        RowMissing: this practitioner has no such authority.
    """
    await credentials.hold(tx, {practitioner_id})
    mine = select(authorities).where(authorities.c.practitioner_id == practitioner_id)
    licences = {row["id"]: _licence(row) for row in await found(tx, mine)}
    if authority_id not in licences:
        raise RowMissing("authorities", authority_id)
    same = [key for key, one in licences.items() if one == licences[authority_id]]
    held = select(authorities).where(authorities.c.id.in_(same)).order_by(authorities.c.id)
    return await found(tx, held.with_for_update())


def _licence(row: Row) -> tuple[str, str, str]:
    return row["jurisdiction"], row["kind"], as_compared(row["number"])
