"""kill -9 of the home, of another web node, of a relay: at each step of a match."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Final, Literal

from tests.cluster.levers import MatchStep
from tests.cluster.nodes import Node
from tests.cluster.relaying import RelayProcess
from tests.cluster.running import Cluster
from tests.faults.breaking import halted
from tests.faults.play import going, play
from tests.faults.records import NotHeld
from tests.faults.table import Figures, Row

TAKEN_OVER_S: Final = 5.0
BACK_S: Final = 5.0
SHORT: Final = {
    MatchStep.READY: "ready",
    MatchStep.OFFERED: "offered",
    MatchStep.ACCEPTING: "accepting",
    MatchStep.ACCEPTED: "accepted",
    MatchStep.LINKED: "linked",
    MatchStep.SEEN: "seen",
    MatchStep.SIGNED: "signed",
}

Victim = Literal["home", "web", "relay"]
WHO: Final[dict[Victim, str]] = {
    "home": "the network's home",
    "web": "a web node that is not the home",
    "relay": "the relay",
}


async def killed_at(cluster: Cluster, step: MatchStep, who: Victim) -> Figures:
    """Kill somebody at a step, and see that the play comes to its end nevertheless."""
    async with play(cluster) as one:
        async with halted(cluster, step) as halting:
            whole = asyncio.create_task(one.whole())
            await going(whole, halting)
            victim = victim_of(cluster, halting.result(), who)
            began_s = time.monotonic()
            await asyncio.to_thread(victim.kill)
        figures = await taken_over(cluster, victim, began_s) if who == "home" else {}
        await asyncio.to_thread(victim.start)
        await whole
        one.require_sound()
        back_s = one.back_after(began_s)
        if len(cluster.nodes) > 1 and back_s > BACK_S:
            raise NotHeld(f"somebody was back in place only after {back_s:.1f} s")
        return {**figures, "back_s": back_s}


def victim_of(cluster: Cluster, home: Node, who: Victim) -> Node | RelayProcess:
    """Return whom to kill."""
    if who == "home":
        return home
    if who == "relay":
        return cluster.relays[0]
    return next(node for node in cluster.nodes if node is not home and node.running)


async def taken_over(cluster: Cluster, victim: Node | RelayProcess, began_s: float) -> Figures:
    """Wait until the network is at home elsewhere, if there is an elsewhere.

    Raises:
        NotHeld: that took too long.
    """
    assert isinstance(victim, Node)
    if len(cluster.nodes) == 1:
        return {}
    await asyncio.to_thread(cluster.home_soon, 4 * TAKEN_OVER_S, but=victim)
    took_s = time.monotonic() - began_s
    if took_s > TAKEN_OVER_S:
        raise NotHeld(f"taken over only after {took_s:.1f} s")
    return {"taken_over_s": took_s}


def _row(step: MatchStep, who: Victim) -> Row:
    return Row(
        name=f"kill-{who}-{SHORT[step]}",
        fault=f"kill -9 of {WHO[who]}: {step}",
        holds="taken over and all back in place within 5 s" if who == "home" else "all go on",
        play=partial(killed_at, step=step, who=who),
        nodes=2 if who == "web" else 1,
    )


ROWS: Final = tuple(_row(step, who) for who in WHO for step in MatchStep)
