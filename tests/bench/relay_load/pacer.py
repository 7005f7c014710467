"""One window of load: sends each packet when it is due and counts what comes back.

A single thread of one process. Nothing is encrypted or decrypted while the clock runs. When a
packet arrived is what the kernel noted on it, for a few legs, so that a reader that comes late
does not count; when one was sent is noted just before. The generator's own figures say whether
it kept the pace: `late_ms_p99`, `behind_s` and its `core`.
"""

from __future__ import annotations

import gc
import os
import socket
import statistics
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.bench.relay_load.leg import DATAGRAM_BYTES, STUN, Leg
from tests.bench.relay_load.packets import Due, number_of
from tests.bench.relay_load.processes import cpu_us

SAMPLED_MAX: Final = 8
DRAIN_EVERY_NS: Final = 5_000_000
CHECK_EVERY_NS: Final = 2_500_000_000
GRACE_S: Final = 0.25
SLEEP_NS_MIN: Final = 60_000
LATE_MS_MAX: Final = 5.0
BEHIND_S_MAX: Final = 0.1
CORE_MAX: Final = 0.9
RTCP: Final = range(192, 224)  # RFC 5761, 4
STAMP: Final = struct.Struct("qq")
BILLION: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """What one window measured.

    Attributes:
        seconds: from the first packet due to the last one sent.
        sent: packets that the kernel took.
        received: RTP packets that came back, until shortly after the last was sent.
        cpu_us: of the process under test.
        latencies_us: one way, of the legs that are sampled, in order of size.
        late_ms_p99: how much later than due the generator sent.
        behind_s: how late the last packet was sent.
        core: of the generator: how much of one it used.
    """

    seconds: float
    sent: int
    received: int
    cpu_us: float
    latencies_us: list[float]
    late_ms_p99: float
    behind_s: float
    core: float

    @property
    def valid(self) -> bool:
        """Tell whether the generator kept the pace and had room left."""
        return self.behind_s <= BEHIND_S_MAX and self.core <= CORE_MAX

    @property
    def timely(self) -> bool:
        """Tell whether it was on time: what it sends too late comes in a bunch."""
        return self.late_ms_p99 <= LATE_MS_MAX


@dataclass(slots=True)
class _Load:
    """The state of a window while it runs."""

    legs: Sequence[Leg]
    sampled: frozenset[int]
    received: int = 0
    unsent: int = 0
    sent_at: dict[int, int] = field(default_factory=dict)
    arrived: list[tuple[int, int, bytes]] = field(default_factory=list)

    def drain(self) -> None:
        for at, leg in enumerate(self.legs):
            if at in self.sampled:
                self._sample(at, leg)
            else:
                self._count(leg)

    def _count(self, leg: Leg) -> None:
        receive = leg.sock.recv
        try:
            while True:
                datagram = receive(DATAGRAM_BYTES)
                if datagram[0] in STUN:
                    leg.hear(datagram)
                elif datagram[1] not in RTCP:
                    self.received += 1
        except BlockingIOError:
            return

    def _sample(self, at: int, leg: Leg) -> None:
        receive = leg.sock.recvmsg
        room = socket.CMSG_SPACE(STAMP.size)
        try:
            while True:
                datagram, notes, _, _ = receive(DATAGRAM_BYTES, room)
                if datagram[0] in STUN:
                    leg.hear(datagram)
                elif datagram[1] not in RTCP:
                    self.received += 1
                    seconds, ns = STAMP.unpack(notes[0][2])
                    self.arrived.append((at, seconds * BILLION + ns, datagram))
        except BlockingIOError:
            return

    def latencies_us(self) -> list[float]:
        """Decrypt what was kept and return how long each took."""
        found = []
        for at, arrived, datagram in self.arrived:
            srtp = self.legs[at].srtp
            if srtp is None:
                continue
            sent = self.sent_at.get(number_of(srtp.receiving.unprotect(datagram)))
            if sent is not None:
                found.append((arrived - sent) / 1_000)
        return sorted(found)


def tend(legs: Sequence[Leg]) -> None:
    """Keep legs alive that send nothing: a check, and an answer to those that came."""
    _Load(legs, frozenset()).drain()
    for leg in legs:
        leg.check()


def run(legs: Sequence[Leg], due: Sequence[Due], pid: int, *, sampling: bool) -> Window:
    """Send what is due and return what came of it; nothing else runs meanwhile.

    Args:
        legs: `Due.leg` counts them.
        due: in order.
        pid: of the process under test.
        sampling: whether latencies are measured, of packets of `Shape`.
    """
    step = max(1, len(legs) // SAMPLED_MAX)
    sampled = frozenset(range(0, len(legs), step)) if sampling else frozenset()
    load = _Load(legs, sampled)
    load.drain()
    load.received = 0
    load.arrived.clear()
    gc.collect()
    gc.disable()
    try:
        used, own = cpu_us(pid), cpu_us(os.getpid())
        began = time.perf_counter_ns()
        late = _send(load, due, began)
        seconds = (time.perf_counter_ns() - began) / BILLION
        core = (cpu_us(os.getpid()) - own) / 1e6 / seconds
        time.sleep(GRACE_S)
        load.drain()
        used = cpu_us(pid) - used
    finally:
        gc.enable()
    return Window(
        seconds=seconds,
        sent=len(due) - load.unsent,
        received=load.received,
        cpu_us=used,
        latencies_us=load.latencies_us() if sampling else [],
        behind_s=late[-1] / BILLION,
        late_ms_p99=statistics.quantiles(late, n=100)[98] / 1e6,
        core=core,
    )


def _send(load: _Load, due: Sequence[Due], began: int) -> list[int]:
    """Send all, in time; return how late each was, in nanoseconds."""
    clock, wall = time.perf_counter_ns, time.time_ns
    sends = [leg.sock.send for leg in load.legs]
    # Whose packets arrive at a sampled leg: the other of its pair.
    noted = {at ^ 1 for at in load.sampled}
    late: list[int] = []
    next_drain, next_check = began + DRAIN_EVERY_NS, began
    for one in due:
        at = began + one.due_ns
        while (now := clock()) < at or now >= next_drain:
            if now >= next_drain:
                load.drain()
                next_drain = clock() + DRAIN_EVERY_NS
            elif at - now > SLEEP_NS_MIN:
                time.sleep((at - now - SLEEP_NS_MIN // 2) / BILLION)
            if now >= next_check:
                for leg in load.legs:
                    leg.check()
                next_check = now + CHECK_EVERY_NS
        if one.leg in noted:
            load.sent_at[one.number] = wall()
        try:
            sends[one.leg](one.datagram)
        except BlockingIOError:
            load.unsent += 1
        late.append(now - at)
    return late
