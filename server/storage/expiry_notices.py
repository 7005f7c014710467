"""What somebody was told of ends, as rows: one for each end and each of its days, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select, update

from server.storage.keyed_rows import found
from server.storage.statements import Tx, insert_into
from server.storage.tables import expiry_notices


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is told that something ends in so many days, or fewer.

    Attributes:
        kind: what ends.
        subject_id: the row that ends.
        valid_until: when, microseconds UTC.
        days: before the end.
        practitioner_id: of whose file it is.
        network_id: whose compliance is told.
        noticed_at: since when it can be seen.
        seen_at: when compliance had seen it.
    """

    kind: str
    subject_id: str
    valid_until: int
    days: int
    practitioner_id: str
    network_id: str
    noticed_at: int
    seen_at: int | None = None


@dataclass(frozen=True, slots=True)
class Unseen:
    """Notices that compliance has not seen: how many, and since when the oldest is there."""

    count: int
    since: int


async def add(tx: Tx, one: Notice) -> bool:
    """Insert a notice, and tell whether it is new."""
    statement = insert_into(tx, expiry_notices).values(asdict(one)).on_conflict_do_nothing()
    return (await tx.execute(statement.returning(expiry_notices.c.days))).first() is not None


async def of_network(tx: Tx, network_id: str, *, ends_after: int) -> list[Notice]:
    """Give the notices of a network about ends that come after an instant."""
    query = (
        select(expiry_notices)
        .where(
            expiry_notices.c.network_id == network_id,
            expiry_notices.c.valid_until > ends_after,
        )
        .order_by(expiry_notices.c.valid_until, expiry_notices.c.days)
    )
    return [Notice(**row) for row in await found(tx, query)]


async def see(tx: Tx, network_id: str, *, noticed_until: int, at: int) -> None:
    """Write that compliance has seen all that it was shown, which was there at an instant."""
    await tx.execute(
        update(expiry_notices)
        .where(
            expiry_notices.c.network_id == network_id,
            expiry_notices.c.seen_at.is_(None),
            expiry_notices.c.noticed_at <= noticed_until,
        )
        .values(seen_at=at)
    )


async def unseen(tx: Tx, network_ids: Sequence[str]) -> dict[str, Unseen]:
    """Give what compliance has not seen, by network."""
    table = expiry_notices.c
    query = (
        select(table.network_id, func.count(), func.min(table.noticed_at))
        .where(table.network_id.in_(network_ids), table.seen_at.is_(None))
        .group_by(table.network_id)
    )
    return {network: Unseen(count, since) for network, count, since in await tx.execute(query)}
