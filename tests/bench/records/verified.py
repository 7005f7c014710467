"""What verifying a record takes, by its size: the whole file, offline, as a stranger does it.

Parsing, every entry opened with the exam's key, chain, commitments, signatures, the proofs of
every entry, and the signature of the file.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final, TypedDict

from server import charting
from server.chart.entries import ChatSaid
from server.records.making import record_of
from server.records.verifying import Trust, verify
from server.sequencing.batches import sequence
from tests.bench.records.scene import median, scene
from tests.contract.records.charts import EXAMINER, FIRST, SIGNED_SEQ, sign_chart
from tests.contract.storage.rows import NOW

SIZES: Final = (1_000, 4_000)
ROUNDS: Final = 5
AT_ONCE: Final = 500
MS: Final = 1_000


class Verified(TypedDict):
    """One record.

    Attributes:
        entries: how many it has.
        file_bytes: its size, for the network: sealed entries, salts and proofs included.
        export_ms: making it, which verifies it as well.
        verify_ms: verifying the file, median.
        verify_thousand_ms: the same for 1,000 entries.
    """

    entries: int
    file_bytes: int
    export_ms: float
    verify_ms: float
    verify_thousand_ms: float


async def verified(url: str, folder: Path, size: int) -> Verified:
    """Write a signed chart of `size` entries, export it, and verify the file."""
    async with scene(url, folder, entries_per_encounter_max=2 * size) as there:
        core = there.core
        lines = [ChatSaid(by="practitioner", text="Please raise your brows.")] * AT_ONCE
        left = size - SIGNED_SEQ
        while left > 0:
            async with core.database.write() as tx:
                some = lines[: min(left, AT_ONCE)]
                await charting.append(tx, core.keyring, FIRST, EXAMINER, some, now=NOW)
            left -= AT_ONCE
        await sign_chart(core, FIRST)
        await sequence(core, holder="bench")
        began = time.perf_counter()
        file = await record_of(core, FIRST, "network")
        export_s = time.perf_counter() - began
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        verdict = verify(file, Trust())
        taken.append(time.perf_counter() - began)
        if verdict.problem is not None:
            raise AssertionError(verdict.problem)
    took_s = median(taken)
    return Verified(
        entries=size,
        file_bytes=len(file),
        export_ms=round(export_s * MS, 1),
        verify_ms=round(took_s * MS, 1),
        verify_thousand_ms=round(took_s * MS * 1_000 / size, 1),
    )
