"""An event loop on virtual time, whose tasks belong to processes that can stop and die.

Nothing waits here: when nobody can go on, the time jumps to the next timer. What is ready runs
in the order in which it became so. A callback belongs to the process in whose context it was
made. One of a frozen process waits until the process goes on; one of a dead process never runs.

It has no sockets, no threads and no signals.
"""

from __future__ import annotations

import asyncio
import heapq
from asyncio import events as running
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

PROCESS: Final[ContextVar[Process | None]] = ContextVar("PROCESS", default=None)
Callback = Callable[..., object]
Work = Coroutine[Any, Any, Any]


@dataclass(eq=False, slots=True)
class Process:
    """One process of the cluster, as its operating system sees it.

    Attributes:
        name: unique among all that ever ran.
        alive: until it is killed.
        frozen: from SIGSTOP to SIGCONT.
        held: what became ready meanwhile.
        context: in which everything of it runs.
    """

    name: str
    alive: bool = True
    frozen: bool = False
    held: list[asyncio.Handle] = field(default_factory=list)
    context: Context = field(default_factory=Context)

    def __post_init__(self) -> None:
        self.context.run(PROCESS.set, self)


@dataclass(frozen=True, slots=True)
class Spawned:
    """Something that runs in a process; nobody need wait for it."""

    task: asyncio.Task[None]


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs until the virtual time is over."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        """Start at second 0; `failed` is told what a callback or task raised."""
        super().__init__()
        self._failed = failed
        self._seconds = 0.0
        self._soon: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._numbers = count()
        # Nobody else keeps the tasks of a dead process, and collecting one would run it on.
        self._tasks: list[asyncio.Task[Any]] = []
        self._works: list[Work] = []
        self._outside = Context()

    # What asyncio asks of a loop.

    def time(self) -> float:
        return self._seconds

    def call_soon(
        self, callback: Callback, *args: object, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, _own(context))
        self._soon.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callback, *args: object, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._seconds + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callback, *args: object, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, _own(context))
        heapq.heappush(self._timers, (when, next(self._numbers), handle))
        return handle

    def create_task(  # type: ignore[override]  # coroutines only
        self, coro: Work, *, name: object = None, context: Context | None = None
    ) -> asyncio.Task[Any]:
        made = str(name or "-")  # asyncio counts them otherwise, over all loops
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, name=made, context=context)
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # asyncio's own name
        self._tasks.append(task)
        return task

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if "handle" in context and isinstance(error, BaseException):
            self._failed(error)

    def _timer_handle_cancelled(self, _handle: asyncio.TimerHandle) -> None:
        """Leave it where it is: it is skipped when its time comes."""

    # What the simulation asks of it.

    def spawn(self, process: Process, work: Coroutine[Any, Any, object]) -> Spawned:
        """Run something in a process; what it raises is a fault of the program."""
        self._works.append(work)
        return Spawned(self.create_task(self._guarded(work), context=process.context))

    def later(self, delay_s: float, callback: Callback, *args: object) -> None:
        """Call something that belongs to no process."""
        self.call_later(delay_s, callback, *args, context=self._outside)

    def deliver(self, process: Process, at: float, callback: Callback, *args: object) -> None:
        """Call something in a process, when a message for it is there."""
        self.call_at(at, callback, *args, context=process.context)

    def end(self) -> None:
        """Let go of everything that was under way; nothing of it runs on."""
        for task in self._tasks:
            coroutine = task.get_coro()
            if not task.done() and coroutine is not None:
                coroutine.close()
        for work in self._works:
            work.close()
        self.close()

    def freeze(self, process: Process) -> None:
        """SIGSTOP."""
        process.frozen = True

    def resume(self, process: Process) -> None:
        """SIGCONT: what became ready meanwhile goes on, in its order."""
        process.frozen = False
        held, process.held = process.held, []
        self._soon.extend(held)

    def run_until(self, seconds: float, over: Callable[[], bool]) -> None:
        """Let the time go on to `seconds`, or until `over` says so."""
        before = running._get_running_loop()
        running._set_running_loop(self)
        try:
            while not over():
                if not self._soon and not self._due(seconds):
                    self._seconds = max(self._seconds, seconds)
                    return
                self._step(self._soon.popleft())
        finally:
            running._set_running_loop(before)

    def _step(self, handle: asyncio.Handle) -> None:
        if handle.cancelled():
            return
        process: Process | None = handle._context.get(PROCESS)  # type: ignore[attr-defined]
        if process is not None and not process.alive:
            return
        if process is not None and process.frozen:
            process.held.append(handle)
            return
        handle._run()

    def _due(self, until: float) -> bool:
        """Move the timers that come next to what is ready; False when none comes in time."""
        while self._timers:
            when, _, handle = self._timers[0]
            if when > until:
                return False
            heapq.heappop(self._timers)
            if handle.cancelled():
                continue
            self._seconds = max(self._seconds, when)
            self._soon.append(handle)
            return True
        return False

    async def _guarded(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody has to look
            self._failed(error)


def _own(context: Context | None) -> Context:
    """Return the caller's context where none is said; an empty one counts as false."""
    return copy_context() if context is None else context
