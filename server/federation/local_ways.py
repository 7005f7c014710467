"""Who may sign in here, where an organization's people sign in at its provider.

    all                    passwords and passkeys go on beside the provider
    emergency accounts     only these, named before: each such sign-in is `break_glass` in the
                           audit log, and compliance is told until it has seen it

So a provider that is down, or that was taken over, leaves a way in that nobody uses unseen. It
can be closed only where there is a provider, and an emergency account that could open it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from server import auditing
from server.access import Role
from server.auditing import Action, AuditEvent
from server.auditing.actors import of_account
from server.auditing.event import MARK_CHARS
from server.federation.flows import PAGES
from server.federation.refusals import NoWayIn, OwnSignIn, SignInUnseen
from server.logging import get_logger
from server.proofs.proving import refused_to
from server.proofs.refusals import LocalSignInClosed
from server.proofs.ways import LOCAL
from server.services import Core
from server.storage import directory, local_sign_ins, proofs, provider_flows, providers
from server.storage.directory import Account, Organization
from server.storage.local_sign_ins import EmergencyAccount
from server.storage.statements import Tx

REASON: Final = "local_sign_in"

log = get_logger("federation")


async def is_open(tx: Tx, organization_id: str) -> bool:
    """Tell whether everybody of an organization may sign in here."""
    return organization_id not in await local_sign_ins.emergency_only(tx, [organization_id])


async def is_open_to(tx: Tx, account: Account) -> bool:
    """Tell whether somebody may sign in here, and keep it so until the commit."""
    await proofs.share_organizations(tx, [account.organization_id])
    if await is_open(tx, account.organization_id):
        return True
    return await local_sign_ins.is_named(tx, account.account_id, lock=True)


async def enter(tx: Tx, core: Core, account: Account, *, session: str) -> None:
    """Let somebody in who proved themselves here, if their organization has it so.

    Args:
        tx: in which their session begins.
        core: the running server.
        account: whose.
        session: the name of that session.

    Raises:
        LocalSignInClosed: they sign in at their provider.
    """
    await proofs.share_organizations(tx, [account.organization_id])
    if await is_open(tx, account.organization_id):
        return
    if not await local_sign_ins.is_named(tx, account.account_id, lock=True):
        raise refused_to(account, LocalSignInClosed())
    now = core.clock.now()
    await local_sign_ins.signed_in(tx, account.account_id, now)
    event = AuditEvent(
        action=Action.BREAK_GLASS,
        actor=of_account(account.role, account.account_id),
        role=account.role,
        organization_id=account.organization_id,
        route=f"POST /api/v1/{PAGES[account.audience]}/session",
        reason=REASON,
        at=now,
        session=session[:MARK_CHARS],
    )
    await auditing.note(tx, event)
    log.warning("emergency_sign_in", organization_id=account.organization_id)


async def decide(
    tx: Tx, core: Core, organization: Organization, *, emergency_only: bool, by: str
) -> list[str]:
    """Say who of an organization may sign in here.

    Where it is closed, sessions of those who came in here end, but those of emergency accounts.

    Args:
        tx: writes it.
        core: the running server.
        organization: whose people.
        emergency_only: closed to all but emergency accounts.
        by: who says so, as the audit log names people.

    Returns:
        The sessions that ended, to be told by the caller.

    Raises:
        NoWayIn: there is no provider, or no account that could open it again.
    """
    own, now = organization.organization_id, core.clock.now()
    await proofs.hold_organizations(tx, [own])
    await local_sign_ins.say(tx, own, only=emergency_only, now=now, by=by)
    if not emergency_only:
        return []
    await require_way_in(tx, organization)
    named = {one.account_id for one in await local_sign_ins.named_in(tx, [own])}
    everybody = [one.account_id for one in await directory.accounts_of(tx, own)]
    others = [one for one in everybody if one not in named]
    return await provider_flows.end_local(tx, others, sorted(LOCAL), now)


async def name(tx: Tx, core: Core, account: Account, *, emergency: bool, by: str) -> list[str]:
    """Let an account be one for emergencies, or not any more.

    Where local sign-in is closed, what it began here ends as that of others did.

    Returns:
        The sessions that ended, to be told by the caller.

    Raises:
        SignInUnseen: it signed in in an emergency, and compliance has not seen that.
        NoWayIn: it is the last one where people sign in at their provider alone.
    """
    await proofs.hold_organizations(tx, [account.organization_id])
    if emergency:
        await local_sign_ins.name(tx, account.account_id, now=core.clock.now(), by=by)
        return []
    if await local_sign_ins.is_unseen(tx, account.account_id):
        raise SignInUnseen
    await local_sign_ins.unname(tx, account.account_id)
    await require_way_in(tx, await directory.organization(tx, account.organization_id))
    if await is_open(tx, account.organization_id):
        return []
    now = core.clock.now()
    return await provider_flows.end_local(tx, [account.account_id], sorted(LOCAL), now)


async def see(tx: Tx, core: Core, organization_ids: Collection[str], *, by: Account) -> int:
    """Note that somebody of compliance saw who signed in in an emergency.

    Their own sign-in is for somebody else to see; for themselves, where there is nobody else.

    Args:
        tx: writes it.
        core: the running server.
        organization_ids: the network and its spas.
        by: who saw it.

    Returns:
        How many accounts that is news about.

    Raises:
        OwnSignIn: theirs is all that there is to see.
    """
    everybody = await directory.accounts_of(tx, by.organization_id)
    others = [
        one
        for one in everybody
        if one.active and one.role == Role.COMPLIANCE and one.account_id != by.account_id
    ]
    but = by.account_id if others else None
    changed = await local_sign_ins.seen(tx, organization_ids, core.clock.now(), but=but)
    if not changed and but is not None and await local_sign_ins.is_unseen(tx, but):
        raise OwnSignIn
    return changed


async def require_way_in(tx: Tx, organization: Organization) -> None:
    """Refuse what leaves nobody who could sign in where it is closed to others.

    Raises:
        NoWayIn: no provider is there, or no emergency account that could open it again.
    """
    own = organization.organization_id
    if await is_open(tx, own):
        return
    used = await providers.live_of(tx, [own])
    named = await local_sign_ins.named_in(tx, [own])
    active = [one for one in named if one.active]
    if not used or not await _opens(tx, organization, active):
        raise NoWayIn


async def keep_way_in(tx: Tx, account: Account) -> None:
    """Refuse what was done to an account where it leaves nobody who could sign in.

    Raises:
        NoWayIn: it was the last one for emergencies where people sign in at their provider.
    """
    if not await local_sign_ins.is_named(tx, account.account_id):
        return
    await proofs.hold_organizations(tx, [account.organization_id])
    await require_way_in(tx, await directory.organization(tx, account.organization_id))


async def _opens(tx: Tx, organization: Organization, named: list[EmergencyAccount]) -> bool:
    """Tell whether one of these could open it: of a network, somebody of compliance."""
    if organization.kind == "spa":  # its network's compliance can
        return bool(named)
    roles = [(await directory.account(tx, one.account_id)).role for one in named]
    return Role.COMPLIANCE in roles
