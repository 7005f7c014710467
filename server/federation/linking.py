"""Whose account a person of a provider has here, and how an account becomes theirs.

    a person known --> their account      a person unknown --> refused, whatever their name
    an invitation accepted by signing on, or a session with a fresh proof --> linked

Nobody is linked by a name or a mail address: a provider that lets people choose theirs would
let them choose whose account they open.
"""

from __future__ import annotations

from dataclasses import dataclass

from server.access import Principal
from server.errors import SessionExpired
from server.federation import local_ways
from server.federation.refusals import (
    LastWayIn,
    LinkTaken,
    ProviderRefused,
    ProviderUnknown,
)
from server.federation.signing_on import Arrived
from server.logging import get_logger
from server.proofs import proving
from server.proofs.proving import refused_to
from server.proofs.stepping_up import SteppedUp, renew
from server.proofs.ways import Proven, Way
from server.services import Core
from server.session_times import idle_s
from server.storage import directory, proofs, provider_flows, providers, sessions
from server.storage.directory import Account
from server.storage.provider_flows import Purpose
from server.storage.providers import Identity, Provider
from server.storage.statements import Tx

log = get_logger("federation")


@dataclass(frozen=True, slots=True)
class Link:
    """Who an account's person is elsewhere; `name` of the provider, None where it was ended."""

    name: str | None
    identity: Identity


async def proven_of(core: Core, arrived: Arrived) -> Proven:
    """Return whose account the person who signed on has, for a session to be begun.

    Raises:
        ProviderRefused: nobody's, or it is closed.
    """
    on, provider = arrived.on, arrived.provider
    async with core.database.write() as tx:
        person = await providers.person(
            tx, provider.organization_id, arrived.flow.audience, on.issuer, on.subject
        )
        if person is None:
            log.warning("provider_refused", provider_id=provider.id, reason="stranger")
            raise ProviderRefused
        account = await directory.account(tx, person.account_id)
        if not account.active:
            raise refused_to(account, ProviderRefused())
        await providers.signed_on(tx, person, core.clock.now())
    return Proven(account, Way.PROVIDER, on=on)


async def proven_again(core: Core, principal: Principal, arrived: Arrived) -> Proven:
    """Return that it is they who proved it again.

    Raises:
        ProviderRefused: somebody else signed on, or it was begun in another session.
    """
    _require_begun_by(principal, arrived, "step_up")
    proven = await proven_of(core, arrived)
    if proven.account.account_id != principal.account_id:
        raise refused_to(proven.account, ProviderRefused())
    return proven


async def prove_again(
    core: Core,
    principal: Principal,
    arrived: Arrived,
    *,
    cookie_value: str | None,
    route: str,
) -> SteppedUp:
    """Let a proof at the provider count in a session, under another cookie.

    Args:
        core: the running server.
        principal: in whose session.
        arrived: who signed on.
        cookie_value: what it was asked with.
        route: by which it was asked, for the audit log.

    Raises:
        ProviderRefused: somebody else signed on, or it was begun in another session.
        SignInFailed: the account was closed, or the link ended, meanwhile.
        SessionExpired: the session is over, or its cookie changed meanwhile.
    """
    proven, on = await proven_again(core, principal, arrived), arrived.on
    async with core.database.write() as tx:
        settled = await proving.settled(tx, core, proven)
        done = await renew(tx, core, principal, settled, cookie_value=cookie_value, route=route)
        await provider_flows.signed_on(
            tx,
            principal.session,
            provider_id=on.provider_id,
            subject=on.subject,
            sid=on.sid,
        )
    return done


async def link(tx: Tx, core: Core, account: Account, arrived: Arrived) -> None:
    """Let the person who signed on have an account from now on.

    Raises:
        LinkTaken: they have another here, or the account is another person of that issuer.
        ProviderRefused: the provider is another organization's, or was ended meanwhile.
    """
    await proofs.hold(tx, account.account_id)
    provider, on = await providers.find_live(tx, arrived.provider.id, lock=True), arrived.on
    if provider is None or provider.organization_id != account.organization_id:
        raise ProviderRefused
    known = await providers.identities_of(tx, account.account_id)
    if any(one.issuer == on.issuer for one in known):
        raise LinkTaken
    one = Identity(
        organization_id=account.organization_id,
        audience=account.audience,
        issuer=on.issuer,
        subject=on.subject,
        account_id=account.account_id,
        linked_at=core.clock.now(),
    )
    if not await providers.link(tx, one):
        raise LinkTaken


async def link_own(tx: Tx, core: Core, principal: Principal, arrived: Arrived) -> None:
    """Link the account of a session to the person who signed on in it.

    Raises:
        ProviderRefused: it was begun in another session, or the provider was ended meanwhile.
        LinkTaken: they have another account here, or the account is another person.
        SessionExpired: the session is over.
    """
    _require_begun_by(principal, arrived, "link")
    await proofs.hold(tx, principal.account_id or "")
    account, now = await directory.account(tx, principal.account_id or ""), core.clock.now()
    idle = idle_s(core.settings, account.audience)
    if await sessions.get(tx, principal.session, now=now, idle_s=idle, lock=True) is None:
        raise SessionExpired  # meanwhile: the provider took its time
    await link(tx, core, account, arrived)


async def unlink_own(
    tx: Tx, core: Core, principal: Principal, account: Account
) -> tuple[int, list[str]]:
    """End the links of the account of a session, and other sessions that were begun by them.

    Returns:
        How many links there were, and the sessions that ended, to be told by the caller.

    Raises:
        LastWayIn: it signs in by nothing else.
    """
    links = await unlink(tx, account.account_id)
    if not links:
        return 0, []
    factors = await proving.factors_of(tx, account)
    has_own = factors.password or factors.passkeys > 0
    if not has_own or not await local_ways.is_open_to(tx, account):
        raise LastWayIn
    now, session = core.clock.now(), principal.session
    ended = await provider_flows.end_begun_by_links(tx, account.account_id, now, keep=session)
    return links, ended


async def unlink(tx: Tx, account_id: str) -> int:
    """End the links of an account; return how many there were."""
    await proofs.hold(tx, account_id)
    return await providers.unlink(tx, account_id)


async def links_of(tx: Tx, account: Account) -> list[Link]:
    """Return who an account's person is elsewhere."""
    used = await providers.live_of(tx, [account.organization_id])
    names = {one.issuer: one.name for one in used}
    return [
        Link(names.get(one.issuer), one)
        for one in await providers.identities_of(tx, account.account_id)
    ]


async def own_provider(tx: Tx, principal: Principal) -> Provider:
    """Return the provider at which the person of a session can be asked again.

    Raises:
        ProviderUnknown: there is none.
    """
    found = await providers.provider_for(tx, principal.account_id or "")
    if found is None:
        raise ProviderUnknown
    return found


def _require_begun_by(principal: Principal, arrived: Arrived, purpose: Purpose) -> None:
    flow = arrived.flow
    begun = (flow.purpose, flow.account_id, flow.session)
    if begun != (purpose, principal.account_id, principal.session):
        log.warning("provider_refused", provider_id=arrived.provider.id, reason="session")
        raise ProviderRefused
