"""Learns how long patients wait and practitioners are busy, from what a desk committed.

A watcher of one desk: when a patient comes into line it notes the raw wait, and when somebody
accepts them, what became of it. Pure. Who left, and what was going on over a restart, teaches
nothing. `ledger` keeps the model; the waits of single classes are learned anew after a restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.waiting.estimate import Line
from server.waiting.watching import Committed
from signaling.effects import RecordDuty, RecordWaiting, SendOfferAccepted, SendPatientRemoved
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    PractitionerId,
    seconds_between,
)
from signaling.prediction import ClassWaits, Signs, WaitModel
from signaling.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class Asked:
    """A patient who came into line, and what was predicted from."""

    since: Instant
    eligibility: EligibilityClass
    raw_s: float
    signs: Signs


class Waits:
    """What was learned, and what is being waited for.

    Attributes:
        model: what was learned.
        kept: what of it is in the database; None before that was looked up.
    """

    def __init__(self) -> None:
        """Begin with what every network begins with."""
        self.model = WaitModel()
        self.kept: WaitModel | None = None
        self._switchboard: Switchboard | None = None
        self._waits: dict[EligibilityClass, ClassWaits] = {}
        self._asked: dict[EncounterId, Asked] = {}
        self._began_s: dict[EncounterId, float] = {}
        self._busy: dict[PractitionerId, tuple[EncounterId, Instant]] = {}

    def line(self, switchboard: Switchboard) -> Line:
        """Return the waiting room as it stands, to estimate waits from."""
        return Line(
            switchboard.waiting(),
            switchboard.practitioners(),
            switchboard.eligibility(),
            self.model,
            self._waits,
            self._began_s,
        )

    def rebuilt(
        self, switchboard: Switchboard, _whereabouts: Mapping[EncounterId, str], _at: Instant
    ) -> None:
        """Begin anew: how long anybody was in line by then was not seen."""
        self._switchboard = switchboard
        self._asked.clear()
        self._began_s.clear()
        self._busy.clear()

    def committed(self, batch: Committed) -> None:
        """Learn from waits and exams that ended, and note those that began."""
        arrived = []
        for effect in batch.effects:
            match effect:
                case RecordWaiting(encounter_id=encounter_id):
                    arrived.append(encounter_id)
                case SendOfferAccepted(offer=offer):
                    self._accepted(offer.encounter_id, offer.practitioner_id, batch.at)
                case SendPatientRemoved(encounter_id=encounter_id):
                    self._asked.pop(encounter_id, None)
                    self._began_s.pop(encounter_id, None)
                case RecordDuty():
                    self._duty(effect, batch.at)
                case _:
                    pass
        if arrived:
            self._note(frozenset(arrived), batch.at)

    def decided(self, seconds: float) -> None:
        """Do nothing: how long a decision took teaches nothing about waits."""

    def _note(self, arrived: frozenset[EncounterId], at: Instant) -> None:
        """Predict the waits of those who are in line now and whom nobody was rung for."""
        switchboard = self._switchboard
        if switchboard is None:
            return
        line = self.line(switchboard)
        for patient, ahead in line.with_ahead():
            encounter_id = patient.encounter_id
            if encounter_id not in arrived or switchboard.offer_for(encounter_id) is not None:
                continue
            raw_s = line.raw_s(ahead, patient.eligibility)
            if raw_s is not None and encounter_id not in self._asked:
                waits = self._waits.get(patient.eligibility)
                signs = Signs.of(raw_s, waits)
                self._asked[encounter_id] = Asked(at, patient.eligibility, raw_s, signs)
                self._began_s[encounter_id] = raw_s

    def _accepted(
        self, encounter_id: EncounterId, practitioner_id: PractitionerId, at: Instant
    ) -> None:
        self._busy[practitioner_id] = (encounter_id, at)
        asked = self._asked.pop(encounter_id, None)
        self._began_s.pop(encounter_id, None)
        if asked is None:
            return
        waited_s = seconds_between(asked.since, at)
        self.model = self.model.learned_wait(asked.signs, waited_s)
        known = self._waits.get(asked.eligibility) or ClassWaits.first(asked.raw_s)
        self._waits[asked.eligibility] = known.after(asked.raw_s, waited_s)

    def _duty(self, record: RecordDuty, at: Instant) -> None:
        """Learn from an exam when its practitioner holds it no longer."""
        busy = self._busy.get(record.practitioner_id)
        if busy is None or record.encounter_id == busy[0] or record.encounter_id is not None:
            return
        if busy[1] < at:
            del self._busy[record.practitioner_id]
            self.model = self.model.learned_exam(seconds_between(busy[1], at))
