"""Inviting: a link for one person, who becomes one account by it, once.

    open --accepted--> an account
      `---withdrawn, `invitation_ttl_h` over--> over

The link carries its secret in the fragment, which browsers send to nobody. It is handed over by
whoever invites; the password is chosen by whom it names, so nobody else ever knows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from server.access import Role
from server.accounts import LOGIN, NPI, new_id
from server.authority import EXAMINING_PROFESSIONS
from server.errors import InvalidBody, NotFound
from server.people import secrets
from server.people.giving import AUDIENCE_OF, KINDS
from server.people.refusals import InvitationsFull, LoginTaken
from server.proofs.passwords import normalized_login
from server.services import Core
from server.storage import directory, invitations, proofs
from server.storage.directory import AccountAudience
from server.storage.invitations import Invitation
from server.storage.statements import Tx

OPEN_MAX: Final = 200  # invitations of one organization at the same time
HOUR_US: Final = 3_600 * 1_000_000
LANGUAGES: Final = re.compile(r"[a-z]{2}( [a-z]{2}){0,9}")
PAGES: Final[dict[AccountAudience, str]] = {
    "practitioner": "console",
    "spa": "portal",
    "ops": "ops",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom an invitation names; the last three only where they are to examine."""

    role: Role
    login: str
    display_name: str
    profession: str | None = None
    npi: str | None = None
    languages: str | None = None


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made; the link is shown once and kept nowhere."""

    invitation: Invitation
    url: str = field(repr=False)


async def invite(
    tx: Tx, core: Core, organization_id: str, wanted: Wanted, *, by: str
) -> NewInvitation:
    """Make a link for one person.

    Args:
        tx: writes it.
        core: the running server.
        organization_id: whose people they will be.
        wanted: whom it names, and what they will be.
        by: who invites, as the audit log names people.

    Raises:
        InvalidBody: a role that is not of such an organization, or what a form cannot say.
        LoginTaken: somebody has the login, or was promised it.
        InvitationsFull: there are as many open ones as there may be.
    """
    organization = await directory.organization(tx, organization_id)
    audience = AUDIENCE_OF[wanted.role]
    if organization.kind != KINDS[audience]:
        raise InvalidBody(fields=("role",))
    wrong = faults_of(wanted)
    if wrong:
        raise InvalidBody(fields=wrong)
    now, login = core.clock.now(), normalized_login(wanted.login)
    # Of two who invite at once, the second sees what the first did.
    await proofs.hold_organizations(tx, [organization_id])
    await _require_free(tx, audience, login, now)
    if await invitations.count_open(tx, organization_id, now) >= OPEN_MAX:
        raise InvitationsFull
    secret = secrets.new_secret(core)
    made = Invitation(
        id=new_id(core),
        organization_id=organization_id,
        audience=audience,
        role=wanted.role,
        login=login,
        display_name=wanted.display_name.strip(),
        profession=wanted.profession,
        npi=wanted.npi,
        languages=wanted.languages or ("en" if examines(wanted) else None),
        secret_hash=secrets.hash_of(secret),
        invited_by=by,
        created_at=now,
        expires_at=now + core.settings.invitation_ttl_h * HOUR_US,
    )
    await invitations.add(tx, made)
    page = PAGES[audience]
    return NewInvitation(made, f"{core.settings.origin}/{page}#invitation={secret}")


async def withdraw(tx: Tx, core: Core, invitation_id: str) -> None:
    """Take an invitation back.

    Raises:
        NotFound: it is not open.
    """
    if not await invitations.withdraw(tx, invitation_id, core.clock.now()):
        raise NotFound


def examines(wanted: Wanted) -> bool:
    """Tell whether whoever is invited is to examine."""
    return wanted.role is Role.PRACTITIONER


def faults_of(wanted: Wanted) -> tuple[str, ...]:
    """Return the names of what cannot be as it is."""
    fits: dict[str, object] = {
        "login": LOGIN.fullmatch(normalized_login(wanted.login)),
        "display_name": wanted.display_name.strip(),
    }
    if examines(wanted):
        fits["profession"] = wanted.profession in EXAMINING_PROFESSIONS
        fits["npi"] = NPI.fullmatch(wanted.npi or "")
        fits["languages"] = wanted.languages is None or LANGUAGES.fullmatch(wanted.languages)
    else:
        for name in ("profession", "npi", "languages"):
            fits[name] = getattr(wanted, name) is None
    return tuple(name for name, good in fits.items() if not good)


async def _require_free(tx: Tx, audience: AccountAudience, login: str, now: int) -> None:
    there = await directory.account_by_login(tx, audience, login)
    if there is not None or await invitations.is_promised(tx, audience, login, now):
        raise LoginTaken
