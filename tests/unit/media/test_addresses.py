from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.addresses import endpoint, network
from media.limits import Limits, microseconds


@given(st.ip_addresses(v=4), st.integers(0, 65535))
def test_an_ipv4_address_is_the_same_in_ipv6_clothes(address: IPv4Address, port: int) -> None:
    clothed = (f"::ffff:{address}", port, 0, 0)
    assert endpoint(clothed) == endpoint((str(address), port)) == (address, port)
    assert network(clothed) == network((str(address), port)) == str(address)


@given(st.ip_addresses(v=6))
def test_a_scope_changes_nothing(address: IPv6Address) -> None:
    if address.ipv4_mapped is None:
        assert endpoint((f"{address}%eth0", 1, 0, 2)) == (address, 1)
        assert network((f"{address}%eth0", 1, 0, 2)) == network((str(address), 1, 0, 0))


def test_the_network_of_an_ipv6_address_is_its_64() -> None:
    assert network(("2001:db8:1:2:3:4:5:6", 1, 0, 0)) == "2001:db8:1:2::/64"


def test_a_limit_is_positive() -> None:
    with pytest.raises(ValueError, match="paths_max"):
        Limits(paths_max=0)


def test_a_second_is_a_million_microseconds() -> None:
    assert microseconds(1.5) == 1_500_000
