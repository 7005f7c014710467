"""What the tree costs as it grows: an append, a proof, its verification, bytes of a leaf.

Entries are put into the table many at a time, without being sealed, and taken into the tree by
the product's own code: the tree and its indexes are as large as they would be.
"""

from __future__ import annotations

import hashlib
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypedDict

from sqlalchemy import func, select, text

from server.sequencing.batches import LEASE, one_batch
from server.services import Core
from server.storage import leases, tlog
from server.storage.leases import Lease
from server.storage.statements import Tx, insert_rows
from server.storage.tables import chart_entries, log_tiles
from server.tlog import merkle
from server.tlog.tiles import edges
from tests.bench.records.scene import Scene, percentile, scene

MS: Final = 1_000
US: Final = 1_000_000
BATCH: Final = 100
ROUNDS: Final = 30
PROOFS: Final = 1_000
FILL: Final = 5_000
SEED: Final = 20_261_128
SEALED: Final = bytes(40)


class Grown(TypedDict):
    """At one size.

    Attributes:
        append_p50_ms, append_p99_ms: a batch of `BATCH` entries, its commit included, as a
            clock on the wall sees it: other work on the machine and the disk are in it.
        append_cpu_ms, one_leaf_cpu_ms: processor time of this process for such a batch, and
            for one entry. On SQLite that is all of it, on PostgreSQL not the server's part.
        tiles_read: what an append reads of the tree.
        proof_hashes: of the longest inclusion proof.
        inclusion_cpu_us: reading and hashing one proof, alone.
        thousand_proofs_cpu_ms: of 1,000 entries at once, anywhere in the tree.
        verify_thousand_cpu_ms: verifying those.
        consistency_cpu_us: a proof from some earlier size.
        tree_bytes_per_leaf: content of all tiles.
    """

    leaves: int
    append_p50_ms: float
    append_p99_ms: float
    append_cpu_ms: float
    one_leaf_cpu_ms: float
    tiles_read: int
    proof_hashes: int
    inclusion_cpu_us: float
    thousand_proofs_cpu_ms: float
    verify_thousand_cpu_ms: float
    consistency_cpu_us: float
    tree_bytes_per_leaf: float


async def growth(url: str, folder: Path, sizes: Sequence[int]) -> list[Grown]:
    """Grow one tree through these sizes, and measure at each."""
    figures: list[Grown] = []
    async with scene(url, folder, log_batch_max=FILL) as at:
        filler = Filler(at)
        async with at.core.database.write() as tx:
            lease = await leases.acquire(tx, LEASE, "bench", 86_400)
        if lease is None:
            raise AssertionError("the lease is free")
        for size in sizes:
            while filler.written < size:
                await filler.fill(min(FILL, size - filler.written))
                await one_batch(at.core, lease)
            await settle(at.core)
            figures.append(await measure(at.core, filler, lease))
    return figures


class Filler:
    """Writes entries that nobody will read."""

    def __init__(self, at: Scene) -> None:
        self._at = at
        self.written = 0
        self.hashes: list[bytes] = []

    async def fill(self, count: int) -> None:
        """Commit so many entries, waiting to be taken in."""
        numbers = range(self.written, self.written + count)
        made = [hashlib.sha256(number.to_bytes(8, "big")).digest() for number in numbers]
        shared = {"kind": "note.delta", "at": self._at.core.clock.now(), "actor": "bench"}
        filler = {"leaf_version": 1, "previous_hash": "0" * 64, "ciphertext_hash": "0" * 64}
        rows = [
            {
                "encounter_id": self._at.charts[number % len(self._at.charts)],
                "seq": number + 1,
                "leaf_hash": hashed.hex(),
                "commitment": "0" * 64,
                "sealed_entry": SEALED,
                **shared,
                **filler,
            }
            for number, hashed in zip(numbers, made, strict=True)
        ]
        async with self._at.core.database.write() as tx:
            await insert_rows(tx, chart_entries, rows)
        self.written += count


async def settle(core: Core) -> None:
    """Let a database that collects figures of its tables have them (PostgreSQL)."""
    async with core.database.write() as tx:
        await tx.execute(text("ANALYZE"))


async def measure(core: Core, filler: Filler, lease: Lease) -> Grown:
    """Measure at the size that there is."""
    size = filler.written
    batches = [await appended(core, filler, lease, BATCH) for _ in range(ROUNDS)]
    singles = [await appended(core, filler, lease, 1) for _ in range(ROUNDS)]
    walls = [wall for wall, _ in batches]
    dice = random.Random(SEED)
    indexes = dice.sample(range(size), min(PROOFS, size))
    async with core.database.read() as tx:
        newest = await tlog.latest(tx)
        if newest is None:
            raise AssertionError("there is a tree")
        now = newest.size
        single_us = [await timed_us(tlog.inclusion, tx, one, now) for one in indexes[:200]]
        consistency_us = [
            await timed_us(tlog.consistency, tx, dice.randint(1, size), now) for _ in range(100)
        ]
        began = time.process_time()
        proofs = await tlog.inclusions(tx, indexes, now)
        read_s = time.process_time() - began
        hashes = await leaf_hashes(tx, indexes)
        content = select(func.sum(func.length(log_tiles.c.hashes)))
        tile_bytes = (await tx.execute(content)).scalar_one()
    began = time.process_time()
    held = [
        merkle.verify_inclusion(hashes[index], index, now, proof, newest.root)
        for index, proof in proofs.items()
    ]
    verify_s = time.process_time() - began
    if not all(held):
        raise AssertionError("a proof does not hold")
    return Grown(
        leaves=size,
        append_p50_ms=round(statistics.median(walls) * MS, 2),
        append_p99_ms=round(percentile(walls, 0.99) * MS, 2),
        append_cpu_ms=round(statistics.median(cpu for _, cpu in batches) * MS, 2),
        one_leaf_cpu_ms=round(statistics.median(cpu for _, cpu in singles) * MS, 2),
        tiles_read=len(edges(size)),
        proof_hashes=max(map(len, proofs.values())),
        inclusion_cpu_us=round(statistics.median(single_us), 1),
        thousand_proofs_cpu_ms=round(read_s * MS * PROOFS / len(indexes), 1),
        verify_thousand_cpu_ms=round(verify_s * MS * PROOFS / len(indexes), 1),
        consistency_cpu_us=round(statistics.median(consistency_us), 1),
        tree_bytes_per_leaf=round(int(tile_bytes) / now, 2),
    )


async def appended(core: Core, filler: Filler, lease: Lease, count: int) -> tuple[float, float]:
    """Return the seconds, on the wall and of the processor, to take in so many entries."""
    await filler.fill(count)
    wall, cpu = time.perf_counter(), time.process_time()
    await one_batch(core, lease)
    return time.perf_counter() - wall, time.process_time() - cpu


async def timed_us(prove: Callable[..., object], tx: Tx, *place: int) -> float:
    """Return the processor's microseconds for one proof."""
    began = time.process_time()
    await prove(tx, *place)  # type: ignore[misc]
    return (time.process_time() - began) * US


async def leaf_hashes(tx: Tx, indexes: Sequence[int]) -> dict[int, bytes]:
    """Return the hashes of leaves."""
    found: dict[int, bytes] = {}
    for start in range(0, len(indexes), tlog.NUMBERS_MAX):
        some = indexes[start : start + tlog.NUMBERS_MAX]
        query = select(chart_entries.c.log_index, chart_entries.c.leaf_hash).where(
            chart_entries.c.log_index.in_(some)
        )
        found |= {
            row.log_index: bytes.fromhex(row.leaf_hash) for row in await tx.execute(query)
        }
    return found
