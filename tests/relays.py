"""The real relay as a process of its own, on free ports of loopback, and a hand on its control.

with running_relay(folder) as relay:
    async with relay.controlling() as control:
        await control.ask(CreateLeg(LegId("a")))
"""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from media.control_client import ControlClient, controlling
from media.control_messages import Json

ROOT: Final = Path(__file__).resolve().parent.parent
LOOPBACK: Final = "127.0.0.1"
STOP_S: Final = 10.0
AGAIN_S: Final = 0.2
PATIENCE_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class RunningRelay:
    """A relay that runs, and how to reach it."""

    process: subprocess.Popen[str]
    port: int
    control: str
    secret: bytes

    def controlling(
        self, secret: bytes | None = None
    ) -> AbstractAsyncContextManager[ControlClient]:
        return controlling(self.control, secret or self.secret, entropy=secrets.token_bytes)


@contextmanager
def running_relay(
    folder: Path,
    *more: str,
    host: str = LOOPBACK,
    announce: str | None = None,
    program: Sequence[str] = ("server.cli", "relay"),
) -> Iterator[RunningRelay]:
    """Start a relay and wait until it is open.

    Args:
        folder: for its files; removed by whoever made it. Relays of one folder share a secret.
        more: further words for the command.
        host: the address of this machine that media comes to.
        announce: the address that browsers are told, if another: see `udp_proxy`.
        program: the module, and words before all others, if it is not the command.
    """
    file = folder / "secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    secret = file.read_text()
    words = f"--host {host} --announce {announce or host} --port 0 --control {LOOPBACK}:0"
    with (folder / "relay.log").open("ab") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                *program,
                *words.split(),
                *more,
                "--secret-file",
                file,
            ],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        port, control = process.stdout.readline().split()
        yield RunningRelay(process, int(port), control, secret.encode())
    finally:
        _end(process)
        if process.stdout is not None:
            process.stdout.close()


def _end(process: subprocess.Popen[str]) -> None:
    """End a relay at once, whatever it still carries.

    The first signal is a request to drain, the next one ends it. Two that come together are
    one to whoever gets them, so it is told again until it has ended.
    """
    deadline = time.monotonic() + STOP_S
    while process.poll() is None and time.monotonic() < deadline:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(AGAIN_S)
    process.kill()
    process.wait()


async def told(control: ControlClient, name: str, leg: str) -> Json:
    """Return the next event of that name about that leg; others are passed over.

    A test waits for it at most as long as it may itself take.
    """
    while True:
        event = await control.events.get()
        if event.get("event") == name and event.get("leg") == leg:
            return event
