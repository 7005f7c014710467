"""How what is asked of a home, and what it says, is written as bytes; and read again.

Commands and events are named by their class, so that two of one form are not confused. Errors
of events keep their class where the core made them, and their code, sentence and status
wherever they come from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter

from server.cluster.refusals import RemoteRefusal
from server.errors import Retry
from server.live.doors import Notice, Visitor
from server.problems import problem, status_of
from signaling.errors import SignalingError
from signaling.events import Event
from signaling.messages import INPUTS, Ack, CommandBase, Problem, Sync

VISITORS_MAX: Final = 300  # in one request
# What has its default is left out: a program of before refuses what it does not know.
VISITOR: Final = TypeAdapter(Visitor)
VISITORS: Final = TypeAdapter(list[Visitor])
NOTICE: Final = TypeAdapter(Notice)
EVENTS: Final[Mapping[str, TypeAdapter[Any]]] = {
    one.__name__: TypeAdapter(one) for one in get_args(Event)
}
COMMANDS: Final[Mapping[str, type[CommandBase]]] = {
    one.__name__: one for one in INPUTS if issubclass(one, CommandBase)
} | {Sync.__name__: Sync}


class Performing(BaseModel):
    """A command, and whose it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    visitor: Visitor
    name: str
    command: dict[str, Any]


class Happening(BaseModel):
    """An event of the waiting room."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    event: dict[str, Any]


class Outcome(BaseModel):
    """What became of a request: nothing to say, or why it was refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    problem: Problem | None = None
    status: int = 200
    signaling: str | None = None


HAPPENINGS: Final = TypeAdapter(list[Happening])


def command_row_id(visitor: Visitor, command: CommandBase) -> str:
    """Return the id of a command's row: the same through whichever node it comes."""
    actor = visitor.principal.session or visitor.sid
    return hashlib.sha256(json.dumps([actor, command.id]).encode()).hexdigest()


def encoded_command(visitor: Visitor, command: CommandBase) -> bytes:
    """Write a command, and whose it is."""
    body = command.model_dump(mode="json")
    name = type(command).__name__
    performing = Performing(visitor=visitor, name=name, command=body)
    return performing.model_dump_json(exclude_defaults=True).encode()


def decoded_command(body: bytes) -> tuple[Visitor, CommandBase]:
    """Read a command, and whose it is.

    Raises:
        ValueError: it is none.
    """
    read = Performing.model_validate_json(body)
    model = COMMANDS.get(read.name)
    if model is None:
        raise ValueError("no such command")
    return read.visitor, model.model_validate_json(json.dumps(read.command))


def encoded_visitor(visitor: Visitor) -> bytes:
    """Write whose a socket is."""
    return VISITOR.dump_json(visitor, exclude_defaults=True)


def encoded_visitors(visitors: Sequence[Visitor]) -> bytes:
    """Write whose sockets are there."""
    return VISITORS.dump_json(list(visitors), exclude_defaults=True)


def encoded_events(events: Sequence[Event]) -> bytes:
    """Write events of the waiting room, in order."""
    written = [
        Happening(
            name=type(one).__name__,
            event=EVENTS[type(one).__name__].dump_python(one, mode="json"),
        )
        for one in events
    ]
    return HAPPENINGS.dump_json(written)


def decoded_events(body: bytes) -> list[Event]:
    """Read events of the waiting room.

    Raises:
        ValueError: they are none.
    """
    return [_event(one) for one in HAPPENINGS.validate_json(body)]


def _event(written: Happening) -> Event:
    adapter = EVENTS.get(written.name)
    if adapter is None:
        raise ValueError("no such event")
    event: Event = adapter.validate_json(json.dumps(written.event))
    return event


def visitors_apart(visitors: Sequence[Visitor]) -> Iterator[Sequence[Visitor]]:
    """Give visitors in parts, none larger than a request may be."""
    for start in range(0, len(visitors), VISITORS_MAX):
        yield visitors[start : start + VISITORS_MAX]


def outcome_of(error: Exception | None) -> Outcome:
    """Return what became of a request that ended so."""
    if error is None:
        return Outcome()
    code = error.code if isinstance(error, SignalingError) else None
    return Outcome(problem=problem(error), status=status_of(error), signaling=code)


def raise_refusal(outcome: Outcome) -> None:
    """Raise what the home raised, as far as that can be told.

    Raises:
        SignalingError: the core refused; of the same class.
        Retry: nothing is known to be committed.
        RemoteRefusal: anything else, with its code, sentence and status.
    """
    if outcome.problem is None:
        return
    error: Exception = RemoteRefusal(outcome.problem, outcome.status)
    if outcome.signaling is not None and outcome.signaling in SIGNALING_ERRORS:
        error = SIGNALING_ERRORS[outcome.signaling]()
    elif outcome.problem.code == Retry.code:
        error = Retry()
    raise error


def refused_ack(command: CommandBase, error: Exception) -> Ack:
    """Return the answer to a command that no home did."""
    return Ack(ok=False, id=command.id, error=problem(error))


def _descendants(kind: type[SignalingError]) -> Iterator[type[SignalingError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _descendants(one)


SIGNALING_ERRORS: Final[Mapping[str, type[SignalingError]]] = {
    one.code: one
    for one in _descendants(SignalingError)
    if one.__init__ is SignalingError.__init__
}
