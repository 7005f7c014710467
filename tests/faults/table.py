"""The table of faults: each row breaks something under a small load, and says if it held."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from tests.cluster.nodes import Node
from tests.cluster.process import NotStarted as ProgramNotStarted
from tests.cluster.running import Cluster, NoHome
from tests.servers import NotStarted

ROW_S: Final = 120.0

Figures: TypeAlias = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault.

    Attributes:
        name: for `--only`.
        fault: what is broken, in words.
        holds: what must hold, beside what must hold always (`records`).
        play: breaks it under load; raises when something did not hold.
        nodes: that must be there for it to mean anything.
        sentinel: it needs Redis under Sentinels.
    """

    name: str
    fault: str
    holds: str
    play: Callable[[Cluster], Awaitable[Figures]]
    nodes: int = 1
    sentinel: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a row.

    Attributes:
        why: what did not hold; None when all did.
        took_s: the whole row.
    """

    row: Row
    why: str | None
    took_s: float
    figures: Figures = field(default_factory=dict)

    @property
    def held(self) -> bool:
        return self.why is None


async def played(row: Row, cluster: Cluster) -> Outcome:
    """Play one row, and mend what it left broken."""
    began_s = time.monotonic()
    figures: Figures = {}
    why: str | None = None
    try:
        async with asyncio.timeout(ROW_S):
            figures = await row.play(cluster)
    except Exception as failure:  # noqa: BLE001 - a row that breaks has not held; others go on
        why = sentence(failure)
        if isinstance(failure, NoHome):  # what the cluster said of it is gone with the cluster
            sys.stderr.write(f"{failure}\n")
    try:
        await asyncio.to_thread(mend, cluster)
    except (NotStarted, ProgramNotStarted, NoHome) as failure:
        why = why or f"afterwards: {sentence(failure)}"
    return Outcome(row, why, time.monotonic() - began_s, figures)


def sentence(failure: BaseException) -> str:
    """Return what failed in few words."""
    if isinstance(failure, ExceptionGroup):
        return "; ".join(sorted({sentence(one) for one in failure.exceptions}))
    if isinstance(failure, NoHome):
        return "the network is at home nowhere"
    lines = [one for one in str(failure).splitlines() if one.strip()]
    return f"{type(failure).__name__}: {lines[-1][:200] if lines else 'no reason given'}"


def mend(cluster: Cluster) -> None:
    """Bring everything back that a row has left ended, frozen or cut."""
    if not cluster.postgres.running:
        cluster.postgres.start()
    for wire in [cluster.wire, *(node.database for node in cluster.nodes)]:
        if wire is not None:
            wire.spare()
            wire.delay_s, wire.dead = 0.0, False
    for program in [*cluster.relays, *cluster.redis_servers]:
        if program.running:
            program.thaw()
        else:
            program.start()
    _mend_nodes(cluster.nodes)
    cluster.home_soon()


def _mend_nodes(nodes: Sequence[Node]) -> None:
    down = [node for node in nodes if not node.running]
    for node in nodes:
        node.levers.release()
        node.levers.ahead_ns = 0
        if node.running:
            node.thaw()
    for node in down:
        node.launch()
    for node in down:
        node.wait_until_well()


def chosen(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """Return the rows of these names; all where none is named.

    Raises:
        KeyError: there is no such row.
    """
    by_name = {row.name: row for row in rows}
    return [by_name[name] for name in names] if names else list(rows)
