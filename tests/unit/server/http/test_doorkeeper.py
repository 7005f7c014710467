from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address
from pathlib import Path

import pytest

from server.clock import ManualClock
from server.errors import RateLimited
from server.http.addresses import Place, places_of
from server.http.doorkeeper import COMING_BACK, SIGN_INS, Doorkeeper, Kind
from server.http.wiring import all_routes
from server.settings import Settings

SECOND = 1_000_000
ADDRESS = places_of("203.0.113.9", "", ())
OTHER = places_of("203.0.113.10", "", ())


def doorkeeper(**more: object) -> Doorkeeper:
    few: dict[str, object] = {
        "requests_per_address_s": 10,
        "requests_per_address_burst": 20,
        "requests_per_session_s": 5,
        "requests_per_session_burst": 10,
        "sign_ins_per_address_s": 1,
        "sign_ins_per_address_burst": 5,
    }
    settings = Settings(data_dir=Path("nowhere"), **{**few, **more})  # type: ignore[arg-type]
    return Doorkeeper(settings, ManualClock())


def let_in(
    door: Doorkeeper,
    places: Iterable[Place],
    *shown: str,
    now: int = 0,
    times: int = 1,
    kind: Kind = Kind.ANY,
) -> int:
    """Ask so many times, and return how often somebody was let in."""
    count = 0
    for _ in range(times):
        try:
            door.admit(places, shown, now, kind)
        except RateLimited:
            continue
        count += 1
    return count


def test_an_address_has_its_burst_and_others_have_theirs() -> None:
    door = doorkeeper()
    assert let_in(door, ADDRESS, times=30) == 20
    assert let_in(door, OTHER, times=30) == 20
    assert let_in(door, ADDRESS, now=SECOND, times=30) == 10
    assert door.refused == {"address": 40}


def test_a_session_has_its_own_wherever_it_asks_from() -> None:
    door = doorkeeper()
    assert let_in(door, ADDRESS, "cookie", times=7) == 7
    assert let_in(door, OTHER, "cookie", times=7) == 3
    assert let_in(door, ADDRESS, "another", times=7) == 7
    assert door.refused == {"session": 4}


def test_who_shows_two_sessions_spends_of_both() -> None:
    door = doorkeeper()
    assert let_in(door, ADDRESS, "patient", "tablet", times=10) == 10
    for one in ("patient", "tablet"):
        assert let_in(door, ADDRESS, one) == 0


def test_a_refusal_says_when_and_spends_nothing() -> None:
    door = doorkeeper(requests_per_session_s=1)
    assert let_in(door, ADDRESS, "cookie", times=10) == 10
    with pytest.raises(RateLimited) as refused:
        door.admit(ADDRESS, ("cookie",), 0)
    assert (refused.value.code, refused.value.retry_after_s) == ("rate_limited", 1)
    assert let_in(door, ADDRESS, times=20) == 10  # the address was not charged for it


def test_probes_and_assets_have_a_budget_of_their_own() -> None:
    door = doorkeeper()
    assert let_in(door, ADDRESS, "cookie", times=40) == 10
    assert let_in(door, ADDRESS, times=40) == 10
    assert let_in(door, ADDRESS, "cookie", times=40, kind=Kind.ASIDE) == 20


def test_passwords_have_a_smaller_budget_and_leave_the_other_alone() -> None:
    door = doorkeeper()
    assert let_in(door, ADDRESS, times=8, kind=Kind.SIGN_IN) == 5
    assert door.refused == {"sign_in": 3}
    assert let_in(door, ADDRESS, times=30) == 12
    assert let_in(door, OTHER, times=8, kind=Kind.SIGN_IN) == 5
    assert let_in(door, ADDRESS, now=2 * SECOND, times=8, kind=Kind.SIGN_IN) == 2


def test_coming_back_from_a_provider_has_as_small_a_budget_and_its_own() -> None:
    door = doorkeeper()
    assert let_in(door, ADDRESS, times=5, kind=Kind.SIGN_IN) == 5
    assert let_in(door, ADDRESS, times=8, kind=Kind.COMING_BACK) == 5
    assert let_in(door, ADDRESS, times=20) == 7
    keys = {one.key for one in all_routes() if one.path in COMING_BACK}
    assert len(keys) == len(COMING_BACK) == 3
    assert Kind.of("POST", "/api/v1/ops/session/provider/finish") is Kind.COMING_BACK


