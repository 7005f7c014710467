"""What the ICE part asks its socket adapter to do, and what it tells it.

Effects are performed in the order in which they were returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

from media.addresses import SocketAddress

LegId = NewType("LegId", str)


class Kind(StrEnum):
    """What a datagram is by its first byte (RFC 7983, section 7)."""

    STUN = "stun"
    DTLS = "dtls"
    SRTP = "srtp"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send `data` to `target`, without ever waiting."""

    data: bytes
    target: SocketAddress


@dataclass(frozen=True, slots=True)
class Selected:
    """From now on everything for `leg` goes to `target`, an address that has proven itself.

    Attributes:
        generation: the ICE generation; 0, then one more with each restart.
    """

    leg: LegId
    generation: int
    target: SocketAddress


@dataclass(frozen=True, slots=True)
class ConsentExpired:
    """Nothing may be sent for `leg` any more, until it is `Selected` again (RFC 7675, 5.1)."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class Arrived:
    """A DTLS or SRTP datagram came from a proven address of `leg`."""

    leg: LegId
    kind: Kind
    data: bytes


Effect: TypeAlias = Transmit | Selected | ConsentExpired | Arrived


class Drop(StrEnum):
    """Why a datagram had no effect; the values name counters."""

    SIZE = "size"
    FOREIGN = "foreign"
    MALFORMED = "malformed"
    INDICATION = "indication"
    STRANGER = "stranger"
    FORGED = "forged"
    TOO_MANY_CHECKS = "too_many_checks"
    TOO_MANY_PATHS = "too_many_paths"
    REPLAYED = "replayed"
    OWNED = "owned"
    REVOKED = "revoked"
    NOT_ASKED = "not_asked"
    UNPROVEN = "unproven"
