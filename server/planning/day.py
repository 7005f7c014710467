"""One made-up day of a plan on the simulator, and what came of it per half hour.

A day is plain values, so that it can be played in another process. Everything random in it
comes from its seed: a patient's arrival, handling and patience, and a practitioner's breaks,
are the same whoever else is on the roster (common random numbers), so rosters are compared on
the same patients. Second 0 is the start of the day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, count
from random import Random
from typing import Final

from server.planning.assumptions import PAUSE_S, RING_S, Assumptions
from server.planning.breaks import worked
from server.planning.demand import INTERVAL_S, Demand
from server.planning.roster import Roster, Rostered, Shift
from server.simulation.arrivals import Patient
from server.simulation.behaviour import Behaviour
from server.simulation.demand import Demand as Expectation
from server.simulation.distributions import Deterministic, Exponential, Lognormal
from server.simulation.engine import MICROSECONDS, Engine
from server.simulation.observations import Ending, Observations
from server.simulation.routing import ByJurisdiction
from server.simulation.scenario import Arrivals, OfferBehaviour, Practitioners, Scenario
from server.simulation.staff import Practitioner
from server.simulation.streams import Streams
from signaling.effects import Effect
from signaling.events import Event, OfferAccepted, PractitionerFreed
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
)
from signaling.limits import Limits
from signaling.switchboard import Switchboard

AFTERWARDS_S: Final = 3_600  # played on without arrivals, so that the last ones are answered
WAITING_MAX: Final = 1_000_000
SETTLED_OFFERS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Day:
    """What is to be played.

    Attributes:
        demand: who is expected.
        roster: who works.
        admitted: when patients of a jurisdiction are let in to wait.
        assumptions: how long things take.
        within_s: the wait that counts as in time.
        warmup: half hours at the beginning that are played and not counted.
        seed, replication: of everything random.
    """

    demand: Demand
    roster: Roster
    admitted: dict[str, tuple[Shift, ...]]
    assumptions: Assumptions
    within_s: float
    warmup: int
    seed: int
    replication: int


@dataclass(slots=True)
class Tally:
    """What came of the patients who became ready in one half hour.

    Attributes:
        answered, waited_s, in_time: patients accepted, their waits in all, how many in time.
        left: patients who left unanswered, or were unanswered an hour after the last came.
        busy_s: practitioners' time rung or with patients, in the half hour.
        on_duty_s: practitioners' time on duty, in the half hour.
        lines: by jurisdiction how many came, and how long they were in line in all.
    """

    answered: int = 0
    waited_s: float = 0.0
    in_time: int = 0
    left: int = 0
    busy_s: float = 0.0
    on_duty_s: float = 0.0
    lines: dict[str, tuple[int, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a day: a tally for each half hour after the warm-up.

    `handling_s` is how long each practitioner was with patients, the warm-up included.
    """

    tallies: tuple[Tally, ...]
    handling_s: dict[str, float]


def play(day: Day) -> Played:
    """Play a day."""
    assumptions = day.assumptions
    names = day.demand.jurisdictions
    everybody = _staff(day)
    streams = Streams.seeded(day.seed, day.replication)
    horizon_s = day.demand.ends_at - day.demand.starts_at + AFTERWARDS_S
    numbers = count()
    seen = HalfHours(names, horizon_s, len(day.demand.intervals), day.within_s)
    board = Watched(_limits(), lambda: OfferId(f"o{next(numbers)}"))
    Engine(
        board,
        everybody,
        _patients(day, streams),
        ByJurisdiction(names, everybody),
        Behaviour(_scenario(assumptions), streams),
        Rates(day.demand),
        seen,
    ).run()
    return Played(
        tuple(seen.tallies[day.warmup :]),
        {
            one.name: board.handling_us.get(id_of(at), 0) / MICROSECONDS
            for at, one in enumerate(day.roster)
        },
    )


def id_of(position: int) -> PractitionerId:
    """Return the identifier of who is at a position of the roster."""
    return PractitionerId(f"p{position:04}")


class Watched(Switchboard):
    """The switchboard, with note taken of how long each practitioner is with patients."""

    def __init__(self, limits: Limits, new_offer_id: Callable[[], OfferId]) -> None:
        """Start with nobody here."""
        super().__init__(limits, new_offer_id)
        self.handling_us: dict[PractitionerId, int] = {}

    def apply(self, event: Event, *, now: Instant) -> tuple[Effect, ...]:
        """Let something happen, and return what is to be done about it."""
        effects = super().apply(event, now=now)
        if isinstance(event, OfferAccepted):
            self._note(event.practitioner_id, -now)
        elif isinstance(event, PractitionerFreed):
            self._note(event.practitioner_id, now)
        return effects

    def _note(self, practitioner_id: PractitionerId, moment: int) -> None:
        self.handling_us[practitioner_id] = self.handling_us.get(practitioner_id, 0) + moment


