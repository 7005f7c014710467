"""What a relay tells, read on the other end: events, its legs, and which life of it this is.

    {"event": "leg_connected", "at_us": 1790000000000000, "leg": "e1.patient.1"}

The relay has proven the secret; what it says is bounded and checked all the same, because it
may be of another version, or ill. Pure: values in, values out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final, TypeVar

from media.codecs import MediaKind
from media.control_messages import ID_MAX, ControlRefused, Json, is_leg
from media.ice_effects import LegId
from media.relay_events import (
    CloseReason,
    EvidenceReady,
    FirstMedia,
    Heartbeat,
    KeyframeSeen,
    LegClosed,
    LegConnected,
    LegResumed,
    LegStalled,
    LegStanding,
    RelayEvent,
    Sampled,
)
from media.sample import COUNT_MAX, FIELDS, SECOND_MAX

BOOT: Final = re.compile(r"[0-9a-f]{16}")
LEGS_MAX: Final = 1_000_000
LEGS_PER_PAGE_MAX: Final = 256
FIGURE_MAX: Final = max(COUNT_MAX, SECOND_MAX)

T = TypeVar("T")

EVENTS: Final[Mapping[str, type[RelayEvent]]] = {
    one.name: one
    for one in (
        *(LegConnected, FirstMedia, KeyframeSeen, LegStalled, LegResumed, LegClosed),
        *(Sampled, Heartbeat, EvidenceReady),
    )
}


def _whole(most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if type(value) is not int or not 0 <= value <= most:
            raise ValueError("no number that it can be")
        return value

    return read


def _leg(value: object) -> LegId:
    if not isinstance(value, str) or not is_leg(value):
        raise ValueError("no name of a leg")
    return LegId(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")  # noqa: TRY004 - one error for all that is read
    return value


def _figures(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) != len(FIELDS):
        raise ValueError("not the figures of a second")
    return tuple(map(_whole(FIGURE_MAX), value))


_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "leg": _leg,
    "call": _leg,
    "kind": MediaKind,
    "reason": CloseReason,
    "figures": _figures,
    "legs": _whole(LEGS_MAX),
    "legs_max": _whole(LEGS_MAX),
    "draining": _flag,
    "number": _whole(ID_MAX),
}


def read_event(told: Json) -> RelayEvent:
    """Return the event of a line.

    Raises:
        ControlRefused: `unknown_event`, or `malformed`: other fields, or what they cannot be.
    """
    name = told.get("event")
    kind = EVENTS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ControlRefused("unknown_event", "There is no such event.")
    names = {one.name for one in fields(kind)}
    if set(told) != {"event", "at_us", *names}:
        raise ControlRefused("malformed", "This event has other fields.")
    try:
        values: dict[str, Any] = {one: _READERS[one](told[one]) for one in names}
    except ValueError:
        raise ControlRefused("malformed", "An event holds what it cannot.") from None
    return kind(**values)


def read_boot(told: Json) -> str:
    """Return which life of its process greets; the name is drawn when it starts.

    Raises:
        ControlRefused: `malformed`: it did not say.
    """
    boot = told.get("boot")
    if not isinstance(boot, str) or BOOT.fullmatch(boot) is None:
        raise ControlRefused("malformed", "This relay does not say which it is.")
    return boot


def write_legs(legs: list[LegStanding], after: str) -> Json:
    """Return what `AskLegs` yields: those after a name, in the order of names, and if all."""
    rest = sorted((one for one in legs if one.leg > after), key=lambda one: one.leg)
    page = rest[:LEGS_PER_PAGE_MAX]
    told = [[one.leg, one.answered, one.secured, one.linked_to] for one in page]
    return {"legs": told, "more": len(page) < len(rest)}


def read_legs(done: Json) -> tuple[list[LegStanding], bool]:
    """Return a page of legs, and whether there are more.

    Raises:
        ControlRefused: `malformed`.
    """
    told, more = done.get("legs"), done.get("more")
    malformed = ControlRefused("malformed", "These are no legs.")
    if not isinstance(told, list) or len(told) > LEGS_PER_PAGE_MAX or more not in (True, False):
        raise malformed
    try:
        return [_read_leg(one) for one in told], more is True
    except ValueError:
        raise malformed from None


def _read_leg(told: object) -> LegStanding:
    if not isinstance(told, list):
        raise ValueError("no leg")  # noqa: TRY004 - one error for all that is read
    leg, answered, secured, peer = told
    return LegStanding(
        leg=_leg(leg),
        answered=_flag(answered),
        secured=_flag(secured),
        linked_to=None if peer is None else _leg(peer),
    )
