"""A small waiting room in which everything goes wrong all the time, hour after hour.

People come, wait, answer, decline, miss, drop off and return; licences change, priorities too;
the process dies and starts again from its own snapshot. After every event the world that the
Records describe is compared with the switchboard, and the invariants are checked.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any, Final

from signaling import events, visit
from signaling.effects import (
    Effect,
    RecordOffer,
    RecordVisit,
    SendOfferRinging,
    SendPractitionerStatus,
)
from signaling.errors import SignalingError
from signaling.events import Event
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
    plus,
)
from signaling.limits import Limits
from signaling.offers import Offer, OfferState
from signaling.participants import PractitionerStatus
from signaling.policy import Policy
from signaling.switchboard import Switchboard
from tests.simulation.invariants import check, check_order_of_age
from tests.simulation.ledger import Ledger

HOUR_S: Final = 3_600.0
CLASSES: Final = tuple(EligibilityClass(name) for name in ("az", "ca", "ny", "tx", "wy"))
STAFF: Final = tuple(PractitionerId(f"p{number}") for number in range(9))
LANGUAGES: Final = ("", "", "", "es")

PATIENTS_PER_HOUR: Final = 40.0
LICENCE_CHANGES_PER_HOUR: Final = 6.0
RESTARTS_PER_HOUR: Final = 0.4
MEASUREMENTS_PER_HOUR: Final = 0.5


class FaultyDay:
    """Drives one switchboard, from one seed."""

    def __init__(self, seed: int, policy: Policy) -> None:
        self.random = Random(seed)
        self.policy = policy
        self.limits = Limits()
        self.now = Instant(0)
        self.numbers = count(1)
        self.places = count(1)
        self.board = Switchboard(self.limits, self.new_offer_id, policy)
        self.ledger = Ledger()
        self.refused: Counter[str] = Counter()
        self.happened: Counter[str] = Counter()
        self._heap: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._sequence = count()
        for name in CLASSES:
            self.tell(events.EligibilityChanged(name, self._some_staff()))
        for practitioner_id in STAFF:
            self.after(0.0, self.begin_shift, practitioner_id)
        self.after(0.0, self.patient_comes)
        self.again(LICENCE_CHANGES_PER_HOUR, self.licence_changes)
        self.again(RESTARTS_PER_HOUR, self.restart)
        self.again(MEASUREMENTS_PER_HOUR, self.demand_is_measured)

    def new_offer_id(self) -> OfferId:
        return OfferId(f"offer-{next(self.numbers)}")

    def play(self, hours: float) -> None:
        """Let so many more hours pass."""
        end = plus(self.now, hours * HOUR_S)
        while True:
            deadline = self.board.next_deadline()
            at = self._heap[0][0]
            if deadline is not None and deadline <= min(at, end):
                self.now = deadline
                self.tell(events.TimePassed())
            elif at <= end:
                _, _, action, subjects = heapq.heappop(self._heap)
                self.now = Instant(at)
                action(*subjects)
            else:
                self.now = end
                return

    def after(self, seconds: float, action: Callable[..., None], *subjects: object) -> None:
        at = plus(self.now, seconds)
        heapq.heappush(self._heap, (at, next(self._sequence), action, subjects))

    def again(self, per_hour: float, action: Callable[..., None]) -> None:
        self.after(self.random.expovariate(per_hour) * HOUR_S, action)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def tell(self, event: Event) -> bool:
        """Let something happen, and check the world after it; False when it was refused."""
        self.happened[type(event).__name__] += 1
        try:
            done = self.board.apply(event, now=self.now)
        except SignalingError as refusal:
            self.refused[refusal.code] += 1
            return False
        self.settle(done)
        return True

    def settle(self, done: tuple[Effect, ...]) -> None:
        for effect in done:
            if isinstance(effect, RecordVisit):
                self.ledger.visit(effect.encounter_id, effect.event)
            elif isinstance(effect, RecordOffer):
                self.happened[f"offer {effect.offer.state.value}"] += 1
                if effect.offer.state is OfferState.RINGING:
                    check_order_of_age(self.board, self.policy, effect.offer, self.now)
            elif isinstance(effect, SendOfferRinging):
                self.after(*self.answer(effect.offer))
                if self.chance(0.2):
                    self.after(self.random.uniform(0, 6), self.trouble, effect.offer)
            elif isinstance(effect, SendPractitionerStatus):
                self.comes_back(effect)
        check(self.board, self.ledger, self.now)

    # Patients.

    def patient_comes(self) -> None:
        place = next(self.places)
        encounter_id = EncounterId(f"e{place}")
        eligibility = self.random.choice(CLASSES)
        ready = events.PatientReady(
            encounter_id,
            eligibility,
            place,
            self.now,
            self.random.choice(LANGUAGES),
            self.random.choice((0, 0, 0, 0, 1, 3)),
        )
        self.ledger.came(encounter_id, place)
        assert self.tell(ready)
        if self.chance(0.05):
            assert not self.tell(ready), "the same patient waits twice"
        self.again(PATIENTS_PER_HOUR, self.patient_comes)
        self.after(self.random.expovariate(1 / 1_500), self.patient_goes, encounter_id)
        for share, within_s, action in (
            (0.3, 900, self.patient_drops),
            (0.1, 600, self.place_is_corrected),
            (0.1, 600, self.priority_changes),
        ):
            if self.chance(share):
                self.after(self.random.uniform(0, within_s), action, encounter_id)

    def patient_goes(self, encounter_id: EncounterId) -> None:
        """Lose patience, or have the visit called off; refused when they are being seen."""
        left = events.PatientLeft(encounter_id)
        self.tell(left if self.chance(0.7) else events.EncounterCancelled(encounter_id))

    def trouble(self, offer: Offer) -> None:
        """Let something happen to an offer that probably still rings."""
        members = self.board.members
        for name in [one for one in CLASSES if offer.practitioner_id in members(one)]:
            if self.chance(0.3):
                self.tell(
                    events.EligibilityChanged(name, members(name) - {offer.practitioner_id})
                )
        trouble = self.random.choice(
            (self.patient_drops, self.patient_goes, self.place_is_corrected)
        )
        if self.chance(0.5):
            trouble(offer.encounter_id)
        elif self.chance(0.5):
            self.practitioner_drops(offer.practitioner_id)

    def patient_drops(self, encounter_id: EncounterId) -> None:
        self.tell(events.PatientLost(encounter_id))
        if self.chance(0.85):
            self.after(self.random.uniform(0, 100), self.patient_returns, encounter_id)

    def patient_returns(self, encounter_id: EncounterId) -> None:
        self.tell(events.PatientSeen(encounter_id))
        if self.chance(0.3):
            self.after(self.random.uniform(0, 200), self.patient_drops, encounter_id)

    def place_is_corrected(self, encounter_id: EncounterId) -> None:
        self.tell(events.ClassChanged(encounter_id, self.random.choice(CLASSES)))

    def priority_changes(self, encounter_id: EncounterId) -> None:
        self.tell(events.PriorityChanged(encounter_id, self.random.randint(0, 3)))

    # Practitioners.

    def begin_shift(self, practitioner_id: PractitionerId) -> None:
        ends_at = plus(self.now, self.random.uniform(600, 4 * HOUR_S))
        languages = frozenset({"es"}) if practitioner_id in STAFF[::2] else frozenset()
        licences = sum(practitioner_id in self.board.members(one) for one in CLASSES)
        self.tell(
            events.PractitionerAvailable(
                practitioner_id, licences, languages, ends_at if self.chance(0.7) else None
            )
        )
        self.after(self.random.uniform(0, 2 * HOUR_S), self.practitioner_drops, practitioner_id)
        if self.chance(0.2):
            self.after(self.random.uniform(0, 2 * HOUR_S), self.goes_away, practitioner_id)

    def goes_away(self, practitioner_id: PractitionerId) -> None:
        self.tell(events.PractitionerAway(practitioner_id))

    def practitioner_drops(self, practitioner_id: PractitionerId) -> None:
        self.tell(events.PractitionerLost(practitioner_id))
        self.after(self.random.uniform(0, 90), self.practitioner_returns, practitioner_id)

    def practitioner_returns(self, practitioner_id: PractitionerId) -> None:
        self.tell(events.PractitionerSeen(practitioner_id))

    def licence_changes(self) -> None:
        name, one = self.random.choice(CLASSES), self.random.choice(STAFF)
        self.tell(events.EligibilityChanged(name, self.board.members(name) | {one}))
        self.again(LICENCE_CHANGES_PER_HOUR, self.licence_changes)

    def demand_is_measured(self) -> None:
        rates = {name: self.random.random() for name in CLASSES}
        self.tell(events.DemandMeasured(rates))
        self.again(MEASUREMENTS_PER_HOUR, self.demand_is_measured)

    def comes_back(self, effect: SendPractitionerStatus) -> None:
        if effect.status is PractitionerStatus.AWAY:
            within_s = self.random.uniform(1, 1_800)
            self.after(within_s, self.begin_shift, effect.practitioner_id)

    # Offers and exams.

    def answer(self, offer: Offer) -> tuple[float, Callable[..., None], Offer]:
        """Return when, and how, an offer is answered; a miss is an answer that comes late."""
        within_s = 14.0 if self.chance(0.85) else 40.0
        action = self.decline if self.chance(0.1) else self.accept
        return self.random.uniform(0, within_s), action, offer

    def accept(self, offer: Offer) -> None:
        thief = self.random.choice(STAFF)
        if thief != offer.practitioner_id and self.chance(0.02):
            assert not self.tell(events.OfferAccepted(offer.offer_id, thief))
        accepted = events.OfferAccepted(offer.offer_id, offer.practitioner_id)
        if self.tell(accepted):
            self.after(self.random.expovariate(1 / 360), self.exam_ends, offer)
            if self.chance(0.05):
                assert not self.tell(accepted), "an offer was accepted twice"

    def decline(self, offer: Offer) -> None:
        self.tell(events.OfferDeclined(offer.offer_id, offer.practitioner_id, "busy"))

    def holds(self, offer: Offer) -> bool:
        one = self.board.practitioner(offer.practitioner_id)
        return one is not None and one.encounter_id == offer.encounter_id

    def exam_ends(self, offer: Offer) -> None:
        if not self.holds(offer):
            return
        if self.chance(0.05):
            self.tell(events.PractitionerReleased(offer.practitioner_id, offer.encounter_id))
        else:
            self.tell(events.CallEnded(offer.encounter_id))
            self.after(self.random.expovariate(1 / 90), self.sign, offer)

    def sign(self, offer: Offer) -> None:
        if self.holds(offer):
            self.ledger.visit(offer.encounter_id, visit.Signed())
            freed = events.PractitionerFreed(offer.practitioner_id, offer.encounter_id)
            assert self.tell(freed)

    # The process.

    def restart(self) -> None:
        """Die, and start again from what was committed; those who are there are seen again."""
        self.happened["restart"] += 1
        ringing = self.board.ringing()
        self.board, done = Switchboard.rebuild(
            self.board.snapshot(), self.limits, self.new_offer_id, self.policy, now=self.now
        )
        self.settle(done)
        assert not self.board.ringing()
        for offer in ringing:
            assert not self.tell(events.OfferAccepted(offer.offer_id, offer.practitioner_id))
        for patient in self.board.waiting():
            self.after(self.random.uniform(0, 130), self.patient_returns, patient.encounter_id)
        for one in self.board.practitioners():
            self.after(
                self.random.uniform(0, 70), self.practitioner_returns, one.practitioner_id
            )
        self.again(RESTARTS_PER_HOUR, self.restart)

    def _some_staff(self) -> frozenset[PractitionerId]:
        return frozenset(one for one in STAFF if self.chance(0.5))
