"""How much is simulated: a budget of patients, so that a plan answers in a bounded time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.planning.demand import Demand

BASE_SHARE: Final = 0.25  # of the budget: the roster as it is
SCREEN_SHARE: Final = 0.3  # of the rest: choosing among candidates
BASE_DAYS: Final = (2, 16)
SCREEN_DAYS: Final = (1, 6)
COMPARED_DAYS: Final = (6, 20)  # of few days, even a wide interval says nothing
AIMED_DAYS: Final = 9  # the window is as long as so many allow
SCREENED: Final = 6
COLLEAGUES: Final = 2
SHOWN: Final = 3
COMPARED: Final = SHOWN + 2  # with one colleague, and the roster as it is
WINDOW_MIN: Final = 2
WARMUP: Final = 2


@dataclass(frozen=True, slots=True)
class Window:
    """Half hours by index, [first, last): those before are played as a warm-up."""

    first: int
    last: int
    warmup: int

    def of(self, demand: Demand) -> Demand:
        """Return the demand of the window, its warm-up included."""
        return Demand(demand.intervals[self.first - self.warmup : self.last])


@dataclass(frozen=True, slots=True)
class Effort:
    """How many days of each kind are played.

    Attributes:
        patients_max: the budget.
    """

    patients_max: int

    def base_days(self, demand: Demand) -> int:
        """Return how often the roster as it is is played."""
        return _within(BASE_SHARE * self.patients_max / demand.patients, BASE_DAYS)

    def screen_days(self, window: Demand) -> int:
        """Return how often each candidate is played to choose among them."""
        patients = (SCREENED + COLLEAGUES) * window.patients
        return _within(SCREEN_SHARE * self._rest() / patients, SCREEN_DAYS)

    def compared_days(self, window: Demand) -> int:
        """Return how often each of the chosen is played beside the roster as it is."""
        patients = COMPARED * window.patients
        return _within((1.0 - SCREEN_SHARE) * self._rest() / patients, COMPARED_DAYS)

    def window(self, demand: Demand, waited: Sequence[float]) -> Window:
        """Return the longest stretch that can be compared often enough, where most is waited.

        Args:
            demand: the plan's.
            waited: how much was waited in each half hour.
        """
        affordable = (1.0 - SCREEN_SHARE) * self._rest() / COMPARED / AIMED_DAYS
        count = len(demand.intervals)
        if demand.patients <= affordable:
            return Window(0, count, 0)
        worst = max(range(count), key=lambda at: (waited[at], -at))
        first, last = worst, worst + 1
        patients = demand.intervals[worst].patients
        while last - first < count:
            left = waited[first - 1] if first > 0 else -1.0
            right = waited[last] if last < count else -1.0
            at = first - 1 if left > right else last
            patients += demand.intervals[at].patients
            if patients > affordable and last - first >= WINDOW_MIN:
                break
            first, last = min(first, at), max(last, at + 1)
        return Window(first, last, min(first, WARMUP))

    def _rest(self) -> float:
        return (1.0 - BASE_SHARE) * self.patients_max


def _within(value: float, bounds: tuple[int, int]) -> int:
    return max(bounds[0], min(bounds[1], int(value)))
