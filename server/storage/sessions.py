"""Server-side sessions: a name that stays, and the hash of a secret that changes.

The name (`id_hash`) is what sockets, calls and the audit log know a session by. What opens it
is the cookie of now, of which the SHA-256 is kept. A session of before secrets were kept apart
is opened by the cookie whose hash is its name (docs/decisions/0022).

A session is live until it is ended, until `expires_at`, or until it was idle for too long,
whichever comes first. How long is too long differs per audience, so callers say it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from sqlalchemy import and_, delete, false, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from server.storage.statements import Query, Tx, among
from server.storage.tables import encounters, practitioners, sessions

MICROSECONDS: Final = 1_000_000
ASKED_MAX: Final = 2_000  # at once; databases limit the parameters of a statement
EXPIRED: Final = "expired"
PASSWORD: Final = "password"  # noqa: S105 - what was proved, not a password
SessionAudience = Literal["patient", "practitioner", "spa", "ops", "site"]


@dataclass(frozen=True, slots=True)
class Session:
    """A row of `sessions`; instants in microseconds UTC.

    Attributes:
        id_hash: its name for as long as it lives: hex SHA-256 of its first cookie's value.
        audience: whose pages and sockets it opens.
        account_id: staff; encounter_id: a patient; site_id: a site's tablet.
        kiosk: a patient on a site's tablet.
        device: the browser's own identifier, to tell a second device.
        assurance: what was proved: link_birth_date, password, staff.
        auth_time: when it was proved.
        secret_hash: hex SHA-256 of the cookie's value of now; None: of the first one, still.
        agent: the browser and the system that it is in, in words.
    """

    id_hash: str
    audience: SessionAudience
    account_id: str | None
    encounter_id: str | None
    site_id: str | None
    kiosk: bool
    device: str
    assurance: str
    auth_time: int
    last_seen_at: int
    expires_at: int
    ended_at: int | None = None
    end_reason: str | None = None
    secret_hash: str | None = None
    agent: str | None = None

    def is_live(self, *, now: int, idle_s: float) -> bool:
        """Tell whether the session still opens anything."""
        idle_since = now - round(idle_s * MICROSECONDS)
        return (
            self.ended_at is None and self.expires_at > now and self.last_seen_at > idle_since
        )


async def create(tx: Tx, session: Session) -> None:
    """Insert a session."""
    await tx.execute(insert(sessions).values(asdict(session)))


async def find(tx: Tx, id_hash: str, *, lock: bool = False) -> Session | None:
    """Give the session, live or over; `lock` keeps it as it is until the commit.

    Not a shared lock: two requests of one session that both `touch` it would deadlock.
    """
    query = select(sessions).where(sessions.c.id_hash == id_hash)
    found = await _all(tx, query.with_for_update(key_share=True) if lock else query)
    return found[0] if found else None


async def with_ids(tx: Tx, id_hashes: Sequence[str]) -> Mapping[str, Session]:
    """Give those that there are of these, live or over, by their hash."""
    found = await _all(tx, select(sessions).where(among(tx, sessions.c.id_hash, id_hashes)))
    return {one.id_hash: one for one in found}


async def with_cookies(tx: Tx, cookie_hashes: Sequence[str]) -> Mapping[str, Session]:
    """Give those that these cookies open, live or over, by the hash of the cookie."""
    by_secret = select(sessions).where(among(tx, sessions.c.secret_hash, cookie_hashes))
    of_before = select(sessions).where(
        among(tx, sessions.c.id_hash, cookie_hashes), sessions.c.secret_hash.is_(None)
    )
    found = {one.id_hash: one for one in await _all(tx, of_before)}
    for one in await _all(tx, by_secret):
        found[one.secret_hash or ""] = one
    return found


async def find_by_cookie(tx: Tx, cookie_hash: str, *, lock: bool = False) -> Session | None:
    """Give the session that a cookie opens, live or over; `lock` as in `find`."""
    opens = or_(
        sessions.c.secret_hash == cookie_hash,
        and_(sessions.c.id_hash == cookie_hash, sessions.c.secret_hash.is_(None)),
    )
    query = select(sessions).where(opens)
    found = await _all(tx, query.with_for_update(key_share=True) if lock else query)
    return found[0] if found else None


async def of_account(tx: Tx, account_id: str, *, now: int, idle_s: float) -> list[Session]:
    """Give the live sessions of an account, the one that was used last first."""
    query = select(sessions).where(
        sessions.c.account_id == account_id, sessions.c.ended_at.is_(None)
    )
    live = [one for one in await _all(tx, query) if one.is_live(now=now, idle_s=idle_s)]
    return sorted(live, key=lambda one: (-one.last_seen_at, one.id_hash))


async def get(
    tx: Tx, id_hash: str, *, now: int, idle_s: float, lock: bool = False
) -> Session | None:
    """Give the session if it is live."""
    session = await find(tx, id_hash, lock=lock)
    return session if session and session.is_live(now=now, idle_s=idle_s) else None


async def over_among(tx: Tx, id_hashes: Collection[str], *, now: int) -> Mapping[str, str]:
    """Return those of these sessions that were ended, expired or forgotten, and why.

    Who was idle for too long is not among them: `end_idle` makes it so.
    """
    query = select(
        sessions.c.id_hash,
        sessions.c.end_reason,
        or_(sessions.c.ended_at.is_not(None), sessions.c.expires_at <= now).label("is_over"),
    )
    over: dict[str, str] = {}
    for some in _in_parts(id_hashes):
        found = (await tx.execute(query.where(among(tx, sessions.c.id_hash, some)))).all()
        there = {one: reason or EXPIRED if is_over else None for one, reason, is_over in found}
        reasons = {one: there.get(one, EXPIRED) for one in some}
        over |= {one: reason for one, reason in reasons.items() if reason is not None}
    return over


async def idle_among(
    tx: Tx, id_hashes: Collection[str], *, now: int, idle_s: Mapping[str, float]
) -> list[str]:
    """Return those of these sessions that nobody has used for too long.

    Args:
        tx: reads.
        id_hashes: their names.
        now: microseconds UTC.
        idle_s: for how long one may be unused, by audience; of others nobody is idle.
    """
    found: list[str] = []
    for some in _in_parts(id_hashes):
        which = among(tx, sessions.c.id_hash, some) & _idle(now, idle_s)
        found += (await tx.execute(select(sessions.c.id_hash).where(which))).scalars()
    return found


async def end_idle(
    tx: Tx, id_hashes: Sequence[str], *, now: int, idle_s: Mapping[str, float]
) -> list[str]:
    """End those that are idle still: whatever is used meanwhile goes on. Return which."""
    which = among(tx, sessions.c.id_hash, id_hashes) & _idle(now, idle_s)
    return await _end(tx, which, EXPIRED, now)


async def end_expired(tx: Tx, id_hashes: Sequence[str], *, now: int) -> list[str]:
    """End those that ran out and were not ended. Return which."""
    which = among(tx, sessions.c.id_hash, id_hashes) & (sessions.c.expires_at <= now)
    return await _end(tx, which, EXPIRED, now)


def _idle(now: int, idle_s: Mapping[str, float]) -> ColumnElement[bool]:
    unused = [
        and_(
            sessions.c.audience == audience,
            sessions.c.last_seen_at <= now - round(limit_s * MICROSECONDS),
        )
        for audience, limit_s in idle_s.items()
    ]
    return and_(sessions.c.ended_at.is_(None), or_(false(), *unused))


def _in_parts(id_hashes: Collection[str]) -> Iterator[list[str]]:
    asked = sorted(id_hashes)
    for first in range(0, len(asked), ASKED_MAX):
        yield asked[first : first + ASKED_MAX]


async def network_of(tx: Tx, id_hash: str) -> str | None:
    """Return in which network a session's person may have media: a patient, a practitioner."""
    of_patient = (
        select(encounters.c.network_id)
        .join(sessions, sessions.c.encounter_id == encounters.c.id)
        .where(sessions.c.id_hash == id_hash)
    )
    of_practitioner = (
        select(practitioners.c.network_id)
        .join(sessions, sessions.c.account_id == practitioners.c.account_id)
        .where(sessions.c.id_hash == id_hash)
    )
    for query in (of_patient, of_practitioner):
        found = (await tx.execute(query)).scalar()
        if found is not None:
            return str(found)
    return None


