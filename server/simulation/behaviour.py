"""What people do by themselves: answer, or not, and drop off the net."""

from __future__ import annotations

from enum import Enum
from random import Random

from server.simulation.scenario import Disconnects, OfferBehaviour, Scenario
from server.simulation.streams import Streams

HOUR_S = 3_600.0


class Answer(Enum):
    """What a practitioner does about an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    NONE = "none"


class Behaviour:
    """Draws what people do, from their own streams."""

    def __init__(self, scenario: Scenario, streams: Streams) -> None:
        """Read the scenario."""
        offer: OfferBehaviour = scenario.offer
        self._offers = streams.offers
        self._no_answer = offer.no_answer
        self._declines_below = offer.no_answer + offer.decline
        self._ring_s = offer.ring_s
        self._accept_s = offer.accept_s.draws(streams.offers)
        self.back_after_away_s = offer.back_s
        drops = scenario.disconnects or Disconnects()
        self._drops: Random = streams.disconnects
        self._patient_rate = drops.patients_per_hour / HOUR_S
        self._practitioner_rate = drops.practitioners_per_hour / HOUR_S
        self.back_s = drops.back_s.draws(streams.disconnects)

    def answer(self) -> tuple[Answer, float]:
        """Return what is done about an offer, and after how many seconds."""
        after_s = self._accept_s()
        if self._declines_below:
            chance = self._offers.random()
            if chance < self._no_answer:
                return Answer.NONE, after_s
            if chance < self._declines_below:
                return Answer.DECLINE, after_s
        # Too late is never: when the time is over the offer is somebody else's.
        return (Answer.ACCEPT if after_s < self._ring_s else Answer.NONE), after_s

    def patient_drops_s(self) -> float | None:
        """Return the seconds until a waiting patient's connection drops; None: it does not."""
        return self._drops.expovariate(self._patient_rate) if self._patient_rate else None

    def practitioner_drops_s(self) -> float | None:
        """Return the seconds until a practitioner's does; None: it does not."""
        rate = self._practitioner_rate
        return self._drops.expovariate(rate) if rate else None
