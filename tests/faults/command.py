"""`scripts/faults`: plays rows of the table and prints what came of each.

Ended by a signal (SIGINT, SIGTERM) it ends what it has started, as after the last row.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import time
from contextlib import closing
from types import FrameType
from typing import Final, NoReturn

from tests.faults import telling
from tests.faults.rows import ROWS
from tests.faults.running import outcomes
from tests.faults.table import chosen

NODES: Final = 3
NODES_MAX: Final = 5
UNKNOWN: Final = 2
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
BY_SIGNAL: Final = 128


def main(words: list[str]) -> int:
    """Play what is asked for; return 1 if something was not held, 2 if there is no such row."""
    asked = parsed(words)
    try:
        rows = [row for row in chosen(ROWS, asked.only) if row.nodes <= asked.nodes]
    except KeyError as unknown:
        sys.stderr.write(f"no such row: {unknown}; see --list\n")
        return UNKNOWN
    if asked.list:
        sys.stdout.writelines(f"{row.name:28} {row.fault}\n" for row in rows)
        return 0
    logging.basicConfig(level=logging.CRITICAL)  # codecs and ICE talk a lot
    for one in SIGNALS:
        signal.signal(one, leave)
    began_s, done = time.monotonic(), []
    with closing(outcomes(rows, nodes=asked.nodes)) as played:
        for outcome in played:
            done.append(outcome)
            where = sys.stderr if asked.json else sys.stdout
            print(telling.line(outcome), file=where, flush=True)
    if asked.json:
        sys.stdout.write(json.dumps([telling.as_json(one) for one in done], indent=2) + "\n")
    failed = sum(not one.held for one in done)
    took_s = time.monotonic() - began_s
    sys.stderr.write(f"{len(done) - failed} held, {failed} not, {took_s:.0f} s\n")
    return 1 if failed or not done else 0


def leave(number: int, _frame: FrameType | None) -> NoReturn:
    """End this process by way of every block that has something to clear away."""
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)  # whoever is impatient leaves nothing behind either
    raise SystemExit(BY_SIGNAL + number)


def parsed(words: list[str]) -> argparse.Namespace:
    """Read what is asked for."""
    parser = argparse.ArgumentParser(prog="scripts/faults")
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--nodes", type=int, default=NODES, choices=range(1, NODES_MAX + 1))
    return parser.parse_args(words)
