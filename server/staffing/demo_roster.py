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
from server.staffing.spans import DAY_US, HOUR_US
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
    """Plan whatever is missing of the next two weeks of a demo network; return how much."""
    if not network.demo:
        return 0
    now = core.clock.now()
    logins = {
        one.account_id: one.login
        for one in await directory.accounts_of(tx, network.organization_id)
    }
    added: list[Shift] = []
    for who in await directory.practitioners_of(tx, network.organization_id):
        hours = DAILY.get(logins[who.account_id])
        if hours is not None:
            planned = await shifts.of_practitioner(
                tx, who.practitioner_id, now - DAY_US, now + 2 * AHEAD_US
            )
            until = max((one.ends_at for one in planned), default=0)
            added += _missing(core, network, who.practitioner_id, hours, until)
    await shifts.add(tx, added)
    return len(added)


def _missing(
    core: Core, network: Organization, who: str, hours: tuple[int, int], until: int
) -> list[Shift]:
    """Return the shifts that begin after `until`, the one that runs now included."""
    now = core.clock.now()
    anchor = network.created_at // HOUR_US * HOUR_US
    today = (now - anchor) // DAY_US
    begins = [
        anchor + day * DAY_US + hours[0] * HOUR_US for day in range(today - 1, today + 15)
    ]
    length = (hours[1] - hours[0]) * HOUR_US
    return [
        Shift(new_id(core), network.organization_id, who, start, start + length, "demo", now)
        for start in begins
        if start >= until and start + length > now and start < now + AHEAD_US
    ]
