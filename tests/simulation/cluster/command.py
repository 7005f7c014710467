"""`scripts/simulate cluster`: plays seeds again, and shows what happened."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.simulation.cluster.world import Played, play


def parser() -> argparse.ArgumentParser:
    known = argparse.ArgumentParser(
        prog="scripts/simulate cluster",
        description="Plays the cluster's protocol with everything failing; exit code 1 when "
        "something did not hold.",
    )
    known.add_argument("--seed", type=int, default=0, metavar="N", help="the first seed")
    known.add_argument("--count", type=int, default=1, metavar="C", help="how many seeds")
    known.add_argument(
        "--trace", action="store_true", help="print what happened, by the second"
    )
    return known


def line(played: Played) -> str:
    """Return what is said of a seed."""
    held = "held" if played.violation is None else played.violation
    figures = f"{played.commits} commits, {played.takeovers} homes, {played.signed} signed"
    return f"seed {played.seed}: {held} ({figures}, trace {played.digest[:16]})"


def main(arguments: Sequence[str]) -> int:
    """Play what is asked for; return the exit code."""
    asked = parser().parse_args(arguments)
    failed = False
    for seed in range(asked.seed, asked.seed + asked.count):
        played = play(seed, keep=asked.trace)
        sys.stdout.writelines(f"{one}\n" for one in played.trace)
        if asked.count <= 20 or played.violation is not None:
            sys.stdout.write(f"{line(played)}\n")
        failed = failed or played.violation is not None
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
