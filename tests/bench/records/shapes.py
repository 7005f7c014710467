"""The same tree in two shapes, in a SQLite file: tiles, and a row for each node.

Why it is kept in tiles: docs/decisions/0017.
"""

from __future__ import annotations

import hashlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Final, TypedDict

from server.tlog.merkle import Node, node_hash
from server.tlog.tiles import Edge, edges

BATCH: Final = 100
ROUNDS: Final = 50
FILL: Final = 10_000
MS: Final = 1_000
Rows = Iterable[tuple[int, int, bytes]]


class Shape(TypedDict):
    """One shape of one tree."""

    shape: str
    leaves: int
    bytes_per_leaf: float
    append_p50_ms: float


class Tiled:
    """256 hashes a row."""

    def __init__(self) -> None:
        self.size = 0
        self._open: dict[Node, bytes] = {}

    def append(self, hashes: list[bytes]) -> Rows:
        """Return the rows that so many leaves write."""
        edge = Edge(self.size, self._open)
        edge.append(hashes)
        self.size = edge.size
        kept = {name for name, _ in edges(self.size)}
        everything = {**self._open, **edge.changed}
        self._open = {name: everything[name] for name in kept}
        return [(*name, tile) for name, tile in edge.changed.items()]


class Noded:
    """One hash a row: of every perfect subtree."""

    def __init__(self) -> None:
        self.size = 0
        self._left: dict[int, bytes] = {}

    def append(self, hashes: list[bytes]) -> Rows:
        """Return the rows that so many leaves write."""
        rows = []
        for leaf in hashes:
            level, number, hashed = 0, self.size, leaf
            rows.append((level, number, hashed))
            while number % 2:
                hashed = node_hash(self._left[level], hashed)
                level, number = level + 1, number // 2
                rows.append((level, number, hashed))
            self._left[level] = hashed
            self.size += 1
        return rows


def shapes(leaves: int) -> list[Shape]:
    """Grow both to so many leaves, and measure what is appended then."""
    return [measure("tiles", Tiled().append, leaves), measure("nodes", Noded().append, leaves)]


def measure(name: str, append: Callable[[list[bytes]], Rows], leaves: int) -> Shape:
    """Measure one shape."""
    written = 0

    def some(count: int) -> list[bytes]:
        numbers = range(written, written + count)
        return [hashlib.sha256(number.to_bytes(8, "big")).digest() for number in numbers]

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tree.db"
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.execute(
                "CREATE TABLE t (level INTEGER, number INTEGER, hashes BLOB,"
                " PRIMARY KEY (level, number))"
            )

            def commit(hashes: list[bytes]) -> float:
                began = time.perf_counter()
                database.execute("BEGIN IMMEDIATE")
                database.executemany(
                    "INSERT OR REPLACE INTO t VALUES (?, ?, ?)", append(hashes)
                )
                database.execute("COMMIT")
                return time.perf_counter() - began

            while written < leaves:
                commit(some(min(FILL, leaves - written)))
                written += FILL
            written = leaves
            took = []
            for _ in range(ROUNDS):
                took.append(commit(some(BATCH)))
                written += BATCH
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Shape(
            shape=name,
            leaves=leaves,
            bytes_per_leaf=round(file.stat().st_size / written, 1),
            append_p50_ms=round(statistics.median(took) * MS, 2),
        )
