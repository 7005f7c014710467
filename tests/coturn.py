"""A real coturn on loopback, with the example configuration of the docs.

Only what cannot be the same on a test's machine is replaced: secret, realm, ports, certificate,
addresses, and where the log goes.

    with running_coturn(folder) as coturn:
        allocate(coturn.port)
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.certificates import write_certificate
from tests.servers import ROOT, free_port

EXAMPLE: Final = ROOT / "docs" / "operations" / "turnserver.conf"
SECRET: Final = "shared-with-coturn"
OLD_SECRET: Final = "shared-until-yesterday"
REALM: Final = "turn.goodfaith.test"
START_S: Final = 10.0
POLL_S: Final = 0.05


@dataclass(frozen=True)
class Coturn:
    """Where it listens, and whom its certificate is trusted by."""

    port: int
    tls_port: int
    chain: Path


class NotStarted(Exception):
    """It does not answer; what it printed is in the message."""


@contextmanager
def running_coturn(
    folder: Path, *, host: str = "127.0.0.1", extra: Mapping[str, str] | None = None
) -> Iterator[Coturn]:
    """Start coturn from the example, and stop it afterwards.

    Args:
        folder: for its files; removed by whoever made it.
        host: the loopback address that it listens on and relays from.
        extra: more settings, or other values of those in the example.
    """
    chain, key = write_certificate(folder)
    coturn = Coturn(free_port(), free_port(), chain)
    changes = {
        "static-auth-secret": f"{SECRET}\nstatic-auth-secret={OLD_SECRET}",
        "realm": REALM,
        "listening-port": str(coturn.port),
        "tls-listening-port": str(coturn.tls_port),
        "cert": str(chain),
        "pkey": str(key),
        **(extra or {}),
    }
    ours = {
        "listening-ip": host,
        "relay-ip": host,
        "userdb": str(folder / "turndb"),
        "pidfile": str(folder / "turnserver.pid"),
        "relay-threads": "1",
    }
    file = folder / "turnserver.conf"
    file.write_text(changed(EXAMPLE.read_text("ascii"), changes) + settings(ours), "ascii")
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [os.environ.get("TURNSERVER", "turnserver"), "-c", str(file)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_for(process, host, (coturn.port, coturn.tls_port), folder / "output")
        yield coturn
    finally:
        process.terminate()
        process.wait(START_S)


def changed(text: str, changes: Mapping[str, str]) -> str:
    """Return the configuration with other values, those that it did not have at the end."""
    left = dict(changes)
    lines = []
    for line in text.splitlines():
        name = line.partition("=")[0]
        lines.append(f"{name}={left.pop(name)}" if name in left else line)
    return "\n".join(lines) + "\n" + settings(left)


def settings(values: Mapping[str, str]) -> str:
    """Return lines of a configuration."""
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _wait_for(
    process: subprocess.Popen[bytes], host: str, ports: tuple[int, ...], output: Path
) -> None:
    """Wait until every port accepts connections."""
    deadline = time.monotonic() + START_S
    for port in ports:
        while not _accepts(host, port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotStarted(output.read_text("utf-8", "replace"))
            time.sleep(POLL_S)


def _accepts(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
