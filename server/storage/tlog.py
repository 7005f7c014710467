"""Reading the tree over all charts: its checkpoints, tiles, proofs, and who is which leaf.

The one writer is `server.storage.tlog_appending`. What is read here may be shown to anybody,
but for `indexes`: which leaves are of one encounter is that encounter's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import RowMapping, Table, func, select

from server.storage.statements import Query, Tx
from server.storage.tables import (
    audit_entries,
    chart_entries,
    log_checkpoints,
    log_cosignatures,
    log_tiles,
)
from server.tlog.merkle import (
    Node,
    Span,
    TreeTooSmall,
    consistency_spans,
    inclusion_spans,
)
from server.tlog.tiles import TileHashes, tiles_for

NUMBERS_MAX: Final = 500  # in one statement
COUNTED_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Source:
    """A table whose rows are leaves.

    Attributes:
        table: has `at`, `leaf_hash` and `log_index` (`columns.place_in_log`).
        keys: columns that a row is known by, in the order of rows of one instant.
    """

    table: Table
    keys: tuple[str, ...]


SOURCES: Final[tuple[Source, ...]] = (
    Source(chart_entries, ("encounter_id", "seq")),
    Source(audit_entries, ("id",)),
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree that the log signed.

    Attributes:
        size: how many leaves it has.
        root: its root hash, 32 bytes.
        at: when it was signed, microseconds UTC.
        note: the signed note with the log's signature and those of witnesses.
    """

    size: int
    root: bytes
    at: int
    note: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is committed and not in the tree yet.

    Attributes:
        leaves: how many; a large number is not counted to its end.
        since: when the oldest happened, microseconds UTC; None when nothing waits.
    """

    leaves: int
    since: int | None


async def latest(tx: Tx) -> Checkpoint | None:
    """Give the newest checkpoint; None while the log is empty."""
    return await _newest(tx, select(log_checkpoints))


async def latest_cosigned(tx: Tx) -> Checkpoint | None:
    """Give the newest checkpoint that a witness cosigned; it may be a few seconds older."""
    cosigned = select(log_cosignatures.c.size)
    return await _newest(
        tx, select(log_checkpoints).where(log_checkpoints.c.size.in_(cosigned))
    )


async def last_without(tx: Tx, index: int) -> Checkpoint | None:
    """Give the newest checkpoint that does not have leaf `index` yet; None for the first."""
    return await _newest(tx, select(log_checkpoints).where(log_checkpoints.c.size <= index))


async def tile(tx: Tx, level: int, number: int) -> bytes | None:
    """Give the hashes of a tile, as many as there are; None when there are none."""
    query = select(log_tiles.c.hashes).where(
        log_tiles.c.level == level, log_tiles.c.number == number
    )
    found = (await tx.execute(query)).scalar_one_or_none()
    return None if found is None else bytes(found)


async def inclusion(tx: Tx, index: int, size: int) -> list[bytes]:
    """Give the proof that leaf `index` is in the tree of `size`.

    Raises:
        TreeTooSmall: the tree has no such leaf, or was never that large.
    """
    return (await inclusions(tx, [index], size))[index]


async def inclusions(tx: Tx, indexes: Sequence[int], size: int) -> dict[int, list[bytes]]:
    """Give the proofs of many leaves; what they share is read and hashed once.

    Raises:
        TreeTooSmall: the tree has not all of the leaves, or was never that large.
    """
    spans = {index: inclusion_spans(index, size) for index in indexes}
    hashes = await _hashes(tx, [span for some in spans.values() for span in some], size)
    return {index: hashes.proof(some) for index, some in spans.items()}


async def consistency(tx: Tx, old: int, new: int) -> list[bytes]:
    """Give the proof that the tree of size `new` begins with all of that of size `old`.

    Raises:
        TreeTooSmall: the older one is the larger one, or the tree was never that large.
    """
    spans = consistency_spans(old, new)
    return (await _hashes(tx, spans, new)).proof(spans)


async def indexes(tx: Tx, encounter_id: str) -> dict[int, int | None]:
    """Give which leaves the entries of a chart are, by sequence number; None: none yet."""
    query = select(chart_entries.c.seq, chart_entries.c.log_index).where(
        chart_entries.c.encounter_id == encounter_id
    )
    return {row.seq: row.log_index for row in await tx.execute(query)}


async def waiting(tx: Tx) -> Waiting:
    """Count what is not in the tree yet, of each source up to `COUNTED_MAX`."""
    leaves, since = 0, None
    for source in SOURCES:
        at = source.table.c.at
        first = (
            select(at)
            .where(source.table.c.log_index.is_(None))
            .order_by(at)
            .limit(COUNTED_MAX)
            .subquery()
        )
        query = select(func.count(), func.min(first.c.at))
        count, oldest = (await tx.execute(query)).one()
        leaves += count
        if oldest is not None:
            since = oldest if since is None else min(since, oldest)
    return Waiting(leaves, since)


async def anything_waits(tx: Tx) -> bool:
    """Tell whether anything is not in the tree yet."""
    for source in SOURCES:
        query = select(source.table.c.at).where(source.table.c.log_index.is_(None))
        if (await tx.execute(query.limit(1))).first() is not None:
            return True
    return False


async def cosigned_size(tx: Tx, witness: str) -> int:
    """Give the size of the largest tree that a witness cosigned, as far as is known here."""
    query = select(func.max(log_cosignatures.c.size)).where(
        log_cosignatures.c.witness == witness
    )
    return (await tx.execute(query)).scalar_one_or_none() or 0


async def tiles(tx: Tx, names: Iterable[Node]) -> dict[Node, bytes]:
    """Give those tiles that are there, by level and number."""
    wanted: defaultdict[int, list[int]] = defaultdict(list)
    for level, number in sorted(set(names)):
        wanted[level].append(number)
    found: dict[Node, bytes] = {}
    for level, numbers in wanted.items():
        for start in range(0, len(numbers), NUMBERS_MAX):
            query = select(log_tiles.c.number, log_tiles.c.hashes).where(
                log_tiles.c.level == level,
                log_tiles.c.number.in_(numbers[start : start + NUMBERS_MAX]),
            )
            for row in await tx.execute(query):
                found[level, row.number] = bytes(row.hashes)
    return found


async def _hashes(tx: Tx, spans: Sequence[Span], size: int) -> TileHashes:
    # A tile may hold hashes of leaves whose checkpoint this snapshot does not see.
    query = select(func.max(log_checkpoints.c.size))
    if size > ((await tx.execute(query)).scalar_one_or_none() or 0):
        raise TreeTooSmall(f"the tree was never as large as {size}")
    return TileHashes(await tiles(tx, tiles_for(spans)))


async def _newest(tx: Tx, query: Query) -> Checkpoint | None:
    newest = query.order_by(log_checkpoints.c.size.desc()).limit(1)
    row = (await tx.execute(newest)).mappings().one_or_none()
    return None if row is None else await _whole(tx, row)


async def _whole(tx: Tx, row: RowMapping) -> Checkpoint:
    """Put the cosignatures behind the log's signature."""
    query = (
        select(log_cosignatures.c.line)
        .where(log_cosignatures.c.size == row["size"])
        .order_by(log_cosignatures.c.witness)
    )
    lines = (await tx.execute(query)).scalars()
    return Checkpoint(row["size"], bytes(row["root"]), row["at"], row["note"] + "".join(lines))
