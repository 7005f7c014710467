"""Who owns which address, who expects whom, and whose request a response answers.

An address belongs to the leg for which it first proved itself until that leg gives it up, and
nothing another leg says changes that. Every table is bounded by the paths and requests of
the legs, which are bounded themselves; no datagram makes an entry without the password.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.addresses import SocketAddress
from media.ice_effects import LegId


@dataclass(frozen=True, slots=True)
class Request:
    """A Binding request of the relay that waits for its answer."""

    leg: LegId
    generation: int
    source: SocketAddress


class Routes:
    """Addresses and requests of all legs.

    Attributes:
        owners: proven addresses; read for every SRTP datagram, so read it directly.
        expected: addresses that made a valid check and have not proven themselves yet.
        requests: what the relay asked, by transaction id.
    """

    __slots__ = ("expected", "owners", "requests")

    def __init__(self) -> None:
        self.owners: dict[SocketAddress, LegId] = {}
        self.expected: dict[SocketAddress, LegId] = {}
        self.requests: dict[bytes, Request] = {}

    def foreign(self, source: SocketAddress, leg: LegId) -> bool:
        """Tell whether the address belongs to another leg."""
        return self.owners.get(source, leg) != leg

    def claim(self, source: SocketAddress, leg: LegId) -> bool:
        """Give a proven address to `leg`; False when it belongs to another."""
        return self.owners.setdefault(source, leg) == leg

    def release(self, source: SocketAddress, leg: LegId) -> None:
        """Take the address from `leg`, if it owns or expects it."""
        if self.owners.get(source) == leg:
            del self.owners[source]
        self.expect_no_more(source, leg)

    def expect(self, source: SocketAddress, leg: LegId) -> None:
        """Note that `leg` heard from there; who heard first is asked first."""
        self.expected.setdefault(source, leg)

    def expect_no_more(self, source: SocketAddress, leg: LegId) -> None:
        """Forget that `leg` heard from there."""
        if self.expected.get(source) == leg:
            del self.expected[source]
