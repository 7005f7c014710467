"""A busy day, and the weeks before it, made up: for pictures of operations and for tests.

Rows only, straight into the database of a stopped server: finished visits with plausible waits
(patients come by the hour, a team of changing size serves them in order, some give up), offers,
time on duty, and who waits and works at this very moment. Seeded: the same day every time.
Only those who wait have a chart; it belongs to a spa of its own, so that no portal lists it.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from server.authority import eligibility_class
from server.clock import SystemClock
from server.keyring import ROOT_KEY_FILE, Keyring, load_root_key
from server.metrics.days import Day, day_at, day_of
from server.metrics.staffing import HALF_HOUR_US
from server.storage import directory
from server.storage import encounters as encounter_rows
from server.storage.database import Database
from server.storage.statements import Tx, Values
from server.storage.tables import (
    duty,
    encounters,
    offers,
    staffing_intervals,
)
from tests.admitted import open_everything, take_in
from tests.demo_people import NAMES, PLACES, SPA, people
from tests.servers import RunningServer

ZONES: Final = (
    *("America/New_York", "America/Denver", "Pacific/Honolulu", "Pacific/Auckland"),
    *("Asia/Tokyo", "Asia/Bangkok", "Asia/Dubai", "Europe/Berlin", "Atlantic/Azores"),
)
LATE_HOUR: Final = 17
SECOND: Final = 1_000_000
HANDLE_S: Final = 420.0
PATIENCE_S: Final = 420.0
CONNECT_S: Final = 1.6
# Patients per hour at each hour of the day, on an ordinary day.
PER_HOUR: Final = (
    *(0, 0, 0, 0, 0, 0, 2, 8, 22, 38, 46, 50, 44, 40, 46, 50, 48, 40, 28, 16, 8, 3, 0, 0),
)
# The team is a little short at noon, and again when the evening shift comes late.
TEAM: Final = (*(0, 0, 0, 0, 0, 1, 2, 3, 5, 8, 9, 10, 7, 7, 9, 9, 9, 7, 6, 5, 3, 2, 1, 1),)
BUSY_NOW: Final = 13  # of them, in exams at this moment
WRAPPING_UP: Final = 3


@dataclass(slots=True)
class Making:
    """Rows on their way into the database."""

    network_id: str
    chance: random.Random
    number: int = 0
    encounters: list[Values] = field(default_factory=list)
    offers: list[Values] = field(default_factory=list)
    spent: dict[int, list[int]] = field(default_factory=dict)

    def visit(self, ready_at: int, **changes: object) -> str:
        """Add a visit, and return its id."""
        self.number += 1
        name = f"day-{self.number:08d}"
        place = self.chance.choices([*PLACES], [*PLACES.values()])[0]
        row: dict[str, object] = {
            "id": name,
            "network_id": self.network_id,
            "spa_id": SPA,
            "site_id": f"site-{place}",
            "patient_id": "patient-of-the-demo-day",
            "request_id": name,
            "requested_by": None,
            "visit": "signed",
            "jurisdiction": place,
            "eligibility": None,
            "place": None,
            "presence": "gone",
            "practitioner_id": None,
            "parked": False,
            "chart_seq": 0,
            "chart_head": "0" * 64,
            "requested_at": ready_at - 600 * SECOND,
            "ready_at": ready_at,
            "accepted_at": None,
            "connected_at": None,
            "ended_at": None,
            "signed_at": None,
            "changed_at": ready_at,
            "language": "en",
            "priority": 0,
        }
        self.encounters.append({**row, **changes})
        return name

    def offer(self, encounter_id: str, state: str, rung_at: int, rang_s: float) -> None:
        """Add an offer that is over."""
        self.offers.append(
            {
                "id": f"{encounter_id}-{len(self.offers)}",
                "encounter_id": encounter_id,
                "practitioner_id": f"day-practitioner-{self.chance.randrange(len(NAMES))}",
                "state": state,
                "reason": None,
                "rung_at": rung_at,
                "expires_at": rung_at + 15 * SECOND,
                "settled_at": rung_at + round(rang_s * SECOND),
                "parallel": False,
            }
        )

    def spend(self, since: int, until: int, column: int) -> None:
        """Add time on duty, half hour by half hour."""
        at = since
        while at < until:
            starts_at = at - at % HALF_HOUR_US
            end = min(until, starts_at + HALF_HOUR_US)
            row = self.spent.setdefault(starts_at, [0, 0, 0, 0])
            row[column] += (end - at) // 1_000
            at = end


async def fill(
    database: Database, network_id: str, now: int, zone: ZoneInfo, *, days: int, seed: int = 7
) -> None:
    """Make up the last days, today up to `now`, and this moment."""
    making = Making(network_id, random.Random(seed))
    today = day_at(now, zone)
    async with database.write() as tx:
        await people(tx, network_id, now, making.chance)
    for back in reversed(range(days)):
        day = day_of(today.date - timedelta(days=back), zone)
        _day(making, day, now, busy=back == 0)
    _this_moment(making, now)
    async with database.write() as tx:
        await _insert(tx, making, now)


def afternoon_zone() -> str:
    """Return a time zone in which the day is mostly over just now."""
    moment = datetime.now(UTC)
    return min(ZONES, key=lambda name: abs(moment.astimezone(ZoneInfo(name)).hour - LATE_HOUR))


async def fill_stopped(server: RunningServer, zone: str, *, days: int = 30) -> None:
    """Make up the last days in the database of a server that does not run."""
    database = await Database.open(f"sqlite:///{server.folder / 'data' / 'goodfaith.db'}")
    try:
        async with database.read() as tx:
            every = await directory.all_organizations(tx)
        (network,) = [one.organization_id for one in every if one.kind == "network"]
        now = SystemClock().now()
        await fill(database, network, now, ZoneInfo(zone), days=days)
        keyring = Keyring(load_root_key(server.folder / "data" / ROOT_KEY_FILE))
        await _permit(database, keyring, network, now)
    finally:
        await database.close()


async def _permit(database: Database, keyring: Keyring, network_id: str, now: int) -> None:
    """Open every jurisdiction, and give those who wait an intake that the rules permit."""
    async with database.write() as tx:
        await open_everything(tx, network_id, now)
        for one in await encounter_rows.in_visit(tx, network_id, "waiting"):
            await take_in(tx, keyring, one.encounter_id, one.jurisdiction or "", now)


# ------------------------------------------------------------------ a day


def _day(making: Making, day: Day, now: int, *, busy: bool) -> None:
    weekend = day.date.weekday() > 4
    scale = 1.0 if busy else 0.35 if weekend else making.chance.uniform(0.55, 0.9)
    free = [int(day.since)] * max(TEAM)
    heapq.heapify(free)
    for ready_at in _arrivals(making.chance, day, scale):
        if ready_at < now - 60 * SECOND:
            _serve(making, day, free, ready_at, now)
    for starts_at in day.half_hours():
        until = min(starts_at + HALF_HOUR_US, now)
        team = TEAM[(starts_at - day.since) // (2 * HALF_HOUR_US) % 24]
        for _ in range(team):
            making.spend(starts_at, max(starts_at, until), 0)


def _arrivals(chance: random.Random, day: Day, scale: float) -> Iterator[int]:
    """Yield a Poisson process whose rate changes by the hour (thinned from its highest)."""
    most = max(PER_HOUR)
    at = float(day.since)
    while True:
        at += chance.expovariate(most * scale / 3_600) * SECOND
        if at >= day.until:
            return
        hour = min(23, int((at - day.since) / (3_600 * SECOND)))
        if chance.random() < PER_HOUR[hour] / most:
            yield round(at)


def _serve(making: Making, day: Day, free: list[int], ready_at: int, now: int) -> None:
    """Let the next one who is free take them, unless they give up before."""
    chance = making.chance
    hour = min(23, (ready_at - day.since) // (3_600 * SECOND))
    idle = max(TEAM) - TEAM[hour]
    # Those beyond the team of the hour are not there: the smallest of the rest is next.
    nth = sorted(free)[min(idle, len(free) - 1)] if idle else free[0]
    begins = max(ready_at, nth)
    rings_s = chance.uniform(2, 8)
    missed = chance.random() < 0.03
    accepted_at = begins + round((rings_s + (15.0 if missed else 0.0)) * SECOND)
    wrong_tap = chance.random() < 0.01
    patience_s = chance.uniform(1, 4) if wrong_tap else chance.expovariate(1 / PATIENCE_S)
    gives_up = ready_at + round(patience_s * SECOND)
    if gives_up < accepted_at:
        making.visit(ready_at, visit="left", ended_at=gives_up, changed_at=gives_up)
        return
    handled = round(chance.lognormvariate(0, 0.5) * HANDLE_S * 0.88) * SECOND
    ends = accepted_at + handled
    if ends > now:
        return
    free.remove(nth)
    heapq.heappush(free, ends)
    connected = accepted_at + round(chance.gammavariate(4, CONNECT_S / 4) * SECOND)
    name = making.visit(
        ready_at,
        practitioner_id=f"day-practitioner-{chance.randrange(len(NAMES))}",
        accepted_at=accepted_at,
        connected_at=min(connected, ends),
        ended_at=ends - 60 * SECOND,
        signed_at=ends,
        changed_at=ends,
    )
    if missed:
        making.offer(name, "missed", begins, 15)
    making.offer(name, "accepted", accepted_at - round(rings_s * SECOND), rings_s)
    making.spend(accepted_at - round(rings_s * SECOND), accepted_at, 1)
    making.spend(accepted_at, ends - 60 * SECOND, 2)
    making.spend(ends - 60 * SECOND, ends, 3)


# ------------------------------------------------------------------ this moment

LINE: Final = (("NV", 262), ("TX", 74), ("CA", 41), ("CA", 22), ("NY", 12), ("WY", 38))


def _this_moment(making: Making, now: int) -> None:
    for number, (place, waited_s) in enumerate(LINE):
        making.visit(
            now - waited_s * SECOND,
            visit="waiting",
            presence="present",
            jurisdiction=place,
            site_id=f"site-{place}" if place in PLACES else "site-UT",
            eligibility=eligibility_class(making.network_id, frozenset({place})),
            place=1_000_000 - waited_s + number,
        )


# ------------------------------------------------------------------ rows


async def _insert(tx: Tx, making: Making, now: int) -> None:
    working: list[Values] = []
    for number in range(BUSY_NOW + WRAPPING_UP):
        busy = number < BUSY_NOW
        began = now - making.chance.randrange(60, 400) * SECOND
        name = making.visit(
            began - 15 * SECOND,
            visit="in_progress" if busy else "wrap_up",
            practitioner_id=f"day-practitioner-{number}",
            accepted_at=began,
            connected_at=began + 2 * SECOND,
        )
        making.offer(name, "accepted", began - 4 * SECOND, 4)
        working.append(_duty(making.network_id, number, name, began, busy=busy))
    await tx.execute(insert(encounters), making.encounters)
    await tx.execute(insert(offers), making.offers)
    await tx.execute(insert(duty), working)
    names = ("online_ms", "offered_ms", "in_exam_ms", "wrap_up_ms")
    await tx.execute(
        insert(staffing_intervals),
        [
            {
                "network_id": making.network_id,
                "starts_at": starts_at,
                **dict(zip(names, [max(spent[0], sum(spent[1:])), *spent[1:]], strict=True)),
            }
            for starts_at, spent in sorted(making.spent.items())
        ],
    )


def _duty(network_id: str, number: int, encounter: str, since: int, *, busy: bool) -> Values:
    return {
        "practitioner_id": f"day-practitioner-{number}",
        "network_id": network_id,
        "status": "in_exam" if busy else "wrap_up",
        "licence_count": 1,
        "encounter_id": encounter,
        "missed_offers": 0,
        "idle_since": since,
        "paused_until": None,
        "leaving": False,
        "languages": "en",
        "shift_ends_at": None,
        "changed_at": since,
    }
