"""This node among the others: seen every second, and who was not seen for a while.

Judged by the database's clock, and only once this node itself was heard by the database for as
long as another may be silent: while the database is away nobody is heard, and nobody is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from server.clock import Clock
from server.cluster.shared_time import SharedTime
from server.ending import end
from server.logging import get_logger
from server.storage import node_words, nodes, requests
from server.storage.database import Database
from server.storage.errors import StorageError
from server.storage.nodes import Node

BEAT_S: Final = 1.0
GONE_S: Final = 4.0
AWAKE_S: Final = 1.9 * BEAT_S  # less than the lease of a home that is taken over
ABSENT_S: Final = GONE_S / 2  # others counted from when a beat arrived, up to so much later
LEFT_S: Final = 60.0  # for so long who left is named: longer than its requests are on their way
SWEEP_S: Final = 30.0
KEPT_S: Final = 120.0
NODE_KEPT_S: Final = 3_600.0

log = get_logger("membership")


@dataclass(slots=True)
class Judgement:
    """Who is gone, from what was seen. Pure: time is an argument.

    there --silent for too long, or left--> gone --heard again, at any look--> there
    """

    _gone_since_s: dict[str, float] = field(default_factory=dict)
    _there: frozenset[str] = frozenset()
    _steady_since_s: float | None = None
    _heard_s: float = 0.0

    @property
    def gone(self) -> frozenset[str]:
        """Nodes that were there, and are not."""
        return frozenset(self._gone_since_s)

    def heard(self, now_s: float) -> bool:
        """Note that the database heard this node.

        Returns:
            False if that was not so for so long that others may have taken it for gone.
        """
        was_away = self._steady_since_s is not None and now_s - self._heard_s > ABSENT_S
        if self._steady_since_s is None or now_s - self._heard_s > 2 * BEAT_S:
            self._steady_since_s = now_s
        self._heard_s = now_s
        return not was_away

    def judges(self, now_s: float) -> bool:
        """Tell whether it is known for long enough who is there to say who is not."""
        return self._steady_since_s is not None and now_s - self._steady_since_s >= GONE_S

    def look(self, seen: Sequence[Node], now_s: float) -> list[str]:
        """Return who is gone since the last look: silent for too long, or left."""
        there = frozenset(one.node_id for one in seen if one.silent_s <= GONE_S)
        if not self.judges(now_s):
            # Nobody is judged, but who is heard has come back: what it registers is to stay.
            self._gone_since_s = {
                one: at for one, at in self._gone_since_s.items() if one not in there
            }
            self._there |= there
            return []
        named = {one.node_id for one in seen}
        before = self._gone_since_s
        gone = (self._there | before.keys() | named) - there
        since_s = {one: before.get(one, now_s) for one in gone}
        self._gone_since_s = {
            one: at for one, at in since_s.items() if one in named or now_s - at < LEFT_S
        }
        self._there = there
        return sorted(gone - before.keys())


class Membership:
    """Says that this node is there, and knows who else is.

    Args:
        database: where.
        node: this one.
        clock: what time it is.

    Attributes:
        nodes: as they were seen last.
    """

    def __init__(self, database: Database, node: Node, clock: Clock) -> None:
        self._database = database
        self._node = node
        self._clock = clock
        self._judgement = Judgement()
        self._time = SharedTime()
        self._gone: list[Callable[[str], None]] = []
        self._looks: list[Callable[[Collection[str]], None]] = []
        self._absent: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self.nodes: tuple[Node, ...] = (node,)

    def now_us(self) -> int:
        """Return the time that all nodes have: the database's, microseconds UTC."""
        return self._time.now_us(self._clock.elapsed_s())

    @property
    def gone(self) -> frozenset[str]:
        """Nodes that are gone, as far as is known."""
        return self._judgement.gone

    @property
    def awake(self) -> frozenset[str]:
        """Nodes that were heard of just now: one that is silent is gone only later."""
        return frozenset(one.node_id for one in self.nodes if one.silent_s <= AWAKE_S)

    def on_gone(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Have somebody told of a node that is gone; returns what ends that."""
        self._gone.append(callback)
        return lambda: self._gone.remove(callback)

    def on_look(self, callback: Callable[[Collection[str]], None]) -> Callable[[], None]:
        """Have somebody told at every look who is gone; returns what ends that."""
        self._looks.append(callback)
        return lambda: self._looks.remove(callback)

    def on_absent(self, callback: Callable[[], None]) -> None:
        """Have somebody told that others may have taken this node for gone."""
        self._absent.append(callback)

    async def start(self) -> None:
        """Say that this node is there, and go on saying so.

        Raises:
            StorageError: the database does not answer.
        """
        await self._beat()
        self._task = asyncio.create_task(self._run())
        self._sweeping = asyncio.create_task(self._sweep())

    async def drain(self) -> None:
        """Say that this node takes nothing new.

        Raises:
            StorageError: it could not be said.
        """
        self._node = replace(self._node, draining=True)
        await self._beat()

    async def close(self) -> None:
        """Leave; the others need not wait until this node was silent for long."""
        await end({one for one in (self._task, self._sweeping) if one is not None})
        try:
            async with self._database.urgent_write() as tx:
                await nodes.leave(tx, self._node.node_id)
        except StorageError as error:
            log.warning("not_left", error_type=type(error).__name__)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await self._beat()
            except StorageError as error:
                log.warning("unheard", error_type=type(error).__name__)
            except Exception:  # who is not seen any more is gone: this goes on
                log.exception("membership_failed")

    async def _beat(self) -> None:
        # Before: a process that is stopped while it waits for the answer was not heard since.
        now_s = self._clock.elapsed_s()
        async with self._database.urgent_write() as tx:
            asked_s = self._clock.elapsed_s()
            beaten_us = await nodes.beat(tx, self._node)
            self._time.heard(beaten_us, asked_s=asked_s, answered_s=self._clock.elapsed_s())
            seen = await nodes.all_nodes(tx)
        self.nodes = tuple(seen)
        if not self._judgement.heard(now_s):
            for told in self._absent:
                told()
        for node_id in self._judgement.look(seen, now_s):
            log.warning("node_gone", node=node_id)
            for callback in tuple(self._gone):
                callback(node_id)
        for looked in tuple(self._looks):
            looked(self._judgement.gone)

    async def _sweep(self) -> None:
        """Delete what is old; beside the beats, which do not wait for it."""
        while True:
            try:
                async with self._database.write() as tx:
                    await requests.sweep(tx, KEPT_S)
                    await node_words.sweep(tx, KEPT_S)
                    await nodes.sweep(tx, NODE_KEPT_S)
            except StorageError as error:
                log.warning("not_swept", error_type=type(error).__name__)
            except Exception:  # rows that nobody deletes fill the disk
                log.exception("sweep_failed")
            await asyncio.sleep(SWEEP_S)