def test_a_wide_network_has_not_so_many_more_passwords_looked_at() -> None:
    door, network, admitted = doorkeeper(), int(IPv6Address("2001:db8::")), 0
    for number in range(1_000):
        peer = str(IPv6Address(network + (number << 80)))
        admitted += let_in(door, places_of(peer, "", ()), kind=Kind.SIGN_IN)
    assert admitted == 8 * 5


def test_one_network_within_another_takes_not_the_passwords_of_all_of_it() -> None:
    """64 households of one /48 try on without end; somebody elsewhere in the /32 tries, too."""
    door = Doorkeeper(Settings(data_dir=Path("nowhere")), ManualClock())
    network = int(IPv6Address("2001:db8::"))
    crowd = [places_of(str(IPv6Address(network + (one << 64))), "", ()) for one in range(64)]
    victim, admitted, tried = places_of("2001:db8:ffff::1", "", ()), 0, 0
    for number in range(88 * 500):
        now = number * 2_000
        let_in(door, crowd[number % 64], now=now, kind=Kind.SIGN_IN)
        if number % 500 == 499:
            tried += 1
            admitted += let_in(door, victim, now=now, kind=Kind.SIGN_IN)
    assert (admitted, tried) == (88, 88)
    assert door.refused["sign_in"] > 40_000


def test_whoever_tries_on_where_sign_ins_are_spent_spends_the_rest_and_is_done() -> None:
    door = doorkeeper()
    assert let_in(door, ADDRESS, times=100, kind=Kind.SIGN_IN) == 5
    assert door.refused == {"sign_in": 15, "address": 80}
    assert let_in(door, ADDRESS) == 0
    assert let_in(door, OTHER, kind=Kind.SIGN_IN) == 1


def test_every_route_that_a_password_begins_a_session_at_is_such_a_sign_in() -> None:
    keys = {one.key for one in all_routes() if one.path in SIGN_INS and one.method == "POST"}
    assert len(keys) == len(SIGN_INS) == 3
    assert Kind.of("POST", "/api/v1/ops/session") is Kind.SIGN_IN
    assert Kind.of("GET", "/api/v1/ops/session") is Kind.ANY
    assert Kind.of("GET", "/assets/x.js") is Kind.ASIDE


def test_a_trusted_proxy_is_not_counted_and_neither_is_who_has_no_address() -> None:
    door = doorkeeper()
    trusted = Settings(
        data_dir=Path("nowhere"),
        trusted_proxies=("10.0.0.0/8",),  # type: ignore[arg-type]
    ).trusted_proxies
    for places in (places_of("10.0.0.1", "", trusted), places_of(None, "", trusted)):
        assert let_in(door, places, times=100) == 100
    behind = places_of("10.0.0.1", "203.0.113.9", trusted)
    assert let_in(door, behind, times=100) == 20


def test_whoever_has_a_network_of_ipv6_has_no_more_than_some_addresses_would() -> None:
    """A /32: 2^32 households, of which each request comes from another one."""
    door, network, admitted = doorkeeper(), int(IPv6Address("2001:db8::")), 0
    for number in range(20_000):  # 20 s of 1,000 a second
        peer = str(IPv6Address(network + (number * 7_919 << 64)))
        admitted += let_in(door, places_of(peer, "", ()), now=number * 1_000)
        assert door.kept < 2_000
    assert admitted <= 32 * (20 + 10 * 20)
    assert door.refused["network"] == 20_000 - admitted
    assert let_in(door, places_of("2001:db9::1", "", ()), now=20 * SECOND) == 1
    assert let_in(door, ADDRESS, now=20 * SECOND) == 1


def test_a_household_is_one_address_however_many_it_uses() -> None:
    door = doorkeeper()
    for last in range(30):
        let_in(door, places_of(f"2001:db8:0:1::{last + 1:x}", "", ()))
    assert door.refused == {"address": 10}
    assert let_in(door, places_of("2001:db8:0:2::1", "", ())) == 1


def test_made_up_sessions_fill_nothing() -> None:
    door = doorkeeper(requests_per_address_s=1_000, requests_per_address_burst=1_000)
    for number in range(20_000):
        let_in(door, ADDRESS, f"made up {number}", now=number * 1_000)
        assert door.kept < 2_000
