"""A relay as a process: a UDP port for media, a control address, and a good end.

SIGTERM, SIGINT and the command `drain` make it take no further legs; it ends when the last leg
has and what was witnessed is collected, or after `RelayLimits.drain_s`. A second signal ends it
at once. One that a server started for itself also ends when nobody controls it (`solitude`).

An edge of the core. The clock is the caller's: see the command `goodfaith relay`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from media.control import Control
from media.control_proof import SECRET_BYTES_MIN
from media.relay import Relay
from media.relay_limits import RelayLimits
from media.solitude import Solitude, SolitudeLimits

STOPS: Final = (signal.SIGINT, signal.SIGTERM)
PORT_MAX: Final = 65_535
LOOK_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Where a relay is and who may command it.

    Attributes:
        host: the address that media comes to, as this machine has it.
        port: its UDP port; 0 leaves the choice to the system.
        announced: addresses that browsers are told, the preferred first.
        control: `host:port` of loopback or a private network, or the path of a Unix socket.
        secret: shared with the control side.
        limits: see there.
        solitude: when it ends because nobody controls it; None for never.

    Raises:
        ValueError: what cannot be, or should not: a control address open to the world.
    """

    host: str
    port: int
    announced: tuple[str, ...]
    control: str
    secret: bytes = field(repr=False)
    limits: RelayLimits = field(default_factory=RelayLimits)
    solitude: SolitudeLimits | None = None

    def __post_init__(self) -> None:
        """Refuse what would be found out only when a call needs it."""
        for one in (self.host, *self.announced):
            ipaddress.ip_address(one)
        if not self.announced or not 0 <= self.port <= PORT_MAX:
            raise ValueError("a relay has a port and an address that browsers are told")
        if any(ipaddress.ip_address(one).is_unspecified for one in self.announced):
            raise ValueError("browsers must be told an address that leads somewhere")
        if len(self.secret) < SECRET_BYTES_MIN:
            raise ValueError(f"the secret needs {SECRET_BYTES_MIN} bytes")
        if "/" not in self.control:
            host, port = control_endpoint(self.control)
            address = ipaddress.ip_address(host)
            # The unspecified address counts as private, and is every address of the machine.
            private = address.is_private and not address.is_unspecified
            if not private or not 0 <= port <= PORT_MAX:
                raise ValueError("the control address must be loopback or private")


def control_endpoint(address: str) -> tuple[str, int]:
    """Return host and port of a control address that is no path.

    Raises:
        ValueError: it is something else.
    """
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def run(
    settings: RelaySettings, *, now: Callable[[], int], ready: Callable[[int, str], None]
) -> None:
    """Serve until told to stop.

    Args:
        settings: where, and for whom.
        now: whole microseconds UTC that never go back.
        ready: is told the UDP port and the control address once both are open.

    Raises:
        OSError: an address is not ours, or taken.
    """
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(settings, now=now, ready=ready))


def loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    """Return the fastest event loop of this platform; None for the standard one."""
    try:
        import uvloop  # noqa: PLC0415 - there is none for Windows
    except ImportError:
        return None
    return uvloop.Loop


async def serve(
    settings: RelaySettings, *, now: Callable[[], int], ready: Callable[[int, str], None]
) -> None:
    """Open both doors, wait to be told to stop, drain, close; see `run`."""
    limits = settings.limits
    control = Control(settings.secret, limits, now=now, entropy=secrets.token_bytes)
    relay = Relay(
        settings.announced, limits, now=now, entropy=secrets.token_bytes, tell=control.tell
    )
    control.relay = relay
    stopping, at_once = asyncio.Event(), asyncio.Event()

    def stop() -> None:
        if stopping.is_set():
            at_once.set()
        stopping.set()

    def drain() -> None:
        stopping.set()

    def end(watched: asyncio.Task[None]) -> None:
        if not watched.cancelled() and watched.exception() is None:
            stopping.set()
            at_once.set()

    watching: list[asyncio.Task[None]] = []
    control.drain = drain
    for number in STOPS:
        asyncio.get_running_loop().add_signal_handler(number, stop)
    port = await relay.open(settings.host, settings.port)
    try:
        server, address = await _listen(control, settings)
        ready(port, address)
        if settings.solitude is not None:
            alone = _alone(relay, control, settings.solitude, now)
            watching.append(asyncio.get_running_loop().create_task(alone))
            watching[0].add_done_callback(end)
        await stopping.wait()
        await _drained(relay, control, limits, at_once)
        server.close()
    finally:
        for task in watching:
            task.cancel()
        await relay.close()
        await control.close()
        _forget_socket(settings.control)


async def _listen(
    control: Control, settings: RelaySettings
) -> tuple[asyncio.AbstractServer, str]:
    most = settings.limits.line_bytes_max
    if "/" in settings.control:
        _forget_socket(settings.control)
        # Nobody else on this machine needs to connect, secret or not.
        before = os.umask(0o177)
        try:
            found = await asyncio.start_unix_server(control.serve, settings.control, limit=most)
        finally:
            os.umask(before)
        return found, settings.control
    host, port = control_endpoint(settings.control)
    server = await asyncio.start_server(control.serve, host, port, limit=most)
    bound = server.sockets[0].getsockname()
    return server, f"{bound[0]}:{bound[1]}"


async def _drained(
    relay: Relay, control: Control, limits: RelayLimits, at_once: asyncio.Event
) -> None:
    relay.drain()
    loop = asyncio.get_running_loop()
    ends = {loop.create_task(_over(relay, control)), loop.create_task(_told(at_once))}
    _, pending = await asyncio.wait(
        ends, timeout=limits.drain_s, return_when=asyncio.FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()


async def _alone(
    relay: Relay, control: Control, limits: SolitudeLimits, now: Callable[[], int]
) -> None:
    """Return once nobody has controlled the relay for too long."""
    solitude = Solitude(limits, now=now())
    while True:
        linked = any(one.linked_to for one in relay.legs())
        used = linked or not control.collected.is_set()
        if solitude.over(now(), controlled=control.hearers > 0, used=used):
            return
        await asyncio.sleep(LOOK_S)


async def _over(relay: Relay, control: Control) -> None:
    await relay.empty.wait()
    await control.collected.wait()


async def _told(at_once: asyncio.Event) -> None:
    await at_once.wait()


def _forget_socket(control: str) -> None:
    """Remove what a process that was killed has left."""
    if "/" in control:
        Path(control).unlink(missing_ok=True)
