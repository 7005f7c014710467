"""Whose address a request comes from, and under what it is counted.

`X-Forwarded-For` is believed only as far as it was written by proxies that the settings name:
it is read from the right, and the first address that is not one of them is the client. Some
proxies write the port, too. What cannot be read is no address of theirs: all who come with such
are one client, for else nobody would count them.

Of IPv6 a household has 2^64 addresses, and whoever rents a network 2^96: counted are the /64,
and more generously the /48 and the /32 that it lies in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, NamedTuple

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
UNKNOWN: Final = "unknown"
UNREADABLE: Final = "unreadable"
WITH_PORT: Final = re.compile(r"\[([^\[\]]*)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")
HOPS_MAX: Final = 20
IPV6_PREFIX: Final = 64  # what one household or phone gets: limits count it as one
WIDER: Final = ((32, 32, 8), (48, 4, 2))  # prefixes of IPv6: times as much, and of sign-ins
BYTE_BITS: Final = 8


class Place(NamedTuple):
    """Where a request or a connection comes from, as far as limits tell places apart.

    Attributes:
        key: of the address or network; no two have the same.
        times: how many times as much as one address it may.
        sign_ins: how many times as often people may sign in from there. There are only so many
            cores, so it is less; and of a wider network it is more, so that none within it
            spends what all others there have.
    """

    key: bytes
    times: int
    sign_ins: int = 1

    @property
    def is_wide(self) -> bool:
        """Tell whether many live there."""
        return self.times > 1


class Unread(Enum):
    """Somebody whom a trusted proxy names in no way that can be read."""

    UNREAD = "unread"


NAMELESS: Final = Place(b"?", 1)  # no address has a key of one byte


def client_address(peer: str | None, forwarded: str, trusted: Iterable[Network]) -> str:
    """Return the address that limits are counted for.

    Args:
        peer: the other end of the connection; None when it is not an IP connection.
        forwarded: the `X-Forwarded-For` header, several joined by commas; may be empty.
        trusted: networks of the proxies that may be believed.

    Returns:
        An IPv4 address, an IPv6 network of a household, or "unknown"; "unreadable" where a
        trusted proxy names somebody in no way that can be read.
    """
    client = _client(peer, forwarded, tuple(trusted))
    if isinstance(client, Unread):
        return UNREADABLE
    return UNKNOWN if client is None else _counted(client)


def places_of(
    peer: str | None, forwarded: str, trusted: Iterable[Network]
) -> tuple[Place, ...]:
    """Return where something comes from, the widest place first.

    Args:
        peer: the other end of the connection; None when it is not an IP connection.
        forwarded: the `X-Forwarded-For` header; empty for a connection, which has none.
        trusted: networks of the proxies that may be believed.

    Returns:
        Nothing where it is not known, and for a trusted proxy itself: it counts by itself. One
        place for all whom a trusted proxy names in no way that can be read.
    """
    networks = tuple(trusted)
    client = _client(peer, forwarded, networks)
    if isinstance(client, Unread):
        return (NAMELESS,)
    if client is None or _among(client, networks):
        return ()
    if isinstance(client, IPv4Address):
        return (Place(client.packed, 1),)
    prefixes = (*WIDER, (IPV6_PREFIX, 1, 1))
    return tuple(
        Place(bytes((bits,)) + client.packed[: bits // BYTE_BITS], times, sign_ins)
        for bits, times, sign_ins in prefixes
    )


def _client(
    peer: str | None, forwarded: str, networks: tuple[Network, ...]
) -> Address | Unread | None:
    claimed = [part.strip() for part in forwarded.split(",") if part.strip()][-HOPS_MAX:]
    current = _parsed(peer or "")
    while current is not None and _among(current, networks) and claimed:
        before = _parsed(_without_port(claimed.pop()))
        if before is None:
            return Unread.UNREAD
        current = before
    return current


def _without_port(claim: str) -> str:
    found = WITH_PORT.fullmatch(claim)
    return claim if found is None else found[1] or found[2] or ""


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _among(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(
        address.version == network.version and address in network for network in networks
    )


def _counted(address: Address) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, IPV6_PREFIX), strict=False))
    return str(address)
