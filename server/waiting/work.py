"""A piece of work for the desk: what to commit together, and who waits for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from server.storage.database import Tx
from signaling.events import Event
from signaling.identifiers import Instant
from signaling.switchboard import Switchboard

Result = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a piece of work comes to.

    Attributes:
        event: for the switchboard, or None when it has no part in it.
        result: the command's result, as it is acknowledged and remembered.
    """

    event: Event | None
    result: Result = field(default_factory=dict)


Planner = Callable[[Tx, Instant, Switchboard], Awaitable[Plan]]


@dataclass(frozen=True, slots=True)
class CommandKey:
    """A client's command: the same key twice has one effect."""

    actor: str
    id: str

    @property
    def key(self) -> tuple[str, str]:
        """Return it as `server.storage.commands` names it."""
        return self.actor, self.id


@dataclass(slots=True, eq=False)
class Work:
    """One event for the switchboard, and what else belongs into the same transaction.

    Attributes:
        plan: runs inside the transaction, in a savepoint: looks, writes, gives the event. It
            may refuse by raising; then nothing of it remains.
        command: remembered with the result, so that a repeated command only answers.
        about: the only encounter whose rows, chart and offers the plan looks at or writes;
            None when it may be any of them.
        done: the result, the refusal, or Retry.
        rebuilds: how often the desk had to begin anew with this piece of work.
        alone: it is committed by itself, because a batch with it could not be written.
    """

    plan: Planner
    command: CommandKey | None = None
    about: str | None = None
    done: asyncio.Future[Result] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    rebuilds: int = 0
    alone: bool = False

    def answer(self, result: Result) -> None:
        """Give the result, if somebody still waits."""
        if not self.done.done():
            self.done.set_result(result)

    def refuse(self, error: Exception) -> None:
        """Give the refusal, if somebody still waits."""
        if not self.done.done():
            self.done.set_exception(error)


@dataclass(frozen=True, slots=True)
class Just:
    """A plan that only applies an event: it touches no rows of its own."""

    event: Event

    async def __call__(self, _tx: Tx, _now: Instant, _switchboard: Switchboard) -> Plan:
        """Give the event."""
        return Plan(self.event)


def just(event: Event) -> Just:
    """Return a plan that only applies `event`."""
    return Just(event)
