"""A network that is not perfect, between browsers and one UDP port of this machine.

    with running_relay(folder, announce=FRONT) as relay:
        async with udp_proxy(relay.port) as network:
            network.conditions = Conditions(delay_s=0.1, loss=0.01)

It listens on another loopback address than the relay, at the relay's own port, so a relay that
announces that address sends every browser through here. Each browser's address has an upstream
socket of its own, as behind a NAT: what the relay sees is that socket's address, and `move`
changes it in the middle of a call.

Everything random comes from a seed. Datagrams keep their order, whatever the jitter, but for
those that are drawn to be overtaken. Not a model of bandwidth: nothing is queued for its size.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final, cast

BACK: Final = "127.0.0.1"
FRONT: Final = "127.0.0.2"
PATHS_MAX: Final = 64
SEED: Final = 4

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What happens to a datagram on its way, each way by itself.

    Attributes:
        delay_s: how long every datagram takes.
        jitter_s: how much longer at most; evenly spread.
        loss: the share that never arrives.
        overtaken: the share that is held back while others pass.
        held_s: for how long those are held back.
    """

    delay_s: float = 0.0
    jitter_s: float = 0.0
    loss: float = 0.0
    overtaken: float = 0.0
    held_s: float = 0.02


PERFECT: Final = Conditions()


class Wire:
    """One way of one path: when does a datagram arrive that leaves now? Pure."""

    def __init__(self) -> None:
        self._latest = 0.0

    def arrival(self, conditions: Conditions, now: float, dice: random.Random) -> float | None:
        """Return the instant at which it arrives, or None if it is lost."""
        # As many draws whatever the conditions are, so that a change of one changes no other.
        lost, late, overtaken = dice.random(), dice.random(), dice.random()
        if lost < conditions.loss:
            return None
        due = now + conditions.delay_s + late * conditions.jitter_s
        if overtaken < conditions.overtaken:
            return due + conditions.held_s
        self._latest = max(self._latest, due)
        return self._latest


@dataclass(slots=True, eq=False)
class Path:
    """One browser address and the socket that stands for it at the relay.

    Attributes:
        source: where the browser sends from.
        blocked: whether nothing passes, either way.
        counts: datagrams that were passed on, lost or blocked.
        addresses: those that the relay has seen it under, the present one last.
    """

    source: Address
    blocked: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    addresses: list[Address] = field(default_factory=list)
    up: Wire = field(default_factory=Wire)
    down: Wire = field(default_factory=Wire)
    upstream: asyncio.DatagramTransport | None = None
    early: list[bytes] = field(default_factory=list)


Send = Callable[[Path, bytes], None]


class UdpProxy(asyncio.DatagramProtocol):
    """See the module.

    Attributes:
        conditions: of every path; may be changed at any time.
        paths: by the browser's address, the one that sent last at the end. The one that has
            been silent for longest is forgotten when there are too many.
        blocked: whether nothing passes at all.
    """

    def __init__(self, target: Address, conditions: Conditions, seed: int) -> None:
        self.conditions = conditions
        self.paths: dict[Address, Path] = {}
        self.blocked = False
        self._target = target
        self._dice = random.Random(seed)
        self._front: asyncio.DatagramTransport | None = None
        self._opening: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket that browsers send to."""
        self._front = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Take what a browser sent."""
        path = self.paths.pop(addr, None)
        if path is not None:
            self.paths[addr] = path
        else:
            self._make_room()
            path = self.paths[addr] = Path(addr)
            opening = asyncio.get_running_loop().create_task(self.move(path))
            self._opening.add(opening)
            opening.add_done_callback(self._opening.discard)
        self._carry(path, path.up, data, self._send_up)

    async def move(self, path: Path) -> None:
        """Give a path another address towards the relay; the old one is gone."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Upstream(self, path), local_addr=(BACK, 0), remote_addr=self._target
        )
        before, path.upstream = path.upstream, transport
        path.addresses.append(transport.get_extra_info("sockname")[:2])
        if before is not None:
            before.close()
        early, path.early = path.early, []
        for data in early:
            transport.sendto(data)

    def answered(self, path: Path, data: bytes) -> None:
        """Take what the relay sent to a path."""
        self._carry(path, path.down, data, self._send_down)

    def busiest(self) -> Path:
        """Return the path that has passed on most: the one that media takes."""
        return max(self.paths.values(), key=lambda one: one.counts["passed"])

    async def close(self) -> None:
        """Close every socket."""
        await asyncio.gather(*self._opening)
        for path in self.paths.values():
            if path.upstream is not None:
                path.upstream.close()
        if self._front is not None:
            self._front.close()
        # Sockets are closed in the loop's next turn.
        await asyncio.sleep(0)

    def _make_room(self) -> None:
        while len(self.paths) >= PATHS_MAX:
            oldest = self.paths.pop(next(iter(self.paths)))
            if oldest.upstream is not None:
                oldest.upstream.close()

    def _carry(self, path: Path, wire: Wire, data: bytes, send: Send) -> None:
        if self.blocked or path.blocked:
            path.counts["blocked"] += 1
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        arrival = wire.arrival(self.conditions, now, self._dice)
        if arrival is None:
            path.counts["lost"] += 1
            return
        path.counts["passed"] += 1
        if arrival <= now:
            send(path, data)
        else:
            loop.call_at(arrival, partial(send, path, data))

    def _send_up(self, path: Path, data: bytes) -> None:
        if path.upstream is None:
            path.early.append(data)
        elif not path.upstream.is_closing():
            path.upstream.sendto(data)

    def _send_down(self, path: Path, data: bytes) -> None:
        if self._front is not None and not self._front.is_closing():
            self._front.sendto(data, path.source)


class _Upstream(asyncio.DatagramProtocol):
    def __init__(self, proxy: UdpProxy, path: Path) -> None:
        self._proxy = proxy
        self._path = path

    def datagram_received(self, data: bytes, _addr: Address) -> None:
        self._proxy.answered(self._path, data)


@asynccontextmanager
async def udp_proxy(
    port: int,
    conditions: Conditions = PERFECT,
    *,
    front: str = FRONT,
    back: str = BACK,
    seed: int = SEED,
) -> AsyncIterator[UdpProxy]:
    """Stand before a UDP port.

    Args:
        port: the relay's; the proxy listens at the same one.
        conditions: to begin with.
        front: the address that browsers are told.
        back: the address that the relay is bound to.
        seed: of all that is random.
    """
    loop = asyncio.get_running_loop()
    _, proxy = await loop.create_datagram_endpoint(
        lambda: UdpProxy((back, port), conditions, seed), local_addr=(front, port)
    )
    try:
        yield proxy
    finally:
        await proxy.close()
