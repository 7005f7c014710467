"""The line, counted once by class, so that each practitioner's part of it is a short sum."""

from __future__ import annotations

from typing import Final

from signaling import messages as wire
from signaling.identifiers import EligibilityClass, PractitionerId
from signaling.switchboard import Switchboard

MS: Final = 1_000


class Queues:
    """One look at a waiting room; nothing while it is being rebuilt."""

    def __init__(self, switchboard: Switchboard | None) -> None:
        """Count."""
        self._switchboard = switchboard
        self._classes: dict[EligibilityClass, tuple[int, int]] = {}
        self._free = 0
        if switchboard is None:
            return
        self._free = sum(one.is_free for one in switchboard.practitioners())
        for patient in switchboard.waiting():
            count, oldest = self._classes.get(patient.eligibility, (0, patient.ready_at))
            counted = (count + 1, min(oldest, patient.ready_at))
            self._classes[patient.eligibility] = counted

    def of(self, practitioner_id: str, now: int) -> wire.QueueSummary:
        """Return the part that a practitioner may serve: counts only."""
        who = PractitionerId(practitioner_id)
        mine = [
            counted
            for eligibility, counted in self._classes.items()
            if self._switchboard is not None and who in self._switchboard.members(eligibility)
        ]
        return wire.QueueSummary(
            waiting=sum(count for count, _ in mine),
            oldest_wait_ms=(now - min(oldest for _, oldest in mine)) // MS if mine else None,
            practitioners_available=self._free,
        )
