"""What is due when. Not a clock: somebody else says what time it is.

Setting a timer again moves it, so there is at most one of each key, and a timer that was
cleared is never due.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId


@dataclass(frozen=True, slots=True)
class RingTimer:
    """An offer rang for long enough."""

    offer_id: OfferId


@dataclass(frozen=True, slots=True)
class PatientGrace:
    """An absent patient loses their place."""

    encounter_id: EncounterId


@dataclass(frozen=True, slots=True)
class PractitionerGrace:
    """An absent practitioner goes off duty."""

    practitioner_id: PractitionerId


@dataclass(frozen=True, slots=True)
class PauseEnd:
    """A practitioner who missed an offer may be offered again."""

    practitioner_id: PractitionerId


@dataclass(frozen=True, slots=True)
class ShiftEnd:
    """A practitioner's shift is over."""

    practitioner_id: PractitionerId


@dataclass(frozen=True, slots=True)
class ExclusionEnd:
    """A practitioner who passed a patient may be offered that patient again."""

    encounter_id: EncounterId
    practitioner_id: PractitionerId


Timer = RingTimer | PatientGrace | PractitionerGrace | PauseEnd | ShiftEnd | ExclusionEnd

# Below this a heap with stale entries is not worth rebuilding.
COMPACTION_MIN = 256


class Timers:
    """A heap with lazy deletion; equal instants come in the order in which they were set."""

    def __init__(self) -> None:
        """Start with nothing due."""
        self._due: dict[Timer, tuple[Instant, int]] = {}
        self._heap: list[tuple[Instant, int, Timer]] = []
        self._sequence = 0

    def set(self, timer: Timer, at: Instant) -> None:
        """Let a timer be due at `at`, and at no other time."""
        known = self._due.get(timer)
        if known is not None and known[0] == at:
            return
        self._sequence += 1
        self._due[timer] = (at, self._sequence)
        heapq.heappush(self._heap, (at, self._sequence, timer))
        self._compact()

    def clear(self, timer: Timer) -> None:
        """Forget a timer; nothing happens if it is not set."""
        self._due.pop(timer, None)

    def earliest(self) -> Instant | None:
        """Return when the next timer is due, or None when nothing is."""
        while self._heap:
            at, sequence, timer = self._heap[0]
            if self._due.get(timer) == (at, sequence):
                return at
            heapq.heappop(self._heap)
        return None

    def pop_due(self, now: Instant) -> Iterator[Timer]:
        """Yield the timers due at `now`, each forgotten first; others may be set meanwhile."""
        while (at := self.earliest()) is not None and at <= now:
            _, _, timer = heapq.heappop(self._heap)
            del self._due[timer]
            yield timer

    def _compact(self) -> None:
        """Drop stale entries, so that a flapping connection cannot grow the heap."""
        if len(self._heap) <= max(COMPACTION_MIN, 2 * len(self._due)):
            return
        self._heap = [(at, sequence, timer) for timer, (at, sequence) in self._due.items()]
        heapq.heapify(self._heap)
