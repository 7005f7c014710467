"""Signing in with a name and a password: practitioners, spa staff, ops.

    attempt -> limits (address, account) -> argon2id in the pool -> new session
                   | too many                 | wrong, unknown, inactive: the same answer,
                   v                          v after the same work
                  429                        401

A sign-in always gives a new session id; the one that the browser had ends.
"""

from __future__ import annotations

import functools
from typing import Final, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server import attempts, sessions
from server.access import Principal
from server.attempts import Limited
from server.auditing.actors import of_account
from server.concerning import About
from server.errors import NotFound, SignInFailed
from server.services import Core, Services
from server.sessions import (
    Bearer,
    NewSession,
    keep_alive,
    principal_of,
    resolve_session,
)
from server.settings import Settings
from server.storage import directory
from server.storage import sessions as stored_sessions
from server.storage.directory import Account
from server.views import AccountView, SignInForm

StaffAudience = Literal["practitioner", "spa", "ops"]
UNKNOWN: Final = "nobody's password"

__all__ = [
    "StaffAudience",
    "account_view",
    "confirm_password",
    "end_own_session",
    "hash_password",
    "is_password_of",
    "keep_alive",
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
    agent: str | None = None,
) -> tuple[NewSession, AccountView]:
    """Check a password and begin a session.

    Args:
        services: the running server.
        audience: which pages; accounts of another one do not exist here.
        form: name and password.
        address: where the attempt comes from, for the limits.
        cookie_value: the session that the browser has; it ends.
        agent: which browser, for whoever looks at their sessions later.

    Raises:
        TooManyAttempts: from this address, or for this account.
        SignInFailed: unknown, inactive or wrong, indistinguishably.
    """
    settings = services.settings
    login = normalized_login(form.login)
    target = Limited(
        "sign_in_account", f"{audience}:{login}", settings.attempts_per_account_max
    )
    source = Limited("sign_in_address", address, settings.attempts_per_address_max)
    await attempts.check(services, source)
    await attempts.begin(services, target)
    async with services.database.read() as tx:
        account = await directory.account_by_login(tx, audience, login)
    right = await is_password_of(services, account, form.password)
    if account is None or not account.active or not right:
        await attempts.failed(services, source)
        raise _failed(account)
    await attempts.succeeded(services, target)
    async with services.database.write() as tx:
        # The account may have been closed while its password was being checked.
        account = await directory.account(tx, account.account_id, lock=True)
        if not account.active:
            raise SignInFailed
        ended = None
        if cookie_value:
            now = services.clock.now()
            ended = await sessions.end_by_cookie(tx, cookie_value, "replaced", now)
        bearer = Bearer(account_id=account.account_id, agent=agent)
        begun = await sessions.begin(
            tx, services, audience, bearer, assurance=sessions.PASSWORD
        )
    if ended is not None:
        await services.hub.end_session(ended, "replaced")
    principal = await resolve_session(services, audience, begun.session_id)
    if principal is None:
        raise SignInFailed
    return begun, await account_view(services, principal)


def _failed(account: Account | None) -> SignInFailed:
    """Return the refusal; whose account was tried, the audit log knows, and nobody else."""
    refused = SignInFailed()
    if account is not None:
        refused.about = About(
            actor=of_account(account.role, account.account_id),
            role=account.role,
            organization_id=account.organization_id,
        )
    return refused


async def confirm_password(
    services: Services, principal: Principal, password: str, *, address: str
) -> None:
    """Ask somebody who is signed in for their password again, before what cannot be undone.

    It counts against the same limits as signing in.

    Raises:
        TooManyAttempts: from this address, or for this account.
        SignInFailed: it is not theirs.
    """
    settings = services.settings
    async with services.database.read() as tx:
        account = await directory.account(tx, principal.account_id or "")
    target = Limited(
        "sign_in_account",
        f"{account.audience}:{account.login}",
        settings.attempts_per_account_max,
    )
    source = Limited("sign_in_address", address, settings.attempts_per_address_max)
    await attempts.check(services, source)
    await attempts.begin(services, target)
    if not (await is_password_of(services, account, password) and account.active):
        await attempts.failed(services, source)
        raise SignInFailed
    await attempts.succeeded(services, target)


async def end_own_session(services: Services, principal: Principal) -> None:
    """Sign out: end the session, and tell and close its sockets."""
    async with services.database.write() as tx:
        await stored_sessions.end(tx, principal.session, "signed_out", services.clock.now())
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
        other_sessions=sum(one.id_hash != principal.session for one in live),
    )


# ------------------------------------------------------------------ passwords


def normalized_login(text: str) -> str:
    """Return a login as it is stored and compared: without outer space, in lower case."""
    return text.strip().casefold()


async def hash_password(core: Core, password: str) -> str:
    """Return the argon2id hash of a password, made in the pool."""
    return await core.blocking(functools.partial(_hasher(core.settings).hash, password))


async def is_password_of(core: Core, account: Account | None, password: str) -> bool:
    """Verify a password in the pool; for nobody's account, do the same work and fail."""
    settings = core.settings
    stored = account.password_hash if account else None
    return await core.blocking(functools.partial(_verify, settings, stored, password))


def _verify(settings: Settings, stored: str | None, password: str) -> bool:
    hasher = _hasher(settings)
    known = stored if stored is not None else _dummy(*_cost(settings))
    try:
        hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _cost(settings: Settings) -> tuple[int, int, int]:
    return (settings.argon2_time_cost, settings.argon2_memory_kib, settings.argon2_parallelism)


def _hasher(settings: Settings) -> PasswordHasher:
    time_cost, memory_kib, parallelism = _cost(settings)
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)


@functools.cache
def _dummy(time_cost: int, memory_kib: int, parallelism: int) -> str:
    """Return a hash that costs as much to verify as anybody's."""
    hasher = PasswordHasher(
        time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism
    )
    return hasher.hash(UNKNOWN)
