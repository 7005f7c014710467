"""Proving again who one is, in the session that one has: before what weighs much.

    stale --proof is right--> fresh for `fresh_s`, under another cookie
      ^                          |
      `---------- time ----------'

One thing is asked for, of what the account has: whoever has a second factor shows that (a
passkey, a code of the generator, or a recovery code), everybody else the password. It counts
against the limits of signing in. The session keeps its name, so sockets and a call in progress
notice nothing; its cookie changes with the proof, in one transaction.

A passkey is looked at in `passkey_proof`, for this session alone, and ends in `renew` as well;
so does a person whom the organization's provider asked again (`server.federation`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from server import auditing, sessions
from server.access import Principal
from server.attempts import Limited
from server.auditing import Action, AuditEvent
from server.auditing.event import MARK_CHARS
from server.errors import InvalidBody, SessionExpired
from server.freshness import fresh_until, is_fresh
from server.proofs import passkey_proof, proving
from server.proofs.challenges import Asking, Purpose
from server.proofs.proving import Guesser, confirm_password, guess, right, use_code
from server.proofs.refusals import (
    CodeRequired,
    EnrolmentRequired,
    PasskeyRequired,
    StepUpRequired,
)
from server.proofs.ways import Factors, Presented, Proven, StaffAudience, Way
from server.services import Core
from server.session_times import idle_s
from server.storage import directory
from server.storage import sessions as stored
from server.storage.directory import Account
from server.storage.sessions import Session
from server.storage.statements import Tx
from server.views.passkeys import PasskeyForm

Asked: TypeAlias = Literal["passkey", "password", "code", "provider"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a session stands.

    Attributes:
        ways: what it may be proved again by; none where the account has nothing left.
        fresh_until: microseconds UTC; over where the proof is stale.
    """

    ways: tuple[Asked, ...]
    fresh_until: int


@dataclass(frozen=True, slots=True)
class SteppedUp:
    """A session whose proof is fresh.

    Attributes:
        cookie: the session's, from now on.
        standing: how it stands.
    """

    cookie: str = field(repr=False)
    standing: Standing


# ------------------------------------------------------------------ what asks for it


async def require_fresh(
    tx: Tx, core: Core, session: str, *, now: int, lock: bool = False
) -> Session:
    """Refuse what is asked in a session whose proof is stale.

    Args:
        tx: reads the session's row: whatever a socket or a cookie was told before is old.
        core: the running server.
        session: its name, as `Principal.session` says.
        now: when it was asked, microseconds UTC.
        lock: keep the session as it is until the commit.

    Raises:
        SessionExpired: it is over.
        StepUpRequired: nothing was proved in it for `fresh_s`.
    """
    found = await stored.find(tx, session, lock=lock)
    if found is None or not found.is_live(
        now=now, idle_s=idle_s(core.settings, found.audience)
    ):
        raise SessionExpired
    if not is_fresh(found.auth_time, now=now, fresh_s=core.settings.fresh_s):
        raise StepUpRequired
    return found


# ------------------------------------------------------------------ proving


def ways_of(factors: Factors) -> tuple[Asked, ...]:
    """Return what an account proves itself by again; one of these is enough."""
    provider: tuple[Asked, ...] = ("provider",) if factors.provider else ()
    if not factors.second:
        password: tuple[Asked, ...] = ("password",) if factors.password else ()
        return (*password, *provider)
    passkey: tuple[Asked, ...] = ("passkey",) if factors.passkeys else ()
    code: tuple[Asked, ...] = ("code",) if factors.generators or factors.recovery_left else ()
    return (*passkey, *code, *provider)


async def standing(core: Core, principal: Principal) -> Standing:
    """Return how the session of whoever asks stands.

    Raises:
        SessionExpired: it is over.
    """
    async with core.database.read() as tx:
        account = await directory.account(tx, principal.account_id or "")
        factors = await proving.factors_of(tx, account)
        found = await stored.find(tx, principal.session)
    if found is None:
        raise SessionExpired
    return _standing(core, factors, found.auth_time)


async def step_up(
    core: Core,
    principal: Principal,
    presented: Presented,
    *,
    cookie_value: str | None,
    route: str,
) -> SteppedUp:
    """Prove again who somebody is, and give their session another cookie.

    Args:
        core: the running server.
        principal: who asks.
        presented: what they show: the password, or the code.
        cookie_value: what it was asked with.
        route: by which it was asked, for the audit log.

    Raises:
        TooManyAttempts: in this session, which has as many guesses as a stranger.
        SignInFailed: it is not their password.
        CodeRequired: they have a second factor, and it is that which is asked for.
        PasskeyRequired: the same, and nothing is left of it but passkeys.
        CodeRefused: it was not that.
        CodeUsed: it was, and it counted before.
        EnrolmentRequired: a password is not enough here any more.
        InvalidBody: nothing was presented that could be looked at.
        SessionExpired: the session is over, or its cookie changed meanwhile.
    """
    account, counted = await _counted(core, principal, presented)
    async with core.database.write() as tx:
        proven = await _proven(tx, core, account, presented)
        done = await renew(tx, core, principal, proven, cookie_value=cookie_value, route=route)
    if counted is not None:
        await right(core, counted)
    return done


