"""Denials in the audit log: an entry each, until they come as a flood; then their number."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from server.auditing.event import AuditEvent, new_entry_id
from server.auditing.floods import Held
from server.auditing.refusals import AuditUnavailable
from server.auditing.state import Audited
from server.auditing.writing import record, with_address


async def deny(core: Audited, event: AuditEvent, *, address: str, session: str) -> None:
    """Enter a denial. It never raises: what is refused stays refused, entry or not.

    Args:
        core: the running server.
        event: what was refused.
        address: where it came from.
        session: of somebody who is signed in, else empty.
    """
    try:
        marked = await with_address(core, event, address)
        if core.audit.floods.admit(session or address, marked, stranger=not session):
            await record(core, marked)
        await settle(core)
    except AuditUnavailable:  # it is in the log of the process
        return


async def settle(core: Audited) -> None:
    """Enter how many denials were counted in the windows that are over.

    Raises:
        AuditUnavailable: it could not be committed.
    """
    now = core.clock.now()
    await _enter(core, core.audit.floods.over(now), now)


async def close(core: Audited) -> None:
    """Enter what was counted in all windows: the process ends."""
    with suppress(AuditUnavailable):
        await _enter(core, core.audit.floods.over(None), core.clock.now())


async def _enter(core: Audited, counted_ones: Iterable[Held], now: int) -> None:
    for held in counted_ones:
        counted = replace(held.last, at=now, number=held.number, entry_id=new_entry_id())
        await record(core, counted)
