"""The rows that a transaction relies on, of many practitioners, locked until its end.

What it is not: the judgement. `server.authority` decides whether they suffice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, select, tuple_

from server.storage.directory import PractitionerFile, Row, files_of
from server.storage.errors import RowMissing
from server.storage.statements import Query, Tx
from server.storage.tables import (
    authorities,
    collaborations,
    dea_registrations,
    practitioners,
)


async def files_relied_upon(
    tx: Tx, wanted: Mapping[str, frozenset[str]]
) -> Mapping[str, PractitionerFile]:
    """Give the files of practitioners, each as far as it is about certain jurisdictions.

    Locked as `directory.practitioner_file` locks one, in one order for everybody.

    Args:
        tx: relies on them.
        wanted: the jurisdictions that matter, by practitioner.

    Raises:
        RowMissing: one of the practitioners is not there.
    """
    if not wanted:
        return {}
    pairs = sorted((who, place) for who, places in wanted.items() for place in places)
    people = select(practitioners).where(practitioners.c.id.in_(sorted(wanted)))
    found = await _locked(tx, people.order_by(practitioners.c.id))
    held = await _locked(tx, _about(authorities, pairs))
    backed = await _locked(tx, _about(collaborations, pairs))
    listed = await _locked(tx, _about(dea_registrations, pairs))
    made = files_of(found, held, backed, listed)
    files = {one.practitioner.practitioner_id: one for one in made}
    for who in wanted:
        if who not in files:
            raise RowMissing("practitioners", who)
    return files


def _about(table: Table, pairs: Sequence[tuple[str, str]]) -> Query:
    named = tuple_(table.c.practitioner_id, table.c.jurisdiction)
    return select(table).where(named.in_(pairs)).order_by(table.c.id)


async def _locked(tx: Tx, query: Query) -> list[Row]:
    found = await tx.execute(query.with_for_update(read=True))
    return [dict(row) for row in found.mappings()]
