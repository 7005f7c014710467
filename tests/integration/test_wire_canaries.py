"""No word about a patient, and no secret, crosses a wire that is not encrypted.

A server over TLS with a relay, and whom it writes to: mail by STARTTLS, a gateway and a spa's
own system by https. People play on it what `live/test_canaries` plays; everything that goes by
any of those ports is captured and searched, in every form a word may have. What two test
sockets say to each other in the clear is found.

Long: two nodes behind nginx with PostgreSQL and Valkey, both reached over TCP without TLS,
where nothing shows either, since what they are given is sealed; captured by tshark, which also
says what is spoken at each port. The hop from nginx to a node is plain, on one machine, and is
not looked at (docs/operations/deploy.md).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import psycopg
import pytest
from yarl import URL

from server.relays.folder import RelayFolder
from tests.certificates import write_certificate
from tests.clients import Scene, scene
from tests.cluster.nodes import Node
from tests.cluster.running import PROXIES, root_key, start_all
from tests.cluster.valkey import running_valkey
from tests.integration.live.test_canaries import (
    SEEN,
    WORDS,
    sign_one,
    talk_to_one,
    treat_one,
    write_one,
    write_to_one,
)
from tests.leaving import HeldUp, held_up
from tests.nginx import running_nginx
from tests.planted import worn
from tests.postgres import SETTINGS, USER, running_postgres
from tests.servers import RunningServer, free_port, running_server
from tests.tls_records import is_tls, kind_of
from tests.tshark import protocols, recorded
from tests.wire_capture import Capture, Flow, captured, read_pcap

LOOPBACK: Final = "127.0.0.1"
# Of TCP that carries nothing, of TLS by its versions, and of what a relay has.
ENCRYPTED: Final = {"TCP", "TLSv1", "TLSv1.2", "TLSv1.3", "SSL", "TLS"}
IN_THE_CLEAR: Final = {"SMTP", "PGSQL", "RESP"}


@dataclass
class Kept:
    """What nobody on a wire may learn: every cookie, link and password, as they are given."""

    cookies: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Control:
    """Two sockets that talk in the clear about a patient; `port` is watched as all others."""

    port: int

    def talk(self) -> None:
        """Say a name, its first half in two pieces over TCP, its second over UDP."""
        first, second = (one.encode() for one in SEEN.split())
        with closing(socket.create_server((LOOPBACK, self.port))) as listener:
            speaker = socket.create_connection((LOOPBACK, self.port))
            heard, _ = listener.accept()
            with closing(speaker), closing(heard):
                speaker.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                speaker.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nX-Name: " + first[:4])
                speaker.sendall(first[4:] + b"\r\n\r\n")
                assert heard.recv(1_000)
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as speaker:
            speaker.sendto(second, (LOOPBACK, self.port))

    def said(self, flow: Flow) -> bool:
        return self.port in {flow.source[1], flow.target[1]}


@dataclass(frozen=True)
class Ground:
    """Whom everybody trusts, and what leaves the server."""

    folder: Path
    chain: Path
    key: Path
    ways: HeldUp
    kept: Kept
    control: Control

    @property
    def leaving(self) -> dict[str, int]:
        """Where the server connects to by TLS from the first byte on."""
        sms = int(self.ways.sms.url.rpartition(":")[2].partition("/")[0])
        return {"sms": sms, "webhook": self.ways.receiver.port}


@pytest.fixture
async def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ground]:
    chain, key = write_certificate(tmp_path)
    # The server and its children trust it by the environment, clients in this process so.
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    trusting = ssl.create_default_context(cafile=str(chain))
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", trusting)
    kept = Kept()

    class Jar(aiohttp.CookieJar):
        """Remembers what it was given when it is empty again: cookies are changed and end."""

        def update_cookies_from_headers(
            self, headers: Sequence[str], response_url: URL
        ) -> None:
            super().update_cookies_from_headers(headers, response_url)
            kept.cookies.update(one.value for one in self)

    monkeypatch.setattr(aiohttp, "CookieJar", Jar)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(chain, key)
    async with held_up(served) as ways:
        yield Ground(tmp_path, chain, key, ways, kept, Control(free_port()))


async def play(server: RunningServer, ground: Ground, *more: Callable[[Scene], Any]) -> None:
    """Have people do what leaves words in every place, and some more."""
    ground.kept.passwords += [one.password for one in server.people.values()]
    async with scene(server) as clinic:
        await talk_to_one(clinic)
        ground.kept.links += await write_to_one(clinic, ground.ways)
        await sign_one(clinic)
        await write_one(clinic)
        for one in more:
            await one(clinic)
    ground.control.talk()


def require_nothing_seen(capture: Capture, ground: Ground) -> dict[Flow, bytes]:
    """Search everything, and return the flows but for those of the control."""
    flows, kept = capture.flows(), ground.kept
    assert len(kept.cookies) >= 6
    assert kept.links
    assert kept.passwords
    words = {*WORDS, *kept.cookies, *kept.links, *kept.passwords}
    own = {flow: content for flow, content in flows.items() if not ground.control.said(flow)}
    seen = {flow: found for flow, content in own.items() if (found := worn(content, words))}
    assert seen == {}
    said = [worn(flows[flow], words) for flow in flows.keys() - own.keys()]
    assert set().union(*said) == {(name, "plain") for name in SEEN.split()}
    return own


def by_port(flows: dict[Flow, bytes], port: int) -> list[bytes]:
    """Return what went to a port and what came from it, connection by connection.

    Of TCP: over UDP somebody else on this machine may have a port of the same number.
    """
    tcp = [flow for flow in flows if flow.protocol == "tcp"]
    found = [flow for flow in tcp if port in {flow.source[1], flow.target[1]}]
    contents = [flows[one] for one in found if flows[one]]
    assert contents, f"nothing went by port {port}"
    return contents


def require_tls(flows: dict[Flow, bytes], ground: Ground, port: int) -> None:
    """Hold that TLS only is spoken where it should be, and by mail once it was asked for."""
    for one in (port, *ground.leaving.values()):
        assert all(map(is_tls, by_port(flows, one))), one
    for content in by_port(flows, ground.ways.mail.port):
        begun = content.index(b"\x16\x03")
        assert b"MAIL" not in content[:begun].upper()
        assert is_tls(content[begun:])


def test_some_ports_are_captured_whole_and_no_others() -> None:
    watched, other = free_port(), free_port()
    with captured([watched]) as capture:
        for port in (watched, other):
            with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as speaker:
                speaker.sendto(b"Zephyrquill", (LOOPBACK, port))
                speaker.sendto(b"x" * 40_000, (LOOPBACK, port))
    found = list(capture.datagrams())
    assert [flow.target for flow, _ in found] == [(LOOPBACK, watched)] * 2
    assert [len(content) for _, content in found] == [11, 40_000]


@pytest.mark.safeguard("164.312(e)(1)")
@pytest.mark.safeguard("164.312(e)(2)(ii)")
async def test_no_word_of_a_patient_and_no_secret_crosses_a_wire(ground: Ground) -> None:
    with ExitStack() as stack:
        running = running_server(
            ground.folder,
            calls="relay",
            tls_certificate=str(ground.chain),
            tls_key=str(ground.key),
            **ground.ways.settings,
        )
        server = await asyncio.to_thread(stack.enter_context, running)
        relay = RelayFolder(ground.folder / "data" / "relay").place()
        assert relay is not None
        ports = {server.port, relay.port, ground.ways.mail.port, ground.control.port}
        with captured(ports | set(ground.leaving.values())) as capture:
            await play(server, ground)
        assert all(ground.ways.mail.encrypted)
    flows = require_nothing_seen(capture, ground)
    require_tls(flows, ground, server.port)
    media = [
        kind_of(datagram)
        for flow, datagram in capture.datagrams()
        if not ground.control.said(flow)
    ]
    assert set(media) == {"STUN", "DTLS", "SRTP"}
    assert media.count("SRTP") > 50


@contextmanager
def postgres_over_tcp(port: int) -> Iterator[str]:
    """A PostgreSQL on loopback, and the URL of an empty database in it."""
    with running_postgres({**SETTINGS, "listen_addresses": LOOPBACK, "port": str(port)}):
        url = f"postgresql://{USER}@{LOOPBACK}:{port}"
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE wires")
        yield f"{url}/wires"


@contextmanager
def two_nodes(folder: Path, settings: Mapping[str, str]) -> Iterator[list[Node]]:
    """Two nodes of one server, each a process."""
    ours = {f"GOODFAITH_{name.upper()}": value for name, value in settings.items()}
    nodes = [Node(number, folder / f"node-{number}", ours) for number in range(2)]
    try:
        start_all(nodes)
        yield nodes
    finally:
        for one in nodes:
            one.stop()


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_nothing_shows_where_database_and_valkey_are_reached_without_tls(
    ground: Ground,
) -> None:
    port, database_port, file = free_port(), free_port(), ground.folder / "wires.pcap"
    async with AsyncExitStack() as stack:

        async def started(running: Any) -> Any:  # noqa: ANN401 - whatever a manager gives
            entered = ExitStack()
            stack.push_async_callback(asyncio.to_thread, entered.close)
            return await asyncio.to_thread(entered.enter_context, running)

        database = await started(postgres_over_tcp(database_port))
        valkey = await started(running_valkey())
        settings = {
            "demo": "true",
            "database_url": database,
            "redis_url": valkey.url,
            "root_key_file": str(root_key(ground.folder)),
            "public_url": f"https://localhost:{port}",
            "trusted_proxies": PROXIES,
            **ground.ways.settings,
        }
        nodes = await started(two_nodes(ground.folder, settings))
        front = await started(running_nginx([one.port for one in nodes], port))
        trusting = ssl.create_default_context(cafile=str(front.chain))
        trusting.load_verify_locations(ground.chain)
        aiohttp.connector._SSL_CONTEXT_VERIFIED = trusting  # put back by the fixture
        nodes[0].url = front.url
        spoken = {
            **dict.fromkeys([port, *ground.leaving.values()], "tls"),
            ground.ways.mail.port: "smtp",
            database_port: "pgsql",
            valkey.port: "resp",
            ground.control.port: "http",
        }
        with recorded(file, spoken):
            await play(nodes[0], ground, treat_one)
    flows = require_nothing_seen(read_pcap(file), ground)
    require_tls(flows, ground, port)
    for one in (database_port, valkey.port):
        by_port(flows, one)
    found = protocols(file, spoken)
    assert found.keys() <= ENCRYPTED | IN_THE_CLEAR | {"HTTP", "UDP"}
    assert found.keys() >= {"TLSv1.3", "SMTP", "PGSQL", "RESP", "HTTP"}
    assert (found["HTTP"], found["UDP"]) == (1, 1)  # those of the control
