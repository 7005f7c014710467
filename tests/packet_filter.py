"""Which packets the kernel hands to a raw socket: those of some ports, as a program (BPF).

The kernel looks before it copies: whatever else crosses loopback costs a capture nothing.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Sequence
from typing import Final

SO_ATTACH_FILTER: Final = 26
PORTS_MAX: Final = 60  # a jump of this machine goes 255 instructions at most
LOAD_HALF, LOAD_BYTE, LOAD_HALF_AT_X = 0x28, 0x30, 0x48
HEADER_TO_X: Final = 0xB1  # four times the low half of a byte: the length of an IPv4 header
LENGTH_TO_X: Final = 0x01
JUMP_IF_EQUAL: Final = 0x15
RETURN: Final = 0x06
ALL: Final = 0x40000
KIND, PROTOCOL_4, PROTOCOL_6, HEADER_4 = 12, 23, 20, 14
PORTS_BEHIND: Final = 14  # behind the header of IP, which x has the length of
IPV4, IPV6 = 0x0800, 0x86DD
TCP, UDP = 6, 17

Instruction = tuple[int, int, int, int]


def program(ports: Sequence[int]) -> list[Instruction]:
    """Return a program that keeps TCP and UDP over IPv4 and IPv6, from or to these ports.

    Raises:
        ValueError: there are more ports than it could look at.
    """
    if not 0 < len(ports) <= PORTS_MAX:
        raise ValueError(f"1 to {PORTS_MAX} ports")
    return [*_of_ip(IPV4, ports), *_of_ip(IPV6, ports), (RETURN, 0, 0, 0)]


def _of_ip(kind: int, ports: Sequence[int]) -> list[Instruction]:
    """Return the part for one version of IP; what it does not keep goes on behind it."""
    header = [(HEADER_TO_X, 0, 0, HEADER_4)] if kind == IPV4 else [(LENGTH_TO_X, 0, 0, 40)]
    at_ends: list[Instruction] = []
    for end in (PORTS_BEHIND, PORTS_BEHIND + 2):
        at_ends.append((LOAD_HALF_AT_X, 0, 0, end))
        at_ends += [(JUMP_IF_EQUAL, 0, 0, port) for port in ports]
    tail = [*header, *at_ends]
    # A port that fits jumps to the last instruction; behind the last port it is jumped over.
    for place, (code, _, _, value) in enumerate(tail):
        if code == JUMP_IF_EQUAL:
            tail[place] = (code, len(tail) - place, 0, value)
    tail.append((JUMP_IF_EQUAL, 1, 1, 0))
    tail.append((RETURN, 0, 0, ALL))
    protocol = PROTOCOL_4 if kind == IPV4 else PROTOCOL_6
    rest = len(tail)
    return [
        (LOAD_HALF, 0, 0, KIND),
        (JUMP_IF_EQUAL, 0, rest + 3, kind),
        (LOAD_BYTE, 0, 0, protocol),
        (JUMP_IF_EQUAL, 1, 0, TCP),
        (JUMP_IF_EQUAL, 0, rest, UDP),
        *tail,
    ]


def attach(raw: socket.socket, ports: Sequence[int]) -> None:
    """Have a socket be handed the packets of these ports only."""
    code = b"".join(struct.pack("HBBI", *one) for one in program(ports))
    buffer = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("HP", len(code) // 8, ctypes.addressof(buffer))
    raw.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, head)
