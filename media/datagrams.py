"""The UDP socket of a relay process: datagrams in, datagrams out, nothing in between.

An edge of the core. What a datagram means is decided by whom it is handed to, before the
next one is read. What cannot be sent at once is dropped and counted: media that waits is late,
and a queue would let one slow network hold the memory of all.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import struct
import sys
from collections.abc import Callable
from typing import Final, cast

from media.addresses import SocketAddress

BUFFER_BYTES: Final = 4 * 1_048_576
IPV6: Final = 6
# socket(7), of Linux alone; Python has no names for them.
SO_RCVBUFFORCE: Final = 33
SO_MEMINFO: Final = 55
MEMINFO: Final = struct.Struct("9I")
MEMINFO_DROPS: Final = 8
log = logging.getLogger(__name__)

Take = Callable[[bytes, SocketAddress], None]


class Endpoint(asyncio.DatagramProtocol):
    """See the module.

    Attributes:
        received: datagrams that came.
        sent: datagrams handed to the kernel.
        unsent: datagrams dropped because it took no more.
        missed: datagrams that the kernel dropped because we were too slow.
        failures: datagrams at which our own code failed; each is logged by its kind.
    """

    def __init__(self, take: Take, bound: socket.socket) -> None:
        self.received = 0
        self.sent = 0
        self.unsent = 0
        self.failures = 0
        self._take = take
        self._socket: socket.socket | None = bound
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        # No isinstance: neither asyncio's transport nor uvloop's is of that class.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Let go of the socket."""
        self._socket = self._transport = None
        self._closed.set()

    def datagram_received(self, data: bytes, addr: SocketAddress) -> None:
        """Hand a datagram on; whatever goes wrong with it ends with it."""
        self.received += 1
        try:
            self._take(data, addr)
        except Exception as error:  # noqa: BLE001 - one datagram must never end a call
            self.failures += 1
            log.error("a datagram failed: %s", type(error).__name__)  # noqa: TRY400 - its text could hold anything

    def error_received(self, _exc: Exception) -> None:
        """Count what the network says about something that was sent."""
        self.unsent += 1

    def send(self, data: bytes, target: SocketAddress) -> None:
        """Send now or never."""
        if self._socket is None:
            self.unsent += 1
            return
        # Not through the transport, which would queue what the kernel does not take at once.
        try:
            self._socket.sendto(data, target)
        except OSError:
            self.unsent += 1
        else:
            self.sent += 1

    @property
    def port(self) -> int:
        """Return the port that is bound; 0 if none is."""
        if self._transport is None:
            return 0
        return int(self._transport.get_extra_info("sockname")[1])

    @property
    def missed(self) -> int:
        """Return how many datagrams found no room in front of the door; 0 if unknown."""
        if self._socket is None or sys.platform != "linux":
            return 0
        found = self._socket.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, MEMINFO.size)
        # Linux before 4.12 tells less.
        return int(MEMINFO.unpack(found)[MEMINFO_DROPS]) if len(found) == MEMINFO.size else 0

    def counts(self) -> dict[str, int]:
        """Return the attributes by name."""
        return {
            "received": self.received,
            "sent": self.sent,
            "unsent": self.unsent,
            "missed": self.missed,
            "failures": self.failures,
        }

    async def close(self) -> None:
        """Close the socket, and return when its port is free."""
        if self._transport is not None:
            self._transport.close()
            await self._closed.wait()


async def open_endpoint(host: str, port: int, take: Take) -> Endpoint:
    """Bind a UDP socket to an address and return it, already receiving.

    Raises:
        OSError: the address is not ours, or the port is taken.
        ValueError: the host is no IP address.
    """
    bound = _bound(host, port)
    endpoint = Endpoint(take, bound)
    try:
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: endpoint, sock=bound)
    except BaseException:
        bound.close()
        raise
    return endpoint


def _bound(host: str, port: int) -> socket.socket:
    address = ipaddress.ip_address(host)
    family = socket.AF_INET6 if address.version == IPV6 else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        bound.setblocking(False)  # noqa: FBT003 - as the library has it
        if family is socket.AF_INET6:
            # The unspecified address serves IPv4 as well.
            only = 0 if address.is_unspecified else 1
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only)
        _widen(bound)
        bound.bind((host, port))
    except BaseException:
        bound.close()
        raise
    return bound


def _widen(bound: socket.socket) -> None:
    """Have as much room as the system grants: a burst must not be lost in front of the door."""
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    if bound.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= BUFFER_BYTES:
        return
    try:
        bound.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    except OSError:
        granted = bound.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        log.warning(
            "only %d bytes of receive buffer: raise net.core.rmem_max to %d",
            granted,
            BUFFER_BYTES,
        )
