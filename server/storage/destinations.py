"""Where other systems are told, and the secrets that their messages are signed with.

    active --disable(reason)--> disabled --enable--> active

A destination has one secret, and for a while after a rotation two: what is sent then carries a
signature of each, so the receiver changes over when it likes. Addresses and secrets are sealed
under the organization's key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import delete, func, insert, or_, select, update

from server.keyring import Keyring
from server.sealing import Place, unseal
from server.storage.errors import RowMissing
from server.storage.outbox_tables import destination_secrets, destinations
from server.storage.statements import Tx

Scheme = Literal["v1", "v1a"]
State = Literal["active", "disabled"]
LIVE_SECRETS_MAX: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where an organization's own system is told; instants in microseconds UTC.

    Attributes:
        address: a URL, opened.
        topics: what it is told.
        reason: why it is disabled.
        failing_since: every attempt failed since then; None after a success.
    """

    id: str
    organization_id: str
    channel: str
    address: str
    topics: tuple[str, ...]
    scheme: Scheme
    state: State = "active"
    reason: str | None = None
    created_by: str
    created_at: int
    changed_at: int
    failing_since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What a destination's messages are signed with.

    Attributes:
        secret: opened; 32 bytes, of v1a the seed of the private key.
        public_key: of v1a.
        ends_at: another one has taken its place.
    """

    id: str
    destination_id: str
    secret: bytes
    public_key: bytes | None
    created_at: int
    ends_at: int | None = None


async def add(tx: Tx, keyring: Keyring, one: Destination) -> None:
    """Insert a destination."""
    key = await keyring.tenant_key(tx, one.organization_id)
    await tx.execute(
        insert(destinations).values(
            id=one.id,
            organization_id=one.organization_id,
            channel=one.channel,
            sealed_address=keyring.seal(key, one.address.encode(), _address(one)),
            topics=" ".join(one.topics),
            scheme=one.scheme,
            state=one.state,
            reason=one.reason,
            created_by=one.created_by,
            created_at=one.created_at,
            changed_at=one.changed_at,
            failing_since=one.failing_since,
        )
    )


async def get(
    tx: Tx, keyring: Keyring, destination_id: str, *, lock: bool = False
) -> Destination:
    """Give a destination, or raise RowMissing.

    Its lock is FOR NO KEY UPDATE: a delivery or secret that refers to it has a weak lock on it,
    and a stronger one than this would deadlock with whoever made such a row.
    """
    query = select(destinations).where(destinations.c.id == destination_id)
    row = (
        (await tx.execute(query.with_for_update(key_share=True) if lock else query))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise RowMissing("destinations", destination_id)
    values = dict(row)
    sealed = values.pop("sealed_address")
    topics = tuple(values.pop("topics").split())
    one = Destination(**values, address="", topics=topics)
    key = await keyring.tenant_key(tx, one.organization_id)
    values["address"] = unseal(key, sealed, place=_address(one)).decode()
    return Destination(**values, topics=topics)


async def owner_of(tx: Tx, destination_id: str) -> str:
    """Give the organization whose it is, or raise RowMissing."""
    query = select(destinations.c.organization_id).where(destinations.c.id == destination_id)
    found: str | None = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        raise RowMissing("destinations", destination_id)
    return found


async def of_organization(tx: Tx, keyring: Keyring, organization_id: str) -> list[Destination]:
    """List an organization's destinations, the oldest first."""
    query = (
        select(destinations.c.id)
        .where(destinations.c.organization_id == organization_id)
        .order_by(destinations.c.created_at, destinations.c.id)
    )
    return [await get(tx, keyring, one) for one in (await tx.execute(query)).scalars()]


async def wanting(tx: Tx, topic: str, channel: str) -> list[tuple[str, str]]:
    """List id and organization of every active destination that wants a topic."""
    query = (
        select(destinations.c.id, destinations.c.organization_id, destinations.c.topics)
        .where(destinations.c.channel == channel, destinations.c.state == "active")
        .order_by(destinations.c.id)
    )
    return [
        (found, whose)
        for found, whose, topics in await tx.execute(query)
        if topic in topics.split()
    ]


async def change(
    tx: Tx, destination_id: str, *, state: State, reason: str | None, now: int
) -> None:
    """Disable or enable; what was said of its failing begins anew."""
    await tx.execute(
        update(destinations)
        .where(destinations.c.id == destination_id)
        .values(state=state, reason=reason, changed_at=now, failing_since=None)
    )


async def set_failing(tx: Tx, destination_id: str, now: int) -> int:
    """Write that an attempt failed; return since when every one did, microseconds UTC."""
    since = func.coalesce(destinations.c.failing_since, now)
    written = await tx.execute(
        update(destinations)
        .where(destinations.c.id == destination_id)
        .values(failing_since=since)
        .returning(destinations.c.failing_since)
    )
    return int(written.scalar_one())


async def set_well(tx: Tx, destination_id: str) -> None:
    """Write that an attempt succeeded."""
    await tx.execute(
        update(destinations)
        .where(destinations.c.id == destination_id, destinations.c.failing_since.is_not(None))
        .values(failing_since=None)
    )


# ------------------------------------------------------------------ secrets


async def live_secrets(
    tx: Tx, keyring: Keyring, destination: Destination, now: int
) -> list[Secret]:
    """Give the secrets to sign with, the newest first."""
    query = (
        select(destination_secrets)
        .where(
            destination_secrets.c.destination_id == destination.id,
            or_(destination_secrets.c.ends_at.is_(None), destination_secrets.c.ends_at > now),
        )
        .order_by(
            destination_secrets.c.ends_at.is_not(None),  # what was replaced comes after
            destination_secrets.c.created_at.desc(),
            destination_secrets.c.id.desc(),
        )
        .limit(LIVE_SECRETS_MAX)
    )
    key = await keyring.tenant_key(tx, destination.organization_id)
    found = []
    for row in (await tx.execute(query)).mappings():
        values = dict(row)
        place = _secret(destination, values["id"])
        opened = unseal(key, values.pop("sealed_secret"), place=place)
        found.append(Secret(**values, secret=opened))
    return found


async def rotate(
    tx: Tx, keyring: Keyring, destination: Destination, new: Secret, *, old_until: int
) -> None:
    """Sign with a new secret, and until `old_until` with the last one beside it.

    One that was still ending is destroyed: there are never more than two.
    """
    mine = destination_secrets.c.destination_id == destination.id
    await tx.execute(
        delete(destination_secrets).where(mine, destination_secrets.c.ends_at.is_not(None))
    )
    await tx.execute(update(destination_secrets).where(mine).values(ends_at=old_until))
    key = await keyring.tenant_key(tx, destination.organization_id)
    await tx.execute(
        insert(destination_secrets).values(
            id=new.id,
            destination_id=destination.id,
            sealed_secret=keyring.seal(key, new.secret, _secret(destination, new.id)),
            public_key=new.public_key,
            created_at=new.created_at,
            ends_at=new.ends_at,
        )
    )


async def destroy_secrets(tx: Tx, destination_id: str) -> None:
    """Delete all secrets: nothing is signed for this destination any more."""
    await tx.execute(
        delete(destination_secrets).where(
            destination_secrets.c.destination_id == destination_id
        )
    )


def _address(one: Destination) -> Place:
    return Place("destinations", "sealed_address", one.id, one.organization_id)


def _secret(one: Destination, secret_id: str) -> Place:
    return Place("destination_secrets", "sealed_secret", secret_id, one.organization_id)
