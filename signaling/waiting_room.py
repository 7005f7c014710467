"""The line: patients ordered by the place that they were given when they first came.

A patient who is absent, or for whom an offer rings, is skipped and not removed: the index
of each class holds only those who can be offered now, so that thousands of absent patients
at the head cost nothing to those behind them.
"""

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import TypeAlias

from signaling.identifiers import EligibilityClass, EncounterId
from signaling.participants import WaitingPatient
from signaling.presence import PresenceState

Order: TypeAlias = tuple[int, EncounterId]


class WaitingRoom:
    """Everybody who waits, whether or not they are there."""

    def __init__(self) -> None:
        """Start empty."""
        self._patients: dict[EncounterId, WaitingPatient] = {}
        self._held: set[EncounterId] = set()
        self._offerable: dict[EligibilityClass, list[Order]] = {}

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._patients)

    def __contains__(self, encounter_id: EncounterId) -> bool:
        """Tell whether a patient waits."""
        return encounter_id in self._patients

    def get(self, encounter_id: EncounterId) -> WaitingPatient | None:
        """Return a patient who waits, or None."""
        return self._patients.get(encounter_id)

    def __getitem__(self, encounter_id: EncounterId) -> WaitingPatient:
        """Return a patient who is known to wait."""
        return self._patients[encounter_id]

    def put(self, patient: WaitingPatient) -> None:
        """Let a patient in, or replace what is known about one who waits."""
        self._unindex(patient.encounter_id)
        self._patients[patient.encounter_id] = patient
        self._index(patient)

    def remove(self, encounter_id: EncounterId) -> WaitingPatient:
        """Take a patient out for good, and return what was known about them."""
        self._unindex(encounter_id)
        self._held.discard(encounter_id)
        return self._patients.pop(encounter_id)

    def hold(self, encounter_id: EncounterId) -> None:
        """Keep a patient from being offered again: an offer rings for them."""
        self._unindex(encounter_id)
        self._held.add(encounter_id)

    def unhold(self, encounter_id: EncounterId) -> None:
        """Let a patient be offered again, at the place that they always had."""
        self._held.discard(encounter_id)
        self._index(self._patients[encounter_id])

    def has_offerable(self, eligibility: EligibilityClass) -> bool:
        """Tell whether anybody of a class can be offered now."""
        return eligibility in self._offerable

    def oldest_first(self, classes: Iterable[EligibilityClass]) -> Iterator[WaitingPatient]:
        """Yield everybody of these classes who can be offered now, the oldest first.

        The room must not change while the iterator is in use.
        """
        lines = [self._offerable[name] for name in classes if name in self._offerable]
        for _, encounter_id in heapq.merge(*lines):
            yield self._patients[encounter_id]

    def in_order(self) -> tuple[WaitingPatient, ...]:
        """Return everybody who waits, absent and offered ones included, the oldest first."""
        return tuple(sorted(self._patients.values(), key=attrgetter("order")))

    def _index(self, patient: WaitingPatient) -> None:
        if patient.presence is not PresenceState.PRESENT:
            return
        if patient.encounter_id not in self._held:
            insort(self._offerable.setdefault(patient.eligibility, []), patient.order)

    def _unindex(self, encounter_id: EncounterId) -> None:
        patient = self._patients.get(encounter_id)
        line = self._offerable.get(patient.eligibility) if patient else None
        if patient is None or line is None:
            return
        at = bisect_left(line, patient.order)
        if at < len(line) and line[at] == patient.order:
            del line[at]
        if not line:
            del self._offerable[patient.eligibility]
