"""When is it nine in the morning where? Local hours and midnights on the simulation's axis.

Second 0 is midnight of the first day in the scenario's time zone. Clock changes are honoured:
a day may have 23 or 25 hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

# Every offset from UTC that is in use is a multiple of this.
STEP_S: Final = 900.0


class Calendar:
    """Local time in every zone, as seconds since the start."""

    def __init__(self, first_day: date, time_zone: str) -> None:
        """Let second 0 be midnight of `first_day` in `time_zone`."""
        self._first_day = first_day
        self._time_zone = time_zone
        self._start = datetime.combine(first_day, time(), ZoneInfo(time_zone)).astimezone(UTC)

    def midnight_s(self, day: int, time_zone: str | None = None) -> float:
        """Return when the `day`-th day begins in a zone; day 0 is the first."""
        local = datetime.combine(
            self._first_day + timedelta(days=day),
            time(),
            ZoneInfo(time_zone or self._time_zone),
        )
        return (local.astimezone(UTC) - self._start).total_seconds()

    def factors(
        self, profile: Sequence[float], time_zone: str | None, horizon_s: float
    ) -> tuple[float, ...]:
        """Return a daily profile as one factor for every `STEP_S` until the horizon."""
        zone = ZoneInfo(time_zone or self._time_zone)
        steps = int(horizon_s // STEP_S) + 1
        return tuple(
            profile[(self._start + timedelta(seconds=STEP_S * at)).astimezone(zone).hour]
            for at in range(steps)
        )
