"""Links and their short codes, known by their hashes. An encounter has one that works."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import insert, select, update

from server.storage.statements import Query, Tx
from server.storage.tables import encounters, links


@dataclass(frozen=True, slots=True)
class Link:
    """A row of `links`; instants in microseconds UTC.

    Attributes:
        secret_hash: hex hash of what stands in the link's fragment.
        code_hash: hex hash of the short code for a site's tablet.
        replaced_at: since when a newer link, or a cancellation, took its place.
    """

    secret_hash: str
    code_hash: str
    encounter_id: str
    created_at: int
    expires_at: int
    replaced_at: int | None = None


async def create(tx: Tx, link: Link) -> None:
    """Insert a link; the encounter's earlier ones stop working."""
    # Without the lock, two links made at once would not see each other, and both would work.
    await tx.execute(
        select(encounters.c.id)
        .where(encounters.c.id == link.encounter_id)
        .with_for_update(key_share=True)
    )
    await cancel(tx, link.encounter_id, link.created_at)
    await tx.execute(insert(links).values(asdict(link)))


async def cancel(tx: Tx, encounter_id: str, now: int) -> int:
    """Stop every link of an encounter; return how many still worked."""
    stopped = await tx.execute(
        update(links)
        .where(links.c.encounter_id == encounter_id, links.c.replaced_at.is_(None))
        .values(replaced_at=now)
    )
    return stopped.rowcount


async def extend(tx: Tx, encounter_id: str, *, expires_at: int) -> None:
    """Let an encounter's link open at least until then; one that was replaced stays so."""
    await tx.execute(
        update(links)
        .where(
            links.c.encounter_id == encounter_id,
            links.c.replaced_at.is_(None),
            links.c.expires_at < expires_at,
        )
        .values(expires_at=expires_at)
    )


async def by_secret_hash(tx: Tx, secret_hash: str, *, lock: bool = False) -> Link | None:
    """Give the link with this secret, whether or not it still works."""
    query = select(links).where(links.c.secret_hash == secret_hash)
    return await _one(tx, query.with_for_update(read=True) if lock else query)


async def by_code_hash(tx: Tx, code_hash: str, site_id: str) -> Link | None:
    """Give the newest link with this code among the encounters of one site.

    One that works goes before one that was replaced: short codes may come again.
    """
    query = (
        select(links)
        .join(encounters, encounters.c.id == links.c.encounter_id)
        .where(links.c.code_hash == code_hash, encounters.c.site_id == site_id)
        .order_by(links.c.replaced_at.is_not(None), links.c.created_at.desc())
        .limit(1)
    )
    return await _one(tx, query)


async def latest(tx: Tx, encounter_id: str) -> Link | None:
    """Give the encounter's newest link, whether or not it still works."""
    query = (
        select(links)
        .where(links.c.encounter_id == encounter_id)
        .order_by(links.c.created_at.desc(), links.c.replaced_at.is_not(None))
        .limit(1)
    )
    return await _one(tx, query)


async def _one(tx: Tx, query: Query) -> Link | None:
    row = (await tx.execute(query)).mappings().one_or_none()
    return None if row is None else Link(**row)
