"""The example configuration for coturn, held to OWASP ASVS 5.0, 17.1, by a real coturn.

Most tests share one. An allocation that a test leaves behind counts for its user until it ends:
every user here is a new one, but where the quota of one is what a test is about.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final

import pytest
from aioice import stun, turn

from media.turn import TurnCredentials, turn_credentials
from tests.coturn import EXAMPLE, OLD_SECRET, SECRET, Coturn, running_coturn

HOST: Final = "127.0.0.1"
PORT: Final = 9
FORBIDDEN: Final = 403
UNAUTHORIZED: Final = 401
QUOTA_REACHED: Final = 486
UNSUPPORTED_TRANSPORT: Final = 442
TCP: Final = 0x06000000

RESERVED: Final = tuple(
    ip_network(one)
    for one in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24"),
        *("192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/128", "::1/128", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"),
        *("64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32"),
        *("2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
        *("fec0::/10", "ff00::/8"),
    )
)
"""IANA's special-purpose registries, multicast, and IPv4 written as IPv6."""

INSIDE: Final = ("169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "fd00:ec2::254")
OPEN: Final = ("8.8.8.8", "11.0.0.0", "9.255.255.255", "100.128.0.0", "172.32.0.0")
OPEN_6: Final = ("2001:4860:4860::8888", "2606:4700::1111", "2003::", "2a00::1")
NUMBERS: Final = itertools.count(1)


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with running_coturn(tmp_path_factory.mktemp("coturn")) as running:
        yield running


@pytest.fixture(scope="module")
def coturn_6(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    extra = {"allocation-default-address-family": "ipv6"}
    folder = tmp_path_factory.mktemp("coturn_6")
    with running_coturn(folder, host="::1", extra=extra) as running:
        yield running


def now_us() -> int:
    return time.time_ns() // 1_000  # coturn goes by the machine's own clock


def fresh(user: str | None = None, secret: str = SECRET) -> TurnCredentials:
    """Return credentials as our server makes them, of somebody new unless somebody is named."""
    who = user or f"encounter-{next(NUMBERS)}-patient"
    return turn_credentials(secret, who, now=now_us(), ttl_s=600)


@asynccontextmanager
async def client(
    port: int, made: TurnCredentials, host: str = HOST
) -> AsyncIterator[turn.TurnClientUdpProtocol]:
    """A client over UDP that has not asked for anything yet."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: turn.TurnClientUdpProtocol(
            (host, port), made.username, made.credential, 600, 500
        ),
        remote_addr=(host, port),
    )
    try:
        yield protocol
    finally:
        if protocol.refresh_task is not None:
            protocol.refresh_task.cancel()
        transport.close()


@asynccontextmanager
async def allocation(
    port: int, made: TurnCredentials, host: str = HOST
) -> AsyncIterator[turn.TurnClientUdpProtocol]:
    async with client(port, made, host) as protocol:
        await protocol.connect()
        yield protocol


def code(refused: pytest.ExceptionInfo[stun.TransactionFailed]) -> int:
    return int(refused.value.response.attributes["ERROR-CODE"][0])


async def answer(protocol: turn.TurnClientUdpProtocol, peer: str, method: stun.Method) -> int:
    """Ask to reach a peer, and return 200 or the code of the refusal."""
    request = stun.Message(message_method=method, message_class=stun.Class.REQUEST)
    request.attributes["XOR-PEER-ADDRESS"] = (peer, PORT)
    if method is stun.Method.CHANNEL_BIND:
        request.attributes["CHANNEL-NUMBER"] = 0x4000
    try:
        await protocol.request_with_retry(request)
    except stun.TransactionFailed as refused:
        return int(refused.response.attributes["ERROR-CODE"][0])
    return 200


async def permissions(protocol: turn.TurnClientUdpProtocol, peers: list[str]) -> dict[str, int]:
    return {peer: await answer(protocol, peer, stun.Method.CREATE_PERMISSION) for peer in peers}


def edges(version: int) -> list[str]:
    """Return the first and the last address of every reserved range."""
    ranges = [one for one in RESERVED if one.version == version]
    ends = [str(end) for one in ranges for end in (one[0], one[-1])]
    return [*ends, *(one for one in INSIDE if ip_address(one).version == version)]


async def test_our_credentials_open_an_allocation(coturn: Coturn) -> None:
    async with allocation(coturn.port, fresh()) as protocol:
        assert protocol.relayed_address is not None
        assert protocol.relayed_address[0] == HOST
        assert protocol.realm == "turn.goodfaith.test"


async def test_while_a_secret_is_changed_the_old_one_works_too(coturn: Coturn) -> None:
    async with allocation(coturn.port, fresh(secret=OLD_SECRET)) as protocol:
        assert protocol.relayed_address is not None


async def test_they_open_one_over_tls_where_udp_is_blocked(coturn: Coturn) -> None:
    trust = ssl.create_default_context(cafile=coturn.chain)
    made = fresh()
    transport, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        ("localhost", coturn.tls_port),
        username=made.username,
        password=made.credential,
        ssl=trust,
        transport="tcp",
    )
    assert transport.get_extra_info("sockname")[0] == HOST
    transport.close()


async def test_expired_credentials_do_not(coturn: Coturn) -> None:
    old = turn_credentials(SECRET, "encounter-patient", now=now_us() - 601_000_000, ttl_s=600)
    async with client(coturn.port, old) as protocol:
        with pytest.raises(stun.TransactionFailed) as refused:
            await protocol.connect()
    assert code(refused) == UNAUTHORIZED


async def test_a_name_with_another_names_password_does_not(coturn: Coturn) -> None:
    made = fresh()
    other = replace(made, username=made.username + "x")
    async with client(coturn.port, other) as protocol:
        with pytest.raises(stun.TransactionFailed) as refused:
            await protocol.connect()
    assert code(refused) == UNAUTHORIZED


async def test_credentials_of_another_secret_do_not(coturn: Coturn) -> None:
    async with client(coturn.port, fresh(secret="another deployment's")) as protocol:
        with pytest.raises(stun.TransactionFailed) as refused:
            await protocol.connect()
    assert code(refused) == UNAUTHORIZED


@pytest.mark.safeguard("V17.1.1")
async def test_no_reserved_address_is_reached_over_ipv4(coturn: Coturn) -> None:
    async with allocation(coturn.port, fresh()) as protocol:
        answers = await permissions(protocol, edges(4))
    assert answers == dict.fromkeys(edges(4), FORBIDDEN)


@pytest.mark.safeguard("V17.1.1")
async def test_no_reserved_address_is_reached_over_ipv6(coturn_6: Coturn) -> None:
    async with allocation(coturn_6.port, fresh(), "::1") as protocol:
        answers = await permissions(protocol, edges(6))
    assert answers == dict.fromkeys(edges(6), FORBIDDEN)


async def test_everybody_elses_addresses_are(coturn: Coturn) -> None:
    async with allocation(coturn.port, fresh()) as protocol:
        assert await permissions(protocol, list(OPEN)) == dict.fromkeys(OPEN, 200)


async def test_everybody_elses_addresses_are_over_ipv6(coturn_6: Coturn) -> None:
    async with allocation(coturn_6.port, fresh(), "::1") as protocol:
        assert await permissions(protocol, list(OPEN_6)) == dict.fromkeys(OPEN_6, 200)


@pytest.mark.safeguard("V17.1.1")
@pytest.mark.parametrize("peer", ["10.0.0.1", "127.0.0.1", "169.254.169.254"])
async def test_a_channel_is_no_way_around_a_permission(coturn: Coturn, peer: str) -> None:
    async with allocation(coturn.port, fresh()) as protocol:
        assert await answer(protocol, peer, stun.Method.CHANNEL_BIND) == FORBIDDEN


async def test_nothing_is_relayed_over_tcp(coturn: Coturn) -> None:
    request = stun.Message(
        message_method=stun.Method.ALLOCATE, message_class=stun.Class.REQUEST
    )
    request.attributes["REQUESTED-TRANSPORT"] = TCP
    async with client(coturn.port, fresh()) as protocol:
        with pytest.raises(stun.TransactionFailed) as refused:
            await protocol.request_with_retry(request)
    assert code(refused) in {UNSUPPORTED_TRANSPORT, FORBIDDEN}


@pytest.mark.safeguard("V17.1.2")
async def test_one_user_gets_only_so_many_ports(coturn: Coturn) -> None:
    quota, user = int(setting("user-quota")), "encounter-patient"
    async with AsyncExitStack() as held:
        for _ in range(quota):
            await held.enter_async_context(allocation(coturn.port, fresh(user)))
        renewed = turn_credentials(SECRET, user, now=now_us(), ttl_s=700)
        one_more = await held.enter_async_context(client(coturn.port, renewed))
        with pytest.raises(stun.TransactionFailed) as refused:
            await one_more.connect()
        assert code(refused) == QUOTA_REACHED
        another = await held.enter_async_context(client(coturn.port, fresh("other-patient")))
        assert await another.connect()


@pytest.mark.safeguard("V17.1.2")
async def test_all_users_together_get_only_so_many_ports(tmp_path: Path) -> None:
    with running_coturn(tmp_path, extra={"total-quota": "3"}) as coturn:
        async with AsyncExitStack() as held:
            for number in range(3):
                await held.enter_async_context(allocation(coturn.port, fresh(f"{number}-p")))
            one_more = await held.enter_async_context(client(coturn.port, fresh("3-p")))
            with pytest.raises(stun.TransactionFailed) as refused:
                await one_more.connect()
            assert code(refused) == QUOTA_REACHED


def test_there_are_more_ports_than_allocations() -> None:
    ports = int(setting("max-port")) - int(setting("min-port")) + 1
    assert int(setting("total-quota")) < ports


async def test_answers_carry_a_checksum_and_no_version(coturn: Coturn) -> None:
    async with client(coturn.port, fresh()) as protocol:
        request = stun.Message(
            message_method=stun.Method.ALLOCATE, message_class=stun.Class.REQUEST
        )
        request.attributes["REQUESTED-TRANSPORT"] = turn.UDP_TRANSPORT
        with pytest.raises(stun.TransactionFailed) as refused:
            await protocol.request(request)
    said = refused.value.response.attributes
    assert "FINGERPRINT" in said
    assert not any(character.isdigit() for character in said.get("SOFTWARE", ""))


def setting(name: str) -> str:
    """Return a value of the example."""
    (value,) = (
        line.partition("=")[2]
        for line in EXAMPLE.read_text("ascii").splitlines()
        if line.startswith(f"{name}=")
    )
    return value
