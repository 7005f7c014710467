"""How long the picture stands when something breaks in the middle of a call.

The gap runs from the last picture before the fault to the first one after it, on the page that
shows none for longer: the console or the patient's. What breaks is in `encounters/faults.py`;
all calls go through the server's own relay, and over a network on loopback that can be moved
and blocked (`tests/udp_proxy.py`). Each round is a call in which every fault happens once, and
a fault only when pictures have flowed again for seconds.

scripts/bench recover [--runs N] [--faults NAME...]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.async_api import Error, Page, async_playwright

from tests.bench.encounters.connections import KEEP, is_relayed
from tests.bench.encounters.far_relay import far_relay
from tests.bench.encounters.faults import FAULTS, Breaking
from tests.bench.encounters.figures import figures
from tests.bench.encounters.people import Clinic, clinic
from tests.bench.encounters.pictures import WATCH, last_shown_ms, now_ms, pause_ms
from tests.browser.chromium import launch_options
from tests.udp_proxy import PERFECT, UdpProxy

RUNS: Final = 10
TARGETS_MS: Final = {
    "rebound": 1_500,
    "moved": 1_500,
    "dead_leg": 2_500,
    "reloaded": 4_000,
    "killed": 5_000,
}
LAST: Final = "killed"
WITHIN_MS: Final = 30_000.0
# Between two faults: the relay's child must have lived a while not to be started later each
# time, and the picture is whole again by then.
QUIET_S: Final = 4.0
# A call that goes direct ends its round early.
ROUNDS_PER_RUN_MAX: Final = 2


@dataclass(slots=True)
class Outcome:
    """What one kind of fault did, in milliseconds.

    Attributes:
        gaps: of the page that stood longer.
        console: of the console alone.
        patient: of the patient's page alone.
        relayed: how often a relay carried the call afterwards.
        lost: how often no picture came any more.
        skipped: how often no relay carried the call before it, so that nothing was broken.
    """

    gaps: list[float] = field(default_factory=list)
    console: list[float] = field(default_factory=list)
    patient: list[float] = field(default_factory=list)
    relayed: int = 0
    lost: int = 0
    skipped: int = 0

    def told(self, target_ms: int) -> Mapping[str, object]:
        """Return it for people and machines."""
        found: dict[str, object] = {
            "target_p95_ms": target_ms,
            "lost": self.lost,
            "relayed": self.relayed,
            "skipped": self.skipped,
        }
        if self.gaps:
            found["gap_ms"] = figures(self.gaps)
            found["console_ms"] = figures(self.console)
            found["patient_ms"] = figures(self.patient)
        return found


def turned(names: Sequence[str], number: int) -> list[str]:
    """Return the faults of a round in their order: another one first, the killed relay last.

    Without a relay a call goes direct, and nothing of the others can happen to it.
    """
    others = [one for one in names if one != LAST]
    at = number % len(others) if others else 0
    return others[at:] + others[:at] + [one for one in names if one == LAST]


class Bench:
    """Calls that break."""

    def __init__(self, at: Clinic, network: UdpProxy, names: Sequence[str]) -> None:
        self.outcomes = {name: Outcome() for name in names}
        self._at = at
        self._network = network

    def has(self, runs: int) -> bool:
        """Tell whether every fault has happened so often."""
        return all(len(one.gaps) + one.lost >= runs for one in self.outcomes.values())

    async def round(self, number: int) -> None:
        """Make a call, and break it in every way."""
        ringing = await self._at.ring(number)
        await self._at.page.get_by_test_id("offer-accept").click()
        await self._at.connected(ringing)
        for name in turned(list(self.outcomes), number):
            await asyncio.sleep(QUIET_S)
            if not await self._break(name, ringing.patient.page):
                break
            await self._at.connected(ringing)
        await self._at.over(ringing)

    async def _break(self, name: str, patient: Page) -> bool:
        """Let one fault happen; tell whether pictures came back."""
        outcome, console = self.outcomes[name], self._at.page
        if not await is_relayed(console):
            outcome.skipped += 1
            return False
        folder = self._at.stage.server.folder / "data" / "relay"
        since = await now_ms(console)
        before = [await last_shown_ms(page) for page in (console, patient)]
        await FAULTS[name](Breaking(patient, self._network, folder))
        try:
            gaps = [
                await pause_ms(page, last, since, WITHIN_MS)
                for page, last in zip((console, patient), before, strict=True)
            ]
        except Error as error:
            outcome.lost += 1
            print(f"{name}: {error.message.splitlines()[0]}", file=sys.stderr)
            return False
        for kept, gap in zip((outcome.console, outcome.patient), gaps, strict=True):
            kept.append(gap)
        outcome.gaps.append(max(gaps))
        print(f"{name}: {[round(one) for one in gaps]} ms", file=sys.stderr)
        outcome.relayed += await is_relayed(console)
        return True


async def main(arguments: Sequence[str]) -> Mapping[str, object]:
    """Break calls of a server of its own, and return how long each took to come back."""
    parser = argparse.ArgumentParser(prog="scripts/bench recover")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS))
    asked = parser.parse_args(arguments)
    load_before = os.getloadavg()
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = await playwright.chromium.launch(**launch_options())
        stack.push_async_callback(browser.close)
        server, network = await stack.enter_async_context(far_relay(folder, PERFECT))
        at = await stack.enter_async_context(clinic(server, browser, KEEP + WATCH))
        bench = Bench(at, network, asked.faults)
        for number in range(ROUNDS_PER_RUN_MAX * asked.runs):
            if bench.has(asked.runs):
                break
            await bench.round(number)
    return {
        **{name: one.told(TARGETS_MS[name]) for name, one in bench.outcomes.items()},
        "runs": asked.runs,
        "load_average": {"before": load_before, "after": os.getloadavg()},
    }
