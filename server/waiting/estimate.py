"""What a waiting patient is told: an honest range, never a position, never a countdown.

The prediction is that of `signaling.prediction`; here it becomes whole minutes. Pure.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from signaling.identifiers import EligibilityClass, EncounterId
from signaling.messages import WaitEstimate
from signaling.participants import PractitionerOnDuty, WaitingPatient
from signaling.prediction import ClassWaits, Members, Signs, Staff, WaitModel

RANGE_MAX_MIN: Final = 120
UNLEARNED: Final = WaitModel()

NOBODY: Final = WaitEstimate(kind="nobody_on_duty", low_min=0, high_min=0)
CONNECTING: Final = WaitEstimate(kind="connecting", low_min=0, high_min=1)


@dataclass(frozen=True, slots=True)
class Line:
    """The waiting room as it stands, and what was learned about it.

    Attributes:
        waiting, on_duty, members: who is there, and who may see whom.
        model: what was learned.
        waits: what the waits of each class were like.
        began_s: the raw wait of somebody in line when they came into it.
    """

    waiting: tuple[WaitingPatient, ...]
    on_duty: tuple[PractitionerOnDuty, ...]
    members: Members
    model: WaitModel = UNLEARNED
    waits: Mapping[EligibilityClass, ClassWaits] = field(default_factory=dict)
    began_s: Mapping[EncounterId, float] = field(default_factory=dict)
    staff: Staff = field(init=False)

    def __post_init__(self) -> None:
        """Count the staff once, for all who wait."""
        object.__setattr__(self, "staff", Staff(self.on_duty, self.members))

    def raw_s(
        self, ahead: Counter[EligibilityClass], eligibility: EligibilityClass
    ) -> float | None:
        """Return the raw wait of somebody with `ahead` before them; None: nobody serves."""
        queue = self.staff.overlap_queue(ahead, eligibility)
        return None if queue is None else queue * self.model.handle_s

    def _signs_of(
        self, patient: WaitingPatient, ahead: Counter[EligibilityClass]
    ) -> Signs | None:
        """Return the signs for somebody in line: recent waits count for what is left of it."""
        raw_s = self.raw_s(ahead, patient.eligibility)
        if raw_s is None:
            return None
        began_s = self.began_s.get(patient.encounter_id) or raw_s
        waits = self.waits.get(patient.eligibility) or ClassWaits.first(began_s)
        signs, left = Signs.of(raw_s, waits), min(1.0, raw_s / began_s)
        return Signs(signs.queue_s, signs.recent_s * left)

    def is_next(self, ahead: Counter[EligibilityClass], eligibility: EligibilityClass) -> bool:
        """Tell whether somebody idle may see them, and nobody ahead competes for those."""
        competing = any(self.staff.share(theirs, eligibility) for theirs in ahead)
        return not competing and bool(self.staff.idle(eligibility))

    def expected_s(self, encounter_id: EncounterId) -> float | None:
        """Return the expected wait of somebody in line; None where there is none to expect."""
        for patient, ahead in self.with_ahead():
            if patient.encounter_id != encounter_id:
                continue
            signs = self._signs_of(patient, ahead)
            if signs is None:
                return None
            next_up = self.is_next(ahead, patient.eligibility)
            return 0.0 if next_up else self.model.expected_s(signs)
        return None

    def told(
        self, patient: WaitingPatient, ahead: Counter[EligibilityClass], *, ringing: bool
    ) -> WaitEstimate:
        """Return the range for somebody in line with `ahead` before them."""
        signs = self._signs_of(patient, ahead)
        if signs is None:
            return NOBODY
        if ringing or self.is_next(ahead, patient.eligibility):
            return CONNECTING
        return _as_range(*self.model.range_s(signs))

    def with_ahead(self) -> Iterator[tuple[WaitingPatient, Counter[EligibilityClass]]]:
        """Yield everybody in line with the classes of those ahead; the count is reused."""
        ahead: Counter[EligibilityClass] = Counter()
        for patient in self.waiting:
            yield patient, ahead
            ahead[patient.eligibility] += 1


def _as_range(low_s: float, high_s: float) -> WaitEstimate:
    """Return whole minutes, rounded so that a wait inside the seconds is inside the minutes."""
    low = max(1, math.floor(low_s / 60))
    high = max(low + 1, math.ceil(high_s / 60))
    return WaitEstimate(
        kind="range", low_min=min(low, RANGE_MAX_MIN), high_min=min(high, RANGE_MAX_MIN)
    )
