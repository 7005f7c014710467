"""Reads facts out of committed effects: who waited how long, who did what.

Pure: instants come with the batches. It remembers who is in line, in an exam and on duty, as
the switchboard does, because an effect says what is and not what was.

After a rebuild it begins anew with what the switchboard holds. What a commit of unknown outcome
should have told is then missing from the facts (never from the rows).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.authority import jurisdictions_of
from server.metrics.facts import (
    Connected,
    DutyChanged,
    Fact,
    Handled,
    OfferSettled,
    Outcome,
    WaitBegan,
    WaitEnded,
)
from server.waiting.watching import Committed
from signaling.effects import (
    Effect,
    RecordDuty,
    RecordOffer,
    RecordWaiting,
    RemovalReason,
    SendPatientRemoved,
    SendPractitionerStatus,
    StatusReason,
)
from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.offers import Offer, OfferState
from signaling.participants import PractitionerStatus
from signaling.switchboard import Switchboard

SECOND: Final = 1_000_000
BUSY: Final = frozenset({PractitionerStatus.IN_EXAM, PractitionerStatus.WRAP_UP})
OUTCOMES: Final[Mapping[RemovalReason, Outcome]] = {
    RemovalReason.PATIENT_LEFT: Outcome.ABANDONED,
    RemovalReason.PRESENCE_GRACE_EXPIRED: Outcome.ABANDONED,
    RemovalReason.CANCELLED: Outcome.CANCELLED,
}

Predict = Callable[[Switchboard, EncounterId], float | None]
"""Gives the wait in seconds that a patient who just came into line is told."""


@dataclass(frozen=True, slots=True)
class Place:
    """A patient in line or in an exam.

    Attributes:
        jurisdiction: where the patient is.
        ready_at: when they first asked to be seen.
        entered_at: when they came into line this time; `ready_at` the first time.
        predicted_s: what they were told then.
        connected: media flowed both ways before.
    """

    jurisdiction: str
    ready_at: Instant
    entered_at: Instant
    predicted_s: float | None = None
    connected: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """What a practitioner is busy with, and since when (None: from before a restart)."""

    encounter_id: EncounterId | None
    since: Instant | None


class Observer:
    """Watches one desk."""

    def __init__(
        self,
        tell: Callable[[Sequence[Fact]], None],
        took: Callable[[float], None],
        predict: Predict = lambda _switchboard, _encounter_id: None,
    ) -> None:
        """Begin with nobody.

        Args:
            tell: takes the facts of a batch.
            took: takes the seconds of one decision.
            predict: what a patient is told about the wait.
        """
        self._tell = tell
        self._predict = predict
        self.decided = took
        self.switchboard: Switchboard | None = None
        self.line: dict[EncounterId, Place] = {}
        self.examined: dict[EncounterId, Place] = {}
        self.duty: dict[PractitionerId, PractitionerStatus] = {}
        self._work: dict[PractitionerId, Work] = {}

    # -------------------------------------------------------------- the desk's watcher

    def rebuilt(
        self, switchboard: Switchboard, whereabouts: Mapping[EncounterId, str], at: Instant
    ) -> None:
        """Begin anew with what the switchboard holds."""
        snapshot = switchboard.snapshot()
        self.switchboard = switchboard
        self.line = {
            row.encounter_id: Place(
                where(whereabouts, row.encounter_id, row.eligibility),
                row.ready_at,
                row.ready_at,
            )
            for row in snapshot.waiting
        }
        self.examined = {
            row.encounter_id: Place(
                where(whereabouts, row.encounter_id, row.eligibility),
                row.ready_at,
                row.ready_at,
            )
            for row in snapshot.in_exam
        }
        known = {one.practitioner_id: one for one in snapshot.duty}
        gone = self.duty.keys() - known.keys()
        before = self.duty
        changes = dict.fromkeys(sorted(gone), PractitionerStatus.AWAY)
        changes |= {one: row.status for one, row in known.items()}
        self._tell(
            [
                DutyChanged(one, was, after, None, at, witnessed=False)
                for one, after in changes.items()
                if (was := before.get(one, PractitionerStatus.AWAY)) is not after
            ]
        )
        self.duty = {one: row.status for one, row in known.items()}
        self._work = {
            one: Work(row.encounter_id, None)
            for one, row in known.items()
            if row.status in BUSY
        }

    def committed(self, batch: Committed) -> None:
        """Tell the facts of a batch."""
        reasons = {
            one.practitioner_id: one.reason
            for one in batch.effects
            if isinstance(one, SendPractitionerStatus)
        }
        # Given back: the exam did not handle anything, whichever record comes first.
        again = {one.encounter_id for one in batch.effects if isinstance(one, RecordWaiting)}
        self._work = {
            who: work for who, work in self._work.items() if work.encounter_id not in again
        }
        facts = [
            fact for effect in batch.effects for fact in self._facts(effect, batch, reasons)
        ]
        if facts:
            self._tell(facts)

    def connected(self, encounter_id: str, at: Instant) -> None:
        """Media flowed both ways, and that is committed; only the first time counts."""
        who = EncounterId(encounter_id)
        place = self.examined.get(who)
        if place is not None and not place.connected:
            self.examined[who] = replace(place, connected=True)
            seconds = max(0.0, (at - place.ready_at) / SECOND)
            self._tell([Connected(who, place.jurisdiction, seconds, at)])

    # -------------------------------------------------------------- one effect

    def _facts(
        self,
        effect: Effect,
        batch: Committed,
        reasons: Mapping[PractitionerId, StatusReason | None],
    ) -> Iterator[Fact]:
        match effect:
            case RecordWaiting():
                yield from self._waits(effect, batch)
            case RecordOffer(offer=offer) if offer.settled_at is not None:
                yield from self._settled(offer, batch.at)
            case SendPatientRemoved(encounter_id=encounter_id, reason=reason):
                place = self.line.pop(encounter_id, None)
                if place is not None:
                    yield _ended(place, OUTCOMES[reason], batch.at)
            case RecordDuty():
                reason_of = reasons.get(effect.practitioner_id)
                yield from self._duty(effect, reason_of, batch.at)
            case _:
                return

    def _waits(self, effect: RecordWaiting, batch: Committed) -> Iterator[Fact]:
        who = effect.encounter_id
        jurisdiction = where(batch.whereabouts, who, effect.eligibility)
        if who in self.line:  # other practitioners may see them now: they moved
            self.line[who] = replace(self.line[who], jurisdiction=jurisdiction)
            return
        before = self.examined.pop(who, None)
        predicted = self._predict(self.switchboard, who) if self.switchboard else None
        self.line[who] = Place(
            jurisdiction,
            effect.ready_at,
            batch.at if before else effect.ready_at,
            predicted,
            connected=before is not None and before.connected,
        )
        yield WaitBegan(jurisdiction, batch.at)

    def _settled(self, offer: Offer, at: Instant) -> Iterator[Fact]:
        who = offer.encounter_id
        place = self.line.get(who)
        rang_s = ((offer.settled_at or at) - offer.rung_at) / SECOND
        jurisdiction = place.jurisdiction if place else ""
        yield OfferSettled(offer.practitioner_id, jurisdiction, offer.state, rang_s, at)
        if offer.state is OfferState.ACCEPTED and place is not None:
            self.examined[who] = self.line.pop(who)
            yield _ended(place, Outcome.ANSWERED, at)

    def _duty(
        self, row: RecordDuty, reason: StatusReason | None, at: Instant
    ) -> Iterator[Fact]:
        who, after = row.practitioner_id, row.status
        before = self.duty.get(who, PractitionerStatus.AWAY)
        if after is PractitionerStatus.AWAY:
            self.duty.pop(who, None)
        else:
            self.duty[who] = after
        if after is not before:
            yield DutyChanged(who, before, after, reason, at)
        if after in BUSY:
            self._work.setdefault(who, Work(row.encounter_id, at))
            return
        work = self._work.pop(who, None)
        if work is not None and work.encounter_id is not None:
            self.examined.pop(work.encounter_id, None)
            if work.since is not None:
                yield Handled((at - work.since) / SECOND)


def where(
    whereabouts: Mapping[EncounterId, str],
    encounter_id: EncounterId,
    eligibility: EligibilityClass,
) -> str:
    """Return the patient's jurisdiction; where it is not known, one of those of the class."""
    return whereabouts.get(encounter_id) or min(jurisdictions_of(eligibility), default="")


def _ended(place: Place, outcome: Outcome, at: Instant) -> WaitEnded:
    waited_s = max(0.0, (at - place.entered_at) / SECOND)
    predicted = place.predicted_s if outcome is Outcome.ANSWERED else None
    missed_s = None if predicted is None else abs(waited_s - predicted)
    return WaitEnded(place.jurisdiction, outcome, waited_s, missed_s, at)
