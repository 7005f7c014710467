"""Who there is: organizations, sites, accounts, practitioners and what they may do where.

`lock=True` keeps rows as they are until the commit (FOR SHARE on PostgreSQL; a write on
SQLite is alone anyway): a transaction that relies on a licence cannot overlap its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import Table, insert, select, update

from server.authority import Authority, Collaboration
from server.dea import DeaRegistration
from server.storage import versions
from server.storage.errors import RowMissing
from server.storage.statements import Query, Tx, Values
from server.storage.tables import (
    accounts,
    authorities,
    collaborations,
    dea_registrations,
    organizations,
    practitioners,
    sites,
)

AccountAudience = Literal["practitioner", "spa", "ops"]
Row: TypeAlias = dict[str, Any]  # as SQLAlchemy types it; leaves this module as a dataclass


@dataclass(frozen=True, slots=True)
class Organization:
    """A network of practitioners, or a spa of one network."""

    organization_id: str
    kind: Literal["network", "spa"]
    name: str
    network_id: str | None
    demo: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class Site:
    """A place of treatment of a spa."""

    site_id: str
    spa_id: str
    name: str
    street: str
    city: str
    postal_code: str
    jurisdiction: str


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """Somebody who signs in with a password; never printed, because of its hash."""

    account_id: str
    audience: AccountAudience
    organization_id: str
    login: str
    password_hash: str
    display_name: str
    role: str
    active: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Somebody who examines; `languages` are codes with spaces between them.

    `auto_accept`: their console accepts offers by itself.
    """

    practitioner_id: str
    network_id: str
    account_id: str
    display_name: str
    profession: str
    npi: str
    languages: str
    active: bool
    auto_accept: bool = False

    @property
    def spoken(self) -> frozenset[str]:
        """The codes of `languages`."""
        return frozenset(self.languages.split())


@dataclass(frozen=True, slots=True)
class PractitionerFile:
    """A practitioner with everything that authority is decided from."""

    practitioner: Practitioner
    authorities: tuple[Authority, ...]
    collaborations: tuple[Collaboration, ...]
    registrations: tuple[DeaRegistration, ...] = ()


Enrolled: TypeAlias = Organization | Site | Account | Practitioner | Authority


# ------------------------------------------------------------------ looking up


async def organization(tx: Tx, organization_id: str) -> Organization:
    """Give an organization, or raise RowMissing."""
    query = select(organizations).where(organizations.c.id == organization_id)
    return _organization(await _only(tx, query, "organizations", organization_id))


async def all_organizations(tx: Tx) -> list[Organization]:
    """Give every organization by name: networks first."""
    query = select(organizations).order_by(organizations.c.kind, organizations.c.name)
    return [_organization(row) for row in await _rows(tx, query)]


async def site(tx: Tx, site_id: str) -> Site:
    """Give a site, or raise RowMissing."""
    query = select(sites).where(sites.c.id == site_id)
    return site_row(await _only(tx, query, "sites", site_id))


async def sites_of(tx: Tx, spa_id: str) -> list[Site]:
    """Give a spa's sites by name."""
    query = select(sites).where(sites.c.spa_id == spa_id).order_by(sites.c.name, sites.c.id)
    return [site_row(row) for row in await _rows(tx, query)]


async def account(tx: Tx, account_id: str, *, lock: bool = False) -> Account:
    """Give an account, active or not, or raise RowMissing."""
    query = select(accounts).where(accounts.c.id == account_id)
    return _account(await _only(tx, _shared(query, lock=lock), "accounts", account_id))


async def account_by_login(tx: Tx, audience: str, login: str) -> Account | None:
    """Give the account with this name for one audience, active or not."""
    query = select(accounts).where(accounts.c.audience == audience, accounts.c.login == login)
    rows = await _rows(tx, query)
    return _account(rows[0]) if rows else None


async def accounts_of(tx: Tx, organization_id: str) -> list[Account]:
    """Give an organization's accounts by audience and login."""
    query = (
        select(accounts)
        .where(accounts.c.organization_id == organization_id)
        .order_by(accounts.c.audience, accounts.c.login)
    )
    return [_account(row) for row in await _rows(tx, query)]


