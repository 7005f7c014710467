"""A path leads to one remote address of a leg, and has to prove that it leads there.

    HEARD   --Asked-----> ASKED     a valid check came from it; our request is out
    ASKED   --Asked-----> ASKED     again, a while later
    ASKED   --Answered--> PROVEN    the answer came from that very address
    PROVEN  --Asked-----> PROVEN    is there still consent?
    PROVEN  --Answered--> PROVEN    there is
    HEARD, ASKED, PROVEN --Expired--> EXPIRED

A valid check proves that its sender knows the password, not that they receive at the address
it claims to come from: whoever sees one check on the way could point the media of a call at
a third party. So a path carries media only when PROVEN (the idea of RFC 7675, and of RFC 9000,
8.2, for QUIC).

Not an ICE agent: which path is used is decided in `ice`. `now` is whole microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from media.addresses import SocketAddress
from media.ice_errors import IllegalIceEvent
from media.limits import Limits, microseconds


class PathState(StrEnum):
    """How much is known about a path."""

    HEARD = "heard"
    ASKED = "asked"
    PROVEN = "proven"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Asked:
    """A Binding request of the relay went out."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Its answer came from the address that was asked."""


@dataclass(frozen=True, slots=True)
class Expired:
    """No answer came in time."""


PathEvent: TypeAlias = Asked | Answered | Expired

TRANSITIONS: Final[Mapping[PathState, Mapping[type[PathEvent], PathState]]] = {
    PathState.HEARD: {Asked: PathState.ASKED, Expired: PathState.EXPIRED},
    PathState.ASKED: {
        Asked: PathState.ASKED,
        Answered: PathState.PROVEN,
        Expired: PathState.EXPIRED,
    },
    PathState.PROVEN: {
        Asked: PathState.PROVEN,
        Answered: PathState.PROVEN,
        Expired: PathState.EXPIRED,
    },
    PathState.EXPIRED: {},
}


@dataclass(slots=True, eq=False)
class Path:
    """One remote address of one ICE generation.

    Attributes:
        source: the address, as the socket gave it.
        expires_at: when it is given up unless it answers.
        state: see the machine above.
        nominated: whether its latest check carried USE-CANDIDATE.
        ask_at: when it is to be asked next.
        asked: transaction ids of our requests, and when each went out.
        asks: requests since the latest answer.
        silent_since: when the first request after the latest answer went out, or None.
        answered_at: when it answered last, or None.
        rtt_us: microseconds from the latest answered request to its answer, or None.
        early: DTLS datagrams that came before the proof.
    """

    source: SocketAddress
    expires_at: int
    state: PathState = PathState.HEARD
    nominated: bool = False
    ask_at: int = 0
    asked: dict[bytes, int] = field(default_factory=dict)
    asks: int = 0
    silent_since: int | None = None
    answered_at: int | None = None
    rtt_us: int | None = None
    early: list[bytes] = field(default_factory=list)

    @property
    def proven(self) -> bool:
        """Whether media may be sent there."""
        return self.state is PathState.PROVEN

    def step(self, event: PathEvent) -> None:
        """Follow the table.

        Raises:
            IllegalIceEvent: there is no such arrow; nothing changed.
        """
        target = TRANSITIONS[self.state].get(type(event))
        if target is None:
            raise IllegalIceEvent(self.state.value, type(event).__name__)
        self.state = target


def ask(path: Path, transaction_id: bytes, limits: Limits, *, now: int) -> bytes | None:
    """Note that a request went out; return the id of one that is remembered no more."""
    forgotten = None
    if len(path.asked) >= limits.asks_max:
        forgotten = next(iter(path.asked))
        del path.asked[forgotten]
    path.asked[transaction_id] = now
    if not path.proven:
        path.ask_at = now + asked_again_us(path, limits)
        if path.state is PathState.HEARD:
            path.expires_at = now + _patience_us(limits)
    path.asks += 1
    if path.silent_since is None:
        path.silent_since = now
    path.step(Asked())
    return forgotten


def answer(path: Path, transaction_id: bytes, limits: Limits, *, now: int) -> None:
    """Note the answer to a request that is remembered; consent begins anew."""
    path.step(Answered())
    path.rtt_us = now - path.asked[transaction_id]
    path.asks = 0
    path.silent_since = None
    path.answered_at = now
    path.expires_at = now + microseconds(limits.consent_expiry_s)


def asked_again_us(path: Path, limits: Limits) -> int:
    """Return how long to wait for an answer before asking again: doubles each time."""
    doublings = min(path.asks, limits.asks_unproven_max)
    return microseconds(min(limits.ask_s * 2**doublings, limits.ask_s_max))


def consent_wait_us(limits: Limits, dice: int) -> int:
    """Return how long until the next request on a proven path: 0.8 to 1.2 of the mean.

    Args:
        limits: for `consent_s`.
        dice: a random number, 0 to 65535, so that requests of many legs never march in step
            (RFC 7675, 5.1).
    """
    return microseconds(limits.consent_s * (0.8 + 0.4 * dice / 0xFFFF))


def _patience_us(limits: Limits) -> int:
    waits = (
        min(limits.ask_s * 2**place, limits.ask_s_max)
        for place in range(limits.asks_unproven_max)
    )
    return microseconds(sum(waits))
