"""How long a patient will wait: the overlap queue, with a factor learned from the waits.

Everybody ahead of the patient counts by the share of their practitioners who could also serve
this one, and the patient as one more:

    raw = (sum over others ahead of |E_u & E_s| / |E_u|  + 1) * handle time / |E_s|

with E the practitioners on duty who may serve a class. Raw waits are too long by a factor that
depends little on the network and its load, so it is learned: least squares through the
origin, in which a wait counts for less the longer ago it was. How far waits stray from it is
learned too, as the two multiples between which four of five fall; that is the range shown.

Predictors for one class (the last to enter service, head of the line; Ibrahim & Whitt 2009)
are worse than the mean where licences overlap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import exp, log
from typing import Final

from signaling.identifiers import EligibilityClass, PractitionerId
from signaling.participants import PractitionerOnDuty

FORGETTING: Final = 0.998  # weight of a wait after one more: the last 500 count most
STRAY_STEP: Final = 0.03  # of the logarithm of a multiple, per wait
OUTSIDE: Final = 0.1  # of the waits, on either side of the range
RATIO_MIN: Final = 0.01  # a wait of nothing is not infinitely far off
RAW_MIN_S: Final = 0.001  # nothing is learned from a prediction of nothing
EXAMS_REMEMBERED: Final = 200.0

Members = Mapping[EligibilityClass, frozenset[PractitionerId]]


@dataclass(frozen=True, slots=True)
class WaitModel:
    """What was learned from the waits and exams of one waiting room.

    Attributes:
        cross_s2: discounted sum of raw * waited, seconds squared.
        square_s2: discounted sum of raw * raw, seconds squared.
        low, high: multiples of the expectation between which four of five waits fall.
        handle_s: mean seconds from an accept until its practitioner is free again.
        waits_learned, exams_learned: how many went into it.
    """

    # Before anything is learned: the factor of simulated networks, as if from twenty waits.
    cross_s2: float = 0.5 * 20 * 240.0**2
    square_s2: float = 20 * 240.0**2
    low: float = 0.4
    high: float = 2.0
    handle_s: float = 480.0
    waits_learned: int = 0
    exams_learned: int = 0

    @property
    def factor(self) -> float:
        """By what a raw wait is multiplied."""
        return self.cross_s2 / self.square_s2

    def expected_s(self, raw_s: float) -> float:
        """Return the expected wait for a raw one, in seconds."""
        return raw_s * self.factor

    def range_s(self, raw_s: float) -> tuple[float, float]:
        """Return the seconds between which the wait will probably be."""
        expected_s = self.expected_s(raw_s)
        return expected_s * self.low, expected_s * self.high

    def learned_wait(self, raw_s: float, waited_s: float) -> "WaitModel":
        """Return the model after a wait that was predicted as `raw_s` took `waited_s`."""
        if raw_s < RAW_MIN_S:
            return self
        ratio = max(waited_s / self.expected_s(raw_s), RATIO_MIN)
        return replace(
            self,
            cross_s2=self.cross_s2 * FORGETTING + raw_s * waited_s,
            square_s2=self.square_s2 * FORGETTING + raw_s * raw_s,
            low=min(_toward(self.low, ratio, OUTSIDE), 1.0),
            high=max(_toward(self.high, ratio, 1.0 - OUTSIDE), 1.0),
            waits_learned=self.waits_learned + 1,
        )

    def learned_exam(self, handled_s: float) -> "WaitModel":
        """Return the model after a practitioner was busy with one patient for `handled_s`."""
        count = self.exams_learned + 1
        # The prior counts as ten exams; later ones fade.
        gain = 1.0 / min(count + 10.0, EXAMS_REMEMBERED)
        return replace(
            self,
            handle_s=self.handle_s + gain * (handled_s - self.handle_s),
            exams_learned=count,
        )


def _toward(quantile: float, value: float, share: float) -> float:
    """Move a quantile by one observation (Robbins & Monro, on the logarithm)."""
    step = STRAY_STEP * (share - (value < quantile))
    return exp(log(quantile) + step)


class Staff:
    """Who is on duty for each class, computed once and looked at for many patients."""

    def __init__(self, on_duty: Iterable[PractitionerOnDuty], members: Members) -> None:
        """Count those on duty who are not about to leave."""
        everybody = tuple(on_duty)
        self._members = members
        self._staying = frozenset(one.practitioner_id for one in everybody if not one.leaving)
        self._free = frozenset(one.practitioner_id for one in everybody if one.is_free)
        self._serving: dict[EligibilityClass, frozenset[PractitionerId]] = {}
        self._shares: dict[tuple[EligibilityClass, EligibilityClass], float] = {}

    def serving(self, eligibility: EligibilityClass) -> frozenset[PractitionerId]:
        """Return who is on duty and may serve a class."""
        serving = self._serving.get(eligibility)
        if serving is None:
            serving = self._members.get(eligibility, frozenset()) & self._staying
            self._serving[eligibility] = serving
        return serving

    def idle(self, eligibility: EligibilityClass) -> frozenset[PractitionerId]:
        """Return who could be rung right now for a class."""
        return self._members.get(eligibility, frozenset()) & self._free

    def share(self, theirs: EligibilityClass, mine: EligibilityClass) -> float:
        """Return which share of their practitioners could also serve mine."""
        share = self._shares.get((theirs, mine))
        if share is None:
            who = self.serving(theirs)
            share = len(who & self.serving(mine)) / len(who) if who else 0.0
            self._shares[theirs, mine] = share
        return share

    def overlap_queue(
        self, ahead: Mapping[EligibilityClass, int], mine: EligibilityClass
    ) -> float | None:
        """Return the patients ahead, and this one, per practitioner; None when there is none.

        Args:
            ahead: how many of each class are ahead in line.
            mine: the patient's class.
        """
        serving = len(self.serving(mine))
        if serving == 0:
            return None
        competing = sum(count * self.share(theirs, mine) for theirs, count in ahead.items())
        return (competing + 1.0) / serving
