"""Everything that crosses the loopback of this machine at some ports, as a wire would show it.

    with captured({server.port, relay.port}) as capture:
        ...
    flows = capture.flows()             what went from whom to whom, put together again

The kernel hands over copies (AF_PACKET), which needs root or CAP_NET_RAW, and counts what it
had to drop: a capture that is not whole raises. A file of tshark's is read the same way
(`read_pcap`), so that what is looked for is looked for by one piece of code.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, NamedTuple

from tests.packet_filter import attach

INTERFACE: Final = "lo"
ETH_P_ALL: Final = 3
ETHERNET: Final = 14
IPV4, IPV6 = 0x0800, 0x86DD
SOL_PACKET: Final = 263
PACKET_STATISTICS: Final = 6
SO_RCVBUFFORCE: Final = 33
KEPT_BYTES_MAX: Final = 512 << 20
QUEUE_BYTES: Final = 64 << 20
LONGEST: Final = 1 << 17  # a segment that the kernel did not cut is longer than any frame
LOOK_S: Final = 0.1
NUMBERS: Final = 1 << 32  # of TCP, which start again at 0
PROTOCOLS: Final[Mapping[int, Literal["tcp", "udp"]]] = {6: "tcp", 17: "udp"}
SYN: Final = 0x02
PCAP: Final = 0xA1B2C3D4
PCAP_HEADER: Final = 24

Place = tuple[str, int]


class NotWhole(AssertionError):
    """Something was dropped, or did not fit: what was looked through is not all there was."""


class Flow(NamedTuple):
    """One direction between two places."""

    protocol: Literal["tcp", "udp"]
    source: Place
    target: Place


class Segment(NamedTuple):
    """What one packet carries.

    Attributes:
        number: of its first byte, in TCP.
        begins: it is the first one of its flow.
    """

    flow: Flow
    number: int
    begins: bool
    payload: bytes


@dataclass
class Capture:
    """Frames, in the order in which they came.

    Attributes:
        frames: with the header of Ethernet, which loopback has as well.
    """

    frames: list[bytes] = field(default_factory=list)

    def datagrams(self) -> Iterator[tuple[Flow, bytes]]:
        """Yield what went over UDP, one by one."""
        for segment in segments(self.frames):
            if segment.flow.protocol == "udp":
                yield segment.flow, segment.payload

    def flows(self) -> dict[Flow, bytes]:
        """Return what each flow carried: TCP in its order and each byte once."""
        parts: dict[Flow, list[Segment]] = defaultdict(list)
        for segment in segments(self.frames):
            parts[segment.flow].append(segment)
        return {
            flow: _in_order(found) if flow.protocol == "tcp" else _joined(found)
            for flow, found in parts.items()
        }


@contextmanager
def captured(ports: Iterable[int]) -> Iterator[Capture]:
    """Capture until the block ends.

    Args:
        ports: of TCP and UDP, at either end.

    Raises:
        NotWhole: packets were lost on their way into the capture.
        PermissionError: this process may not.
    """
    capture = Capture()
    with closing(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)) as raw:
        raw.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, QUEUE_BYTES)
        attach(raw, sorted(set(ports)))
        raw.settimeout(LOOK_S)
        raw.bind((INTERFACE, ETH_P_ALL))
        over = threading.Event()
        faults: list[NotWhole] = []
        reader = threading.Thread(target=_read, args=(raw, capture, over, faults))
        reader.start()
        try:
            yield capture
        finally:
            over.set()
            reader.join()
        _, dropped = struct.unpack("II", raw.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
    if dropped:
        faults.append(NotWhole(f"{dropped} packets were dropped"))
    if faults:
        raise faults[0]


def _read(
    raw: socket.socket, capture: Capture, over: threading.Event, faults: list[NotWhole]
) -> None:
    kept = 0
    while True:
        try:
            frame, about = raw.recvfrom(LONGEST)
        except TimeoutError:
            if over.is_set():
                return
            continue
        # On loopback each packet is seen as it leaves and as it arrives.
        if about[2] == socket.PACKET_OUTGOING:
            continue
        kept += len(frame)
        if kept > KEPT_BYTES_MAX:
            faults.append(NotWhole(f"more than {KEPT_BYTES_MAX} bytes"))
            return
        capture.frames.append(frame)


def read_pcap(file: Path) -> Capture:
    """Return what a file of tshark's has (`-F pcap`).

    Raises:
        NotWhole: it is cut off, or is no such file.
    """
    content = file.read_bytes()
    order = "<" if content[:4] == PCAP.to_bytes(4, "little") else ">"
    if content[:4] != struct.pack(f"{order}I", PCAP):
        raise NotWhole("no capture of microseconds")
    capture, at = Capture(), PCAP_HEADER
    while at < len(content):
        _, _, kept, length = struct.unpack_from(f"{order}IIII", content, at)
        at += 16
        if kept != length or at + kept > len(content):
            raise NotWhole("a packet was cut off")
        capture.frames.append(content[at : at + kept])
        at += kept
    return capture


def segments(frames: Iterable[bytes]) -> Iterator[Segment]:
    """Yield what frames carry over TCP and UDP; all else is passed over."""
    for frame in frames:
        (kind,) = struct.unpack_from("!H", frame, ETHERNET - 2)
        if kind == IPV4:
            length = (frame[ETHERNET] & 0x0F) * 4
            whole = struct.unpack_from("!H", frame, ETHERNET + 2)[0] or len(frame) - ETHERNET
            protocol, family, ends = frame[ETHERNET + 9], socket.AF_INET, (12, 16, 20)
        elif kind == IPV6:
            length = 40
            whole = length + struct.unpack_from("!H", frame, ETHERNET + 4)[0]
            protocol, family, ends = frame[ETHERNET + 6], socket.AF_INET6, (8, 24, 40)
        else:
            continue
        if protocol not in PROTOCOLS:
            continue
        source, target = (
            socket.inet_ntop(family, frame[ETHERNET + first : ETHERNET + last])
            for first, last in pairwise(ends)
        )
        inner = frame[ETHERNET + length : ETHERNET + whole]
        yield _segment(PROTOCOLS[protocol], source, target, inner)


def _segment(
    protocol: Literal["tcp", "udp"], source: str, target: str, inner: bytes
) -> Segment:
    source_port, target_port = struct.unpack_from("!HH", inner)
    flow = Flow(protocol, (source, source_port), (target, target_port))
    if protocol == "udp":
        return Segment(flow, 0, begins=False, payload=inner[8:])
    (number,) = struct.unpack_from("!I", inner, 4)
    begins = bool(inner[13] & SYN)
    payload = inner[(inner[12] >> 4) * 4 :]
    return Segment(flow, number + begins, begins, payload)


def _joined(found: Iterable[Segment]) -> bytes:
    return b"\n".join(one.payload for one in found)


def _in_order(found: list[Segment]) -> bytes:
    """Put the parts of a flow together, a new connection of the same ports behind the last."""
    whole, start, have = bytearray(), found[0].number, 0
    waiting: dict[int, bytes] = {}
    for one in found:
        if one.begins and one.number != start:
            whole += b"".join(waiting.pop(at) for at in sorted(waiting))
            start, have = one.number, 0
        if not one.payload:
            continue
        waiting[(one.number - start) % NUMBERS] = one.payload
        for at in sorted(waiting):
            if at > have:
                break
            part = waiting.pop(at)[have - at :]
            whole += part
            have += len(part)
    return bytes(whole) + b"".join(waiting[at] for at in sorted(waiting))
