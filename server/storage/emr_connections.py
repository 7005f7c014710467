"""As what this server is registered at the record systems to which it pushes charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import insert, or_, select, update

from server.storage.emr_tables import emr_connections
from server.storage.errors import RowMissing
from server.storage.outbox_tables import destination_secrets, destinations
from server.storage.statements import Tx


@dataclass(frozen=True, slots=True)
class EmrConnection:
    """A row of `emr_connections`; an empty `client_id`: not registered there yet."""

    destination_id: str
    client_id: str
    scopes: str


async def add(tx: Tx, one: EmrConnection) -> None:
    """Insert a connection."""
    await tx.execute(insert(emr_connections).values(asdict(one)))


async def get(tx: Tx, destination_id: str) -> EmrConnection:
    """Give the connection of a destination, or raise RowMissing."""
    query = select(emr_connections).where(emr_connections.c.destination_id == destination_id)
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        raise RowMissing("emr_connections", destination_id)
    return EmrConnection(**row)


async def set_client(tx: Tx, destination_id: str, client_id: str) -> None:
    """Write the identifier that the record system gave us, or raise RowMissing."""
    changed = await tx.execute(
        update(emr_connections)
        .where(emr_connections.c.destination_id == destination_id)
        .values(client_id=client_id)
    )
    if changed.rowcount != 1:
        raise RowMissing("emr_connections", destination_id)


async def public_keys(tx: Tx, organization_id: str, now: int) -> Sequence[bytes]:
    """Give the public keys of an organization's connections that work now, in order.

    None of a connection that was ended.
    """
    query = (
        select(destination_secrets.c.public_key)
        .join(destinations, destinations.c.id == destination_secrets.c.destination_id)
        .where(
            destinations.c.organization_id == organization_id,
            destinations.c.channel == "emr",
            # Failing may be not registered yet, and they look at the key to do it.
            or_(destinations.c.state == "active", destinations.c.reason == "failing"),
            destination_secrets.c.public_key.is_not(None),
            or_(destination_secrets.c.ends_at.is_(None), destination_secrets.c.ends_at > now),
        )
        .order_by(destination_secrets.c.created_at, destination_secrets.c.id)
    )
    return [one for one in (await tx.execute(query)).scalars() if one is not None]
