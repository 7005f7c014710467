from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest

from server.http.addresses import HOPS_MAX, client_address, places_of

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
        ("10.0.0.1", "nonsense", "unreadable"),
        ("10.0.0.1", "198.51.100.1, nonsense", "unreadable"),  # nor is what stands before it
        ("10.0.0.1", "unknown", "unreadable"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1:471147", "unreadable"),
        ("10.0.0.1", "198.51.100.1:", "unreadable"),
        ("10.0.0.1", "nonsense, 198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2:4711", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8:1:2::1]:4711", "2001:db8:1:2::/64"),
        ("10.0.0.1", "[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("10.0.0.1", "[]:4711", "unreadable"),
        ("10.0.0.1", "[2001:db8::1", "unreadable"),
        ("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("nonsense", "198.51.100.1", "unknown"),
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


def test_as_many_proxies_are_believed_as_there_may_be_and_no_more() -> None:
    behind = ["198.51.100.1", *["10.0.0.2"] * (HOPS_MAX - 1)]
    assert client_address("10.0.0.1", ", ".join(behind), PROXIES) == "198.51.100.1"
    behind.append("10.0.0.2")
    assert client_address("10.0.0.1", ", ".join(behind), PROXIES) == "10.0.0.2"


def test_a_household_of_ipv6_is_one_place_in_two_wider_ones() -> None:
    one, same, next_door, far = (
        places_of(peer, "", NOBODY)
        for peer in (
            "2001:db8:1:2::3",
            "2001:db8:1:2:ffff::",
            "2001:db8:1:3::3",
            "2001:db8:2::1",
        )
    )
    assert one == same
    assert [place.times for place in one] == [32, 4, 1]
    assert one[:2] == next_door[:2]
    assert one[2] != next_door[2]
    assert one[0] == far[0]
    assert one[1] != far[1]


def test_no_two_places_have_the_same_key() -> None:
    peers = (
        "32.1.13.184",
        "2001:db8::",
        "2001:db8:0:1::",
        "2001:db8:1::",
        "::ffff:32.1.13.185",
    )
    keys = {place.key for peer in peers for place in places_of(peer, "", NOBODY)}
    assert len(keys) == 2 + (1 + 2 + 3)  # two of IPv4; a /32, two /48, three /64


def test_whom_a_proxy_names_unreadably_is_counted_and_all_of_them_as_one() -> None:
    unreadable = [
        places_of("10.0.0.1", claim, PROXIES) for claim in ("unknown", "?", "1.2.3", ",x,")
    ]
    assert {len(one) for one in unreadable} == {1}
    assert len(set(unreadable)) == 1
    assert unreadable[0][0].times == 1
    with_port = places_of("10.0.0.1", "198.51.100.1:4711", PROXIES)
    assert with_port == places_of("198.51.100.1", "", PROXIES)
    with_port = places_of("10.0.0.1", "[2001:db8::1]:4711", PROXIES)
    assert with_port == places_of("2001:db8::1", "", PROXIES)
    assert unreadable[0] not in (with_port, places_of("0.0.0.63", "", PROXIES))


def test_a_trusted_proxy_and_a_peer_without_an_address_are_no_place() -> None:
    assert places_of("10.0.0.1", "", PROXIES) == ()
    assert places_of("10.0.0.1", "10.0.0.7", PROXIES) == ()
    assert places_of(None, "198.51.100.1", PROXIES) == ()
    assert places_of("10.0.0.1", "198.51.100.1", PROXIES) == places_of("198.51.100.1", "", ())
