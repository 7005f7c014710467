"""What forwarding a packet costs: this relay beside Janus, and beside aiortc's MediaRelay.

ours          the relay process, two legs an encounter
janus         Janus's VideoCall plugin, the same legs and packets; in turns with ours
media_relay   aiortc's MediaRelay, one encounter of the same rates and picture, 1280 by 720 both
              ways, which it decodes and encodes again

CPU is user and system time of the process under test alone, by the packets it forwarded.
Latency is one way, from just before the send call to when the kernel took the packet in at the
other leg: two passes through loopback are in it. Receivers send no reports. A window in which
the load generator itself did not keep the pace is counted in `invalid` and in no median; at
`at_60` as many encounters are loaded as take about 60 % of a core of ours.

While a window is open, generator and system run before anything else on the machine, if it
lets them (`undisturbed`): on a shared one, other people's work is not what is measured.

scripts/bench relay [--runs N] [--seconds N] [--encounters N...]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from tests.bench.relay_load.figures import Figures, Growth, figures, share
from tests.bench.relay_load.janus import janus, version
from tests.bench.relay_load.media_relay import media_relay
from tests.bench.relay_load.ours import ours
from tests.bench.relay_load.pacer import Window, run, tend
from tests.bench.relay_load.packets import Content, Recorded, Shape, plan
from tests.bench.relay_load.processes import before_others, resident_bytes
from tests.bench.relay_load.systems import System

RUNS: Final = 5
SECONDS: Final = 5.0
ENCOUNTERS: Final = (1, 10, 25, 50)
ENCOUNTERS_MAX: Final = 50
SEED: Final = 20_240_607
WARM_S: Final = 1.0
PAUSE_S: Final = 0.3
CORE_WANTED: Final = 0.6
AT_60_MAX: Final = 110  # encounters: the generator has no room for more
TARGETS: Final = {
    "ratio_janus_25_max": 1.0,
    "ratio_janus_50_max": 1.0,
    "ratio_mediarelay_1_max": 1 / 30,
    "at_60_latency_ms_p50_max": 0.5,
    "at_60_latency_ms_p99_max": 5.0,
}


class Bench:
    """Systems that grow together and are loaded in turns.

    The legs of all are kept alive meanwhile, those of `idle` systems too: consent to send ends
    after 30 s without a check (RFC 7675, 5.1).
    """

    def __init__(
        self,
        systems: Sequence[System],
        runs: int,
        seconds: float,
        idle: Sequence[System] = (),
    ) -> None:
        self.systems = systems
        self._idle = idle
        self._runs = runs
        self._seconds = seconds
        self._seed = SEED
        self.undisturbed = False

    async def grow(self, encounters: int) -> dict[str, Growth]:
        """Connect until there are so many; return what each system holds for the new ones."""
        found = {}
        for system in self.systems:
            added = encounters - len(system.legs) // 2
            before = resident_bytes(system.pid)
            for _ in range(added):
                await system.connect()
            await self._rest()
            waiting = resident_bytes(system.pid)
            await self._talk(system, encounters)
            found[system.name] = Growth(
                added, before, waiting if system.waits else None, resident_bytes(system.pid)
            )
        return found

    async def grow_alone(self, system: System, encounters: int) -> None:
        """Connect until one system has so many."""
        for _ in range(encounters - len(system.legs) // 2):
            await system.connect()
        await self._talk(system, encounters)

    async def measure(
        self, encounters: int, seconds: float, names: Sequence[str] = ()
    ) -> dict[str, list[Window]]:
        """Load the first so many encounters of each system, in turns."""
        systems = [one for one in self.systems if not names or one.name in names]
        found: dict[str, list[Window]] = {one.name: [] for one in systems}
        for _ in range(self._runs):
            for system in systems:
                window = await self._window(system, encounters, seconds, Shape())
                found[system.name].append(window)
        return found

    async def _talk(self, system: System, encounters: int) -> None:
        await system.link()
        await self._window(system, encounters, WARM_S, Shape())

    async def decoded(self, system: System) -> list[Window]:
        """Load a system that decodes what it gets."""
        content = Recorded(SEED)
        await system.connect()
        await self._window(system, 1, WARM_S, content, sampling=False)
        return [
            await self._window(system, 1, 2 * self._seconds, content, sampling=False)
            for _ in range(self._runs)
        ]

    async def _window(
        self,
        system: System,
        encounters: int,
        seconds: float,
        content: Content,
        *,
        sampling: bool = True,
    ) -> Window:
        await self._rest()
        self._seed += 1
        legs = system.legs[: 2 * encounters]
        due = plan(legs, seconds, content, self._seed)
        with before_others(system.pid, os.getpid()) as self.undisturbed:
            return run(legs, due, system.pid, sampling=sampling)

    async def _rest(self) -> None:
        """Let the control connections be read, and legs that wait be heard."""
        for system in (*self.systems, *self._idle):
            tend(system.legs)
        await asyncio.sleep(PAUSE_S)


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench relay")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--encounters", type=int, nargs="+", default=ENCOUNTERS)
    parsed = parser.parse_args(words)
    if not 0 < max(parsed.encounters) <= ENCOUNTERS_MAX:
        parser.error(f"at most {ENCOUNTERS_MAX} encounters")
    return parsed


def _ratios(measured: Mapping[str, Mapping[str, Figures]]) -> dict[str, float | None]:
    """Return ours to theirs, where both are valid."""
    found = {}
    for name, peers in measured.items():
        for peer in peers:
            if peer != "ours" and "ours" in peers:
                key = f"ratio_{peer.replace('_', '')}_{name}"
                found[key] = share(peers["ours"], peers[peer])
    return found


async def _at_60(
    bench: Bench,
    own: System,
    most: int,
    seconds: float,
    measured: Mapping[str, Mapping[str, Figures]],
) -> tuple[int, Figures]:
    """Load ours with as many encounters as take about so much of a core, and count them."""
    taken = measured[str(most)]["ours"]["core"] or 1.0
    wanted = max(1, min(AT_60_MAX, round(most * CORE_WANTED / taken)))
    await bench.grow_alone(own, wanted)
    windows = await bench.measure(wanted, seconds, [own.name])
    return wanted, figures(windows[own.name])


async def main(words: Sequence[str]) -> Mapping[str, object]:
    """Run it all and return the figures."""
    asked = _arguments(words)
    load_before = os.getloadavg()
    measured: dict[str, dict[str, Figures]] = {}
    memory: dict[str, list[Growth]] = {}
    async with AsyncExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        own = await stack.enter_async_context(ours(folders[0]))
        systems: list[System] = [own, await stack.enter_async_context(janus(folders[1]))]
        bench = Bench(systems, asked.runs, asked.seconds)
        for encounters in sorted(set(asked.encounters)):
            for name, growth in (await bench.grow(encounters)).items():
                memory.setdefault(name, []).append(growth)
            seconds = asked.seconds * (2 if encounters == 1 else 1)
            windows = await bench.measure(encounters, seconds)
            measured[str(encounters)] = {one: figures(windows[one]) for one in windows}
            if encounters == 1:
                async with media_relay() as decoding:
                    alone = Bench([decoding], asked.runs, asked.seconds, systems)
                    decoded = await alone.decoded(decoding)
                measured["1"]["media_relay"] = figures(decoded, sent=True)
        wanted, at_60 = await _at_60(bench, own, max(asked.encounters), asked.seconds, measured)
        counts = await own.counts()
        profiles = {one.name: one.legs[0].profile for one in systems}
    return {
        **_ratios(measured),
        "targets": TARGETS,
        "encounters": measured,
        "at_60": {"encounters": wanted, **at_60},
        "memory": {name: Growth.totals(several) for name, several in memory.items()},
        "ours_counts": counts,
        "profiles": profiles,
        "undisturbed": bench.undisturbed,
        "runs": asked.runs,
        "seconds": asked.seconds,
        "janus": version(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": {"before": load_before, "after": os.getloadavg()},
    }
