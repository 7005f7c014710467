"""What one event costs the switchboard, as the line and the roster grow.

    crowded   everybody is in an exam and `waiting` patients wait: a practitioner comes free,
              is given a patient, accepts, and another patient comes
    idle      nobody waits and every practitioner is free: a patient comes, is offered,
              accepted, and the practitioner is free again

A decision is an event after which somebody is rung: `PractitionerFreed` in a crowd,
`PatientReady` among the idle. Time is processor time, so that a busy machine does not count;
the sweep that the caller owes before each event (`TimePassed`) is in it.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from dataclasses import replace
from itertools import count
from typing import Final, TypedDict

from signaling import events
from signaling.effects import Effect, SendOfferRinging
from signaling.identifiers import EncounterId, Instant, OfferId
from signaling.limits import Limits
from signaling.participants import PractitionerStatus
from signaling.snapshot import DutyRow, Snapshot, WaitingRow
from signaling.switchboard import Switchboard
from tests.bench.matches.scene import JURISDICTIONS, Network, class_of, network, percentile

LIMITS: Final = replace(Limits(), waiting_max=100_000, practitioners_max=100_000)
STEP_US: Final = 1_000


class CoreFigures(TypedDict):
    """One size, in microseconds; growth is what to look at."""

    waiting: int
    practitioners: int
    events: int
    mean_us: float
    decision_p50_us: float
    decision_p99_us: float
    by_event_us: dict[str, float]


class CoreBench:
    """A switchboard in a steady state, and how long each event took."""

    def __init__(self, waiting: int, practitioners: int, seed: int) -> None:
        self._rng = random.Random(seed)
        self._network: Network = network(practitioners, self._rng)
        self._numbers = count(1)
        self._now = Instant(1_750_000_000_000_000)
        self._waiting = waiting
        self._taken: defaultdict[str, list[float]] = defaultdict(list)
        offer_numbers = count(1)
        self._board, _ = Switchboard.rebuild(
            self._snapshot(),
            LIMITS,
            lambda: OfferId(f"offer-{next(offer_numbers)}"),
            now=self._now,
        )
        for who in self._network.licences:
            self._board.apply(events.PractitionerSeen(who), now=self._now)
        for patient in self._board.waiting():
            self._board.apply(events.PatientSeen(patient.encounter_id), now=self._now)
        self._busy = [
            (one.practitioner_id, one.encounter_id)
            for one in self._board.practitioners()
            if one.encounter_id is not None
        ]

    def _snapshot(self) -> Snapshot:
        waiting = tuple(self._row() for _ in range(self._waiting))
        crowded = self._waiting > 0
        duty = tuple(
            DutyRow(
                practitioner_id=who,
                status=PractitionerStatus.IN_EXAM if crowded else PractitionerStatus.AVAILABLE,
                licence_count=len(held),
                idle_since=Instant(self._now - self._rng.randrange(600_000_000)),
                encounter_id=EncounterId(f"exam-of-{who}") if crowded else None,
                missed_offers=0,
                paused_until=None,
                leaving=False,
            )
            for who, held in self._network.licences.items()
        )
        return Snapshot(waiting=waiting, duty=duty, eligibility=self._network.members)

    def _row(self) -> WaitingRow:
        number = next(self._numbers)
        return WaitingRow(
            EncounterId(f"encounter-{number:08d}"),
            class_of(self._rng.choice(JURISDICTIONS)),
            number,
            self._now,
        )

    def crowded_cycle(self) -> None:
        """Free somebody, who takes a patient if they may see any; another patient comes."""
        self._free(self._rng.randrange(len(self._busy)))
        self._come()

    def idle_cycle(self) -> None:
        """A patient comes and is taken; the practitioner is free again."""
        self._come()
        self._free(0)

    def _come(self) -> None:
        row = self._row()
        self._take(
            events.PatientReady(row.encounter_id, row.eligibility, row.place, row.ready_at)
        )

    def _free(self, place: int) -> None:
        who, encounter_id = self._busy.pop(place)
        self._take(events.PractitionerFreed(who, encounter_id))

    def _take(self, event: events.Event) -> None:
        """Let something happen; whoever is rung accepts."""
        effects = self._timed(event)
        offers = [one.offer for one in effects if isinstance(one, SendOfferRinging)]
        if offers:
            self._taken["decision"].append(self._taken[type(event).__name__][-1])
        for offer in offers:
            self._timed(events.OfferAccepted(offer.offer_id, offer.practitioner_id))
            self._busy.append((offer.practitioner_id, offer.encounter_id))

    def _timed(self, event: events.Event) -> tuple[Effect, ...]:
        self._now = Instant(self._now + STEP_US)
        began = time.thread_time_ns()
        self._board.apply(events.TimePassed(), now=self._now)
        done = self._board.apply(event, now=self._now)
        self._taken[type(event).__name__].append((time.thread_time_ns() - began) / 1_000)
        return done

    def figures(self, cycles: int) -> CoreFigures:
        """Run some cycles to warm up, then as many as asked for, and tell what they took."""
        cycle = self.crowded_cycle if self._waiting else self.idle_cycle
        for _ in range(cycles // 10):
            cycle()
        self._taken.clear()
        for _ in range(cycles):
            cycle()
        decisions = self._taken.pop("decision")
        everything = [one for taken in self._taken.values() for one in taken]
        return CoreFigures(
            waiting=self._waiting,
            practitioners=len(self._network.licences),
            events=len(everything),
            mean_us=round(statistics.fmean(everything), 1),
            decision_p50_us=round(percentile(decisions, 0.5), 1),
            decision_p99_us=round(percentile(decisions, 0.99), 1),
            by_event_us={
                name: round(statistics.fmean(taken), 1) for name, taken in self._taken.items()
            },
        )
