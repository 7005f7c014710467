"""Whose address a request comes from.

`X-Forwarded-For` is believed only as far as it was written by proxies that the settings name:
it is read from the right, and the first address that is not one of them is the client.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
UNKNOWN: Final = "unknown"
HOPS_MAX: Final = 20
IPV6_PREFIX: Final = 64  # what one household or phone gets: limits count it as one


def client_address(peer: str | None, forwarded: str, trusted: Iterable[Network]) -> str:
    """Return the address that limits are counted for.

    Args:
        peer: the other end of the connection; None when it is not an IP connection.
        forwarded: the `X-Forwarded-For` header, several joined by commas; may be empty.
        trusted: networks of the proxies that may be believed.

    Returns:
        An IPv4 address, an IPv6 network of a household, or "unknown".
    """
    networks = tuple(trusted)
    claimed = [part.strip() for part in forwarded.split(",") if part.strip()][-HOPS_MAX:]
    current = _parsed(peer or "")
    while current is not None and _among(current, networks) and claimed:
        before = _parsed(claimed.pop())
        if before is None:
            break
        current = before
    return UNKNOWN if current is None else _counted(current)


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