async def practitioner(tx: Tx, practitioner_id: str, *, lock: bool = False) -> Practitioner:
    """Give a practitioner, or raise RowMissing."""
    query = select(practitioners).where(practitioners.c.id == practitioner_id)
    found = await _only(tx, _shared(query, lock=lock), "practitioners", practitioner_id)
    return _practitioner(found)


async def practitioner_of_account(tx: Tx, account_id: str) -> Practitioner | None:
    """Give the practitioner who signs in with an account."""
    query = select(practitioners).where(practitioners.c.account_id == account_id)
    rows = await _rows(tx, query)
    return _practitioner(rows[0]) if rows else None


async def practitioners_of(tx: Tx, network_id: str) -> list[Practitioner]:
    """Give a network's practitioners by name."""
    query = (
        select(practitioners)
        .where(practitioners.c.network_id == network_id)
        .order_by(practitioners.c.display_name, practitioners.c.id)
    )
    return [_practitioner(row) for row in await _rows(tx, query)]


async def practitioner_file(
    tx: Tx, practitioner_id: str, *, lock: bool = False
) -> PractitionerFile:
    """Give a practitioner with authorities and collaborations, or raise RowMissing."""
    who = await practitioner(tx, practitioner_id, lock=lock)
    held = select(authorities).where(authorities.c.practitioner_id == practitioner_id)
    backed = select(collaborations).where(collaborations.c.practitioner_id == practitioner_id)
    listed = select(dea_registrations).where(
        dea_registrations.c.practitioner_id == practitioner_id
    )
    return PractitionerFile(
        practitioner=who,
        authorities=tuple(map(_authority, await _rows(tx, _shared(held, lock=lock)))),
        collaborations=tuple(map(_collaboration, await _rows(tx, _shared(backed, lock=lock)))),
        registrations=tuple(map(_registration, await _rows(tx, _shared(listed, lock=lock)))),
    )


async def practitioner_files(tx: Tx, network_id: str) -> list[PractitionerFile]:
    """Give every practitioner of a network with their file, in four statements."""
    ids = select(practitioners.c.id).where(practitioners.c.network_id == network_id)
    held = await _rows(tx, select(authorities).where(authorities.c.practitioner_id.in_(ids)))
    backed = await _rows(
        tx, select(collaborations).where(collaborations.c.practitioner_id.in_(ids))
    )
    listed = await _rows(
        tx, select(dea_registrations).where(dea_registrations.c.practitioner_id.in_(ids))
    )
    people = (
        select(practitioners)
        .where(practitioners.c.network_id == network_id)
        .order_by(practitioners.c.display_name, practitioners.c.id)
    )
    return files_of(await _rows(tx, people), held, backed, listed)


def files_of(
    people: Iterable[Row], held: Iterable[Row], backed: Iterable[Row], listed: Iterable[Row]
) -> list[PractitionerFile]:
    """Make files of rows: practitioners, authorities, collaborations, DEA registrations."""
    holdings, backings = _by_practitioner(held), _by_practitioner(backed)
    registered = _by_practitioner(listed)
    return [
        PractitionerFile(
            practitioner=who,
            authorities=tuple(map(_authority, holdings[who.practitioner_id])),
            collaborations=tuple(map(_collaboration, backings[who.practitioner_id])),
            registrations=tuple(map(_registration, registered[who.practitioner_id])),
        )
        for who in map(_practitioner, people)
    ]


# ------------------------------------------------------------------ enrolling


async def add_organization(tx: Tx, one: Organization) -> None:
    """Insert an organization; a spa's network goes first."""
    await tx.execute(insert(organizations).values(_values(one, "organization_id")))


async def add_site(tx: Tx, one: Site) -> None:
    """Insert a site."""
    await tx.execute(insert(sites).values(_values(one, "site_id")))


async def add_account(tx: Tx, one: Account) -> None:
    """Insert an account. A login that is taken ends the transaction: ConstraintBroken."""
    await tx.execute(insert(accounts).values(_values(one, "account_id")))


async def add_practitioner(tx: Tx, one: Practitioner) -> None:
    """Insert a practitioner, whose account is there already."""
    await tx.execute(insert(practitioners).values(_values(one, "practitioner_id")))
    await versions.grow(tx, versions.DIRECTORY)


