"""Enrolling: networks, spas, sites, people who sign in, and what practitioners may do where.

Used by the command line and by the demo network. What is entered here about an authority
counts for nothing until somebody verified it at its source (`verify_authority`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from server import auditing
from server.access import Role
from server.auditing import AuditEvent
from server.authority import (
    ACTIVE,
    EXAMINING_PROFESSIONS,
    PHYSICIANS,
    Authority,
    Collaboration,
)
from server.jurisdictions import is_jurisdiction
from server.proofs.own_password import CHARS_MIN as PASSWORD_CHARS_MIN
from server.proofs.passwords import hash_password, normalized_login
from server.services import Core
from server.storage import credentials, directory, sessions
from server.storage.database import Tx
from server.storage.directory import Account, AccountAudience, Organization, Practitioner, Site

ID_BYTES: Final = 16
LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,119}")
NPI: Final = re.compile(r"[0-9]{10}")
POSTAL_CODE: Final = re.compile(r"[0-9]{5}(-[0-9]{4})?")
# Without letters and digits that are taken for one another.
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_GROUPS: Final = 4
GROUP_CHARS: Final = 5
ROLES: Final[Mapping[str, frozenset[Role]]] = {
    "practitioner": frozenset({Role.PRACTITIONER}),
    "spa": frozenset({Role.SPA_STAFF, Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR}),
    "ops": frozenset({Role.OPS, Role.COMPLIANCE}),
}
KINDS: Final[Mapping[str, str]] = {"practitioner": "network", "spa": "spa", "ops": "network"}


class EnrolmentRefused(ValueError):
    """Something about a new account, place or authority cannot be as given."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What somebody signs in with; never printed by accident."""

    login: str
    password: str


def new_id(core: Core) -> str:
    """Return an id that nothing ever had."""
    return core.random_bytes(ID_BYTES).hex()


def made_up_password(core: Core) -> str:
    """Return a random password that can be read out: 20 letters and digits (99 bits)."""
    count = PASSWORD_GROUPS * GROUP_CHARS
    chars: list[str] = []
    while len(chars) < count:
        # Bytes above the last whole multiple are dropped: every letter is equally likely.
        limit = 256 - 256 % len(LETTERS)
        chars += [LETTERS[one % len(LETTERS)] for one in core.random_bytes(32) if one < limit]
    groups = ["".join(chars[at : at + GROUP_CHARS]) for at in range(0, count, GROUP_CHARS)]
    return "-".join(groups)


# ------------------------------------------------------------------ organizations, sites


async def add_network(tx: Tx, core: Core, name: str, *, demo: bool = False) -> Organization:
    """Enrol a network of practitioners."""
    return await _add_organization(tx, core, "network", name, None, demo=demo)


async def add_spa(
    tx: Tx, core: Core, network_id: str, name: str, *, demo: bool = False
) -> Organization:
    """Enrol a spa of a network.

    Raises:
        EnrolmentRefused: that is no network.
    """
    network = await directory.organization(tx, network_id)
    if network.kind != "network":
        raise EnrolmentRefused("a spa belongs to a network")
    return await _add_organization(tx, core, "spa", name, network_id, demo=demo)


async def _add_organization(
    tx: Tx,
    core: Core,
    kind: Literal["network", "spa"],
    name: str,
    network_id: str | None,
    *,
    demo: bool,
) -> Organization:
    organization = Organization(
        organization_id=new_id(core),
        kind=kind,
        name=_named(name),
        network_id=network_id,
        demo=demo,
        created_at=core.clock.now(),
    )
    await directory.add_organization(tx, organization)
    return organization


@dataclass(frozen=True, slots=True)
class Address:
    """Where a site is."""

    street: str
    city: str
    postal_code: str
    jurisdiction: str


