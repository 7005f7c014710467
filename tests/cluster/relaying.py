"""Relay processes that every node of a cluster can reach, and that can be ended one by one."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.cluster.process import LOOPBACK, Program, accepts
from tests.servers import free_port

SECRET_FILE: Final = "relay-secret"


class RelayProcess(Program):
    """A relay; started again, it has the same control address.

    Attributes:
        control: its control address.
    """

    def __init__(self, folder: Path, secret_file: Path) -> None:
        """Prepare it."""
        port = free_port()
        self.control = f"{LOOPBACK}:{port}"
        words = f"relay --host {LOOPBACK} --announce {LOOPBACK} --port 0"
        super().__init__(
            folder,
            [
                *(sys.executable, "-m", "server.cli", *words.split()),
                *("--control", self.control, "--secret-file", str(secret_file)),
            ],
            lambda: accepts(port),
        )


@contextmanager
def running_relays(folder: Path, count: int) -> Iterator[tuple[list[RelayProcess], Path]]:
    """Run relays until the block ends; give them, and the file with their secret."""
    secret_file = folder / SECRET_FILE
    secret_file.write_text(secrets.token_hex(32))
    secret_file.chmod(0o600)
    relays: list[RelayProcess] = []
    try:
        for number in range(count):
            home = folder / f"relay-{number}"
            home.mkdir()
            relays.append(RelayProcess(home, secret_file))
            relays[-1].start()
        yield relays, secret_file
    finally:
        for relay in relays:
            relay.kill()
