"""What a match costs: the decision alone, its commit, and beside a peer.

core        microseconds an event of the pure switchboard, as line and roster grow
committed   matches a second through the real desk and ledger, on SQLite and PostgreSQL
one_class   the same M/M/n queue through the switchboard and through SimPy

scripts/bench matching [--cycles N] [--waves N] [--practitioners N] [--concurrent N]
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypedDict

import uvloop

from server.clock import SystemClock
from server.logging import configure
from tests.bench.matches.committed import CommittedFigures, committed
from tests.bench.matches.core import CoreBench, CoreFigures
from tests.bench.matches.one_class import OneClassFigures, measure
from tests.postgres import DURABLE, running_postgres

SEED: Final = 20_240_607
CROWDS: Final = ((100, 50), (1_000, 500), (10_000, 5_000), (10_000, 50), (100, 5_000))
IDLE: Final = ((0, 50), (0, 500), (0, 5_000))
SERVERS: Final = 50
PATIENTS: Final = 5_000
ROUNDS: Final = 5

DECISION_MS_TARGET: Final = 1.0
SQLITE_TARGET: Final = 300.0
POSTGRES_TARGET: Final = 1_000.0


class Target(TypedDict):
    """What was wanted, what was measured, and whether that is enough."""

    wanted: float
    measured: float
    met: bool


class Measured(TypedDict):
    """What the benchmark prints."""

    machine: dict[str, str | int | float]
    targets: dict[str, Target]
    core: list[CoreFigures]
    committed: dict[str, CommittedFigures]
    one_class: OneClassFigures


def machine() -> dict[str, str | int | float]:
    """Return where this was measured, and how busy it was: others' work counts against it."""
    return {
        "cores": os.cpu_count() or 0,
        "load_average": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def targets(core: Sequence[CoreFigures], on: dict[str, CommittedFigures]) -> dict[str, Target]:
    """Compare with what the waiting room at full depth is to reach."""
    crowded = [one for one in core if one["waiting"] == max(size for size, _ in CROWDS)]
    p99_ms = max(one["decision_p99_us"] for one in crowded) / 1_000
    sqlite, postgres = (on[kind]["matches_per_second"] for kind in ("sqlite", "postgresql"))
    return {
        "decision_p99_ms_at_10000_waiting": Target(
            wanted=DECISION_MS_TARGET,
            measured=round(p99_ms, 3),
            met=p99_ms < DECISION_MS_TARGET,
        ),
        "matches_per_second_sqlite": Target(
            wanted=SQLITE_TARGET, measured=sqlite, met=sqlite >= SQLITE_TARGET
        ),
        "matches_per_second_postgresql": Target(
            wanted=POSTGRES_TARGET, measured=postgres, met=postgres >= POSTGRES_TARGET
        ),
    }


async def on_both(given: argparse.Namespace) -> dict[str, CommittedFigures]:
    """Measure what is committed on a SQLite file and on a PostgreSQL of our own."""

    async def on(url: str) -> CommittedFigures:
        return await committed(
            url,
            practitioners=given.practitioners,
            concurrent=given.concurrent,
            waves=given.waves,
        )

    with tempfile.TemporaryDirectory() as folder:
        on_sqlite = await on(f"sqlite:///{Path(folder) / 'goodfaith.db'}")
    with running_postgres(DURABLE) as server:
        return {"sqlite": on_sqlite, "postgresql": await on(server.create("goodfaith"))}


def main(arguments: Sequence[str]) -> Measured:
    """Measure on databases of its own and return the figures."""
    parser = argparse.ArgumentParser(prog="scripts/bench matching")
    parser.add_argument("--cycles", type=int, default=2_000)
    parser.add_argument("--waves", type=int, default=5)
    parser.add_argument("--practitioners", type=int, default=500)
    parser.add_argument("--concurrent", type=int, default=256)
    given = parser.parse_args(arguments)
    configure(clock=SystemClock(), level="warning", json=False, stream=sys.stderr)
    core = [CoreBench(*size, SEED).figures(given.cycles) for size in (*CROWDS, *IDLE)]
    on = uvloop.run(on_both(given))  # the loop that the server runs on
    return Measured(
        machine=machine(),
        targets=targets(core, on),
        core=core,
        committed=on,
        one_class=measure(SERVERS, PATIENTS, ROUNDS, SEED),
    )
