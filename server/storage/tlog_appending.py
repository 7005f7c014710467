"""Writing the tree over all charts: the one way in for leaves, checkpoints and cosignatures.

    fence -> what waits -> tiles -> checkpoint -> places       all in the caller's transaction

Rows are taken in by `at`, then by their keys, from whatever is committed: a transaction that
began earlier and commits later comes into a later batch. So the order of the tree says when
the sequencer first saw an entry; the order within a chart is that of its own chain.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Row, Table, delete, select

from server.storage import leases, tlog
from server.storage.errors import CommitFailed, LogBroken
from server.storage.leases import Lease
from server.storage.statements import Query, Tx, insert_rows, update_rows, upsert
from server.storage.tables import log_checkpoints, log_cosignatures, log_tiles
from server.storage.tlog import SOURCES, Checkpoint, Source
from server.tlog.merkle import TreeTooSmall
from server.tlog.tiles import Edge, edges

Signing: TypeAlias = Callable[[Checkpoint | None, int, bytes], Awaitable[str]]
"""Makes the note of a size and a root, given the newest checkpoint until then."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    source: Source
    at: int
    keys: tuple[Any, ...]
    hashed: str


async def append(
    tx: Tx,
    lease: Lease,
    sign: Signing,
    *,
    limit: int,
    now: int,
) -> Checkpoint | None:
    """Take what waits into the tree, and sign what it is then.

    Args:
        tx: nothing was done in it before.
        lease: the right to write; it is made certain first, and until the commit.
        sign: makes the checkpoint.
        limit: leaves at most.
        now: microseconds UTC.

    Returns:
        The new checkpoint, or None when nothing waits.

    Raises:
        LeaseLost: somebody else is the sequencer now; nothing is written.
        LogBroken: the stored tree is not the one that was signed last.
        CommitFailed: an entry vanished meanwhile.
    """
    await leases.fence(tx, lease)
    leaves = await _waiting(tx, limit)
    if not leaves:
        return None
    newest = await tlog.latest(tx)
    size, root = (newest.size, newest.root) if newest is not None else (0, None)
    edge = await _edge(tx, size)
    if root is not None and edge.root() != root:
        raise LogBroken(f"the tiles of {size} leaves have another root than was signed")
    edge.append(bytes.fromhex(leaf.hashed) for leaf in leaves)
    await _write_tiles(tx, edge)
    await _write_places(tx, leaves, size)
    signed = await sign(newest, edge.size, edge.root())
    made = Checkpoint(edge.size, edge.root(), now, signed)
    values = {"size": made.size, "root": made.root, "note": made.note, "at": made.at}
    await insert_rows(tx, log_checkpoints, [values])
    return made


async def add_cosignature(tx: Tx, size: int, witness: str, line: str, *, now: int) -> bool:
    """Keep what a witness signed; False when the checkpoint is no longer kept."""
    query = select(log_checkpoints.c.size).where(log_checkpoints.c.size == size)
    # Held until the commit: what is thinned out meanwhile would leave a line of nothing.
    if (await tx.execute(query.with_for_update(key_share=True))).first() is None:
        return False
    row = {"size": size, "witness": witness, "line": line, "at": now}
    await upsert(tx, log_cosignatures, row)
    return True


async def thin_out(
    tx: Tx, *, after: int, before: int, every_us: int, limit: int
) -> tuple[int, int]:
    """Forget checkpoints that a later one stands for.

    Proofs need none of them: the tree of any size can be proven from the newest. Of each span
    of time the last is kept, and the last that a witness cosigned.

    Args:
        tx: where.
        after: only those of larger trees than this.
        before: only those signed earlier than this, microseconds UTC.
        every_us: such a span of time.
        limit: how many are looked at.

    Returns:
        From where to go on, as `after`, and how many are gone.
    """
    query = (
        select(log_checkpoints.c.size, log_checkpoints.c.at, log_cosignatures.c.witness)
        .outerjoin(log_cosignatures, log_cosignatures.c.size == log_checkpoints.c.size)
        .where(log_checkpoints.c.size > after, log_checkpoints.c.at < before)
        .order_by(log_checkpoints.c.size)
        .limit(limit)
    )
    rows = (await tx.execute(query)).all()
    if not rows:
        return after, 0
    kept = {(at // every_us, witness is not None): size for size, at, witness in rows}
    last = rows[-1].size  # whether it is the last of its span is seen the next time
    gone = sorted({row.size for row in rows} - {*kept.values(), last})
    for table in (log_cosignatures, log_checkpoints):
        await tx.execute(delete(table).where(table.c.size.in_(gone)))
    return last - 1, len(gone)


async def _waiting(tx: Tx, limit: int) -> Sequence[_Leaf]:
    leaves: list[_Leaf] = []
    for source in SOURCES:
        table, keys = source.table, source.keys
        order = [table.c.at, *(table.c[name] for name in keys)]
        query: Query = (
            select(*order, table.c.leaf_hash)
            .where(table.c.log_index.is_(None))
            .order_by(*order)
            .limit(limit)
        )
        leaves += [_leaf(source, row) for row in await tx.execute(query)]
    if len(SOURCES) > 1:
        leaves.sort(key=lambda leaf: leaf.at)  # stable: of one instant, as the sources stand
    return leaves[:limit]


def _leaf(source: Source, row: Row[*tuple[Any, ...]]) -> _Leaf:
    at, *keys, hashed = row
    return _Leaf(source, at, tuple(keys), hashed)


async def _edge(tx: Tx, size: int) -> Edge:
    try:
        return Edge(size, await tlog.tiles(tx, [name for name, _ in edges(size)]))
    except TreeTooSmall as error:
        raise LogBroken(str(error)) from None


async def _write_tiles(tx: Tx, edge: Edge) -> None:
    rows = [
        {"level": level, "number": number, "hashes": hashes}
        for (level, number), hashes in sorted(edge.changed.items())
    ]
    await upsert(tx, log_tiles, *rows)


async def _write_places(tx: Tx, leaves: Sequence[_Leaf], first: int) -> None:
    by_table: dict[Table, list[Mapping[str, object]]] = {}
    keys: dict[Table, tuple[str, ...]] = {}
    for index, leaf in enumerate(leaves, start=first):
        table, names = leaf.source.table, leaf.source.keys
        keys[table] = names
        given = {f"its_{name}": value for name, value in zip(names, leaf.keys, strict=True)}
        by_table.setdefault(table, []).append({"log_index": index, **given})
    for table, rows in by_table.items():
        where = {f"its_{name}": name for name in keys[table]}
        if await update_rows(tx, table, rows, where=where) != len(rows):
            raise CommitFailed("an entry vanished while it was taken into the tree")