async def add_site(tx: Tx, core: Core, spa_id: str, name: str, address: Address) -> Site:
    """Enrol a place of treatment of a spa.

    Raises:
        EnrolmentRefused: not a spa, or not an address in one of the 51 jurisdictions.
    """
    spa = await directory.organization(tx, spa_id)
    if spa.kind != "spa":
        raise EnrolmentRefused("a site belongs to a spa")
    if not is_jurisdiction(address.jurisdiction):
        raise EnrolmentRefused("the jurisdiction is not one of the 51")
    if not POSTAL_CODE.fullmatch(address.postal_code):
        raise EnrolmentRefused("the postal code is not five digits (and four)")
    site = Site(
        site_id=new_id(core),
        spa_id=spa_id,
        name=_named(name),
        street=_named(address.street),
        city=_named(address.city),
        postal_code=address.postal_code,
        jurisdiction=address.jurisdiction,
    )
    await directory.add_site(tx, site)
    return site


# ------------------------------------------------------------------ people who sign in


async def hashed(core: Core, password: str) -> str:
    """Return the hash of a new password. Done before a transaction: it takes long.

    Raises:
        EnrolmentRefused: it is too short.
    """
    if len(password) < PASSWORD_CHARS_MIN:
        raise EnrolmentRefused(f"a password has at least {PASSWORD_CHARS_MIN} characters")
    return await hash_password(core, password)


async def add_account(
    tx: Tx,
    core: Core,
    audience: AccountAudience,
    organization_id: str,
    *,
    login: str,
    password_hash: str,
    display_name: str,
    role: Role,
) -> Account:
    """Enrol somebody who signs in.

    Raises:
        EnrolmentRefused: a role or organization of another audience, or no proper login.
    """
    organization = await directory.organization(tx, organization_id)
    if role not in ROLES[audience] or organization.kind != KINDS[audience]:
        raise EnrolmentRefused("role, audience and organization do not belong together")
    if not LOGIN.fullmatch(normalized_login(login)):
        raise EnrolmentRefused("a login is 2 to 120 letters, digits and . _ @ + -")
    account = Account(
        account_id=new_id(core),
        audience=audience,
        organization_id=organization_id,
        login=normalized_login(login),
        password_hash=password_hash,
        display_name=_named(display_name),
        role=role,
        active=True,
        created_at=core.clock.now(),
    )
    await directory.add_account(tx, account)
    return account


async def set_password(
    core: Core, account_id: str, password: str, event: AuditEvent | None = None
) -> list[str]:
    """Give an account a new password and end its sessions; return what ended.

    `event` is entered in the audit log with it.
    """
    password_hash = await hashed(core, password)
    async with core.database.write() as tx:
        await directory.set_password_hash(tx, account_id, password_hash)
        if event is not None:
            await auditing.note(tx, event)
        return await sessions.end_for_account(tx, account_id, "revoked", core.clock.now())


async def set_active(tx: Tx, account: Account, *, active: bool) -> Practitioner | None:
    """Let somebody sign in, and a practitioner examine, or not.

    Their sessions are ended by the caller. Returns the practitioner, where they are one.
    """
    await directory.set_account_active(tx, account.account_id, active=active)
    who = await directory.practitioner_of_account(tx, account.account_id)
    if who is not None and who.active is not active:
        await directory.set_practitioner_active(tx, who.practitioner_id, active=active)
    return who


# ------------------------------------------------------------------ practitioners


@dataclass(frozen=True, slots=True)
class PractitionerDetails:
    """Who a practitioner is; `languages` are codes with spaces between them."""

    display_name: str
    profession: str
    npi: str
    languages: str = "en"


