"""`goodfaith rehearse` against a cluster whose nodes are killed and restarted meanwhile.

shown = await rehearsed(cluster, 20)
assert shown.signed == 20

In turns, until the rehearsal is over: kill -9 of the network's home, which is started again
once another is home; SIGTERM of a node that is not home, and start.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Final

from tests.cluster.nodes import Node
from tests.cluster.running import Cluster

FIRST_S: Final = 8.0
PAUSE_S: Final = 6.0
TAKEN_OVER_S: Final = 20.0
WORDS: Final = ("rehearse", "--staying", "--json")


@dataclass(slots=True)
class Shown:
    """What came of it.

    Attributes:
        count: encounters that were played.
        signed: of them.
        relayed: of them.
        failures: a sentence each.
        broken: what was done to the nodes.
    """

    count: int
    signed: int = 0
    relayed: int = 0
    failures: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Tell whether all were signed while nodes were killed and restarted."""
        kinds = {one.partition(" ")[0] for one in self.broken}
        return self.signed == self.count and kinds == {"killed", "restarted"}

    def table(self) -> str:
        """Return it for a terminal."""
        lines = [*self.broken, *(f"failed: {one}" for one in self.failures)]
        summary = f"{self.count} played, {self.relayed} through the relay, {self.signed} signed"
        return "\n".join([*lines, summary])


async def rehearsed(cluster: Cluster, count: int) -> Shown:
    """Rehearse so many encounters while nodes are killed and restarted.

    Args:
        cluster: every node is up.
        count: encounters, one after the other.
    """
    shown = Shown(count)
    words = [*WORDS, "--url", cluster.url, "--count", str(count)]
    rehearsal = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.cli", *words),
        env=cluster.nodes[0].environment,
        stdout=asyncio.subprocess.PIPE,
    )
    breaking = asyncio.create_task(_break(cluster, shown))
    output, _ = await rehearsal.communicate()
    breaking.cancel()
    await asyncio.gather(breaking, return_exceptions=True)
    report = json.loads(output)
    shown.signed = report["summary"]["signed"]
    shown.relayed = report["summary"]["relayed"]
    shown.failures = [one["error"] for one in report["encounters"] if "error" in one]
    return shown


async def _break(cluster: Cluster, shown: Shown) -> None:
    """Kill the home, restart another, and so on."""
    await asyncio.sleep(FIRST_S)
    while True:
        await _killed(cluster, shown)
        await asyncio.sleep(PAUSE_S)
        other = next(one for one in cluster.nodes if one is not cluster.home)
        await asyncio.to_thread(_restarted, other)
        shown.broken.append(f"restarted {other.name}")
        await asyncio.sleep(PAUSE_S)


async def _killed(cluster: Cluster, shown: Shown) -> None:
    victim, began_s = cluster.home, time.monotonic()
    victim.kill()
    heir = await asyncio.to_thread(cluster.home_soon, TAKEN_OVER_S, but=victim)
    took_s = time.monotonic() - began_s
    shown.broken.append(f"killed {victim.name}: {heir.name} was home after {took_s:.1f} s")
    await asyncio.to_thread(victim.start)


def _restarted(node: Node) -> None:
    node.stop()
    node.start()
