"""Which providers of identities organizations have, and who people are there.

A person is an issuer and a subject, in one organization and on one kind of pages. Who changes
an organization's providers, or what is open without them, holds its row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

from sqlalchemy import ColumnElement, delete, insert, select, update

from server.sealing import Place
from server.storage.keyed_rows import found, only, shared
from server.storage.statements import Query, Tx, insert_into
from server.storage.tables import oidc_identities, oidc_providers, organizations

Kind = Literal["network", "spa"]
_rows: Final = oidc_providers.c
_people: Final = oidc_identities.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider of an organization; instants in microseconds UTC.

    Attributes:
        name: on the button.
        client_id: ours there.
        sealed_secret: ours there; None: we are a public client.
        scopes: asked for, between spaces.
        acr: how people have to be proven there; None: as the provider likes.
        ended_at: nobody signs in by it since then.
    """

    id: str
    organization_id: str
    name: str
    issuer: str
    client_id: str
    sealed_secret: bytes | None = field(default=None, repr=False)
    scopes: str
    acr: str | None = None
    created_by: str
    created_at: int
    ended_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose account a person of an issuer has here."""

    organization_id: str
    audience: str
    issuer: str
    subject: str
    account_id: str
    linked_at: int
    signed_on_at: int | None = None


def secret_place(provider_id: str, organization_id: str) -> Place:
    """Return where our secret is sealed to, under the key of the organization."""
    return Place("oidc_providers", "sealed_secret", provider_id, organization_id)


# ------------------------------------------------------------------ providers


async def add(tx: Tx, one: Provider) -> None:
    """Insert a provider."""
    await tx.execute(insert(oidc_providers).values(asdict(one)))


async def get(tx: Tx, provider_id: str, *, lock: bool = False) -> Provider:
    """Return a provider, ended or not; `lock` keeps it so until the commit.

    Raises:
        RowMissing: there is none.
    """
    query = shared(select(oidc_providers).where(_rows.id == provider_id), lock=lock)
    return Provider(**await only(tx, query, "oidc_providers", provider_id))


async def find_live(tx: Tx, provider_id: str, *, lock: bool = False) -> Provider | None:
    """Return a provider that is used; None: there is none, or it was ended."""
    query = select(oidc_providers).where(_rows.id == provider_id, _rows.ended_at.is_(None))
    rows = await _all(tx, shared(query, lock=lock))
    return rows[0] if rows else None


async def live_of(tx: Tx, organization_ids: Collection[str]) -> list[Provider]:
    """Give the providers of organizations that are used, by name."""
    query = select(oidc_providers).where(
        _rows.organization_id.in_(sorted(organization_ids)), _rows.ended_at.is_(None)
    )
    return await _all(tx, query.order_by(_rows.name, _rows.id))


async def live_of_kind(tx: Tx, kind: Kind, *, limit: int) -> list[Provider]:
    """Give the providers of all networks, or of all spas, that are used, by name."""
    query = (
        select(oidc_providers)
        .join(organizations, organizations.c.id == _rows.organization_id)
        .where(organizations.c.kind == kind, _rows.ended_at.is_(None))
        .order_by(_rows.name, _rows.id)
        .limit(limit)
    )
    return await _all(tx, query)


async def end(tx: Tx, provider_id: str, now: int) -> bool:
    """Let a provider be used no more; False if there is none, or it was ended before."""
    changed = await tx.execute(
        update(oidc_providers)
        .where(_rows.id == provider_id, _rows.ended_at.is_(None))
        .values(ended_at=now)
    )
    return changed.rowcount == 1


async def _all(tx: Tx, query: Query) -> list[Provider]:
    return [Provider(**row) for row in await found(tx, query)]


# ------------------------------------------------------------------ people


async def link(tx: Tx, one: Identity) -> bool:
    """Say whose account a person has; False if that person has one already."""
    statement = insert_into(tx, oidc_identities).values(asdict(one))
    added = statement.on_conflict_do_nothing().returning(oidc_identities.c.subject)
    return (await tx.execute(added)).scalar_one_or_none() is not None


async def person(
    tx: Tx, organization_id: str, audience: str, issuer: str, subject: str
) -> Identity | None:
    """Return whose account a person of an issuer has in an organization; None: nobody's."""
    query = select(oidc_identities).where(
        _people.organization_id == organization_id,
        _people.audience == audience,
        _people.issuer == issuer,
        _people.subject == subject,
    )
    rows = await _identities(tx, query)
    return rows[0] if rows else None


async def identities_of(tx: Tx, account_id: str) -> list[Identity]:
    """Give who an account's person is elsewhere, the oldest first."""
    query = select(oidc_identities).where(_people.account_id == account_id)
    return await _identities(tx, query.order_by(_people.linked_at, _people.issuer))


async def provider_for(tx: Tx, account_id: str) -> Provider | None:
    """Return the provider that an account's person can be asked for at; None: none."""
    query = (
        select(oidc_providers)
        .join(
            oidc_identities,
            (_people.issuer == _rows.issuer)
            & (_people.organization_id == _rows.organization_id),
        )
        .where(_people.account_id == account_id, _rows.ended_at.is_(None))
        .order_by(_people.linked_at, _rows.id)
    )
    rows = await _all(tx, query)
    return rows[0] if rows else None


async def signed_on(tx: Tx, one: Identity, now: int) -> bool:
    """Note that a person signed on; False if the link was ended meanwhile."""
    changed = await tx.execute(
        update(oidc_identities).where(*_is(one)).values(signed_on_at=now)
    )
    return changed.rowcount == 1


async def unlink(tx: Tx, account_id: str) -> int:
    """End all links of an account; return how many there were."""
    gone = await tx.execute(delete(oidc_identities).where(_people.account_id == account_id))
    return gone.rowcount


def _is(one: Identity) -> Sequence[ColumnElement[bool]]:
    return (
        _people.organization_id == one.organization_id,
        _people.audience == one.audience,
        _people.issuer == one.issuer,
        _people.subject == one.subject,
        _people.account_id == one.account_id,
    )


async def _identities(tx: Tx, query: Query) -> list[Identity]:
    return [Identity(**row) for row in await found(tx, query)]
