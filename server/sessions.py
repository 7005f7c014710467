"""Sessions: who is behind a cookie, for how long, and how they end.

    none --begin--> live --idle, absolute limit, signed out, replaced, revoked--> over

The cookie holds 256 random bits; the database their SHA-256. A session knows what was proved
and when (`assurance`, `auth_time`); a sign-in begins another one, and whatever changes what a
session may do gives it another cookie (`rotate`): the one of before opens nothing any more.
Its name stays, and with it the sockets and the call that are known by it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from server import older_sessions
from server.access import ANONYMOUS, Audience, Principal, Role
from server.errors import NotASiteDevice, NotSignedIn, SessionExpired
from server.services import Core, EndReason, Services
from server.session_times import absolute_s, idle_s
from server.storage import directory, sessions
from server.storage.database import Tx
from server.storage.errors import StorageError
from server.storage.sessions import Session
from server.storage.together import Together

SESSION_ID_BYTES: Final = 32
SESSION_ID_CHARS_MAX: Final = 64
TOUCH_S: Final = 30.0  # a session's last use is not written more often than this
MICROSECONDS: Final = 1_000_000
USED_AT_ONCE: Final = 500
OUTLIVE_S: Final = 300
PASSWORD: Final = sessions.PASSWORD
ENROLLING: Final = "enrolling"  # a password, where a second factor is to be enrolled first
BIRTH_DATE: Final = "link_birth_date"
STAFF: Final = "staff"


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just begun: `session_id` goes into the cookie, and is kept nowhere."""

    session_id: str
    session: Session


