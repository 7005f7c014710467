"""A server whose relay is reached through a network that delays, and moves: see `udp_proxy`."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.servers import RunningServer, running_server
from tests.udp_proxy import BACK, FRONT, Conditions, UdpProxy, udp_proxy


@asynccontextmanager
async def far_relay(
    folder: Path, conditions: Conditions
) -> AsyncIterator[tuple[RunningServer, UdpProxy]]:
    """Run a server whose own relay announces the proxy's address."""
    port = free_udp_port()
    settings = {
        "calls": "relay",
        "relay_host": BACK,
        "relay_port": str(port),
        "relay_announce": FRONT,
    }
    async with udp_proxy(port, conditions) as network:
        with running_server(folder, **settings) as server:
            yield server, network


def free_udp_port() -> int:
    """Return a port that is free at both addresses."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as front,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back,
    ):
        front.bind((FRONT, 0))
        port: int = front.getsockname()[1]
        back.bind((BACK, port))
        return port
