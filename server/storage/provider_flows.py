"""Browsers that are on their way to a provider and back, and sessions that came of it.

A flow counts once, in the browser that began it: what says so is a DELETE that names both. A
logout token counts once: what says so is its row.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Final, Literal

from sqlalchemy import ColumnElement, delete, insert, select, update

from server.storage.keyed_rows import Row
from server.storage.statements import Tx, insert_into
from server.storage.tables import oidc_flows, oidc_logouts, oidc_sessions, sessions

Purpose = Literal["sign_in", "join", "link", "step_up"]
_flows: Final = oidc_flows.c
_sessions: Final = oidc_sessions.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A browser on its way; instants in microseconds UTC.

    Attributes:
        state_hash: of what the provider sends back.
        browser_hash: of the cookie of the browser that began it.
        account_id: whose session it was begun in, where it was in one.
        session: that session, by its name.
        invitation_id: which invitation is to be accepted by it.
    """

    state_hash: str = field(repr=False)
    browser_hash: str = field(repr=False)
    provider_id: str
    audience: str
    purpose: Purpose
    account_id: str | None = None
    session: str | None = None
    invitation_id: str | None = None
    created_at: int
    expires_at: int


async def add(tx: Tx, one: Flow) -> None:
    """Keep a flow until it ends."""
    await tx.execute(insert(oidc_flows).values(asdict(one)))


async def use(
    tx: Tx, state_hash: str, browser_hash: str, audience: str, now: int
) -> Flow | None:
    """Take a flow, once; None if this browser began none like it, or it is over."""
    gone = await tx.execute(
        delete(oidc_flows)
        .where(
            _flows.state_hash == state_hash,
            _flows.browser_hash == browser_hash,
            _flows.audience == audience,
            _flows.expires_at > now,
        )
        .returning(oidc_flows)
    )
    rows: list[Row] = [dict(row) for row in gone.mappings()]
    return Flow(**rows[0]) if rows else None


async def signed_on(
    tx: Tx, session: str, *, provider_id: str, subject: str, sid: str | None
) -> None:
    """Say by which provider, and which session there, a session was begun.

    Where it is proved again at another provider, what was said before stays: the session ends
    with the one that began it. The same one may have a new session of its own by then.
    """
    said = {"provider_id": provider_id, "subject": subject, "sid": sid}
    statement = insert_into(tx, oidc_sessions).values(session=session, **said)
    same = oidc_sessions.c.provider_id == provider_id
    again = statement.on_conflict_do_update(index_elements=["session"], set_=said, where=same)
    await tx.execute(again)


async def logout_once(tx: Tx, provider_id: str, jti_hash: str, expires_at: int) -> bool:
    """Let a logout token count; False if it did before."""
    said = {"provider_id": provider_id, "jti_hash": jti_hash, "expires_at": expires_at}
    statement = insert_into(tx, oidc_logouts).values(**said)
    added = statement.on_conflict_do_nothing().returning(oidc_logouts.c.jti_hash)
    return (await tx.execute(added)).scalar_one_or_none() is not None


async def end_sessions(
    tx: Tx, provider_id: str, *, now: int, subject: str | None = None, sid: str | None = None
) -> list[str]:
    """End the sessions that were begun by a provider; return their names.

    Args:
        tx: writes.
        provider_id: by which.
        now: microseconds UTC.
        subject: of this person alone.
        sid: of this session there alone.
    """
    theirs = select(_sessions.session).where(_sessions.provider_id == provider_id)
    if subject is not None:
        theirs = theirs.where(_sessions.subject == subject)
    if sid is not None:
        theirs = theirs.where(_sessions.sid == sid)
    return await _end(tx, sessions.c.id_hash.in_(theirs), now)


async def end_begun_by_links(
    tx: Tx, account_id: str, now: int, *, keep: str | None = None
) -> list[str]:
    """End an account's sessions that were begun by any provider, except `keep`; say which."""
    by_provider = select(_sessions.session)
    which = (sessions.c.account_id == account_id) & sessions.c.id_hash.in_(by_provider)
    return await _end(tx, which & (sessions.c.id_hash != (keep or "")), now)


async def end_local(tx: Tx, accounts: list[str], ways: list[str], now: int) -> list[str]:
    """End the sessions of accounts that were begun by one of these ways; return their names."""
    which = sessions.c.account_id.in_(accounts) & sessions.c.assurance.in_(ways)
    by_provider = select(_sessions.session)
    return await _end(tx, which & sessions.c.id_hash.not_in(by_provider), now)


async def forget_before(tx: Tx, instant: int, limit: int) -> int:
    """Delete up to `limit` of each kind that ended before `instant`; return how many."""
    old_flows = select(_flows.state_hash).where(_flows.expires_at < instant).limit(limit)
    flows = await tx.execute(delete(oidc_flows).where(_flows.state_hash.in_(old_flows)))
    old = oidc_logouts.c.expires_at < instant
    logouts = await tx.execute(delete(oidc_logouts).where(old))
    there = select(sessions.c.id_hash).where(sessions.c.id_hash == _sessions.session)
    gone = select(_sessions.session).where(~there.exists()).limit(limit)
    begun = await tx.execute(delete(oidc_sessions).where(_sessions.session.in_(gone)))
    return flows.rowcount + logouts.rowcount + begun.rowcount


async def _end(tx: Tx, which: ColumnElement[bool], now: int) -> list[str]:
    ended = await tx.execute(
        update(sessions)
        .where(which, sessions.c.ended_at.is_(None))
        .values(ended_at=now, end_reason="revoked")
        .returning(sessions.c.id_hash)
    )
    return sorted(ended.scalars())