async def add_authority(tx: Tx, practitioner_id: str, one: Authority) -> None:
    """Insert a licence, registration or permit."""
    values = {**_values(one, "authority_id"), "practitioner_id": practitioner_id}
    await tx.execute(insert(authorities).values(values))
    await versions.grow(tx, versions.DIRECTORY)


async def add_collaboration(
    tx: Tx, collaboration_id: str, practitioner_id: str, one: Collaboration
) -> None:
    """Insert a collaborating physician."""
    ids = {"id": collaboration_id, "practitioner_id": practitioner_id}
    await tx.execute(insert(collaborations).values({**ids, **asdict(one)}))
    await versions.grow(tx, versions.DIRECTORY)


# ------------------------------------------------------------------ changing


async def set_authority_status(tx: Tx, authority_id: str, status: str) -> None:
    """Suspend, revoke or restore an authority. Raises RowMissing.

    It waits for transactions that rely on the row, and whoever looks afterwards sees it.
    """
    await _set(tx, authorities, authority_id, {"status": status})
    await versions.grow(tx, versions.DIRECTORY)


async def set_authority_verified(
    tx: Tx, authority_id: str, *, verified_at: int, verified_by: str, source: str
) -> None:
    """Write who verified an authority, when, and where they looked. Raises RowMissing."""
    values = {"verified_at": verified_at, "verified_by": verified_by, "source": source}
    await _set(tx, authorities, authority_id, values)
    await versions.grow(tx, versions.DIRECTORY)


async def set_practitioner_active(tx: Tx, practitioner_id: str, *, active: bool) -> None:
    """Let a practitioner examine, or not. Raises RowMissing."""
    await _set(tx, practitioners, practitioner_id, {"active": active})
    await versions.grow(tx, versions.DIRECTORY)


async def set_auto_accept(tx: Tx, practitioner_id: str, *, on: bool) -> None:
    """Let a practitioner's console accept offers by itself, or not. Raises RowMissing."""
    await _set(tx, practitioners, practitioner_id, {"auto_accept": on})


async def set_account_active(tx: Tx, account_id: str, *, active: bool) -> None:
    """Let an account sign in, or not; its sessions are ended by the caller."""
    await _set(tx, accounts, account_id, {"active": active})


async def set_password_hash(tx: Tx, account_id: str, password_hash: str) -> None:
    """Write a new password's hash. Raises RowMissing."""
    await _set(tx, accounts, account_id, {"password_hash": password_hash})


# ------------------------------------------------------------------ rows and values


async def _set(tx: Tx, table: Table, key: str, values: Values) -> None:
    changed = await tx.execute(update(table).where(table.c.id == key).values(dict(values)))
    if changed.rowcount != 1:
        raise RowMissing(table.name, key)


def _shared(query: Query, *, lock: bool) -> Query:
    return query.with_for_update(read=True) if lock else query


async def _rows(tx: Tx, query: Query) -> list[Row]:
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def _only(tx: Tx, query: Query, table: str, key: str) -> Row:
    rows = await _rows(tx, query)
    if not rows:
        raise RowMissing(table, key)
    return rows[0]


def _by_practitioner(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["practitioner_id"]].append(row)
    return grouped


def _values(one: Enrolled, id_field: str) -> Row:
    values = asdict(one)
    return {"id": values.pop(id_field), **values}


def _organization(row: Row) -> Organization:
    return Organization(organization_id=row.pop("id"), **row)


def site_row(row: Row) -> Site:
    """Return a row of `sites` as a site."""
    return Site(site_id=row.pop("id"), **row)


def _account(row: Row) -> Account:
    return Account(account_id=row.pop("id"), **row)


def _practitioner(row: Row) -> Practitioner:
    return Practitioner(practitioner_id=row.pop("id"), **row)


def _authority(row: Row) -> Authority:
    del row["practitioner_id"]
    return Authority(authority_id=row.pop("id"), **row)


def _collaboration(row: Row) -> Collaboration:
    del row["practitioner_id"], row["id"]
    return Collaboration(**row)


def _registration(row: Row) -> DeaRegistration:
    del row["practitioner_id"]
    return DeaRegistration(registration_id=row.pop("id"), **row)
