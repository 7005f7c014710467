"""What a waiting patient is told: an honest range, never a position, never a countdown.

The prediction is the overlap queue: everybody in line before the patient counts by the share
of their practitioners who could also serve this one, so

    expected = (sum over others ahead of |E_u & E_s| / |E_u|  + 1) * handle time / |E_s|

with E the practitioners on duty. Measured against four simpler predictors it was the best
in a waiting room with overlapping licences. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from signaling.identifiers import EligibilityClass, EncounterId, PractitionerId
from signaling.messages import WaitEstimate
from signaling.participants import PractitionerOnDuty, WaitingPatient

HANDLE_S: Final = 480.0
FACTOR: Final = 0.5  # calibration: the formula overestimates by about two
SPREAD_LOW: Final = 0.5
SPREAD_HIGH: Final = 2.0
RANGE_MAX_MIN: Final = 120

Members = Mapping[EligibilityClass, frozenset[PractitionerId]]


@dataclass(frozen=True, slots=True)
class Line:
    """The waiting room as it stands."""

    waiting: tuple[WaitingPatient, ...]
    on_duty: tuple[PractitionerOnDuty, ...]
    members: Members

    def serving(self, eligibility: EligibilityClass) -> frozenset[PractitionerId]:
        """Return who is on duty and may serve the class."""
        on_duty = {one.practitioner_id for one in self.on_duty if not one.leaving}
        return self.members.get(eligibility, frozenset()) & on_duty

    def idle(self, eligibility: EligibilityClass) -> frozenset[PractitionerId]:
        """Return who could be rung right now for the class."""
        free = {one.practitioner_id for one in self.on_duty if one.is_free}
        return self.members.get(eligibility, frozenset()) & free


NOBODY: Final = WaitEstimate(kind="nobody_on_duty", low_min=0, high_min=0)
CONNECTING: Final = WaitEstimate(kind="connecting", low_min=0, high_min=1)


def estimate(line: Line, encounter_id: EncounterId, *, ringing: bool) -> WaitEstimate:
    """Return the range for one patient in line; NOBODY for one who is not in it."""
    position = next(
        (n for n, one in enumerate(line.waiting) if one.encounter_id == encounter_id), None
    )
    if position is None:
        return NOBODY
    mine = line.serving(line.waiting[position].eligibility)
    if not mine:
        return NOBODY
    ahead = sum(_share(line, one, mine) for one in line.waiting[:position])
    if ringing or (ahead == 0 and line.idle(line.waiting[position].eligibility)):
        return CONNECTING
    expected_s = (ahead + 1) * HANDLE_S / len(mine) * FACTOR
    return _as_range(expected_s)


def _share(line: Line, other: WaitingPatient, mine: frozenset[PractitionerId]) -> float:
    theirs = line.serving(other.eligibility)
    return len(theirs & mine) / len(theirs) if theirs else 0.0


def _as_range(expected_s: float) -> WaitEstimate:
    low = max(1, round(expected_s * SPREAD_LOW / 60))
    high = max(low + 1, math.ceil(expected_s * SPREAD_HIGH / 60))
    return WaitEstimate(
        kind="range", low_min=min(low, RANGE_MAX_MIN), high_min=min(high, RANGE_MAX_MIN)
    )
