"""First come, first served and the longest idle server, once more, without a switchboard.

Thirty lines that know nothing of offers, timers or presence, and are fast enough for millions
of patients. The simulator has to give every single patient the same wait to the microsecond
(audit policy, instant accepts), so what holds for these waits holds for the simulator's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from server.simulation.arrivals import patients
from server.simulation.scenario import Scenario
from server.simulation.streams import Streams

MICROSECONDS = 1_000_000


class Wait(NamedTuple):
    """What became of a patient, in microseconds.

    Attributes:
        crowd: how many would have been in service when they came, had there been a server for
            everybody: Poisson, whatever the service (M/G/infinity).
    """

    jurisdiction: int
    arrived: int
    waited: int
    served: bool
    crowd: int


class _Waiting(NamedTuple):
    arrived: int
    jurisdiction: int
    gives_up: int | None
    service: int
    crowd: int


def waits(scenario: Scenario, seed: int, replication: int = 0) -> Iterator[Wait]:
    """Yield every wait that ended before the horizon, of patients after the warm-up."""
    warmup = round(scenario.warmup_s * MICROSECONDS)
    for one in _play(scenario, Streams.seeded(seed, replication)):
        if one.arrived >= warmup:
            yield one


def _play(scenario: Scenario, streams: Streams) -> Iterator[Wait]:
    names = {name: at for at, name in enumerate(scenario.arrivals)}
    serves = [[names[name] for name in one.jurisdictions] for one in scenario.practitioners]
    served_by = [[j for j, who in enumerate(serves) if at in who] for at in names.values()]
    queues: list[deque[_Waiting]] = [deque() for _ in names]
    idle = {server: (0, server) for server in range(len(serves))}
    ends: list[tuple[int, int, int]] = []
    crowd: list[int] = []
    for patient in patients(scenario, streams):
        now = round(patient.arrives_s * MICROSECONDS)
        while ends and ends[0][0] <= now:
            at, _, server = heappop(ends)
            yield from _freed(at, server, serves[server], queues, ends, idle)
        while crowd and crowd[0] <= now:
            heappop(crowd)
        patience = patient.patience_s
        one = _Waiting(
            now,
            patient.jurisdiction,
            None if patience is None else now + round(patience * MICROSECONDS),
            round(patient.service_s * MICROSECONDS),
            len(crowd),
        )
        heappush(crowd, now + one.service)
        able = [idle[server] for server in served_by[one.jurisdiction] if server in idle]
        if able:
            _, server = min(able)
            del idle[server]
            heappush(ends, (now + one.service, patient.number, server))
            yield _wait(one, now, served=True)
        else:
            queues[one.jurisdiction].append(one)


def _freed(
    now: int,
    server: int,
    serves: list[int],
    queues: list[deque[_Waiting]],
    ends: list[tuple[int, int, int]],
    idle: dict[int, tuple[int, int]],
) -> Iterator[Wait]:
    """Give a freed server the oldest whom they serve; let go of those who gave up before."""
    for which in serves:
        queue = queues[which]
        while queue and (gives_up := queue[0].gives_up) is not None and gives_up <= now:
            gone = queue.popleft()
            yield _wait(gone, gives_up, served=False)
    lines = [queues[which] for which in serves if queues[which]]
    if not lines:
        idle[server] = (now, server)
        return
    one = min(lines).popleft()
    heappush(ends, (now + one.service, one.arrived, server))
    yield _wait(one, now, served=True)


def _wait(one: _Waiting, until: int, *, served: bool) -> Wait:
    return Wait(one.jurisdiction, one.arrived, until - one.arrived, served, one.crowd)
