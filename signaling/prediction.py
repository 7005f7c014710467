"""How long a patient will wait: the overlap queue and recent waits, as they were learned.

Everybody ahead of the patient counts by the share of their practitioners who could also serve
this one, and the patient as one more:

    raw = (sum over others ahead of |E_u & E_s| / |E_u|  + 1) * handle time / |E_s|

with E the practitioners on duty who may serve a class. Raw waits are too long by a factor, most
for classes that come first where practitioners are scarce: each class has its own, learned
from its waits. Where hardly anybody is ahead a queue says little, and the recent waits of the
class know more. So the expectation is

    expected = a * factor of the class * raw + b * recent waits of the class

with a and b from least squares over all waits that ended. Whatever is learned counts for less
the longer ago it was. How far waits stray is learned too, as the two multiples of the
expectation between which four of five fall; that is the range shown.

Predictors for one class alone (the last to enter service, head of the line; Ibrahim & Whitt
2009) are worse than the mean where licences overlap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import exp, log
from typing import Final, NamedTuple

from signaling.identifiers import EligibilityClass, PractitionerId
from signaling.participants import PractitionerOnDuty

FORGETTING: Final = 0.998  # weight of a wait after one more: the last 500 count most
CLASS_FORGETTING: Final = 0.98  # the same within a class: the last 50
RECENT_GAIN: Final = 0.1  # of the latest wait in the recent ones of its class
STRAY_STEP: Final = 0.03  # of the logarithm of a multiple, per wait
OUTSIDE: Final = 0.1  # of the waits, on either side of the range
RATIO_MIN: Final = 0.01  # a wait of nothing is not infinitely far off
RAW_MIN_S: Final = 0.001  # nothing is learned from a prediction of nothing
EXAMS_REMEMBERED: Final = 200.0

# What is believed before anything is learned, and how firmly: as if from twenty waits, and
# never wholly forgotten, so that the weights stay defined when all waits look alike.
USUAL_FACTOR: Final = 0.5
USUAL_RAW_S: Final = 500.0
QUEUE_WEIGHT: Final = 0.6
RECENT_WEIGHT: Final = 0.4
BELIEF_S2: Final = 20 * 30.0**2

Members = Mapping[EligibilityClass, frozenset[PractitionerId]]


@dataclass(frozen=True, slots=True)
class ClassWaits:
    """What the waits of one class were like.

    Attributes:
        waited_s, raw_s: discounted sums; their ratio is the factor of the class.
        recent_s: moving average of the latest waits.
    """

    waited_s: float
    raw_s: float
    recent_s: float

    @classmethod
    def first(cls, raw_s: float) -> "ClassWaits":
        """Return what is believed of a class before its first wait, whose raw wait is given."""
        return cls(USUAL_FACTOR * USUAL_RAW_S, USUAL_RAW_S, USUAL_FACTOR * raw_s)

    @property
    def factor(self) -> float:
        """By what raw waits of this class are too long."""
        return self.waited_s / self.raw_s

    def after(self, raw_s: float, waited_s: float) -> "ClassWaits":
        """Return the waits of the class after one more."""
        return ClassWaits(
            self.waited_s * CLASS_FORGETTING + waited_s,
            self.raw_s * CLASS_FORGETTING + raw_s,
            self.recent_s + RECENT_GAIN * (waited_s - self.recent_s),
        )


class Signs(NamedTuple):
    """What a prediction looks at.

    Attributes:
        queue_s: the raw wait, times the factor of the class.
        recent_s: the recent waits of the class.
    """

    queue_s: float
    recent_s: float

    @classmethod
    def of(cls, raw_s: float, waits: ClassWaits | None) -> "Signs":
        """Return the signs of a raw wait in a class with, or without, waits before it."""
        known = waits or ClassWaits.first(raw_s)
        return cls(raw_s * known.factor, known.recent_s)


@dataclass(frozen=True, slots=True)
class WaitModel:
    """What was learned from the waits and exams of one waiting room.

    Attributes:
        queue_queue_s2, queue_recent_s2, recent_recent_s2: discounted sums of products of signs.
        queue_waited_s2, recent_waited_s2: discounted sums of products with the waits.
        low, high: multiples of the expectation between which four of five waits fall.
        handle_s: mean seconds from an accept until its practitioner is free again.
        waits_learned, exams_learned: how many went into it.
    """

    queue_queue_s2: float = 0.0
    queue_recent_s2: float = 0.0
    recent_recent_s2: float = 0.0
    queue_waited_s2: float = 0.0
    recent_waited_s2: float = 0.0
    low: float = 0.4
    high: float = 2.0
    handle_s: float = 480.0
    waits_learned: int = 0
    exams_learned: int = 0

    @property
    def weights(self) -> tuple[float, float]:
        """By what the signs are multiplied; neither is negative."""
        queue_queue = self.queue_queue_s2 + BELIEF_S2
        recent_recent = self.recent_recent_s2 + BELIEF_S2
        queue_waited = self.queue_waited_s2 + QUEUE_WEIGHT * BELIEF_S2
        recent_waited = self.recent_waited_s2 + RECENT_WEIGHT * BELIEF_S2
        both = self.queue_recent_s2
        scale = queue_queue * recent_recent - both * both
        queue = (queue_waited * recent_recent - recent_waited * both) / scale
        recent = (recent_waited * queue_queue - queue_waited * both) / scale
        if queue < 0.0:
            return 0.0, recent_waited / recent_recent
        if recent < 0.0:
            return queue_waited / queue_queue, 0.0
        return queue, recent

    def expected_s(self, signs: Signs) -> float:
        """Return the expected wait, in seconds."""
        queue, recent = self.weights
        return queue * signs.queue_s + recent * signs.recent_s

    def range_s(self, signs: Signs) -> tuple[float, float]:
        """Return the seconds between which the wait will probably be."""
        expected_s = self.expected_s(signs)
        return expected_s * self.low, expected_s * self.high

    def learned_wait(self, signs: Signs, waited_s: float) -> "WaitModel":
        """Return the model after a wait that had these `signs` took `waited_s`."""
        queue_s, recent_s = signs
        if queue_s < RAW_MIN_S:
            return self
        ratio = max(waited_s / max(self.expected_s(signs), RAW_MIN_S), RATIO_MIN)
        return replace(
            self,
            queue_queue_s2=self.queue_queue_s2 * FORGETTING + queue_s * queue_s,
            queue_recent_s2=self.queue_recent_s2 * FORGETTING + queue_s * recent_s,
            recent_recent_s2=self.recent_recent_s2 * FORGETTING + recent_s * recent_s,
            queue_waited_s2=self.queue_waited_s2 * FORGETTING + queue_s * waited_s,
            recent_waited_s2=self.recent_waited_s2 * FORGETTING + recent_s * waited_s,
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
