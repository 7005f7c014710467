"""The real server, with levers: it halts at a step of a match, and its wall clock can be moved.

    python -m tests.cluster.faulty_node LEVERS

Steps are observed from outside: by what the classes of the server that take them return. The
clock is moved for the whole process, before anything of the server or of a library is imported.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.cluster.levers import Levers

LEVERS = Levers(Path(sys.argv[1]))


def move_clock() -> None:
    """Put the wall clock ahead by what the levers say, at every look."""
    wall, wall_ns = time.time, time.time_ns
    time.time = lambda: wall() + LEVERS.ahead_ns / 1e9
    time.time_ns = lambda: wall_ns() + LEVERS.ahead_ns


def main() -> None:
    """Serve."""
    move_clock()
    # Only now: what is imported before keeps the clock as it was.
    from server.cli import app  # noqa: PLC0415
    from tests.cluster.step_watch import watch_steps  # noqa: PLC0415

    watch_steps(LEVERS)
    app(["serve"])


if __name__ == "__main__":
    main()
