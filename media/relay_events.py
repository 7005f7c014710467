"""What a relay tells whoever controls it, as it happens.

Events are about legs, by the name the control side gave them. What they mean for a call is
decided there: see `call`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from media.codecs import MediaKind
from media.ice_effects import LegId


class CloseReason(StrEnum):
    """Why a leg is over."""

    REQUESTED = "requested"
    LEFT = "left"
    HANDSHAKE_FAILED = "handshake_failed"
    HANDSHAKE_SLOW = "handshake_slow"
    FINGERPRINT = "fingerprint_mismatch"
    UNCONNECTED = "unconnected"
    STOPPED = "relay_stopped"


@dataclass(frozen=True, slots=True)
class LegConnected:
    """The handshake is over: media may flow both ways."""

    name: ClassVar[str] = "leg_connected"
    leg: LegId


@dataclass(frozen=True, slots=True)
class FirstMedia:
    """The first packet of a kind that `leg` sent went on to the other leg since they linked."""

    name: ClassVar[str] = "first_media"
    leg: LegId
    kind: MediaKind


@dataclass(frozen=True, slots=True)
class KeyframeSeen:
    """The first keyframe that `leg` sent since it was linked went on to the other leg."""

    name: ClassVar[str] = "keyframe_seen"
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegStalled:
    """A linked leg that had sent media sends none."""

    name: ClassVar[str] = "leg_stalled"
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegResumed:
    """A stalled leg sends media again."""

    name: ClassVar[str] = "leg_resumed"
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegClosed:
    """A leg is over and its name is free."""

    name: ClassVar[str] = "leg_closed"
    leg: LegId
    reason: CloseReason


@dataclass(frozen=True, slots=True)
class Sampled:
    """What `leg` sent to the other one in one second; `figures` as `sample.figures` has it."""

    name: ClassVar[str] = "sample"
    leg: LegId
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How full the relay is, once every `RelayLimits.heartbeat_s`."""

    name: ClassVar[str] = "heartbeat"
    legs: int
    legs_max: int
    draining: bool


@dataclass(frozen=True, slots=True)
class EvidenceReady:
    """There are parts of the evidence of `call` to be collected, up to `number`."""

    name: ClassVar[str] = "evidence_ready"
    call: str
    number: int


@dataclass(frozen=True, slots=True)
class LegStanding:
    """Where a leg stands, for whoever has not heard the events; told when asked.

    Attributes:
        leg: its name.
        answered: whether its browser's answer was taken.
        secured: whether the handshake is over.
        linked_to: the leg that it exchanges media with.
    """

    leg: LegId
    answered: bool
    secured: bool
    linked_to: LegId | None


RelayEvent: TypeAlias = (
    LegConnected
    | FirstMedia
    | KeyframeSeen
    | LegStalled
    | LegResumed
    | LegClosed
    | Sampled
    | Heartbeat
    | EvidenceReady
)
