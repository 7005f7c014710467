from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest

from server.http.addresses import client_address

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
NOBODY: tuple[IPv4Network | IPv6Network, ...] = ()


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours wrote that
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("fd00::1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        (None, "198.51.100.1", "unknown"),
        ("10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:3:4:5:6%eth0", "", "2001:db8:1:2::/64"),
    ],
)
def test_only_named_proxies_are_believed(peer: str | None, forwarded: str, client: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == client


def test_without_named_proxies_the_header_says_nothing() -> None:
    assert client_address("10.0.0.1", "198.51.100.1", NOBODY) == "10.0.0.1"


def test_a_long_header_is_read_from_the_end_and_not_for_ever() -> None:
    forwarded = ", ".join(["198.51.100.1", *["10.0.0.2"] * 10_000])
    assert client_address("10.0.0.1", forwarded, PROXIES) == "10.0.0.2"
