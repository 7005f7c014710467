"""Faults, each for as long as a block lasts.

with killed(node):                   kill -9; started again at the end
with frozen(cluster.home):           SIGSTOP; SIGCONT at the end
with postgres_stopped(cluster):      and so on

What they do takes time (a node starts in seconds): `aside` has it done beside the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import Final, Protocol, TypeVar

from tests.cluster.levers import Step, wait_for_one_held
from tests.cluster.nodes import Node
from tests.cluster.postgres import How, StoppablePostgres
from tests.cluster.running import Cluster
from tests.cluster.wires import Cut, Wire

HELD_S: Final = 40.0
COMMIT: Final = b"COMMIT"

T = TypeVar("T")


class Killable(Protocol):
    """What can be killed and started again."""

    @property
    def running(self) -> bool: ...

    def kill(self) -> None: ...

    def start(self) -> None: ...


class Freezable(Protocol):
    """What can be frozen and thawed."""

    def freeze(self) -> None: ...

    def thaw(self) -> None: ...


@asynccontextmanager
async def aside(fault: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Begin and end a fault beside the event loop."""
    value = await asyncio.to_thread(fault.__enter__)
    try:
        yield value
    finally:
        await asyncio.to_thread(fault.__exit__, None, None, None)


@contextmanager
def killed(program: Killable) -> Iterator[None]:
    """End a program as a power cut would, and start it again at the end."""
    program.kill()
    try:
        yield
    finally:
        if not program.running:
            program.start()


@contextmanager
def frozen(program: Freezable) -> Iterator[None]:
    """Let a program do nothing, with everything that it has left open."""
    program.freeze()
    try:
        yield
    finally:
        program.thaw()


@contextmanager
def postgres_stopped(postgres: StoppablePostgres, how: How = "immediate") -> Iterator[None]:
    """Let there be no database: connections are refused."""
    postgres.stop(how)
    try:
        yield
    finally:
        postgres.start()


@contextmanager
def slow(wires: Sequence[Wire], seconds: float) -> Iterator[None]:
    """Let everything that passes take so long, each way."""
    for wire in wires:
        wire.delay_s = seconds
    try:
        yield
    finally:
        for wire in wires:
            wire.delay_s = 0.0


@contextmanager
def half_open(wires: Sequence[Wire]) -> Iterator[None]:
    """Let nothing pass and nothing be closed; at the end every connection is cut.

    A connection that nothing passed through for long is not trusted any more, so it ends.
    """
    for wire in wires:
        wire.dead = True
    try:
        yield
    finally:
        for wire in wires:
            wire.cut()
            wire.dead = False


@contextmanager
def cut_at_commit(wires: Sequence[Wire], when: Cut, times: int = 1) -> Iterator[None]:
    """Cut the connections that commit next, before the COMMIT arrives or its answer does."""
    for wire in wires:
        wire.cut_at(COMMIT, when, times)
    try:
        yield
    finally:
        for wire in wires:
            wire.spare()


@contextmanager
def ahead(nodes: Sequence[Node], seconds: float) -> Iterator[None]:
    """Put the wall clock of nodes ahead (or behind), and back at the end."""
    for node in nodes:
        node.levers.ahead_ns = round(seconds * 1e9)
    try:
        yield
    finally:
        for node in nodes:
            node.levers.ahead_ns = 0


@asynccontextmanager
async def halted(cluster: Cluster, step: Step) -> AsyncIterator[asyncio.Task[Node]]:
    """Have whichever node comes to a step next halt there, until the block ends.

    The task's result is the node. Whoever is killed or frozen while it halts, is so there.
    """
    levers = [node.levers for node in cluster.nodes]
    for one in levers:
        one.arm(step)

    async def wait() -> Node:
        return cluster.nodes[await asyncio.to_thread(wait_for_one_held, levers, HELD_S)]

    waiting = asyncio.create_task(wait())
    try:
        yield waiting
    finally:
        for one in levers:
            one.release()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
