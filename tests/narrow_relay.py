"""`goodfaith relay`, but a leg may send less: a test that floods it need not be so fast.

with running_relay(folder, program=NARROW) as relay: ...
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from media.relay_limits import RelayLimits
from media.relay_process import RelaySettings, run
from server.clock import SystemClock

LIMITS: Final = RelayLimits(leg_packets_per_s=500.0, leg_packets_burst_max=200)
"""A tenth of what a leg may send otherwise, which is still more than any camera does."""

NARROW: Final = ("tests.narrow_relay",)


def main() -> None:
    """Serve as the command does, by the same words."""
    words = argparse.ArgumentParser()
    for name in ("host", "announce", "control", "secret-file"):
        words.add_argument(f"--{name}", required=True)
    words.add_argument("--port", required=True, type=int)
    given = words.parse_args()
    settings = RelaySettings(
        host=given.host,
        port=given.port,
        announced=(given.announce,),
        control=given.control,
        secret=Path(given.secret_file).read_text().strip().encode(),
        limits=LIMITS,
    )
    run(settings, now=SystemClock().now, ready=lambda *doors: print(*doors, flush=True))  # noqa: T201


if __name__ == "__main__":
    main()
