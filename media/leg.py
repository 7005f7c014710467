"""Whether media may be sent to a leg, as far as ICE knows.

    WAITING   --Selected--------> CONNECTED   the first path has proven itself
    CONNECTED --Selected--------> CONNECTED   another path, or another generation
    CONNECTED --ConsentExpired--> LOST        no answer on any path
    LOST      --Selected--------> CONNECTED   mostly after a restart
    any       --Closed----------> CLOSED

Not the call (is a picture shown?) and not the visit (what has been decided?): see `call`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from media.ice_effects import ConsentExpired, Selected
from media.ice_errors import IllegalIceEvent


class LegState(StrEnum):
    """Whether media may be sent to a leg."""

    WAITING = "waiting"
    CONNECTED = "connected"
    LOST = "lost"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Closed:
    """The leg is over."""


LegEvent: TypeAlias = Selected | ConsentExpired | Closed

TRANSITIONS: Final[Mapping[LegState, Mapping[type[LegEvent], LegState]]] = {
    LegState.WAITING: {Selected: LegState.CONNECTED, Closed: LegState.CLOSED},
    LegState.CONNECTED: {
        Selected: LegState.CONNECTED,
        ConsentExpired: LegState.LOST,
        Closed: LegState.CLOSED,
    },
    LegState.LOST: {Selected: LegState.CONNECTED, Closed: LegState.CLOSED},
    LegState.CLOSED: {},
}


def step_leg(state: LegState, event: LegEvent) -> LegState:
    """Return the state that `event` leads to.

    Raises:
        IllegalIceEvent: there is no such arrow.
    """
    target = TRANSITIONS[state].get(type(event))
    if target is None:
        raise IllegalIceEvent(state.value, type(event).__name__)
    return target