async def add_practitioner(
    tx: Tx,
    core: Core,
    network_id: str,
    details: PractitionerDetails,
    *,
    login: str,
    password_hash: str,
) -> Practitioner:
    """Enrol a practitioner with the account that they sign in with.

    Raises:
        EnrolmentRefused: a profession that may not examine, or no proper NPI or login.
    """
    if details.profession not in EXAMINING_PROFESSIONS:
        raise EnrolmentRefused("only an MD, DO, NP or PA may examine")
    if not NPI.fullmatch(details.npi):
        raise EnrolmentRefused("an NPI has ten digits")
    account = await add_account(
        tx,
        core,
        "practitioner",
        network_id,
        login=login,
        password_hash=password_hash,
        display_name=details.display_name,
        role=Role.PRACTITIONER,
    )
    practitioner = Practitioner(
        practitioner_id=new_id(core),
        network_id=network_id,
        account_id=account.account_id,
        display_name=account.display_name,
        profession=details.profession,
        npi=details.npi,
        languages=details.languages,
        active=True,
    )
    await directory.add_practitioner(tx, practitioner)
    cleared = await credentials.settle(
        tx,
        practitioner.practitioner_id,
        now=core.clock.now(),
        time_zone=core.settings.time_zone,
    )
    return replace(practitioner, cleared_until=cleared.until, planned_until=cleared.planned)


@dataclass(frozen=True, slots=True)
class ClaimedAuthority:
    """A licence, registration or permit, as somebody says it is; microseconds UTC.

    Attributes:
        independent_practice: an NP who needs no collaborating physician there; None: nothing is
            said of it.
    """

    jurisdiction: str
    number: str
    valid_from: int
    valid_until: int
    kind: Literal["license", "registration", "permit"] = "license"
    independent_practice: bool | None = None


async def add_authority(
    tx: Tx, core: Core, practitioner: Practitioner, claimed: ClaimedAuthority
) -> Authority:
    """Enter an authority to practise, as claimed: it counts once it is verified.

    Raises:
        EnrolmentRefused: not one of the 51 jurisdictions, or it ends before it begins.
    """
    if not is_jurisdiction(claimed.jurisdiction):
        raise EnrolmentRefused("the jurisdiction is not one of the 51")
    if claimed.valid_from >= claimed.valid_until:
        raise EnrolmentRefused("an authority ends after it begins")
    authority = Authority(
        authority_id=new_id(core),
        jurisdiction=claimed.jurisdiction,
        kind=claimed.kind,
        number=_named(claimed.number),
        profession=practitioner.profession,
        valid_from=claimed.valid_from,
        valid_until=claimed.valid_until,
        status=ACTIVE,
        verified_at=None,
        verified_by=None,
        source=None,
        independent_practice_verified=claimed.independent_practice is True,
    )
    await directory.add_authority(tx, practitioner.practitioner_id, authority)
    return authority


async def verify_authority(
    tx: Tx, core: Core, authority_id: str, *, verified_by: str, source: str
) -> None:
    """Write down that somebody looked an authority up at its primary source.

    It counts for as long as the network lets a look count.

    Raises:
        RowMissing: there is no such authority.
    """
    now = core.clock.now()
    await directory.set_authority_verified(
        tx,
        authority_id,
        verified_at=now,
        verified_by=_named(verified_by),
        source=_named(source),
        again_at=await credentials.look_counts_until(tx, authority_id, now),
    )


async def add_collaboration(
    tx: Tx, core: Core, practitioner_id: str, collaboration: Collaboration
) -> None:
    """Enter the physician who answers for a practitioner in one jurisdiction.

    Raises:
        EnrolmentRefused: not one of the 51 jurisdictions, or the physician who is to read what
            they answer for is none, is somebody else's, or is themselves.
    """
    if not is_jurisdiction(collaboration.jurisdiction):
        raise EnrolmentRefused("the jurisdiction is not one of the 51")
    if collaboration.physician_id is not None:
        who = await directory.practitioner(tx, practitioner_id)
        physician = await directory.practitioner(tx, collaboration.physician_id)
        if physician.profession not in PHYSICIANS or who.network_id != physician.network_id:
            raise EnrolmentRefused("who answers for them is a physician of the same network")
        if physician.practitioner_id == who.practitioner_id:
            raise EnrolmentRefused("nobody answers for themselves")
    await directory.add_collaboration(tx, new_id(core), practitioner_id, collaboration)


def _named(text: str) -> str:
    """Return a name or line without outer space.

    Raises:
        EnrolmentRefused: nothing is left.
    """
    if not text.strip():
        raise EnrolmentRefused("a name is missing")
    return text.strip()
