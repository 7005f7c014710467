"""Rows of medical directors and protocols. What they mean is in `server.protocols`.

A protocol is inserted, and later signed and withdrawn, each once; nothing else ever changes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import func, insert, select, update

from server.storage.errors import RowMissing
from server.storage.protocol_tables import medical_directors, protocols
from server.storage.statements import Query, Tx
from server.storage.tables import sites


@dataclass(frozen=True, slots=True)
class DirectorRow:
    """A row of `medical_directors`; instants in microseconds UTC."""

    director_id: str
    site_id: str
    account_id: str | None
    display_name: str
    profession: str
    jurisdiction: str
    licence_number: str
    licence_from: int
    licence_until: int
    verified_by: str
    source: str
    public_key: bytes
    created_at: int
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """A row of `protocols`; instants in microseconds UTC, valid until just before the last."""

    protocol_id: str
    version: int
    site_id: str
    treatment_class: str
    body: str
    sha256: str
    valid_from: int
    valid_until: int
    created_at: int
    created_by: str
    director_id: str | None = None
    signed_at: int | None = None
    signature: bytes | None = None
    withdrawn_at: int | None = None


async def add_director(tx: Tx, row: DirectorRow) -> None:
    """Insert a medical director."""
    values = asdict(row)
    await tx.execute(insert(medical_directors).values(id=values.pop("director_id"), **values))


async def end_director(tx: Tx, director_id: str, now: int) -> str:
    """Write that a director is one no more, and return of which site they were.

    Raises:
        RowMissing: there is none, or it is over already.
    """
    ended = await tx.execute(
        update(medical_directors)
        .where(medical_directors.c.id == director_id, medical_directors.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(medical_directors.c.site_id)
    )
    site_id: str | None = ended.scalar_one_or_none()
    if site_id is None:
        raise RowMissing("medical_directors", director_id)
    return site_id


async def directors_of(
    tx: Tx, site_ids: Collection[str], *, lock: bool = False
) -> list[DirectorRow]:
    """Give the directors of sites, past ones included, the earliest first."""
    query = (
        select(medical_directors)
        .where(medical_directors.c.site_id.in_(site_ids))
        .order_by(medical_directors.c.created_at, medical_directors.c.id)
    )
    rows = (dict(row) for row in (await tx.execute(_shared(query, lock=lock))).mappings())
    return [DirectorRow(director_id=row.pop("id"), **row) for row in rows]


async def add(tx: Tx, row: ProtocolRow) -> None:
    """Insert a version of a protocol."""
    values = asdict(row)
    await tx.execute(insert(protocols).values(id=values.pop("protocol_id"), **values))


async def lock_site(tx: Tx, site_id: str) -> None:
    """Let nobody else add a version for this site until the commit."""
    query = select(sites.c.id).where(sites.c.id == site_id).with_for_update(key_share=True)
    await tx.execute(query)


async def last_version(tx: Tx, site_id: str, treatment_class: str) -> tuple[str | None, int]:
    """Give the id that a site's protocols of a class have, and the last version (0: none)."""
    query = select(func.max(protocols.c.id), func.max(protocols.c.version)).where(
        protocols.c.site_id == site_id, protocols.c.treatment_class == treatment_class
    )
    known, version = (await tx.execute(query)).one()
    return known, version or 0


async def get(tx: Tx, protocol_id: str, version: int, *, lock: bool = False) -> ProtocolRow:
    """Give one version, or raise RowMissing."""
    query = select(protocols).where(
        protocols.c.id == protocol_id, protocols.c.version == version
    )
    found = await _all(tx, query.with_for_update() if lock else query)
    if not found:
        raise RowMissing("protocols", protocol_id)
    return found[0]


async def site_of(tx: Tx, protocol_id: str) -> str:
    """Give the site of a protocol, or raise RowMissing."""
    query = select(protocols.c.site_id).where(protocols.c.id == protocol_id).limit(1)
    site_id = (await tx.execute(query)).scalar_one_or_none()
    if site_id is None:
        raise RowMissing("protocols", protocol_id)
    return str(site_id)


async def of_sites(
    tx: Tx,
    site_ids: Collection[str],
    treatment_classes: Collection[str] | None = None,
    *,
    lock: bool = False,
) -> list[ProtocolRow]:
    """Give every version of sites, by class, the oldest version first.

    Args:
        tx: where.
        site_ids: of which sites.
        treatment_classes: of which classes; None for all.
        lock: keep them as they are until the commit.
    """
    query = select(protocols).where(protocols.c.site_id.in_(site_ids))
    if treatment_classes is not None:
        query = query.where(protocols.c.treatment_class.in_(treatment_classes))
    ordered = query.order_by(
        protocols.c.site_id, protocols.c.treatment_class, protocols.c.version
    )
    return await _all(tx, _shared(ordered, lock=lock))


async def set_signed(
    tx: Tx, protocol_id: str, version: int, *, director_id: str, signature: bytes, now: int
) -> None:
    """Write the signature. Raises RowMissing: none such, signed or withdrawn already."""
    signed = await tx.execute(
        update(protocols)
        .where(
            protocols.c.id == protocol_id,
            protocols.c.version == version,
            protocols.c.signed_at.is_(None),
            protocols.c.withdrawn_at.is_(None),
        )
        .values(director_id=director_id, signature=signature, signed_at=now)
    )
    if signed.rowcount != 1:
        raise RowMissing("protocols", protocol_id)


async def set_withdrawn(tx: Tx, protocol_id: str, version: int, *, now: int) -> None:
    """Write that a version counts no more. Raises RowMissing: none, or withdrawn already."""
    withdrawn = await tx.execute(
        update(protocols)
        .where(
            protocols.c.id == protocol_id,
            protocols.c.version == version,
            protocols.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    if withdrawn.rowcount != 1:
        raise RowMissing("protocols", protocol_id)


def _shared(query: Query, *, lock: bool) -> Query:
    return query.with_for_update(read=True) if lock else query


async def _all(tx: Tx, query: Query) -> list[ProtocolRow]:
    rows = (dict(row) for row in (await tx.execute(query)).mappings())
    return [ProtocolRow(protocol_id=row.pop("id"), **row) for row in rows]
