"""A real PostgreSQL of our own, for as long as the tests run.

    with running_postgres() as server:
        server.create("orders")
        connect(server.url("orders"))

It listens on a Unix socket in a temporary folder only, and forgets everything at the end.
PostgreSQL refuses to run as root, so under root it runs as an unprivileged user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

USER = "goodfaith"
UNPRIVILEGED = ("postgres", "nobody")
# As PostgreSQL is by default: what is committed is on the disk.
DURABLE = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "timezone": "UTC",
}
# Nothing in a test outlives it, so nothing needs to reach a disk.
SETTINGS = {**DURABLE, "fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `folder` has its socket, and its data in `data`."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def create(self, database: str) -> str:
        """Create a database and return its URL."""
        self.execute("postgres", f"CREATE DATABASE {database}")
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected."""
        self.execute("postgres", f"DROP DATABASE {database} WITH (FORCE)")

    def execute(self, database: str, *statements: str) -> None:
        """Run statements outside any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


class PostgresMissing(Exception):
    """The programs of PostgreSQL are not on this machine."""


@contextmanager
def running_postgres(
    configuration: Mapping[str, str] = SETTINGS,
    parent: Path | None = None,
) -> Iterator[PostgresServer]:
    """Start a server in an empty temporary folder and stop it afterwards.

    Args:
        configuration: its settings.
        parent: where the folder is, if not where temporary things are.
    """
    account = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="goodfaith-postgres-", dir=parent))
    data = folder / "data"
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)

    def run(program: str, *arguments: str) -> None:
        run_program(folder, program, *arguments)

    settings = {**configuration, "unix_socket_directories": str(folder)}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    log = str(folder / "log")
    try:
        run("initdb", "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "-N")
        run("pg_ctl", "-D", str(data), "-l", log, "-o", options, "-w", "start")
        try:
            yield PostgresServer(folder)
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_program(folder: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs to its end, as somebody who is not root."""
    account = unprivileged()
    with (folder / "output").open("ab") as output:
        subprocess.run(
            [_programs() / program, *arguments],
            cwd=folder,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            check=True,
            timeout=60,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )


def _programs() -> Path:
    """Find the folder of initdb and pg_ctl: on PATH, or where Debian puts them."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")
    newest = sorted(installed, key=lambda path: int(path.parts[-3]), reverse=True)
    on_path = [Path(found) for found in [shutil.which("pg_ctl")] if found]
    for pg_ctl in [*newest, *on_path]:
        if pg_ctl.resolve().with_name("initdb").exists():
            return pg_ctl.resolve().parent
    raise PostgresMissing("install PostgreSQL: initdb and pg_ctl are needed by these tests")


def unprivileged() -> pwd.struct_passwd | None:
    """Return who runs what refuses to run as root; None where we are not root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED if name in known)
