"""Who there is: organizations, sites, accounts, practitioners and what they may do where.

`lock=True` keeps rows as they are until the commit (FOR SHARE on PostgreSQL; a write on
SQLite is alone anyway): a transaction that relies on a licence cannot overlap its end.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import insert, select

from server.storage.keyed_rows import Row, found, only, set_row, shared, with_id
from server.storage.practitioner_rows import (
    Practitioner,
    PractitionerFile,
    add_authority,
    add_collaboration,
    add_practitioner,
    files_of,
    practitioner,
    practitioner_file,
    practitioner_files,
    practitioner_of_account,
    practitioners_of,
    set_authority_status,
    set_authority_verified,
    set_auto_accept,
    set_practitioner_active,
)
from server.storage.statements import Tx
from server.storage.tables import accounts, organizations, sites

__all__ = [
    "Account",
    "AccountAudience",
    "Organization",
    "Practitioner",
    "PractitionerFile",
    "Row",
    "Site",
    "account",
    "account_by_login",
    "account_of_row",
    "accounts_of",
    "add_account",
    "add_authority",
    "add_collaboration",
    "add_organization",
    "add_practitioner",
    "add_site",
    "all_organizations",
    "files_of",
    "organization",
    "practitioner",
    "practitioner_file",
    "practitioner_files",
    "practitioner_of_account",
    "practitioners_of",
    "set_account_active",
    "set_account_role",
    "set_authority_status",
    "set_authority_verified",
    "set_auto_accept",
    "set_password_hash",
    "set_practitioner_active",
    "site",
    "site_row",
    "sites_of",
]

AccountAudience = Literal["practitioner", "spa", "ops"]


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


# ------------------------------------------------------------------ looking up


async def organization(tx: Tx, organization_id: str) -> Organization:
    """Give an organization, or raise RowMissing."""
    query = select(organizations).where(organizations.c.id == organization_id)
    return _organization(await only(tx, query, "organizations", organization_id))


async def all_organizations(tx: Tx) -> list[Organization]:
    """Give every organization by name: networks first."""
    query = select(organizations).order_by(organizations.c.kind, organizations.c.name)
    return [_organization(row) for row in await found(tx, query)]


async def site(tx: Tx, site_id: str) -> Site:
    """Give a site, or raise RowMissing."""
    query = select(sites).where(sites.c.id == site_id)
    return site_row(await only(tx, query, "sites", site_id))


async def sites_of(tx: Tx, spa_id: str) -> list[Site]:
    """Give a spa's sites by name."""
    query = select(sites).where(sites.c.spa_id == spa_id).order_by(sites.c.name, sites.c.id)
    return [site_row(row) for row in await found(tx, query)]


async def account(tx: Tx, account_id: str, *, lock: bool = False) -> Account:
    """Give an account, active or not, or raise RowMissing."""
    query = select(accounts).where(accounts.c.id == account_id)
    return account_of_row(await only(tx, shared(query, lock=lock), "accounts", account_id))


async def account_by_login(tx: Tx, audience: str, login: str) -> Account | None:
    """Give the account with this name for one audience, active or not."""
    query = select(accounts).where(accounts.c.audience == audience, accounts.c.login == login)
    rows = await found(tx, query)
    return account_of_row(rows[0]) if rows else None


async def accounts_of(tx: Tx, organization_id: str) -> list[Account]:
    """Give an organization's accounts by audience and login."""
    query = (
        select(accounts)
        .where(accounts.c.organization_id == organization_id)
        .order_by(accounts.c.audience, accounts.c.login)
    )
    return [account_of_row(row) for row in await found(tx, query)]


# ------------------------------------------------------------------ enrolling


async def add_organization(tx: Tx, one: Organization) -> None:
    """Insert an organization; a spa's network goes first."""
    await tx.execute(insert(organizations).values(with_id(asdict(one), "organization_id")))


async def add_site(tx: Tx, one: Site) -> None:
    """Insert a site."""
    await tx.execute(insert(sites).values(with_id(asdict(one), "site_id")))


async def add_account(tx: Tx, one: Account) -> None:
    """Insert an account. A login that is taken ends the transaction: ConstraintBroken."""
    await tx.execute(insert(accounts).values(with_id(asdict(one), "account_id")))


# ------------------------------------------------------------------ changing


async def set_account_active(tx: Tx, account_id: str, *, active: bool) -> None:
    """Let an account sign in, or not; its sessions are ended by the caller."""
    await set_row(tx, accounts, account_id, {"active": active})


async def set_account_role(tx: Tx, account_id: str, role: str) -> None:
    """Write what somebody is; their sessions are ended by the caller. Raises RowMissing."""
    await set_row(tx, accounts, account_id, {"role": role})


async def set_password_hash(tx: Tx, account_id: str, password_hash: str) -> None:
    """Write a new password's hash. Raises RowMissing."""
    await set_row(tx, accounts, account_id, {"password_hash": password_hash})


# ------------------------------------------------------------------ rows and values


def _organization(row: Row) -> Organization:
    return Organization(organization_id=row.pop("id"), **row)


def site_row(row: Row) -> Site:
    """Return a row of `sites` as a site."""
    return Site(site_id=row.pop("id"), **row)


def account_of_row(row: Row) -> Account:
    """Return a row of `accounts` as an account."""
    return Account(account_id=row.pop("id"), **row)