def asking_of(principal: Principal, audience: StaffAudience) -> Asking:
    """Return what a passkey is asked for here: to prove it again, in this session."""
    account_id, session = principal.account_id or "", principal.session
    return Asking(Purpose.STEP_UP, audience, account_id, session)


async def step_up_by_passkey(
    core: Core,
    principal: Principal,
    asking: Asking,
    form: PasskeyForm,
    *,
    cookie_value: str | None,
    route: str,
) -> SteppedUp:
    """Prove again who somebody is by a passkey, and give their session another cookie.

    Args:
        core: the running server.
        principal: who asks.
        asking: as it was when the challenge was made.
        form: what the browser gave.
        cookie_value: what it was asked with.
        route: by which it was asked, for the audit log.

    Raises:
        ChallengeOver: it was not asked for in this session, or too long ago.
        PasskeyRefused: it is none of this account's, or anything else was wrong.
        SessionExpired: the session is over, or its cookie changed meanwhile.
    """
    proven = await passkey_proof.finish(core, asking, form)
    async with core.database.write() as tx:
        settled = await proving.settled(tx, core, proven)
        return await renew(tx, core, principal, settled, cookie_value=cookie_value, route=route)


async def renew(
    tx: Tx,
    core: Core,
    principal: Principal,
    proven: Proven,
    *,
    cookie_value: str | None,
    route: str,
) -> SteppedUp:
    """Let a proof count in a session, from now on and under another cookie.

    Args:
        tx: the transaction in which it was settled (`proving.settled`).
        core: the running server.
        principal: in whose session.
        proven: that it is they, by whichever way.
        cookie_value: what it was asked with.
        route: by which it was asked, for the audit log.

    Raises:
        SessionExpired: the session is over, or its cookie changed meanwhile.
    """
    now, session = core.clock.now(), principal.session
    cookie = await sessions.rotate(tx, session, core=core, now=now, asked_with=cookie_value)
    await stored.prove(tx, session, proven.way, now)
    await auditing.note(tx, _event(principal, route, now))
    factors = await proving.factors_of(tx, proven.account)
    return SteppedUp(cookie, _standing(core, factors, now))


async def _counted(
    core: Core, principal: Principal, presented: Presented
) -> tuple[Account, Limited | None]:
    """Count the attempt, and look at what is no matter of a transaction.

    Returns:
        The account, and what is forgiven when the proof is right.
    """
    async with core.database.read() as tx:
        account = await directory.account(tx, principal.account_id or "")
        ways = ways_of(await proving.factors_of(tx, account))
    if "code" in ways or "passkey" in ways:
        if presented.code is None:
            raise CodeRequired if "code" in ways else PasskeyRequired
        guesser = Guesser(principal.session)
        return account, await guess(core, guesser, account, presented.code)
    if not presented.password:
        raise InvalidBody(fields=("password",))
    known = await confirm_password(core, principal, presented.password)
    return known, None  # forgiven there


async def _proven(tx: Tx, core: Core, account: Account, presented: Presented) -> Proven:
    """Let what was presented count, in the transaction that relies on it."""
    factors = await proving.factors_of(tx, account)
    claimed = Way.CODE if factors.second else Way.PASSWORD
    settled = await proving.settled(tx, core, Proven(account, claimed))
    if claimed is Way.CODE:
        if presented.code is None:  # set up since it was looked at
            raise CodeRequired
        way = await use_code(tx, core, settled.account, presented.code)
        return Proven(settled.account, way)
    if settled.way is Way.ENROLLING:
        raise EnrolmentRequired
    return settled


def _standing(core: Core, factors: Factors, proved_at: int) -> Standing:
    return Standing(ways_of(factors), fresh_until(proved_at, fresh_s=core.settings.fresh_s))


def _event(who: Principal, route: str, now: int) -> AuditEvent:
    return AuditEvent(
        action=Action.STEP_UP,
        actor=auditing.actor_of(who),
        role=who.role.value,
        organization_id=who.organization_id,
        route=route,
        at=now,
        session=who.session[:MARK_CHARS] or None,
    )
