"""A switchboard under observation, driven as a desk does it, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Final

from server.authority import eligibility_class
from server.metrics.facts import Fact
from server.metrics.observer import Observer
from server.waiting.watching import Committed
from signaling import events
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
from signaling.switchboard import Switchboard

START: Final = Instant(1_790_000_000_000_000)
AZ: Final = eligibility_class("network-1", frozenset({"AZ"}))
AZ_NV: Final = eligibility_class("network-1", frozenset({"AZ", "NV"}))


class Watched:
    """One waiting room and the facts that were seen of it."""

    def __init__(self, *, told_s: float | None = None) -> None:
        self.now = START
        self.facts: list[Fact] = []
        self.took: list[float] = []
        self.numbers = count(1)
        self.switchboard = Switchboard(Limits(), lambda: OfferId(f"offer-{next(self.numbers)}"))
        self.observer = Observer(
            self.facts.extend, self.took.append, lambda _switchboard, _encounter: told_s
        )
        self.observer.rebuilt(self.switchboard, {}, self.now)

    def apply(self, event: Event, **whereabouts: str) -> None:
        """Let time pass up to now, and something happen; both are committed."""
        effects = (
            *self.switchboard.apply(events.TimePassed(), now=self.now),
            *self.switchboard.apply(event, now=self.now),
        )
        places = {EncounterId(one): place for one, place in whereabouts.items()}
        self.observer.committed(Committed(self.now, effects, places))

    def wait(self, seconds: float) -> None:
        self.now = plus(self.now, seconds)
        self.apply(events.TimePassed())

    # People.

    def may_serve(self, eligibility: EligibilityClass, *who: str) -> None:
        members = frozenset(PractitionerId(one) for one in who)
        self.apply(events.EligibilityChanged(eligibility, members))

    def on_duty(self, who: str) -> None:
        self.apply(events.PractitionerSeen(PractitionerId(who)))
        self.apply(events.PractitionerAvailable(PractitionerId(who), licence_count=1))
        self.apply(events.PractitionerSeen(PractitionerId(who)))

    def ready(self, who: str, eligibility: EligibilityClass = AZ, place: str = "AZ") -> None:
        encounter = EncounterId(who)
        ready = events.PatientReady(encounter, eligibility, next(self.numbers), self.now)
        self.apply(ready, **{who: place})
        self.apply(events.PatientSeen(encounter))

    def accept(self, practitioner: str) -> None:
        offer = self.switchboard.offer_to(PractitionerId(practitioner))
        assert offer is not None
        self.apply(events.OfferAccepted(offer.offer_id, PractitionerId(practitioner)))

    def free(self, practitioner: str, encounter: str) -> None:
        who, what = PractitionerId(practitioner), EncounterId(encounter)
        self.apply(events.PractitionerFreed(who, what))

    def of(self, kind: type[Fact]) -> Sequence[Fact]:
        return [fact for fact in self.facts if isinstance(fact, kind)]
