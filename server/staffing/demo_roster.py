"""Shifts of the made-up clinicians: around the clock, kept two weeks ahead.

Counted from the hour in which the demo network was made, so that a fresh demo has hours
before anybody's shift ends. Every jurisdiction of a demo site always has somebody on shift, and
whoever comes next begins an hour before. What was removed by hand is not put back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.accounts import new_id
from server.services import Core
from server.staffing.spans import DAY_US, HOUR_US, Span
from server.storage import directory, shifts
from server.storage.database import Tx
from server.storage.directory import Organization
from server.storage.shifts import Shift

AHEAD_US: Final = 14 * DAY_US
# Login -> from and to, in hours after the hour in which the network was made; every day.
DAILY: Final[Mapping[str, tuple[int, int]]] = {
    "avery": (-2, 10),
    "blake": (8, 23),
    "casey": (2, 12),
    "devon": (12, 22),
    "emery": (8, 23),
    "finley": (-1, 7),
}


async def extend(tx: Tx, core: Core, network: Organization) -> int:
    """Plan what a demo network lacks; return how many shifts that were.

    With anything planned, that is the last day of the two weeks alone; with a roster of which
    nothing is ours any more, it is nothing.
    """
    if not network.demo:
        return 0
    now = core.clock.now()
    ahead = now + AHEAD_US + DAY_US
    kept = await shifts.between(tx, network.organization_id, now, ahead)
    if kept and all(one.source != "demo" for one in kept):
        return 0
    wanted = Span(now + AHEAD_US - DAY_US if kept else now - DAY_US, now + AHEAD_US)
    logins = {
        one.account_id: one.login
        for one in await directory.accounts_of(tx, network.organization_id)
    }
    added: list[Shift] = []
    for who in await directory.practitioners_of(tx, network.organization_id):
        hours = DAILY.get(logins[who.account_id])
        if hours is not None:
            planned = await shifts.of_practitioner(
                tx, who.practitioner_id, wanted.starts_at, wanted.ends_at + DAY_US
            )
            there = [Span(one.starts_at, one.ends_at) for one in planned]
            added += [
                Shift(
                    new_id(core),
                    network.organization_id,
                    who.practitioner_id,
                    span.starts_at,
                    span.ends_at,
                    "demo",
                    now,
                )
                for span in _daily(network, hours, wanted)
                if span.ends_at > now and not any(span.overlaps(one) for one in there)
            ]
    await shifts.add(tx, added)
    return len(added)


def _daily(network: Organization, hours: tuple[int, int], wanted: Span) -> list[Span]:
    """Return the shifts of every day that begin in a stretch of time."""
    anchor = network.created_at // HOUR_US * HOUR_US
    first = (wanted.starts_at - anchor) // DAY_US - 1
    last = (wanted.ends_at - anchor) // DAY_US + 1
    spans = (
        Span(*(anchor + day * DAY_US + hour * HOUR_US for hour in hours))
        for day in range(first, last + 1)
    )
    return [span for span in spans if wanted.contains(span.starts_at)]
