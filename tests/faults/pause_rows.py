"""SIGSTOP of the home past its lease, then SIGCONT: what it still wants to write is refused."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from tests.cluster.levers import MatchStep
from tests.cluster.running import Cluster
from tests.faults.breaking import aside, frozen, halted
from tests.faults.match_rows import taken_over
from tests.faults.play import going, play
from tests.faults.records import NotHeld
from tests.faults.table import Figures, Row

PAST_LEASE_S: Final = 2.0  # after somebody else took over


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
        await whole
        one.require_sound()
        require_deposed(cluster, before)
        return {**figures, "frozen_s": time.monotonic() - began_s}


async def frozen_in_a_call(cluster: Cluster) -> Figures:
    """Freeze it while a call goes on, which it must not end when it comes back."""
    async with play(cluster, hurried=False) as one:
        whole = asyncio.create_task(one.whole())
        await going(whole, asyncio.ensure_future(one.seen.wait()))
        before = cluster.epoch_of(cluster.network_id)
        node, began_s = cluster.home, time.monotonic()
        async with aside(frozen(node)):
            figures = await taken_over(cluster, node, began_s)
            await one.pictures()
            await asyncio.sleep(PAST_LEASE_S)
        await one.pictures()
        one.finishing.set()
        await whole
        one.require_sound()
        require_deposed(cluster, before)
        return figures


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
        holds="taken over within 5 s; the accept has one effect; the old home writes nothing",
        play=frozen_while_accepting,
        nodes=2,
    ),
    Row(
        name="freeze-home-in-call",
        fault="SIGSTOP of the home in a call, past its lease, then SIGCONT",
        holds="taken over within 5 s; pictures go on; the old home ends no call",
        play=frozen_in_a_call,
        nodes=2,
    ),
)
