"""Which nodes there are, and which were not seen for a while: by the database's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select

from server.storage.cluster_tables import nodes
from server.storage.statements import Tx, clock_us, insert_into

MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Node:
    """A process of the cluster.

    Attributes:
        node_id: another one at every start.
        name: what the operator calls it.
        role: what it does.
        draining: it takes nothing new.
        silent_s: seconds since it was last seen.
    """

    node_id: str
    name: str
    role: str
    draining: bool = False
    silent_s: float = 0.0


async def beat(tx: Tx, node: Node) -> int:
    """Say that a node is there now, and return when that is: microseconds UTC."""
    statement = insert_into(tx, nodes).values(
        node_id=node.node_id,
        name=node.name,
        role=node.role,
        started_at=clock_us(),
        seen_at=clock_us(),
        draining=node.draining,
    )
    renewed = {"seen_at": clock_us(), "draining": node.draining}
    beaten = statement.on_conflict_do_update(index_elements=["node_id"], set_=renewed)
    return int((await tx.execute(beaten.returning(nodes.c.seen_at))).scalar_one())


async def all_nodes(tx: Tx) -> Sequence[Node]:
    """Return every node that said it was there, the silent ones included."""
    silent = clock_us() - nodes.c.seen_at
    query = select(
        nodes.c.node_id, nodes.c.name, nodes.c.role, nodes.c.draining, silent
    ).order_by(nodes.c.started_at, nodes.c.node_id)
    return [
        Node(node_id, name, role, bool(draining), max(int(us), 0) / MICROSECONDS)
        for node_id, name, role, draining, us in await tx.execute(query)
    ]


async def leave(tx: Tx, node_id: str) -> None:
    """Take a node out at once: it ends cleanly."""
    await tx.execute(delete(nodes).where(nodes.c.node_id == node_id))


async def sweep(tx: Tx, silent_s: float) -> int:
    """Forget nodes that were silent for long, and return how many."""
    before = clock_us() - round(silent_s * MICROSECONDS)
    return (await tx.execute(delete(nodes).where(nodes.c.seen_at < before))).rowcount
