"""The figures of past days, read from their rows and remembered once they cannot change."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.metrics.day_figures import DayFigures, figures, of_jurisdiction, staff_times
from server.metrics.days import day_at, day_of
from server.services import Core
from server.storage import figures as rows

DAYS_MAX: Final = 90
KEPT_MAX: Final = 2_000
SETTLED_US: Final = 48 * 3_600 * 1_000_000  # visits of a day may end, be signed, a day later

Key = tuple[str, date, str | None]


class History:
    """Past days of every network."""

    def __init__(self, core: Core, zone: ZoneInfo) -> None:
        """Remember nothing yet."""
        self._core = core
        self._zone = zone
        self._kept: OrderedDict[Key, DayFigures] = OrderedDict()

    def today(self) -> date:
        """Return the date that it is in the network's time zone."""
        return day_at(self._core.clock.now(), self._zone).date

    async def day(self, network_id: str, local: date, jurisdiction: str | None) -> DayFigures:
        """Return one day, of one jurisdiction or of all.

        Time on duty is the network's: a practitioner waits for several jurisdictions at once,
        so that there is none for one of them.
        """
        key = (network_id, local, jurisdiction)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        day = day_of(local, self._zone)
        async with self._core.database.read() as tx:
            visits = await rows.visits(tx, network_id, day.since, day.until)
            offers = await rows.offers_rung(tx, network_id, day.since, day.until)
            staff = await rows.staffing(tx, network_id, day.since, day.until)
        made = figures(
            day,
            of_jurisdiction(jurisdiction, visits),
            [one for one in offers if jurisdiction in (None, one.jurisdiction)],
            staff_times(staff) if jurisdiction is None else {},
        )
        if day.until + SETTLED_US < self._core.clock.now():
            self._keep(key, made)
        return made

    async def days(
        self, network_id: str, last: date, count: int, jurisdiction: str | None
    ) -> list[DayFigures]:
        """Return `count` days up to `last`, in order; other work goes on between them."""
        found = []
        for back in reversed(range(count)):
            found.append(await self.day(network_id, last - timedelta(days=back), jurisdiction))
            await asyncio.sleep(0)
        return found

    def _keep(self, key: Key, made: DayFigures) -> None:
        self._kept[key] = made
        if len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
