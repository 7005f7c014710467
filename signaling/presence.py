"""Presence: is somebody there? Not what they do, and not whether media flows.

    PRESENT --Lost-------------------> AWAY      the socket is gone, a grace is running
    PRESENT, AWAY --Restarted--------> UNKNOWN   the server was gone, a new grace is running
    AWAY, UNKNOWN --Seen-------------> PRESENT
    AWAY, UNKNOWN --GraceExpired-----> GONE

Hints may come twice, so one that says what is known already is an arrow back to the same
state. Nobody AWAY or UNKNOWN is ever offered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PresenceState(StrEnum):
    """What is known about somebody being there."""

    PRESENT = "present"
    AWAY = "away"
    UNKNOWN = "unknown"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Seen:
    """A live connection of theirs exists."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Their last connection is gone."""


@dataclass(frozen=True, slots=True)
class GraceExpired:
    """They did not come back in time."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """The server lost sight of everybody; that is no fault of theirs."""


PresenceEvent = Seen | Lost | GraceExpired | Restarted

TRANSITIONS: Final[Mapping[PresenceState, Mapping[type[PresenceEvent], PresenceState]]] = {
    PresenceState.PRESENT: {
        Seen: PresenceState.PRESENT,
        Lost: PresenceState.AWAY,
        Restarted: PresenceState.UNKNOWN,
    },
    PresenceState.AWAY: {
        Seen: PresenceState.PRESENT,
        Lost: PresenceState.AWAY,
        GraceExpired: PresenceState.GONE,
        Restarted: PresenceState.UNKNOWN,
    },
    PresenceState.UNKNOWN: {
        Seen: PresenceState.PRESENT,
        # A late hint adds nothing: unknown is absent already, and its grace is not prolonged.
        Lost: PresenceState.UNKNOWN,
        GraceExpired: PresenceState.GONE,
        Restarted: PresenceState.UNKNOWN,
    },
    PresenceState.GONE: {},
}