async def person_of(tx: Tx, id_hash: str) -> tuple[str | None, str | None]:
    """Return whose a session is or was: an encounter's patient, or a practitioner, by id."""
    query = (
        select(sessions.c.encounter_id, practitioners.c.id)
        .outerjoin(practitioners, practitioners.c.account_id == sessions.c.account_id)
        .where(sessions.c.id_hash == id_hash)
    )
    found = (await tx.execute(query)).first()
    return (None, None) if found is None else (found[0], found[1])


async def live_of_encounter(
    tx: Tx, encounter_id: str, *, now: int, idle_s: float
) -> list[Session]:
    """Give the live patient sessions of an encounter: the devices that hold the visit."""
    query = select(sessions).where(
        sessions.c.encounter_id == encounter_id, sessions.c.ended_at.is_(None)
    )
    return [one for one in await _all(tx, query) if one.is_live(now=now, idle_s=idle_s)]


async def touch(tx: Tx, id_hash: str, now: int) -> None:
    """Note that the session was used. A clock that went back changes nothing."""
    await tx.execute(
        update(sessions)
        .where(sessions.c.id_hash == id_hash, sessions.c.last_seen_at < now)
        .values(last_seen_at=now)
    )


async def touch_all(tx: Tx, id_hashes: Sequence[str], now: int, *, before: int) -> None:
    """Note that live sessions are used whose last use was before an instant."""
    await tx.execute(
        update(sessions)
        .where(
            among(tx, sessions.c.id_hash, id_hashes),
            sessions.c.ended_at.is_(None),
            sessions.c.last_seen_at < before,
        )
        .values(last_seen_at=now)
    )


