"""Entries committed a second, with and without the tree, and how long one waits for its proof.

Sixteen charts grow at once, one entry a transaction, as fast as the database lets them: far
more than encounters write. Meanwhile the sequencer runs as the server runs it. An entry *has
its proof* once a signed checkpoint covers it and its inclusion proof can be read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Final, TypedDict
from unittest.mock import patch

from server.sequencing import sequencer as sequencing
from server.sequencing.batches import one_batch, sequence
from server.sequencing.sequencer import Sequencer
from server.services import Core
from server.storage import chart_log, tlog
from server.storage.leases import Lease
from server.storage.tlog import Checkpoint
from tests.bench.records.scene import Scene, median, percentile, scene

TEXT: Final = b"x" * 300
MS: Final = 1_000
LOOK_S: Final = 0.01


class Committed(TypedDict):
    """One database, with or without the tree.

    Attributes:
        entries_per_second: committed; with the tree, until the last has its proof.
        commit_p50_ms, commit_p99_ms: of one entry's transaction.
        batch_p50_ms, batch_p99_ms: of one batch of the sequencer, its commit included.
        leaves_per_batch: on average.
        proof_after_p99_ms: from an entry's commit to the checkpoint that covers it.
    """

    entries_per_second: float
    commit_p50_ms: float
    commit_p99_ms: float
    batches: int
    batch_p50_ms: float
    batch_p99_ms: float
    leaves_per_batch: float
    proof_after_p99_ms: float


class Watch:
    """Looks at the clock when something was committed or signed."""

    def __init__(self) -> None:
        self.commits: list[float] = []
        self.done: list[float] = []
        self.batches: list[float] = []
        self.signed: list[tuple[float, int]] = []

    async def batch(self, core: Core, lease: Lease) -> Checkpoint | None:
        """Stand in for `one_batch`, and time it."""
        began = time.perf_counter()
        made = await one_batch(core, lease)
        if made is not None:
            ended = time.perf_counter()
            self.batches.append(ended - began)
            self.signed.append((ended, made.size))
        return made

    def proof_after(self) -> list[float]:
        """Return how long each commit waited for the first checkpoint that covers it.

        Entries come into the tree in about the order of their commits, so the n-th commit is
        covered by the first checkpoint of n leaves.
        """
        waits, place = [], 0
        for number, at in enumerate(sorted(self.done), start=1):
            while place < len(self.signed) and self.signed[place][1] < number:
                place += 1
            if place < len(self.signed):
                waits.append(max(0.0, self.signed[place][0] - at))
        return waits


async def write(at: Scene, chart: str, until: float, watch: Watch) -> None:
    """Append one entry after the other to a chart."""
    while time.perf_counter() < until:
        began = time.perf_counter()
        async with at.core.database.write() as tx:
            await chart_log.append(
                tx,
                chart,
                [("note.delta", "practitioner:bench", TEXT)],
                keyring=at.core.keyring,
                now=at.core.clock.now(),
            )
        ended = time.perf_counter()
        watch.commits.append(ended - began)
        watch.done.append(ended)


async def committed(url: str, folder: Path, *, seconds: float, tree: bool) -> Committed:
    """Measure one database for so many seconds."""
    watch = Watch()
    async with scene(url, folder) as at:
        began = time.perf_counter()
        writing = [write(at, chart, began + seconds, watch) for chart in at.charts]
        if tree:
            await beside_sequencer(at.core, writing, watch)
        else:
            await asyncio.gather(*writing)
        took = time.perf_counter() - began
        if tree:
            await require_proofs(at.core, len(watch.commits))
    return Committed(
        entries_per_second=round(len(watch.commits) / took, 1),
        commit_p50_ms=round(median(watch.commits) * MS, 2),
        commit_p99_ms=round(percentile(watch.commits, 0.99) * MS, 2),
        batches=len(watch.batches),
        batch_p50_ms=round(median(watch.batches) * MS, 2) if tree else 0.0,
        batch_p99_ms=round(percentile(watch.batches, 0.99) * MS, 2) if tree else 0.0,
        leaves_per_batch=round(len(watch.commits) / len(watch.batches), 1) if tree else 0.0,
        proof_after_p99_ms=round(percentile(watch.proof_after(), 0.99) * MS, 1)
        if tree
        else 0.0,
    )


async def beside_sequencer(
    core: Core, writing: Sequence[Coroutine[object, object, None]], watch: Watch
) -> None:
    """Run the writers beside the server's own task, until everything is in the tree."""
    running = Sequencer(core, "bench")
    with patch.object(sequencing, "one_batch", watch.batch):
        task = asyncio.create_task(running.run())
        await asyncio.gather(*writing)
        while True:
            if running.standing.size == len(watch.commits):
                break
            await asyncio.sleep(LOOK_S)
        task.cancel()


async def require_proofs(core: Core, entries: int) -> None:
    """Look that the tree has all of them."""
    newest = await sequence(core, holder="bench")
    if newest is None or newest.size != entries:
        raise AssertionError("an entry is not in the tree")
    async with core.database.read() as tx:
        await tlog.inclusions(tx, range(0, entries, 101), entries)