class Rates(Expectation):
    """What the waiting room knows of the demand: that of the half hour."""

    def __init__(self, demand: Demand) -> None:
        """Tell the rates of this demand."""
        self._demand = demand

    def at(self, second: float) -> dict[EligibilityClass, float]:
        """Return patients per second of each jurisdiction."""
        arrivals = self._demand.intervals[int(second // INTERVAL_S)].arrivals
        return {
            EligibilityClass(name): arrivals.get(name, 0.0) / INTERVAL_S
            for name in self._demand.jurisdictions
        }

    def changes_after(self, second: float) -> float | None:
        """Return when the next half hour begins; None in the last one."""
        following = int(second // INTERVAL_S) + 1
        if following >= len(self._demand.intervals):
            return None
        return float(following * INTERVAL_S)


class HalfHours(Observations):
    """Observations that are counted per half hour at once, with no row a patient."""

    def __init__(
        self, names: tuple[str, ...], horizon_s: int, half_hours: int, within_s: float
    ) -> None:
        """Start with empty tallies."""
        super().__init__(names, Instant(0), Instant(horizon_s * MICROSECONDS))
        self.tallies = [Tally() for _ in range(half_hours)]
        self._within_us = round(within_s * MICROSECONDS)

    def settle(self, jurisdiction: int, arrived: Instant, now: Instant, ending: Ending) -> None:
        """Enter that a wait ended."""
        tally = self.tallies[arrived // (INTERVAL_S * MICROSECONDS)]
        waited_us = now - arrived
        if ending is Ending.SERVED:
            tally.answered += 1
            tally.waited_s += waited_us / MICROSECONDS
            tally.in_time += waited_us <= self._within_us
        else:
            tally.left += 1
        name = self.jurisdictions[jurisdiction]
        people, waited_s = tally.lines.get(name, (0, 0.0))
        tally.lines[name] = (people + 1, waited_s + waited_us / MICROSECONDS)

    def busy(self, since: Instant, until: Instant) -> None:
        """Enter that a practitioner was at work."""
        for tally, seconds in self._parts(since, until):
            tally.busy_s += seconds

    def on_duty(self, since: Instant, until: Instant) -> None:
        """Enter that a practitioner was on duty."""
        for tally, seconds in self._parts(since, until):
            tally.on_duty_s += seconds

    def _parts(self, since: Instant, until: Instant) -> Iterator[tuple[Tally, float]]:
        """Yield the half hours that a span lies in, with the seconds in each."""
        at = since / MICROSECONDS
        end = min(until / MICROSECONDS, len(self.tallies) * float(INTERVAL_S))
        while at < end:
            index = int(at // INTERVAL_S)
            stop = min(end, (index + 1) * float(INTERVAL_S))
            yield self.tallies[index], stop - at
            at = stop


def _patients(day: Day, streams: Streams) -> Iterator[Patient]:
    """Yield everybody who is let in: a Poisson process whose rate changes every half hour."""
    scenario = _scenario(day.assumptions)
    service = scenario.service.draws(streams.service)
    patience = scenario.patience.draws(streams.patience) if scenario.patience else None
    number = 0
    for arrives_s, jurisdiction in _instants(day, streams.arrivals):
        # Drawn before the door: who is turned away must not change what the others are like.
        service_s, patience_s = service(), patience() if patience else None
        if _admitted(day, jurisdiction, arrives_s):
            yield Patient(
                number=number,
                encounter_id=EncounterId(f"e{number}"),
                arrives_s=arrives_s,
                jurisdiction=jurisdiction,
                service_s=service_s,
                wrap_up_s=0.0,
                patience_s=patience_s,
                language="",
            )
            number += 1


def _instants(day: Day, random: Random) -> Iterator[tuple[float, int]]:
    names = {name: at for at, name in enumerate(day.demand.jurisdictions)}
    for interval in day.demand.intervals:
        begins = float(interval.starts_at - day.demand.starts_at)
        indices = [names[name] for name in interval.arrivals]
        steps = list(accumulate(interval.arrivals.values()))
        now = begins
        while steps:
            now += random.expovariate(steps[-1] / INTERVAL_S)
            if now >= begins + INTERVAL_S:
                break
            # The sum of floats may fall short of the last step by a hair.
            at = bisect_right(steps, random.random() * steps[-1])
            yield now, indices[min(at, len(indices) - 1)]


def _admitted(day: Day, jurisdiction: int, arrives_s: float) -> bool:
    moment = day.demand.starts_at + arrives_s
    spans = day.admitted.get(day.demand.jurisdictions[jurisdiction], ())
    return any(span.starts_at <= moment < span.ends_at for span in spans)


def _staff(day: Day) -> tuple[Practitioner, ...]:
    begins = day.demand.starts_at
    ends = day.demand.ends_at + AFTERWARDS_S
    return tuple(
        Practitioner(
            id_of(number),
            tuple(sorted(one.licences)),
            frozenset(),
            tuple(
                (max(0.0, start - begins), min(ends, end) - begins)
                for shift in one.shifts
                for start, end in worked(shift, day.assumptions.shrinkage, _dice(day, one))
                if end > begins and start < ends
            ),
        )
        for number, one in enumerate(day.roster)
    )


def _dice(day: Day, one: Rostered) -> Random:
    """Return what somebody's breaks are drawn from: their own, whoever else there is."""
    # Not for secrets: a simulated day has to be repeatable.
    return Random(f"{day.seed}/{day.replication}/breaks/{one.name}")  # noqa: S311


def _scenario(assumptions: Assumptions) -> Scenario:
    """Return what the simulator reads of people's behaviour; who works and comes is ours."""
    return Scenario(
        practitioners=(Practitioners(jurisdictions=("any",)),),
        arrivals={"any": Arrivals(rate=1e-6)},
        languages={},
        service=Lognormal(mean_s=assumptions.aht_s, cv=assumptions.aht_cv),
        patience=(
            None
            if assumptions.patience_s is None
            else Exponential(mean_s=assumptions.patience_s)
        ),
        offer=OfferBehaviour(
            accept_s=Deterministic(mean_s=assumptions.accept_s),
            no_answer=assumptions.no_answer,
            ring_s=RING_S,
            pause_s=PAUSE_S,
        ),
    )


def _limits() -> Limits:
    return Limits(
        ring_s=RING_S,
        missed_offer_pause_s=PAUSE_S,
        waiting_max=WAITING_MAX,
        settled_offers_max=SETTLED_OFFERS_MAX,
    )
