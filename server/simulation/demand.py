"""How many patients of each jurisdiction come per second, hour by hour."""

from __future__ import annotations

from server.simulation.calendar import STEP_S, Calendar
from server.simulation.scenario import Scenario
from signaling.identifiers import EligibilityClass

FLAT = (1.0,)


class Demand:
    """The rates of a scenario at any time.

    Attributes:
        peaks: patients per second of each jurisdiction at its busiest.
        is_flat: nothing has a daily profile.
    """

    def __init__(self, scenario: Scenario) -> None:
        """Lay the profiles out along the whole run."""
        calendar = Calendar(scenario.starts_on, scenario.time_zone)
        self._names = [EligibilityClass(name) for name in scenario.arrivals]
        self._horizon_s = scenario.horizon_s
        self._shares: list[tuple[float, ...]] = []
        self.peaks: list[float] = []
        for one in scenario.arrivals.values():
            profile = one.profile or scenario.profile or FLAT
            peak = max(profile)
            self.peaks.append(one.rate * peak)
            flat = profile == FLAT or not peak
            factors = (
                FLAT if flat else calendar.factors(profile, one.time_zone, self._horizon_s)
            )
            self._shares.append(tuple(factor / (peak or 1.0) for factor in factors))
        self.is_flat = all(len(shares) == 1 for shares in self._shares)

    def share(self, jurisdiction: int, second: float) -> float:
        """Return the rate at a second, as a share of the busiest."""
        shares = self._shares[jurisdiction]
        return shares[int(second // STEP_S)] if len(shares) > 1 else shares[0]

    def at(self, second: float) -> dict[EligibilityClass, float]:
        """Return patients per second of each jurisdiction."""
        return {
            name: peak * self.share(which, second)
            for which, (name, peak) in enumerate(zip(self._names, self.peaks, strict=True))
        }

    def changes_after(self, second: float) -> float | None:
        """Return when a rate changes next; None when never before the end."""
        if self.is_flat:
            return None
        step = int(second // STEP_S) + 1
        while step * STEP_S < self._horizon_s:
            if any(
                shares[step] != shares[step - 1] for shares in self._shares if len(shares) > 1
            ):
                return step * STEP_S
            step += 1
        return None
