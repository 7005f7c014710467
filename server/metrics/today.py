"""The rows of the running day, kept and brought up to date by what changed since the last look.

So that telling operations what happened costs what happened, not the whole day. Reads only; a
new day begins with nothing.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from server.metrics.day_figures import DayFigures, figures, staff_times
from server.metrics.days import Day, day_at
from server.metrics.staffing import StaffTime
from server.storage import figures as rows
from server.storage.database import Tx
from server.storage.figures import OfferTimes, VisitTimes
from signaling.identifiers import EncounterId, OfferId

# Rows are stamped before they are committed: a look goes back a little further than the last.
OVERLAP_US: Final = 10_000_000
# An offer settles within its ring time; nothing older than this changes.
OFFER_OPEN_US: Final = 120_000_000


class Today:
    """One network's running day."""

    def __init__(self, network_id: str, zone: ZoneInfo) -> None:
        """Know nothing yet."""
        self._network_id = network_id
        self._zone = zone
        self._day: Day | None = None
        self._looked_at = 0
        self._visits: dict[EncounterId, VisitTimes] = {}
        self._offers: dict[OfferId, OfferTimes] = {}
        self._staff: dict[int, StaffTime] = {}

    async def look(self, tx: Tx, now: int) -> None:
        """Read what changed since the last look."""
        day = day_at(now, self._zone)
        if day != self._day:
            self._day, self._looked_at = day, day.since
            self._visits, self._offers = {}, {}
        changed = await rows.visits_changed(
            tx, self._network_id, day.since, day.until, self._looked_at - OVERLAP_US
        )
        self._visits.update((one.encounter_id, one) for one in changed)
        rung_since = max(day.since, self._looked_at - OFFER_OPEN_US)
        rung = await rows.offers_rung(tx, self._network_id, rung_since, day.until)
        self._offers.update((one.offer_id, one) for one in rung)
        stored = await rows.staffing(tx, self._network_id, day.since, day.until)
        self._staff = staff_times(stored)
        self._looked_at = now

    def figures(self, unsaved: dict[int, StaffTime]) -> DayFigures:
        """Return the figures of the day so far.

        Args:
            unsaved: time on duty that is not stored yet, by half hour.

        Raises:
            AssertionError: nothing was looked at.
        """
        assert self._day is not None
        times = set(self._day.half_hours())
        staff = {
            at: self._staff.get(at, StaffTime()) + unsaved.get(at, StaffTime())
            for at in times & (self._staff.keys() | unsaved.keys())
        }
        return figures(self._day, self._visits.values(), self._offers.values(), staff)
