"""A real nginx on loopback, with the configuration of the docs, as an unprivileged user.

Only what cannot be the same on a test's machine is replaced: user, ports, name, certificate,
nodes, and where it writes.

    with running_nginx([node.port]) as front:
        visit(front.url, trusting=front.chain)
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.certificates import write_certificate
from tests.servers import ROOT, free_port

EXAMPLE: Final = ROOT / "docs" / "operations" / "nginx.conf"
NAME: Final = "exams.example.org"
WRITES: Final = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
START_S: Final = 10.0
POLL_S: Final = 0.05
UNPRIVILEGED: Final = ("www-data", "nobody")


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


class NotStarted(Exception):
    """It does not answer; what it printed is in the message."""


def configuration(front: Nginx, nodes: Sequence[int]) -> str:
    """Return the example with the values of a test, each of which stands in it.

    Args:
        front: where it listens.
        nodes: the ports that the nodes listen at.
    """
    text = EXAMPLE.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "[::]" not in line]
    own = [line for line in lines if line.strip().startswith("server 127.0.0.1:")]
    at = lines.index(own[0])
    lines = [line for line in lines if line not in own]
    lines[at:at] = [f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;" for port in nodes]
    text = "\n".join(lines)
    writes = "".join(f"{one}_temp_path {front.folder}/{one};\n" for one in WRITES)
    for old, new in (
        ("user www-data;", ""),
        ("worker_rlimit_nofile 65536;", ""),
        ("worker_processes auto;", "worker_processes 1;"),
        ("worker_connections 16384;", "worker_connections 512;"),
        ("/run/nginx.pid", f"{front.folder}/pid"),
        ("/var/log/nginx/goodfaith.log", f"{front.folder}/access.log"),
        ("/var/log/nginx/error.log", f"{front.folder}/error.log"),
        ("http {", f"http {{\n{writes}"),
        ("listen 80 ", f"listen 127.0.0.1:{front.plain_port} "),
        ("listen 443 ", f"listen 127.0.0.1:{front.port} "),
        (f"https://{NAME}", front.url),
        (f"server_name {NAME}", "server_name localhost"),
        ("/etc/goodfaith/chain.pem", str(front.chain)),
        ("/etc/goodfaith/key.pem", str(front.folder / "key.pem")),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def running_nginx(nodes: Sequence[int], port: int | None = None) -> Iterator[Nginx]:
    """Start nginx in front of nodes on loopback, and stop it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="goodfaith-nginx-"))
    try:
        front = Nginx(port or free_port(), free_port(), folder)
        write_certificate(folder)
        (folder / "nginx.conf").write_text(configuration(front, nodes), encoding="utf-8")
        account = _account()
        if account is not None:
            for path in (folder, *folder.iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)
        with _nginx(front, account):
            yield front
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _nginx(front: Nginx, account: pwd.struct_passwd | None) -> Iterator[None]:
    folder = front.folder
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise NotStarted("install nginx: it is needed by these tests")
    words = [program, "-p", str(folder), "-e", str(folder / "error.log")]
    words += ["-c", str(folder / "nginx.conf")]
    output = (folder / "output").open("ab")
    drop = {
        "cwd": folder,
        "stdout": output,
        "stderr": output,
        "stdin": subprocess.DEVNULL,
        "user": account.pw_uid if account else None,
        "group": account.pw_gid if account else None,
        "extra_groups": [] if account else None,
    }

    def said() -> str:
        return (folder / "output").read_text(encoding="utf-8")

    try:
        checked = subprocess.run([*words, "-t"], check=False, **drop)  # type: ignore[call-overload]
        if checked.returncode != 0:
            raise NotStarted(said())
        process = subprocess.Popen([*words, "-g", "daemon off;"], **drop)  # type: ignore[call-overload]
        try:
            deadline = time.monotonic() + START_S
            while not _listens(front.port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise NotStarted(said())
                time.sleep(POLL_S)
            yield
        finally:
            process.terminate()
            process.wait(START_S)
    finally:
        output.close()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED if name in known)
