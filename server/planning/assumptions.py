"""What a plan takes for granted about people, and what it aims at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RING_S: Final = 15.0
PAUSE_S: Final = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """How long things take.

    Attributes:
        aht_s: mean handle time, from accept to the end of wrap-up.
        aht_cv: its coefficient of variation (lognormal).
        shrinkage: share of a shift in which somebody cannot take patients.
        no_answer: share of offers that nobody answers.
        accept_s: seconds from an offer's first ring to its accept.
        patience_s: mean seconds after which a waiting patient leaves; None: nobody does.
    """

    aht_s: float = 480.0
    aht_cv: float = 0.7
    shrinkage: float = 0.0
    no_answer: float = 0.02
    accept_s: float = 5.0
    patience_s: float | None = 300.0

    @property
    def busy_s(self) -> float:
        """Return how much of a practitioner's time one patient takes up, rings included.

        A missed offer costs its ring and the pause that follows.
        """
        misses = self.no_answer / (1.0 - self.no_answer)
        return self.aht_s + self.accept_s + misses * (RING_S + PAUSE_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What a good half hour is.

    Attributes:
        service_level: share answered within `within_s`, of all who came.
        within_s: seconds from ready to accept.
        asa_s: mean wait of those answered.
        worst_asa_s: the same for the jurisdiction that waits longest.
        abandonment_max: share that may leave unanswered.
    """

    service_level: float = 0.8
    within_s: float = 31.0
    asa_s: float = 31.0
    worst_asa_s: float = 120.0
    abandonment_max: float = 0.05
