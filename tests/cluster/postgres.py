"""A PostgreSQL that can be stopped, frozen and started again, for as long as a block lasts.

with stoppable_postgres() as postgres:
    postgres.stop()
    postgres.start()
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import psycopg
from psycopg.rows import TupleRow

from tests.postgres import (
    DURABLE,
    SETTINGS,
    USER,
    PostgresServer,
    run_program,
    running_postgres,
)

DATABASE: Final = "goodfaith"
CONNECTIONS: Final = {"max_connections": "300"}
POLL_S: Final = 0.02

How = Literal["fast", "immediate"]


@dataclass(frozen=True)
class StoppablePostgres:
    """A server with one database."""

    server: PostgresServer
    settings: Mapping[str, str]

    @property
    def url(self) -> str:
        """Return where the database is, by the server's Unix socket."""
        return self.server.url(DATABASE)

    def url_by(self, port: int) -> str:
        """Return where the database is, by a port of loopback that leads to it."""
        return f"postgresql://{USER}@127.0.0.1:{port}/{DATABASE}?sslmode=disable&gssencmode=disable"

    @property
    def socket(self) -> Path:
        return self.server.folder / ".s.PGSQL.5432"

    @property
    def log(self) -> str:
        return (self.server.folder / "log").read_text("utf-8", "replace")

    @property
    def pid(self) -> int:
        return int((self.server.data / "postmaster.pid").read_text().split()[0])

    @property
    def running(self) -> bool:
        return (self.server.data / "postmaster.pid").exists()

    def answers(self) -> bool:
        """Tell whether it takes connections."""
        try:
            self.rows("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def start_anew(self) -> None:
        """Start it after it ended by itself, or did not come up again by itself."""
        with suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        self.start()

    def rows(self, statement: str, *values: object) -> list[TupleRow]:
        """Run one statement on a connection of its own, and return what it finds."""
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            found = connection.execute(statement.encode(), values)
            return found.fetchall() if found.description else []

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        log = str(self.server.folder / "log")
        self._control("-l", log, "-o", options, "-w", "start")

    def stop(self, how: How = "fast") -> None:
        """Stop it, whoever is connected; `immediate` is as good as a power cut."""
        self._control("-m", how, "-w", "stop")

    def freeze(self) -> None:
        """Let all of its processes do nothing: connections stay, nothing is answered."""
        os.kill(self.pid, signal.SIGSTOP)
        for pid in self._children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        for pid in [*self._children(), self.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _children(self) -> list[int]:
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(one) for one in listed.split()]

    def _control(self, *words: str) -> None:
        run_program(self.server.folder, "pg_ctl", "-D", str(self.server.data), *words)


@contextmanager
def stoppable_postgres(
    *, durable: bool = False, parent: Path | None = None
) -> Iterator[StoppablePostgres]:
    """Run a server with an empty database; it need not run any more at the end.

    Args:
        durable: what is committed is on the disk, as in production; slower.
        parent: where its folder is, if not where temporary things are.
    """
    settings = {**(DURABLE if durable else SETTINGS), **CONNECTIONS}
    with running_postgres(settings, parent) as server:
        folder = str(server.folder)
        ours = StoppablePostgres(server, {**settings, "unix_socket_directories": folder})
        server.create(DATABASE)
        try:
            yield ours
        finally:
            if ours.running:
                ours.thaw()
            else:
                ours.start()


def waited_for(postgres_server: StoppablePostgres, statement: str, within_s: float) -> bool:
    """Tell whether a query finds a row in time."""
    deadline = time.monotonic() + within_s
    while not postgres_server.rows(statement):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
