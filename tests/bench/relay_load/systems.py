"""What stands between two legs: it connects encounters and has a process to look at."""

from __future__ import annotations

from typing import Protocol

from aioice import ice
from aiortc.rtcdtlstransport import RTCCertificate, certificate_digest

from tests.bench.relay_load.leg import Leg

LOOPBACK = "127.0.0.1"


class System(Protocol):
    """A running system under test.

    Attributes:
        name: of its figures.
        pid: of the one process that forwards.
        waits: whether legs can be connected before there is somebody to talk to.
        legs: those of all encounters, two by two.
    """

    name: str
    pid: int
    waits: bool
    legs: list[Leg]

    async def connect(self) -> None:
        """Connect the two legs of one more encounter; they may still wait."""

    async def link(self) -> None:
        """Let media flow in every encounter that waits."""


class Legs:
    """Makes scripted legs; one certificate for all, since each would take time to make."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._certificate = RTCCertificate.generateCertificate()
        self._digest = certificate_digest(self._certificate._cert, "sha-256")

    def pair(self) -> tuple[Leg, Leg]:
        """Return the legs of one encounter."""
        one, other = (Leg(self._certificate, self._digest, self._host) for _ in range(2))
        return one, other


def own_address() -> str:
    """Return an address of this machine that is not loopback, or else loopback.

    Some media stacks use no loopback address; what is sent to one's own stays in the machine.
    """
    return next(iter(ice.get_host_addresses(use_ipv4=True, use_ipv6=False)), LOOPBACK)