def hash_of(session_id: str) -> str:
    """Return what the database knows of a session id."""
    return hashlib.sha256(session_id.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a new session is for: an account, an encounter's patient, or a site's tablet.

    Attributes:
        kiosk: on a site's tablet.
        device: which browser, as it names itself.
        agent: which browser, for people to recognize.
    """

    account_id: str | None = None
    encounter_id: str | None = None
    site_id: str | None = None
    kiosk: bool = False
    device: str = ""
    agent: str | None = None


async def begin(
    tx: Tx,
    core: Core,
    audience: Audience,
    bearer: Bearer,
    *,
    assurance: str,
    proved_at: int | None = None,
) -> NewSession:
    """Begin a session under an id that was never used before.

    Its name is the hash of its first cookie, by which programs of before find it. What
    `assurance` says was proved at `proved_at`, microseconds UTC; None: now.
    """
    text = _new_secret(core)
    now = core.clock.now()
    session = Session(
        id_hash=hash_of(text),
        secret_hash=hash_of(text),
        audience=audience,
        account_id=bearer.account_id,
        encounter_id=bearer.encounter_id,
        site_id=bearer.site_id,
        kiosk=bearer.kiosk,
        device=bearer.device,
        assurance=assurance,
        auth_time=now if proved_at is None else proved_at,
        last_seen_at=now,
        expires_at=now + absolute_s(core.settings, audience) * MICROSECONDS,
        agent=bearer.agent,
    )
    await sessions.create(tx, session)
    return NewSession(text, session)


def _new_secret(core: Core) -> str:
    return base64.urlsafe_b64encode(core.random_bytes(SESSION_ID_BYTES)).decode().rstrip("=")


async def rotate(
    tx: Tx, session: str, *, core: Core, now: int, asked_with: str | None = None
) -> str:
    """Give a session another cookie, and return it; the one of before opens nothing any more.

    Whoever changes what a session may do does this in the same transaction, and sets the cookie
    in the answer. Sockets that are open stay: they know the session by its name.

    Args:
        tx: the transaction in which the privilege changes.
        session: its name, as `Principal.session` says.
        core: the running server.
        now: microseconds UTC.
        asked_with: the cookie of the request. Of two that rotate at once the second is refused
            by it, so that the browser is not left with the cookie that opens nothing.

    Raises:
        SessionExpired: it is over, or has another cookie by now.
    """
    text = _new_secret(core)
    found = await sessions.find(tx, session, lock=True)
    if found is None or not found.is_live(
        now=now, idle_s=idle_s(core.settings, found.audience)
    ):
        raise SessionExpired
    if asked_with is not None and hash_of(asked_with) != (found.secret_hash or session):
        raise SessionExpired
    await sessions.set_secret(tx, session, hash_of(text))
    return text


async def end_all(
    services: Services, account_id: str, reason: EndReason, *, keep: str | None = None
) -> int:
    """End every session of an account, and close their sockets.

    Args:
        services: the running server.
        account_id: whose.
        reason: what their pages are told.
        keep: the name of one that goes on.

    Returns:
        How many ended.
    """
    async with services.database.write() as tx:
        ended = await sessions.end_for_account(
            tx, account_id, reason, services.clock.now(), keep=keep
        )
    for id_hash in ended:
        await services.hub.end_session(id_hash, reason)
    return len(ended)


async def live_of_account(tx: Tx, core: Core, principal: Principal) -> list[Session]:
    """Return the live sessions of the account that is asking, the last used first."""
    idle = idle_s(core.settings, principal.audience or "ops")
    account_id, now = principal.account_id or "", core.clock.now()
    return await sessions.of_account(tx, account_id, now=now, idle_s=idle)


async def end_by_cookie(tx: Tx, cookie_value: str, reason: EndReason, now: int) -> str | None:
    """End the session that a cookie opens; return its name, None if the cookie opens none."""
    if len(cookie_value) > SESSION_ID_CHARS_MAX:
        return None
    found = await sessions.find_by_cookie(tx, hash_of(cookie_value))
    if found is None:
        return None
    await sessions.end(tx, found.id_hash, reason, now)
    return found.id_hash


async def resolve_session(
    core: Core,
    audience: Audience,
    cookie_value: str | None,
    *,
    touch: bool = True,
    known: Together[Session] | None = None,
) -> Principal | None:
    """Return who is behind a cookie of an audience, or None when there is no live session.

    Args:
        core: the running server.
        audience: whose cookie it was; a session of another audience does not count.
        cookie_value: the session id, as it came.
        touch: whether this counts as use of the session.
        known: reads sessions by their cookies, where many come at once.
    """
    if not cookie_value or len(cookie_value) > SESSION_ID_CHARS_MAX:
        return None
    cookie_hash = hash_of(cookie_value)
    if known is not None and audience == "patient":  # there is nothing more to be read
        session = await known.get(cookie_hash)
        principal = None if session is None else _live_patient(core, session)
    else:
        async with core.database.read() as tx:
            session = await sessions.find_by_cookie(tx, cookie_hash)
            principal = await _behind(tx, core, audience, session)
    if principal is not None and session is not None and touch:
        await touch_session(core, session)
    return principal


async def name_of(core: Core, cookie_value: str | None) -> str:
    """Return the name of the session that a cookie claims, live or over, for the audit log.

    What was never a session has the hash of the claim, and so has a cookie that opens nothing
    any more: of a session's first one that is its name.
    """
    if not cookie_value or len(cookie_value) > SESSION_ID_CHARS_MAX:
        return ""
    claimed = hash_of(cookie_value)
    with suppress(StorageError):
        async with core.database.read() as tx:
            found = await sessions.find_by_cookie(tx, claimed)
            return claimed if found is None else found.id_hash
    return claimed


async def resolve_handle(core: Core, audience: Audience, id_hash: str) -> Principal | None:
    """Return who is behind a session that is known by its name, or None when it is over.

    For those that were let in by its cookie once, as sockets are; it counts as no use.
    """
    async with core.database.read() as tx:
        session = await sessions.find(tx, id_hash)
        return await _behind(tx, core, audience, session)


async def _behind(
    tx: Tx, core: Core, audience: Audience, session: Session | None
) -> Principal | None:
    if session is None or session.audience != audience:
        return None
    if not session.is_live(now=core.clock.now(), idle_s=idle_s(core.settings, audience)):
        return None
    who = await _principal(tx, session)
    return await older_sessions.narrowed(tx, core.settings, session, who)


def _live_patient(core: Core, session: Session) -> Principal | None:
    idle = idle_s(core.settings, "patient")
    return _patient(session) if session.is_live(now=core.clock.now(), idle_s=idle) else None


async def touch_session(core: Core, session: Session) -> None:
    """Note that a session is in use, so that it is not idle."""
    now = core.clock.now()
    if now - session.last_seen_at >= TOUCH_S * MICROSECONDS:
        async with core.database.write() as tx:
            await sessions.touch(tx, session.id_hash, now)


async def keep_alive(core: Core, id_hashes: Collection[str]) -> None:
    """Note that live sessions are in use (a call, a wait), as far as that is news.

    A session that is over stays over. What cannot be noted now is noted at its next use.
    """
    now, used = core.clock.now(), sorted(id_hashes)
    before = now - round(TOUCH_S * MICROSECONDS)
    for first in range(0, len(used), USED_AT_ONCE):
        some = used[first : first + USED_AT_ONCE]
        with suppress(StorageError):
            async with core.database.write() as tx:
                await sessions.touch_all(tx, some, now, before=before)


async def outlive(core: Core, id_hashes: Collection[str]) -> None:
    """Let the sessions of a call go on past the time at which all of them end.

    For a few minutes at a time, and at most `session_call_grace_s`, counted from the last proof
    of who they are. One that is over stays over.
    """
    now, used = core.clock.now(), sorted(id_hashes)
    until = now + OUTLIVE_S * MICROSECONDS
    audiences: tuple[Audience, ...] = ("patient", "practitioner")
    with suppress(StorageError):
        async with core.database.write() as tx:
            for audience in audiences:
                at_most = absolute_s(core.settings, audience)
                at_most += core.settings.session_call_grace_s
                await sessions.extend(
                    tx,
                    used,
                    audience=audience,
                    now=now,
                    until=until,
                    proved_since=until - at_most * MICROSECONDS,
                )


async def principal_of(
    core: Core, audience: Audience, cookie_value: str | None, *, touch: bool = True
) -> Principal:
    """Return who is behind a cookie; `touch`: whether this counts as use of the session.

    Raises:
        NotASiteDevice: there is no live session, and it would have been a tablet's.
        NotSignedIn: there is no cookie.
        SessionExpired: there is one, and its session is over.
    """
    principal = await resolve_session(core, audience, cookie_value, touch=touch)
    if principal is not None:
        return principal
    if audience == "site":
        raise NotASiteDevice
    raise SessionExpired if cookie_value else NotSignedIn


async def bearer_of(tx: Tx, session: Session) -> Principal:
    """Return whose a session was, live or over; nobody, where their account is closed."""
    return await _principal(tx, session) or ANONYMOUS


async def _principal(tx: Tx, session: Session) -> Principal | None:
    if session.account_id is not None and session.audience != "site":
        return await _of_account(tx, session)
    if session.audience == "patient":
        return _patient(session)
    if session.audience == "site" and session.site_id is not None:
        site = await directory.site(tx, session.site_id)
        return Principal(
            audience="site",
            role=Role.SITE_DEVICE,
            organization_id=site.spa_id,
            site_id=site.site_id,
            session=session.id_hash,
            kiosk=True,
        )
    return None


def _patient(session: Session) -> Principal | None:
    if session.audience != "patient":
        return None
    return Principal(
        audience="patient",
        role=Role.PATIENT,
        encounter_id=session.encounter_id,
        site_id=session.site_id,
        session=session.id_hash,
        kiosk=session.kiosk,
    )


async def _of_account(tx: Tx, session: Session) -> Principal | None:
    account = await directory.account(tx, session.account_id or "")
    if not account.active or account.audience != session.audience:
        return None
    practitioner = await directory.practitioner_of_account(tx, account.account_id)
    if account.audience == "practitioner" and (practitioner is None or not practitioner.active):
        return None
    return Principal(
        audience=session.audience,
        role=Role(account.role),
        organization_id=account.organization_id,
        account_id=account.account_id,
        practitioner_id=practitioner.practitioner_id if practitioner else None,
        session=session.id_hash,
        complete=session.assurance != ENROLLING,
    )


__all__ = [
    "BIRTH_DATE",
    "ENROLLING",
    "PASSWORD",
    "STAFF",
    "Bearer",
    "NewSession",
    "absolute_s",
    "bearer_of",
    "begin",
    "end_all",
    "end_by_cookie",
    "hash_of",
    "idle_s",
    "keep_alive",
    "live_of_account",
    "name_of",
    "outlive",
    "principal_of",
    "resolve_handle",
    "resolve_session",
    "rotate",
    "touch_session",
]
