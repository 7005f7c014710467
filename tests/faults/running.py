"""Plays rows on clusters of their own kind, one row after the other.

A row that did not hold leaves nothing behind: the next one has a new cluster.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.cluster.running import Cluster, RedisKind, running_cluster
from tests.faults.table import Outcome, Row, played

DATABASE_MB: Final = "400"
# Who missed an offer because of a fault is asked again within the row.
AGAIN_S: Final = "3"


def cluster_for(folder: Path, row: Row, nodes: int) -> AbstractContextManager[Cluster]:
    """Return a cluster in which a row means something."""
    alone: RedisKind | None = "standalone" if nodes > 1 else None
    return running_cluster(
        folder,
        nodes=nodes,
        redis="sentinel" if row.sentinel else alone,
        faulty=True,
        database_mb=DATABASE_MB,
        switchboard__repass_exclusion_s=AGAIN_S,
        switchboard__missed_offer_pause_s=AGAIN_S,
    )


def outcomes(rows: Sequence[Row], *, nodes: int) -> Generator[Outcome]:
    """Play rows and yield what came of each, those that need Sentinels last."""
    left = sorted(rows, key=lambda row: row.sentinel)
    while left:
        sentinel, whole = left[0].sentinel, True
        with (
            TemporaryDirectory() as folder,
            cluster_for(Path(folder), left[0], nodes) as cluster,
        ):
            while whole and left and left[0].sentinel == sentinel:
                outcome = asyncio.run(played(left.pop(0), cluster))
                whole = outcome.held
                yield outcome
