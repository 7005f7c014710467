"""SIGSTOP of the home past its lease, then SIGCONT: what it still wants to write is refused."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from tests.cluster.levers import CallStep, MatchStep
from tests.cluster.nodes import Node
from tests.cluster.running import Cluster
from tests.faults.breaking import aside, frozen, halted
from tests.faults.match_rows import taken_over
from tests.faults.play import going, play
from tests.faults.records import NotHeld
from tests.faults.table import Figures, Row

PAST_LEASE_S: Final = 2.0  # after somebody else took over
REFUSED_S: Final = 5.0
LOOK_S: Final = 0.05


async def frozen_while_accepting(cluster: Cluster) -> Figures:
    """Freeze it with an accept written and not committed."""
    async with play(cluster) as one:
        before = cluster.epoch_of(cluster.network_id)
        async with halted(cluster, MatchStep.ACCEPTING) as halting:
            whole = asyncio.create_task(one.whole())
            await going(whole, halting)
            node = halting.result()
            began_s = time.monotonic()
            node.freeze()
        async with aside(frozen(node)):
            figures = await taken_over(cluster, node, began_s)
            await asyncio.sleep(PAST_LEASE_S)
            frozen_s, said = time.monotonic() - began_s, len(node.log)
        refused = await refusals_of(cluster, node, said)
        await whole
        one.require_sound()
        require_deposed(cluster, before)
        return {**figures, "frozen_s": frozen_s, "refused": refused}


async def frozen_in_a_call(cluster: Cluster) -> Figures:
    """Freeze it while a call goes on, which it must not end, about to write into its chart."""
    async with play(cluster, hurried=False) as one:
        whole = asyncio.create_task(one.whole())
        await going(whole, asyncio.ensure_future(one.seen.wait()))
        before = cluster.epoch_of(cluster.network_id)
        async with halted(cluster, CallStep.SWITCHED) as halting:
            switching = asyncio.create_task(one.switch_camera_off())
            await going(switching, halting)
            node = halting.result()
            began_s = time.monotonic()
            node.freeze()
        async with aside(frozen(node)):
            figures = await taken_over(cluster, node, began_s)
            await one.pictures()
            await asyncio.sleep(PAST_LEASE_S)
            said = len(node.log)
        refused = await refusals_of(cluster, node, said)
        await switching
        await one.pictures()
        one.finishing.set()
        await whole
        one.require_sound()
        require_deposed(cluster, before)
        return {**figures, "refused": refused}


async def refusals_of(cluster: Cluster, node: Node, since: int) -> int:
    """Wait until a node has said that a write of its old lease was refused; count those.

    Either the lease's row was not its own any more when a transaction began, or PostgreSQL had
    ended the transaction in which it was stopped.

    Args:
        cluster: alone, a node's lease is nobody else's: nothing is refused.
        node: that was stopped.
        since: how long its log was when it went on.

    Raises:
        NotHeld: nothing was refused; then nothing was shown.
    """
    if len(cluster.nodes) == 1:
        return 0
    deadline = time.monotonic() + REFUSED_S
    while not (refused := sum(map(is_refusal, node.log[since:].splitlines()))):
        if time.monotonic() > deadline:
            raise NotHeld("no write of the home that was stopped was refused")
        await asyncio.sleep(LOOK_S)
    return refused


def is_refusal(line: str) -> bool:
    """Tell whether a line of a node's log says that the database refused a write of a home."""
    # With its epoch, `lease_lost` is what it heard from others.
    renewal = "lease_lost" in line and "epoch=" not in line
    batch = "desk_failed" in line and "CommitFailed" in line
    return renewal or batch or "error_type=LeaseLost" in line


def require_deposed(cluster: Cluster, epoch_before: int) -> None:
    """See that somebody else took the lease, so that the old epoch is over.

    Raises:
        NotHeld: nobody did: nothing was shown.
    """
    if len(cluster.nodes) > 1 and cluster.epoch_of(cluster.network_id) <= epoch_before:
        raise NotHeld("nobody else took the lease")


ROWS: Final = (
    Row(
        name="freeze-home-accepting",
        fault="SIGSTOP of the home with an accept not committed, past its lease, then SIGCONT",
        holds="taken over within 5 s; the accept has one effect; the old home is refused",
        play=frozen_while_accepting,
        nodes=2,
    ),
    Row(
        name="freeze-home-in-call",
        fault="SIGSTOP of the home in a call, about to write, past its lease, then SIGCONT",
        holds="taken over within 5 s; pictures go on; what the old home writes is refused",
        play=frozen_in_a_call,
        nodes=2,
    ),
)
