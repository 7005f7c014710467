"""The same M/M/n queue through the real switchboard and through SimPy.

Both get the same arrivals and the same service times, one class, everybody in it, offers
accepted at once. First come, first served, so every patient waits exactly as long in both:
that is compared, and then only the time that it took.
"""

from __future__ import annotations

import heapq
import random
import statistics
import time
from collections.abc import Generator
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, TypedDict

import simpy

from signaling import events
from signaling.effects import SendOfferRinging
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
)
from signaling.limits import Limits
from signaling.offers import Offer
from signaling.policy import POLICIES
from signaling.switchboard import Switchboard

EVERYBODY: Final = EligibilityClass("everybody")
LIMITS: Final = replace(Limits(), waiting_max=1_000_000, practitioners_max=1_000_000)
LOAD: Final = 0.9
SERVICE_S: Final = 480.0
US: Final = 1_000_000


class OneClassFigures(TypedDict):
    """Medians of the rounds; `ratio` is ours to SimPy, in patients a second."""

    patients_per_second: float
    simpy_patients_per_second: float
    ratio: float
    mean_wait_s: float
    simpy_mean_wait_s: float
    servers: int
    patients: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Demand:
    """When patients come and how long each is seen, in microseconds, in order."""

    arrivals: tuple[int, ...]
    services: tuple[int, ...]
    servers: int


def demand(patients: int, servers: int, rng: random.Random) -> Demand:
    """Return a Poisson stream that keeps the servers busy for `LOAD` of their time."""
    rate = LOAD * servers / SERVICE_S
    now, arrivals = 0.0, []
    for _ in range(patients):
        now += rng.expovariate(rate)
        arrivals.append(round(now * US))
    services = [round(rng.expovariate(1 / SERVICE_S) * US) for _ in range(patients)]
    return Demand(tuple(arrivals), tuple(services), servers)


class Ours:
    """The real switchboard, driven through a day's events."""

    def __init__(self, day: Demand) -> None:
        self._day = day
        numbers = count(1)
        self._board = Switchboard(
            LIMITS, lambda: OfferId(f"offer-{next(numbers)}"), policy=POLICIES["audit"]
        )
        people = [PractitionerId(f"practitioner-{one:05d}") for one in range(day.servers)]
        members = frozenset(people)
        self._apply(events.EligibilityChanged(EVERYBODY, members), Instant(0))
        for who in people:
            self._apply(events.PractitionerAvailable(who, 1), Instant(0))
        self._ends: list[tuple[int, int, PractitionerId]] = []
        self._waits: list[int] = []

    def run(self) -> float:
        """See every patient, and return the mean wait in seconds."""
        for number, arrival in enumerate(self._day.arrivals):
            self._finish(until=arrival)
            name = EncounterId(f"{number}")
            now = Instant(arrival)
            self._happen(events.PatientReady(name, EVERYBODY, number, now), now)
        self._finish(until=None)
        return statistics.fmean(self._waits) / US

    def _finish(self, *, until: int | None) -> None:
        while self._ends and (until is None or self._ends[0][0] <= until):
            at, number, who = heapq.heappop(self._ends)
            self._happen(events.PractitionerFreed(who, EncounterId(f"{number}")), Instant(at))

    def _happen(self, event: events.Event, now: Instant) -> None:
        """Let something happen; whoever is rung accepts at once."""
        for offer in self._apply(event, now):
            number = int(offer.encounter_id)
            self._apply(events.OfferAccepted(offer.offer_id, offer.practitioner_id), now)
            self._waits.append(now - self._day.arrivals[number])
            end = now + self._day.services[number]
            heapq.heappush(self._ends, (end, number, offer.practitioner_id))

    def _apply(self, event: events.Event, now: Instant) -> list[Offer]:
        effects = self._board.apply(event, now=now)
        return [one.offer for one in effects if isinstance(one, SendOfferRinging)]


class Theirs:
    """The same day in SimPy: a process for each patient, and a resource for the servers."""

    def __init__(self, day: Demand) -> None:
        self._day = day
        self._environment = simpy.Environment()
        self._servers = simpy.Resource(self._environment, capacity=day.servers)
        self._waits: list[float] = []

    def run(self) -> float:
        """See every patient, and return the mean wait in seconds."""
        self._environment.process(self._arrivals())
        self._environment.run()
        return statistics.fmean(self._waits) / US

    def _arrivals(self) -> Generator[simpy.Event, None, None]:
        for arrival, service in zip(self._day.arrivals, self._day.services, strict=True):
            yield self._environment.timeout(arrival - self._environment.now)
            self._environment.process(self._patient(service))

    def _patient(self, service: int) -> Generator[simpy.Event, None, None]:
        came = self._environment.now
        with self._servers.request() as turn:
            yield turn
            self._waits.append(self._environment.now - came)
            yield self._environment.timeout(service)


def measure(servers: int, patients: int, rounds: int, seed: int) -> OneClassFigures:
    """Run both in turns on the same days and compare."""
    rng = random.Random(seed)
    ours: list[float] = []
    theirs: list[float] = []
    waits: list[float] = []
    their_waits: list[float] = []
    for _ in range(rounds):
        day = demand(patients, servers, rng)
        for kind, taken, waited in ((Ours, ours, waits), (Theirs, theirs, their_waits)):
            queue = kind(day)
            began = time.thread_time()
            waited.append(queue.run())
            taken.append(patients / (time.thread_time() - began))
    ours_median, theirs_median = statistics.median(ours), statistics.median(theirs)
    return OneClassFigures(
        patients_per_second=round(ours_median),
        simpy_patients_per_second=round(theirs_median),
        ratio=round(ours_median / theirs_median, 3),
        mean_wait_s=round(statistics.fmean(waits), 3),
        simpy_mean_wait_s=round(statistics.fmean(their_waits), 3),
        servers=servers,
        patients=patients,
        rounds=rounds,
    )
