"""What a run is asked to do, from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.load.examiner import Shift
from tests.load.machine import SECONDS_MAX, Size, TooMuch

SEED: Final = 20_261_128


@dataclass(frozen=True, slots=True)
class Plan:
    """One run.

    Attributes:
        size: how many of everything.
        ramp_s: over how long the patients come, nobody being on duty.
        steady_s: how long the practitioners work before the kills, if any, are over and drain
            begins.
        drain_s: how long they go on after that; who is not seen by then leaves.
        kill_node: kill a node that is not the home, then the home, in the steady phase.
        durable: PostgreSQL syncs to the disk.
    """

    size: Size
    ramp_s: float
    steady_s: float
    drain_s: float
    shift: Shift
    kill_node: bool
    durable: bool
    seed: int
    json_file: Path | None


def parser() -> argparse.ArgumentParser:
    """Return what understands the command line."""
    known = argparse.ArgumentParser(prog="scripts/loadtest")
    known.add_argument("--nodes", type=int, default=3, metavar="N")
    known.add_argument("--waiting", type=int, default=2_000, metavar="N", help="patients")
    known.add_argument("--practitioners", type=int, default=100, metavar="N")
    known.add_argument("--peers", type=int, default=0, metavar="K", help="calls with media")
    known.add_argument(
        "--legs", type=int, default=0, metavar="K", help="legs to measure, on a server aside"
    )
    known.add_argument("--ramp-s", type=float, default=60.0, metavar="SECONDS")
    known.add_argument("--steady-s", type=float, default=60.0, metavar="SECONDS")
    known.add_argument("--drain-s", type=float, default=240.0, metavar="SECONDS")
    known.add_argument("--exam-s", type=float, default=20.0, metavar="SECONDS")
    known.add_argument("--think-s", type=float, default=1.0, metavar="SECONDS")
    known.add_argument("--signed", type=float, default=0.1, metavar="SHARE")
    known.add_argument("--kill-node", action="store_true")
    known.add_argument("--durable", action="store_true", help="PostgreSQL syncs")
    known.add_argument("--seed", type=int, default=SEED, metavar="S")
    known.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")
    return known


def read(words: Sequence[str]) -> Plan:
    """Return what is asked for.

    Raises:
        TooMuch: a duration or a share is out of bounds.
    """
    asked = parser().parse_args(words)
    for name in ("ramp_s", "steady_s", "drain_s", "exam_s", "think_s"):
        if not 0 <= getattr(asked, name) <= SECONDS_MAX:
            raise TooMuch(f"--{name.replace('_', '-')}: between 0 and {SECONDS_MAX}")
    if not 0 <= asked.signed <= 1:
        raise TooMuch("--signed: between 0 and 1")
    if asked.kill_node and asked.nodes < 2:
        raise TooMuch("--kill-node needs --nodes 2 or more")
    return Plan(
        size=Size(asked.nodes, asked.waiting, asked.practitioners, asked.peers, asked.legs),
        ramp_s=asked.ramp_s,
        steady_s=asked.steady_s,
        drain_s=asked.drain_s,
        shift=Shift(asked.think_s, asked.exam_s, asked.signed),
        kill_node=asked.kill_node,
        durable=asked.durable,
        seed=asked.seed,
        json_file=asked.json,
    )
