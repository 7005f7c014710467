"""The lines of a control connection: one JSON object each, of a fixed shape.

    {"id": 7, "do": "link", "one": "e1.p", "other": "e1.c"}
    {"id": 7, "done": {}}
    {"id": 7, "refused": "leg_unknown", "message": "This participant is not connected here."}
    {"event": "leg_connected", "at_us": 1790000000000000, "leg": "e1.p"}

Whoever speaks has proven the secret; their lines are checked all the same, because a relay
that a mistake can stop would stop every call on it. Pure: bytes in, values out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, TypeAlias

from media.call import Side
from media.declaration import Declared
from media.ice_effects import LegId
from media.relay_events import RelayEvent

VERSION: Final = 1
ID_MAX: Final = 2**53 - 1
GENERATION_MAX: Final = 1_000_000
SDP_CHARS_MAX: Final = 32_768
_LEG: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

Json: TypeAlias = Mapping[str, object]


class ControlRefused(Exception):
    """A line that is no request, or a request that is not served.

    Attributes:
        code: stable word for the wire.
        request: the id it came with, or None.
    """

    def __init__(self, code: str, message: str, request: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.request = request


@dataclass(frozen=True, slots=True)
class CreateLeg:
    """Make a leg and return what to offer its browser."""

    do: ClassVar[str] = "create_leg"
    leg: LegId


@dataclass(frozen=True, slots=True)
class RestartLeg:
    """Begin an ICE restart and return the next offer; the handshake stays."""

    do: ClassVar[str] = "restart_leg"
    leg: LegId


@dataclass(frozen=True, slots=True)
class AnswerLeg:
    """Take the browser's answer to the offer of `generation`."""

    do: ClassVar[str] = "answer"
    leg: LegId
    generation: int
    sdp: str


@dataclass(frozen=True, slots=True)
class Link:
    """Let media flow between two legs; either is taken from the one it was linked to."""

    do: ClassVar[str] = "link"
    one: LegId
    other: LegId


@dataclass(frozen=True, slots=True)
class Unlink:
    """Let no media flow from or to a leg."""

    do: ClassVar[str] = "unlink"
    leg: LegId


@dataclass(frozen=True, slots=True)
class CloseLeg:
    """End a leg."""

    do: ClassVar[str] = "close_leg"
    leg: LegId


@dataclass(frozen=True, slots=True)
class Observe:
    """Witness a call between two legs, or go on with others of the same call."""

    do: ClassVar[str] = "observe"
    call: str
    patient: LegId
    practitioner: LegId


@dataclass(frozen=True, slots=True)
class Declare:
    """Take what a browser says of itself; the values are those of `Side` and `Declared`."""

    do: ClassVar[str] = "declare"
    call: str
    side: str
    what: str
    holds: bool


@dataclass(frozen=True, slots=True)
class SealCall:
    """End what is witnessed of a call."""

    do: ClassVar[str] = "seal"
    call: str


@dataclass(frozen=True, slots=True)
class Collect:
    """Say that parts up to `number` are committed, and return those after it."""

    do: ClassVar[str] = "collect"
    call: str
    number: int


@dataclass(frozen=True, slots=True)
class AskEvidence:
    """Tell again which calls have parts that nobody took: somebody else takes them now."""

    do: ClassVar[str] = "evidence"


@dataclass(frozen=True, slots=True)
class AskStats:
    """Return counts of every leg and of the socket."""

    do: ClassVar[str] = "stats"


@dataclass(frozen=True, slots=True)
class AskLegs:
    """Return where the legs stand whose names come after `after`; some at a time."""

    do: ClassVar[str] = "legs"
    after: str


@dataclass(frozen=True, slots=True)
class Drain:
    """Take no further legs, and stop when the last one has ended."""

    do: ClassVar[str] = "drain"


Command: TypeAlias = (
    CreateLeg
    | RestartLeg
    | AnswerLeg
    | Link
    | Unlink
    | CloseLeg
    | Observe
    | Declare
    | SealCall
    | Collect
    | AskEvidence
    | AskStats
    | AskLegs
    | Drain
)
COMMANDS: Final[Mapping[str, type[Command]]] = {
    one.do: one
    for one in (
        *(CreateLeg, RestartLeg, AnswerLeg, Link, Unlink, CloseLeg),
        *(Observe, Declare, SealCall, Collect, AskEvidence),
        *(AskStats, AskLegs, Drain),
    )
}


def is_leg(value: object) -> bool:
    """Tell whether that can be the name of a leg or of a call."""
    return isinstance(value, str) and _LEG.fullmatch(value) is not None


def _is_number(value: object, most: int) -> bool:
    # A bool is an int, and is refused.
    return type(value) is int and 0 <= value <= most


_FITS: Final[Mapping[str, Callable[[object], bool]]] = {
    "leg": is_leg,
    "one": is_leg,
    "other": is_leg,
    "call": is_leg,
    "after": lambda value: value == "" or is_leg(value),
    "patient": is_leg,
    "practitioner": is_leg,
    "side": lambda value: isinstance(value, str) and value in set(Side),
    "what": lambda value: isinstance(value, str) and value in set(Declared),
    "holds": lambda value: isinstance(value, bool),
    "number": lambda value: _is_number(value, ID_MAX),
    "generation": lambda value: _is_number(value, GENERATION_MAX),
    "sdp": lambda value: isinstance(value, str) and len(value) <= SDP_CHARS_MAX,
}


def read_object(line: bytes) -> Json:
    """Return the object of a line.

    Raises:
        ControlRefused: `malformed`, whatever the bytes are.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise ControlRefused("malformed", "This line is no JSON.") from None
    if not isinstance(found, dict):
        raise ControlRefused("malformed", "This line is no JSON object.")
    return found


def read_request(line: bytes) -> tuple[int, Command]:
    """Return the id and the command of a request.

    Raises:
        ControlRefused: `malformed`, or `unknown_command`.
    """
    found = read_object(line)
    number = found.get("id")
    if not isinstance(number, int) or not _is_number(number, ID_MAX):
        raise ControlRefused("malformed", "A request has a number.")
    do = found.get("do")
    kind = COMMANDS.get(do) if isinstance(do, str) else None
    if kind is None:
        raise ControlRefused("unknown_command", "There is no such command.", number)
    names = {one.name for one in fields(kind)}
    if set(found) != {"id", "do", *names} or not all(_FITS[one](found[one]) for one in names):
        raise ControlRefused("malformed", "This command has other fields.", number)
    values: dict[str, Any] = {one: found[one] for one in names}
    return number, kind(**values)


def write_request(number: int, command: Command) -> bytes:
    """Return the line of a request."""
    values = {one.name: getattr(command, one.name) for one in fields(command)}
    return write_object({"id": number, "do": command.do, **values})


def write_event(event: RelayEvent, at_us: int) -> bytes:
    """Return the line of an event that happened at `at_us`, microseconds UTC."""
    values = {one.name: getattr(event, one.name) for one in fields(event)}
    return write_object({"event": event.name, "at_us": at_us, **values})


def write_object(values: Json) -> bytes:
    """Return an object as one line."""
    return json.dumps(values, separators=(",", ":"), allow_nan=False).encode() + b"\n"
