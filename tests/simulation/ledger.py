"""Who came and what became of them, told by the Records alone."""

from __future__ import annotations

from collections import Counter
from typing import Final

from signaling import visit
from signaling.identifiers import EncounterId
from signaling.visit import VisitEvent, VisitState

SEEN: Final = frozenset({VisitState.IN_PROGRESS, VisitState.WRAP_UP})


class Ledger:
    """One state per visit; the ended are only counted, so that a year fits."""

    def __init__(self) -> None:
        self.places: dict[EncounterId, int] = {}
        self.states: dict[EncounterId, VisitState] = {}
        self.ended: Counter[VisitState] = Counter()
        self.entered = 0

    def came(self, encounter_id: EncounterId, place: int) -> None:
        self.entered += 1
        self.places[encounter_id] = place
        self.states[encounter_id] = VisitState.INTAKE

    def visit(self, encounter_id: EncounterId, event: VisitEvent) -> None:
        """Move a visit on; an event that its machine does not know raises."""
        state = visit.advance(self.states[encounter_id], event)
        self.states[encounter_id] = state
        if state not in SEEN and state is not VisitState.WAITING:
            self.ended[state] += 1
            del self.states[encounter_id], self.places[encounter_id]

    def waiting(self) -> set[EncounterId]:
        return {one for one, state in self.states.items() if state is VisitState.WAITING}

    def being_seen(self) -> set[EncounterId]:
        return {one for one, state in self.states.items() if state in SEEN}
