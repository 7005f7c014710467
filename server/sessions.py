"""Sessions: who is behind a cookie, for how long, and how they end.

    none --begin--> live --idle, absolute limit, signed out, replaced, revoked--> over

The cookie holds 256 random bits; the database their SHA-256. A session knows what was proved
and when (`assurance`, `auth_time`), and is given anew, never taken over, at every proof.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from server.access import ANONYMOUS, Audience, Principal, Role
from server.errors import NotASiteDevice, NotSignedIn, SessionExpired
from server.services import Core
from server.settings import Settings
from server.storage import directory, sessions
from server.storage.database import Tx
from server.storage.errors import StorageError
from server.storage.sessions import Session
from server.storage.together import Together

SESSION_ID_BYTES: Final = 32
SESSION_ID_CHARS_MAX: Final = 64
SITE_SESSION_S: Final = 365 * 86_400  # a tablet stays registered for a year
TOUCH_S: Final = 30.0  # a session's last use is not written more often than this
MICROSECONDS: Final = 1_000_000
USED_AT_ONCE: Final = 500
PASSWORD: Final = "password"  # noqa: S105 - what was proved, not a password
BIRTH_DATE: Final = "link_birth_date"
STAFF: Final = "staff"


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just begun: `session_id` goes into the cookie, and is kept nowhere."""

    session_id: str
    session: Session


def idle_s(settings: Settings, audience: Audience) -> int:
    """Return for how many seconds a session of this audience may be unused."""
    if audience == "site":
        return SITE_SESSION_S
    if audience == "patient":
        return settings.patient_session_idle_s
    return settings.session_idle_s


def absolute_s(settings: Settings, audience: Audience) -> int:
    """Return after how many seconds a session of this audience ends, used or not."""
    if audience == "site":
        return SITE_SESSION_S
    if audience == "patient":
        return settings.patient_session_absolute_s
    return settings.session_absolute_s


def hash_of(session_id: str) -> str:
    """Return what the database knows of a session id."""
    return hashlib.sha256(session_id.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a new session is for: an account, an encounter's patient, or a site's tablet.

    Attributes:
        kiosk: on a site's tablet.
        device: which browser, as it names itself.
    """

    account_id: str | None = None
    encounter_id: str | None = None
    site_id: str | None = None
    kiosk: bool = False
    device: str = ""


async def begin(
    tx: Tx, core: Core, audience: Audience, bearer: Bearer, *, assurance: str
) -> NewSession:
    """Begin a session under an id that was never used before."""
    session_id = base64.urlsafe_b64encode(core.random_bytes(SESSION_ID_BYTES))
    text = session_id.decode().rstrip("=")
    now = core.clock.now()
    session = Session(
        id_hash=hash_of(text),
        audience=audience,
        account_id=bearer.account_id,
        encounter_id=bearer.encounter_id,
        site_id=bearer.site_id,
        kiosk=bearer.kiosk,
        device=bearer.device,
        assurance=assurance,
        auth_time=now,
        last_seen_at=now,
        expires_at=now + absolute_s(core.settings, audience) * MICROSECONDS,
    )
    await sessions.create(tx, session)
    return NewSession(text, session)


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
        known: reads sessions, where many come at once.
    """
    if not cookie_value or len(cookie_value) > SESSION_ID_CHARS_MAX:
        return None
    id_hash, now = hash_of(cookie_value), core.clock.now()
    idle = idle_s(core.settings, audience)
    if known is not None and audience == "patient":  # there is nothing more to be read
        session = await known.get(id_hash)
        if session is None or not session.is_live(now=now, idle_s=idle):
            return None
        principal = _patient(session)
    else:
        async with core.database.read() as tx:
            session = await sessions.get(tx, id_hash, now=now, idle_s=idle)
            if session is None or session.audience != audience:
                return None
            principal = await _principal(tx, session)
    if principal is not None and touch:
        await touch_session(core, session)
    return principal


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


async def principal_of(core: Core, audience: Audience, cookie_value: str | None) -> Principal:
    """Return who is behind a cookie.

    Raises:
        NotASiteDevice: there is no live session, and it would have been a tablet's.
        NotSignedIn: there is no cookie.
        SessionExpired: there is one, and its session is over.
    """
    principal = await resolve_session(core, audience, cookie_value)
    if principal is not None:
        return principal
    if audience == "site":
        raise NotASiteDevice
    raise SessionExpired if cookie_value else NotSignedIn


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
    )


__all__ = [
    "ANONYMOUS",
    "BIRTH_DATE",
    "PASSWORD",
    "STAFF",
    "Bearer",
    "NewSession",
    "absolute_s",
    "begin",
    "hash_of",
    "idle_s",
    "keep_alive",
    "principal_of",
    "resolve_session",
    "touch_session",
]
