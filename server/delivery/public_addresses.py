"""Which addresses this server may connect to when somebody else chose them. Pure.

A webhook's address is typed by a customer, and could be one of the operator's own machines: a
database without a password, the metadata service of a cloud (CWE-918). Public means: global
unicast by the special-purpose registries of IANA (RFC 6890), and the same for the address that
is within an IPv4-mapped (RFC 4291), a NAT64 (RFC 6052) or a 6to4 (RFC 3056) one.

`loopback` opens 127.0.0.0/8 and ::1, and plain http there: for tests and the demo.
"""

from __future__ import annotations

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from server.origins import is_loopback

Address: TypeAlias = IPv4Address | IPv6Address
NAT64: Final = IPv6Network("64:ff9b::/96")
GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
# What `ipaddress` calls global in one release of Python or another, and is not for customers.
RESERVED_V4: Final = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
RESERVED_V6: Final = tuple(
    IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20")
)
URL_CHARS_MAX: Final = 500
# Ports on which something would take the first lines of HTTP for commands (WHATWG Fetch).
BAD_PORTS: Final = frozenset(
    {0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95}
    | {101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161}
    | {179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563}
    | {587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3306, 3659, 4045, 4190}
    | {5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697}
    | {9200, 10080, 11211, 27017}
)


INSIDE: Final = frozenset(
    {"arpa", "home", "internal", "lan", "local", "localdomain", "localhost", "onion", ""}
)


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in one for one in RESERVED_V4)
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    if address.scope_id is not None or address not in GLOBAL_UNICAST:
        return False
    return address.is_global and not any(address in one for one in RESERVED_V6)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that packets to an IPv6 address would end at."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None  # Teredo and NAT64 within a site are not public as a whole


def may_connect(address: str, *, loopback: bool) -> bool:
    """Tell whether to connect to an address in figures; anything else is refused."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return is_public(parsed) or (loopback and parsed.is_loopback)


def checked_endpoint(url: str, *, loopback: bool) -> str:
    """Return an address that messages may be posted to.

    Raises:
        ValueError: saying what it must be.
    """
    must = "must be https://HOST[:PORT][/PATH], at a host of the public internet"
    if len(url) > URL_CHARS_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(must)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(must) from None
    host = parts.hostname
    local = loopback and is_loopback(host)
    safe = parts.scheme == "https" or (parts.scheme == "http" and local)
    if not safe or not host or parts.fragment or "@" in parts.netloc or port in BAD_PORTS:
        raise ValueError(must)
    if not _name_may_be_public(host) and not local:
        raise ValueError(must)
    return url


def _name_may_be_public(host: str) -> bool:
    """Tell whether a host can be one of the internet; names are resolved when they are used."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        *inner, last = host.rstrip(".").split(".")
        # Without a dot it is a machine nearby; figures last are an address in disguise.
        return bool(inner) and last not in INSIDE and not last[:1].isdigit()
