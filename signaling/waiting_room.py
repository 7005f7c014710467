"""The line: patients ordered by age, which is fixed when they first come.

A patient who is absent, or for whom an offer rings, is skipped and not removed: the lane of
each class and language holds only those who can be offered now, so that thousands of absent
patients at the head cost nothing to those behind them.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Final, TypeAlias

from signaling.identifiers import EligibilityClass, EncounterId
from signaling.participants import Order, WaitingPatient
from signaling.presence import PresenceState

Lanes: TypeAlias = Mapping[str, Sequence[Order]]

NO_LANES: Final[Lanes] = MappingProxyType({})


class WaitingRoom:
    """Everybody who waits, whether or not they are there."""

    def __init__(self) -> None:
        """Start empty."""
        self._patients: dict[EncounterId, WaitingPatient] = {}
        self._held: set[EncounterId] = set()
        self._lanes: dict[EligibilityClass, dict[str, list[Order]]] = {}
        self._in_class: Counter[EligibilityClass] = Counter()

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
        self._forget(patient.encounter_id)
        self._patients[patient.encounter_id] = patient
        self._in_class[patient.eligibility] += 1
        self._index(patient)

    def remove(self, encounter_id: EncounterId) -> WaitingPatient:
        """Take a patient out for good, and return what was known about them."""
        patient = self._patients[encounter_id]
        self._forget(encounter_id)
        self._held.discard(encounter_id)
        return patient

    def hold(self, encounter_id: EncounterId) -> None:
        """Keep a patient from being offered again: an offer rings for them."""
        self._unindex(self._patients[encounter_id])
        self._held.add(encounter_id)

    def unhold(self, encounter_id: EncounterId) -> None:
        """Let a patient be offered again, at the place that they always had."""
        self._held.discard(encounter_id)
        self._index(self._patients[encounter_id])

    def classes(self) -> Collection[EligibilityClass]:
        """Return the classes in which somebody waits, absent and offered ones included."""
        return self._in_class.keys()

    def lanes(self, eligibility: EligibilityClass) -> Lanes:
        """Return who of a class can be offered now: by language, the oldest first.

        To be looked at before the room changes, and not to be changed.
        """
        return self._lanes.get(eligibility, NO_LANES)

    def in_order(self) -> tuple[WaitingPatient, ...]:
        """Return everybody who waits, absent and offered ones included, the oldest first."""
        return tuple(sorted(self._patients.values(), key=attrgetter("order")))

    def _forget(self, encounter_id: EncounterId) -> None:
        patient = self._patients.pop(encounter_id, None)
        if patient is None:
            return
        self._unindex(patient)
        self._in_class[patient.eligibility] -= 1
        if not self._in_class[patient.eligibility]:
            del self._in_class[patient.eligibility]

    def _index(self, patient: WaitingPatient) -> None:
        if patient.presence is not PresenceState.PRESENT:
            return
        if patient.encounter_id not in self._held:
            lanes = self._lanes.setdefault(patient.eligibility, {})
            insort(lanes.setdefault(patient.language, []), patient.order)

    def _unindex(self, patient: WaitingPatient) -> None:
        lanes = self._lanes.get(patient.eligibility)
        lane = lanes.get(patient.language) if lanes else None
        if lanes is None or lane is None:
            return
        at = bisect_left(lane, patient.order)
        if at < len(lane) and lane[at] == patient.order:
            del lane[at]
        if not lane:
            del lanes[patient.language]
        if not lanes:
            del self._lanes[patient.eligibility]
