"""What the record costs: commits with proofs, growth of the tree, bytes, verification.

committed   entries a second on SQLite and PostgreSQL, without and with the tree
growth      append, proof and verification at 1,000 to 1,000,000 leaves
stored      bytes of a ten-minute encounter
shapes      the same tree as tiles and as one row for each node
verified    verifying an exported record, for each 1,000 entries

scripts/bench record [--seconds N] [--leaves N] [--encounters N] [--only sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypedDict

import uvloop

from server.clock import SystemClock
from server.logging import configure
from tests.bench.matching import machine
from tests.bench.records.committed import Committed, committed
from tests.bench.records.growth import Grown, growth
from tests.bench.records.shapes import Shape, shapes
from tests.bench.records.stored import Stored, stored
from tests.bench.records.verified import SIZES as RECORD_SIZES
from tests.bench.records.verified import Verified, verified
from tests.postgres import DURABLE, PostgresServer, running_postgres

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)


class OfOne(TypedDict):
    """One database."""

    without_tree: Committed
    with_tree: Committed
    growth: list[Grown]
    stored: Stored
    verified: list[Verified]


class Measured(TypedDict):
    """What the benchmark prints."""

    machine: dict[str, str | int | float]
    sqlite: OfOne | None
    postgresql: OfOne | None
    shapes: list[Shape]


class Place:
    """Gives empty databases."""

    def __init__(self, folder: Path, server: PostgresServer | None) -> None:
        self.folder = folder
        self._server = server

    def url(self, name: str) -> str:
        """Return the URL of a new one."""
        if self._server is not None:
            return self._server.create(name)
        return f"sqlite:///{self.folder / name}.db"


async def of_one(place: Place, given: argparse.Namespace) -> OfOne:
    """Measure one kind of database."""
    sizes = [size for size in SIZES if size <= given.leaves]
    return OfOne(
        without_tree=await committed(
            place.url("without"), place.folder, seconds=given.seconds, tree=False
        ),
        with_tree=await committed(
            place.url("with_tree"), place.folder, seconds=given.seconds, tree=True
        ),
        stored=await stored(place.url("stored"), place.folder, encounters=given.encounters),
        growth=await growth(place.url("growth"), place.folder, sizes),
        verified=[
            await verified(place.url(f"verified_{size}"), place.folder, size)
            for size in RECORD_SIZES
        ],
    )


async def on_both(given: argparse.Namespace) -> tuple[OfOne | None, OfOne | None]:
    """Measure on a SQLite file and on a PostgreSQL of our own."""
    on_sqlite = on_postgres = None
    with tempfile.TemporaryDirectory() as folder:
        if given.only != "postgresql":
            on_sqlite = await of_one(Place(Path(folder), None), given)
        if given.only != "sqlite":
            with running_postgres(DURABLE) as server:
                on_postgres = await of_one(Place(Path(folder), server), given)
    return on_sqlite, on_postgres


def main(arguments: Sequence[str]) -> Measured:
    """Measure on databases of its own and return the figures."""
    parser = argparse.ArgumentParser(prog="scripts/bench record")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--leaves", type=int, default=max(SIZES))
    parser.add_argument("--encounters", type=int, default=5)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args(arguments)
    configure(clock=SystemClock(), level="warning", json=False, stream=sys.stderr)
    on_sqlite, on_postgres = uvloop.run(on_both(given))
    return Measured(
        machine=machine(),
        sqlite=on_sqlite,
        postgresql=on_postgres,
        shapes=shapes(given.leaves),
    )