async def set_secret(tx: Tx, id_hash: str, secret_hash: str) -> bool:
    """Have another cookie open a session, and none of before; False if it is over."""
    changed = await tx.execute(
        update(sessions)
        .where(sessions.c.id_hash == id_hash, sessions.c.ended_at.is_(None))
        .values(secret_hash=secret_hash)
    )
    return changed.rowcount == 1


async def prove(
    tx: Tx, id_hash: str, way: str, at: int, *, expires_at: int | None = None
) -> bool:
    """Note what was proved in a session, and when; False if it is over.

    Args:
        tx: writes.
        id_hash: which session.
        way: what was proved, at most 16 characters.
        at: microseconds UTC. It counts as use.
        expires_at: until when it is good at most; None: as before.
    """
    values = {"assurance": way, "auth_time": at, "last_seen_at": at}
    if expires_at is not None:
        values["expires_at"] = expires_at
    changed = await tx.execute(
        update(sessions)
        .where(sessions.c.id_hash == id_hash, sessions.c.ended_at.is_(None))
        .values(values)
    )
    return changed.rowcount == 1


async def extend(
    tx: Tx, id_hashes: Sequence[str], *, audience: str, now: int, until: int, proved_since: int
) -> None:
    """Let live sessions go on until an instant, as far as they were proved since another."""
    await tx.execute(
        update(sessions)
        .where(
            among(tx, sessions.c.id_hash, id_hashes),
            sessions.c.audience == audience,
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > now,
            sessions.c.expires_at < until,
            sessions.c.auth_time > proved_since,
        )
        .values(expires_at=until)
    )


async def end(tx: Tx, id_hash: str, reason: str, now: int) -> bool:
    """End one session; False if it was over or never there."""
    return bool(await _end(tx, sessions.c.id_hash == id_hash, reason, now))


async def end_for_encounter(
    tx: Tx, encounter_id: str, reason: str, now: int, *, keep: str | None = None
) -> list[str]:
    """End every session of an encounter except `keep`; return the hashes that ended."""
    which = sessions.c.encounter_id == encounter_id
    return await _end(tx, which & (sessions.c.id_hash != (keep or "")), reason, now)


async def end_for_account(
    tx: Tx, account_id: str, reason: str, now: int, *, keep: str | None = None
) -> list[str]:
    """End every session of an account except `keep`; return the hashes that ended."""
    which = sessions.c.account_id == account_id
    return await _end(tx, which & (sessions.c.id_hash != (keep or "")), reason, now)


async def forget_before(tx: Tx, instant: int, limit: int) -> int:
    """Delete up to `limit` sessions that expired before `instant`; return how many."""
    old = select(sessions.c.id_hash).where(sessions.c.expires_at < instant).limit(limit)
    return (await tx.execute(delete(sessions).where(sessions.c.id_hash.in_(old)))).rowcount


async def _end(tx: Tx, which: ColumnElement[bool], reason: str, now: int) -> list[str]:
    ended = await tx.execute(
        update(sessions)
        .where(which, sessions.c.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason)
        .returning(sessions.c.id_hash)
    )
    return sorted(ended.scalars())


async def _all(tx: Tx, query: Query) -> list[Session]:
    return [Session(**row) for row in (await tx.execute(query)).mappings()]
