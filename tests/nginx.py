"""A real nginx on loopback, with the configuration of the docs, as an unprivileged user.

Only what cannot be the same on a test's machine is replaced: user, ports, name, certificate,
nodes, and where it writes.

    with running_nginx([node.port]) as front:
        visit(front.url, trusting=front.chain)

Clusters of tests have the same before them, without TLS: `tests.cluster.front`.
"""

from __future__ import annotations

import os
import re
import shutil
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from tests.certificates import write_certificate
from tests.cluster.process import Program, accepts, private_folder
from tests.postgres import unprivileged
from tests.servers import ROOT, RunningServer, free_port, running_server

EXAMPLE: Final = ROOT / "docs" / "operations" / "nginx.conf"
NAME: Final = "exams.example.org"
EACH_MAX: Final = 100  # requests of one address at the same time, a tenth of the example's
READ_TIMEOUT: Final = re.compile(r"proxy_read_timeout (\d+)s;")
WRITES: Final = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Nginx:
    """Where it listens, whom its certificate is trusted by, and its folder."""

    port: int
    plain_port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def chain(self) -> Path:
        return self.folder / "chain.pem"


def configuration(front: Nginx, nodes: Sequence[int]) -> str:
    """Return the example with the values of a test.

    Args:
        front: where it listens.
        nodes: the ports that the nodes listen at.
    """
    return replaced(
        ours(front.folder, nodes),
        {
            "worker_connections 16384;": "worker_connections 512;",
            "goodfaith_addresses 1000;": f"goodfaith_addresses {EACH_MAX};",
            "listen 80 ": f"listen 127.0.0.1:{front.plain_port} ",
            "listen 443 ": f"listen 127.0.0.1:{front.port} ",
            f"https://{NAME}": front.url,
            f"server_name {NAME}": "server_name localhost",
            "/etc/goodfaith/chain.pem": str(front.chain),
            "/etc/goodfaith/key.pem": str(front.folder / "key.pem"),
        },
    )


def ours(folder: Path, nodes: Sequence[int]) -> str:
    """Return the example for a user of this machine, with a folder to write to, and with nodes.

    Args:
        folder: of that nginx.
        nodes: the ports of loopback that the nodes listen at.
    """
    text = EXAMPLE.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "[::]" not in line]
    lines = list(with_nodes(lines, nodes))
    writes = "".join(f"{one}_temp_path {folder}/{one};\n" for one in WRITES)
    return replaced(
        "\n".join(lines),
        {
            "user www-data;": "",
            "worker_rlimit_nofile 65536;": "",
            "worker_processes auto;": "worker_processes 1;",
            "/run/nginx.pid": f"{folder}/pid",
            "/var/log/nginx/goodfaith.log": f"{folder}/access.log",
            "/var/log/nginx/error.log": f"{folder}/error.log",
            "http {": f"http {{\n{writes}",
        },
    )


def with_nodes(lines: Iterable[str], nodes: Sequence[int]) -> Iterator[str]:
    """Yield the lines of a configuration, each list of nodes with these instead."""
    for line in lines:
        if not line.strip().startswith("server 127.0.0.1:"):
            yield line
        elif ":8081" in line:  # each list begins with it
            yield from (line.replace("8081", str(port)) for port in nodes)


def replaced(text: str, by: Mapping[str, str]) -> str:
    """Return a text with other words in it, each of which stands there."""
    for old, new in by.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def running_nginx(
    nodes: Sequence[int],
    port: int | None = None,
    *,
    nameless: bool = False,
    hurried: int = 1,
) -> Iterator[Nginx]:
    """Start nginx in front of nodes on loopback, and stop it afterwards.

    Args:
        nodes: their ports.
        port: where to listen; any free one otherwise.
        nameless: a handshake that names no host is not refused (for a scanner that names none).
        hurried: how many times as soon as in the example a node's answer is given up.
    """
    owner = unprivileged()
    with private_folder("nginx", owner) as folder:
        front = Nginx(port or free_port(), free_port(), folder)
        write_certificate(folder)
        file = folder / "nginx.conf"
        text = hastened(configuration(front, nodes), hurried)
        if nameless:
            shown = f"ssl_certificate {front.chain}; ssl_certificate_key {folder}/key.pem;"
            text = replaced(text, {"ssl_reject_handshake on;": f"{shown} return 421;"})
        file.write_text(text, encoding="utf-8")
        if owner is not None:
            for path in folder.iterdir():
                os.chown(path, owner.pw_uid, owner.pw_gid)
        log = str(folder / "error.log")
        words = [nginx(), "-p", str(folder), "-e", log, "-c", str(file), "-g", "daemon off;"]
        program = Program(folder, words, lambda: accepts(front.port), owner)
        program.start()
        try:
            yield front
        finally:
            program.stop()


def hastened(text: str, times: int) -> str:
    """Return a configuration that gives up nodes' answers so many times as soon."""
    return READ_TIMEOUT.sub(
        lambda found: f"proxy_read_timeout {int(found[1]) * 1_000 // times}ms;", text
    )


@dataclass(frozen=True)
class Front:
    """A server behind nginx, whose first node is not there; and who trusts its certificate."""

    nginx: Nginx
    node: RunningServer
    trust: ssl.SSLContext


@contextmanager
def running_front(folder: Path) -> Iterator[Front]:
    """Run a server, with its data in a folder, and nginx in front of it."""
    port = free_port()
    with (
        running_server(
            folder,
            public_url=f"https://localhost:{port}",
            trusted_proxies="127.0.0.1/32",
        ) as node,
        running_nginx([free_port(), node.port], port) as nginx,
    ):
        yield Front(nginx, node, ssl.create_default_context(cafile=str(nginx.chain)))


@asynccontextmanager
async def a_browser(front: Front) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a browser that trusts the front."""
    async with aiohttp.ClientSession(
        front.nginx.url, connector=aiohttp.TCPConnector(ssl=front.trust)
    ) as browser:
        yield browser


def nginx() -> str:
    """Return the program.

    Raises:
        FileNotFoundError: there is none on this machine.
    """
    # Debian has it where only root looks.
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    if found is None:
        raise FileNotFoundError("nginx")
    return found
