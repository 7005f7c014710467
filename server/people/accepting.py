"""Accepting an invitation: whom it names chooses a password, and has an account.

link -> look (burns nothing) -> password -> account, signed in -> a second factor, where one
is required
     `-> look -> the organization's own sign-in -> account, linked to that person, signed in
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
from server.federation import linking, local_ways
from server.federation.signing_on import Arrived
from server.people import secrets
from server.people.refusals import InvitationOver, InvitationUnknown, LoginTaken
from server.proofs.own_password import CHARS_MIN
from server.proofs.passwords import NO_PASSWORD, hash_password, normalized_login
from server.proofs.refusals import LocalSignInClosed
from server.services import Core
from server.storage import directory, invitations, providers
from server.storage.directory import Account
from server.storage.errors import ConstraintBroken
from server.storage.invitations import Invitation
from server.storage.statements import Tx
from server.views.federation import ProviderView
from server.views.people import ROLE_NAMES, InvitationView

MS: Final = 1_000


async def look(core: Core, secret: str, *, address: str) -> InvitationView:
    """Return what an invitation says; nothing is used up by it.

    Raises:
        TooManyAttempts: too many links from this address were wrong.
        InvitationUnknown: none goes with this secret.
        InvitationOver: it was accepted, taken back, or ran out.
    """
    found = await open_by(core, secret, address=address)
    async with core.database.read() as tx:
        organization = await directory.organization(tx, found.organization_id)
        used = await providers.live_of(tx, [found.organization_id])
        by_password = await local_ways.is_open(tx, found.organization_id)
    return InvitationView(
        audience=found.audience,
        organization_name=organization.name,
        demo=organization.demo,
        role=ROLE_NAMES[found.role],
        login=found.login,
        display_name=found.display_name,
        expires_at_ms=found.expires_at // MS,
        providers=[ProviderView(id=one.id, name=one.name) for one in used],
        by_password=by_password,
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
        LocalSignInClosed: people of that organization sign in at its provider.
    """
    found = await open_by(core, secret, address=address)
    if len(password) < CHARS_MIN or normalized_login(password) == found.login:
        raise InvalidBody(fields=("password",))
    async with core.database.read() as tx:  # the same again, before it is hashed
        if not await local_ways.is_open(tx, found.organization_id):
            raise LocalSignInClosed
    return await _accepted(core, found, await hash_password(core, password), route)


async def accept_by_provider(
    core: Core, invitation_id: str, arrived: Arrived, *, route: str
) -> Account:
    """Make the account that an invitation is for, linked to the person who signed on.

    Args:
        core: the running server.
        invitation_id: which one was on its way with that browser.
        arrived: who signed on.
        route: by which it was asked, for the audit log.

    Raises:
        InvitationOver: it was accepted, taken back, or ran out meanwhile.
        LoginTaken: somebody was given the login meanwhile.
        LinkTaken: that person has an account here.
        ProviderRefused: the provider is another organization's, or was ended meanwhile.
    """
    async with core.database.read() as tx:
        found = await invitations.find(tx, invitation_id)
    if found is None or not found.is_open(core.clock.now()):
        raise InvitationOver
    return await _accepted(core, found, NO_PASSWORD, route, arrived)


async def _accepted(
    core: Core,
    found: Invitation,
    password_hash: str,
    route: str,
    arrived: Arrived | None = None,
) -> Account:
    try:
        async with core.database.write() as tx:
            if await directory.account_by_login(tx, found.audience, found.login):
                raise await _why(tx, core, found)
            account = await _become(tx, core, found, password_hash)
            if arrived is not None:
                await linking.link(tx, core, account, arrived)
            elif not await local_ways.is_open_to(tx, account):
                raise LocalSignInClosed
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


async def open_by(core: Core, secret: str, *, address: str) -> Invitation:
    """Return the invitation that a link carries the secret of.

    Whoever has a right one does not guess: what others behind the address did wrong keeps
    nobody out.

    Raises:
        TooManyAttempts: none goes with it, and too many links from this address were wrong.
        InvitationUnknown: none goes with this secret.
        InvitationOver: it was accepted, taken back, or ran out.
    """
    source = Limited("invitation_address", address, core.settings.attempts_per_address_max)
    async with core.database.read() as tx:
        found = await invitations.by_secret(tx, secrets.hash_of(secret))
    if found is None:
        await attempts.check(core, source)
        await attempts.failed(core, source)
        raise InvitationUnknown
    if not found.is_open(core.clock.now()):
        raise InvitationOver
    return found
