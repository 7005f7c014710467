"""Signing in: with a passkey, or a name, a password and a second factor where there is one.

    attempt -> proven (`server.proofs.proving`, `server.federation`) -> new session -> cookie

A sign-in always gives a new session id; the one that the browser had ends. Where a second
factor is required and none is enrolled yet, the session opens nothing but the enrolment.
"""

from __future__ import annotations

from server import auditing, sessions
from server.access import Principal
from server.auditing import AuditEvent
from server.errors import NotFound, SignInFailed
from server.federation import local_ways
from server.freshness import as_of
from server.proofs import proving
from server.proofs.passwords import hash_password, is_password_of, normalized_login
from server.proofs.ways import Presented, Proven, StaffAudience
from server.services import Core, Services
from server.sessions import (
    Bearer,
    NewSession,
    keep_alive,
    principal_of,
    resolve_session,
)
from server.storage import directory, provider_flows
from server.storage import sessions as stored_sessions
from server.storage.statements import Tx
from server.views import AccountView, SignInForm

__all__ = [
    "StaffAudience",
    "account_view",
    "begin_session",
    "end_own_session",
    "hash_password",
    "is_password_of",
    "keep_alive",
    "normalized_login",
    "principal_of",
    "resolve_session",
    "sign_in",
]


async def sign_in(
    services: Services,
    audience: StaffAudience,
    form: SignInForm,
    *,
    address: str,
    cookie_value: str | None,
    known: str | None = None,
    agent: str | None = None,
) -> tuple[NewSession, AccountView]:
    """Check a password, and a code where there is one to check, and begin a session.

    Args:
        services: the running server.
        audience: which pages; accounts of another one do not exist here.
        form: name, password and code.
        address: where the attempt comes from, for the limits.
        cookie_value: the session that the browser has; it ends.
        known: what the browser was given at earlier sign-ins.
        agent: which browser, for whoever looks at their sessions later.

    Raises:
        TooManyAttempts: from this address, for this account, or at its codes.
        SignInFailed: unknown, inactive or wrong, indistinguishably.
        CodeRequired: the password is right, and there is a code generator.
        PasskeyRequired: the password is right, and there are passkeys only.
        CodeRefused: it was not that.
        CodeUsed: it was, and it counted before.
    """
    proven = await proving.prove(
        services,
        audience,
        Presented(password=form.password, code=form.code, known=known),
        login=form.login,
        address=address,
    )
    return await begin_session(
        services, audience, proven, cookie_value=cookie_value, agent=agent
    )


async def begin_session(
    services: Services,
    audience: StaffAudience,
    proven: Proven,
    *,
    cookie_value: str | None,
    agent: str | None = None,
) -> tuple[NewSession, AccountView]:
    """Begin the session of somebody who proved who they are.

    Args:
        services: the running server.
        audience: which pages.
        proven: who, and by which way.
        cookie_value: the session that the browser has; it ends.
        agent: which browser, for whoever looks at their sessions later.

    Raises:
        SignInFailed: the account was closed, or its password changed, meanwhile.
        PasskeyRefused: the passkey was removed meanwhile.
        CodeRequired: it has a code generator by now.
        PasskeyRequired: it has a passkey by now.
        LocalSignInClosed: their organization has them sign in at its provider.
    """
    async with services.database.write() as tx:
        now_proven = await proving.settled(tx, services, proven)
        ended = None
        if cookie_value:
            now = services.clock.now()
            ended = await sessions.end_by_cookie(tx, cookie_value, "replaced", now)
        bearer = Bearer(account_id=now_proven.account.account_id, agent=agent)
        begun = await sessions.begin(
            tx,
            services,
            audience,
            bearer,
            assurance=now_proven.way,
            proved_at=_proved_at(services, now_proven),
        )
        await _let_in(tx, services, now_proven, begun.session.id_hash)
    if ended is not None:
        await services.hub.end_session(ended, "replaced")
    principal = await resolve_session(services, audience, begun.session_id)
    if principal is None:
        raise SignInFailed
    return begun, await account_view(services, principal)


def _proved_at(core: Core, proven: Proven) -> int | None:
    """Return when somebody proved it, where that was elsewhere: a provider may not have asked.

    Who has a session there comes back from it without a word, so that alone proves nothing
    anew: neither does signing out and in again.
    """
    if proven.on is None:
        return None
    settings = core.settings
    return as_of(proven.on.proved_at, now=core.clock.now(), fresh_s=settings.fresh_s)


async def _let_in(tx: Tx, core: Core, proven: Proven, session: str) -> None:
    """Say by which provider a session is proven; without one, ask whether that is open."""
    on = proven.on
    if on is None:
        await local_ways.enter(tx, core, proven.account, session=session)
        return
    await provider_flows.signed_on(
        tx, session, provider_id=on.provider_id, subject=on.subject, sid=on.sid
    )


async def end_own_session(services: Services, principal: Principal, event: AuditEvent) -> None:
    """Sign out: end the session with its audit entry, and tell and close its sockets."""
    async with services.database.write() as tx:
        await stored_sessions.end(tx, principal.session, "signed_out", services.clock.now())
        await auditing.note(tx, event)
    await services.hub.end_session(principal.session, "signed_out")


async def account_view(core: Core, principal: Principal) -> AccountView:
    """Return who is signed in.

    Raises:
        NotFound: nobody with an account.
    """
    if principal.account_id is None or principal.audience in {None, "site"}:
        raise NotFound
    async with core.database.read() as tx:
        account = await directory.account(tx, principal.account_id)
        organization = await directory.organization(tx, account.organization_id)
        live = await sessions.live_of_account(tx, core, principal)
    return AccountView(
        audience=account.audience,
        account_id=account.account_id,
        display_name=account.display_name,
        organization_name=organization.name,
        role=account.role,
        practitioner_id=principal.practitioner_id,
        idle_s=core.settings.session_idle_s,
        demo=organization.demo,
        complete=principal.complete,
        other_sessions=sum(one.id_hash != principal.session for one in live),
    )
