"""Accepting an invitation: whom it names chooses a password, and has an account.

link -> look (burns nothing) -> password -> account, signed in -> a second factor, where one
is required
"""

from __future__ import annotations

from typing import Final

from server import accounts, attempts, auditing
from server.access import Role
from server.accounts import PractitionerDetails
from server.attempts import Limited
from server.auditing import Action, AuditEvent
from server.auditing.actors import of_account
from server.errors import InvalidBody
from server.people import secrets
from server.people.refusals import InvitationOver, InvitationUnknown, LoginTaken
from server.proofs.own_password import CHARS_MIN
from server.proofs.passwords import hash_password, normalized_login
from server.services import Core
from server.storage import directory, invitations
from server.storage.directory import Account
from server.storage.errors import ConstraintBroken
from server.storage.invitations import Invitation
from server.storage.statements import Tx
from server.views.people import ROLE_NAMES, InvitationView

MS: Final = 1_000


async def look(core: Core, secret: str, *, address: str) -> InvitationView:
    """Return what an invitation says; nothing is used up by it.

    Raises:
        TooManyAttempts: too many links from this address were wrong.
        InvitationUnknown: none goes with this secret.
        InvitationOver: it was accepted, taken back, or ran out.
    """
    found = await _open(core, secret, address)
    async with core.database.read() as tx:
        organization = await directory.organization(tx, found.organization_id)
    return InvitationView(
        audience=found.audience,
        organization_name=organization.name,
        demo=organization.demo,
        role=ROLE_NAMES[found.role],
        login=found.login,
        display_name=found.display_name,
        expires_at_ms=found.expires_at // MS,
    )


async def accept(
    core: Core, secret: str, password: str, *, address: str, route: str
) -> Account:
    """Make the account that an invitation is for, and return it.

    Args:
        core: the running server.
        secret: of the link.
        password: that they chose.
        address: where it comes from, for the limits.
        route: by which it was asked, for the audit log.

    Raises:
        TooManyAttempts: too many links from this address were wrong.
        InvitationUnknown: none goes with this secret.
        InvitationOver: it was accepted, taken back, or ran out.
        InvalidBody: the password is too short, or it is the login.
        LoginTaken: somebody was given the login meanwhile.
    """
    found = await _open(core, secret, address)
    if len(password) < CHARS_MIN or normalized_login(password) == found.login:
        raise InvalidBody(fields=("password",))
    password_hash = await hash_password(core, password)
    try:
        async with core.database.write() as tx:
            if await directory.account_by_login(tx, found.audience, found.login):
                raise await _why(tx, core, found)
            account = await _become(tx, core, found, password_hash)
            now = core.clock.now()
            if not await invitations.accept(tx, found.id, account.account_id, now):
                raise InvitationOver
            event = AuditEvent(
                action=Action.JOINED,
                actor=of_account(account.role, account.account_id),
                role=account.role,
                organization_id=account.organization_id,
                route=f"{route} {found.id}",
                at=now,
            )
            await auditing.note(tx, event)
    except ConstraintBroken:
        async with core.database.read() as tx:
            raise await _why(tx, core, found) from None
    return account


async def _become(tx: Tx, core: Core, one: Invitation, password_hash: str) -> Account:
    if one.role == Role.PRACTITIONER:
        details = PractitionerDetails(
            one.display_name, one.profession or "", one.npi or "", one.languages or "en"
        )
        practitioner = await accounts.add_practitioner(
            tx,
            core,
            one.organization_id,
            details,
            login=one.login,
            password_hash=password_hash,
        )
        return await directory.account(tx, practitioner.account_id)
    return await accounts.add_account(
        tx,
        core,
        one.audience,
        one.organization_id,
        login=one.login,
        password_hash=password_hash,
        display_name=one.display_name,
        role=Role(one.role),
    )


async def _why(tx: Tx, core: Core, one: Invitation) -> Exception:
    """Return why there can be no such account: of two who accept at once, one was first."""
    now_found = await invitations.get(tx, one.id)
    return LoginTaken() if now_found.is_open(core.clock.now()) else InvitationOver()


async def _open(core: Core, secret: str, address: str) -> Invitation:
    source = Limited("invitation_address", address, core.settings.attempts_per_address_max)
    await attempts.check(core, source)
    async with core.database.read() as tx:
        found = await invitations.by_secret(tx, secrets.hash_of(secret))
    if found is None:
        await attempts.failed(core, source)
        raise InvitationUnknown
    if not found.is_open(core.clock.now()):
        raise InvitationOver
    return found
