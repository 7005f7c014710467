"""Addresses as a UDP socket gives them, and what two of them have in common.

An address travels through the core exactly as it came and goes back to the socket unchanged:
`(host, port)` of an IPv4 socket, `(host, port, flow, scope)` of an IPv6 one. A socket that
serves both shows IPv4 as `::ffff:192.0.2.1` (RFC 4291, 2.5.5.2); what is told to a browser
and what is counted is then the IPv4 address inside.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

SocketAddress: TypeAlias = tuple[str, int] | tuple[str, int, int, int]
Endpoint: TypeAlias = tuple[IPv4Address | IPv6Address, int]

_PREFIX_BITS: Final = 64


def endpoint(source: SocketAddress) -> Endpoint:
    """Return the IP address and the port, IPv4 taken out of its IPv6 clothes."""
    address = ip_address(source[0])
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped, source[1]
        # A scope names an interface of this machine and is nobody else's business.
        address = IPv6Address(address.packed)
    return address, source[1]


def network(source: SocketAddress) -> str:
    """Return what one subscriber holds: an IPv4 address, or the /64 of an IPv6 one."""
    address, _ = endpoint(source)
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, _PREFIX_BITS), strict=False))
