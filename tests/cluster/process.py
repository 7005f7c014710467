"""A program that runs beside the tests: it can be killed, stopped, frozen and started again.

What it prints is in `output` of its folder. It ends with its pid and nobody else's. Where it
must not run as root, it runs as an unprivileged user, whose folder it then is.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

START_S: Final = 30.0
STOP_S: Final = 20.0
POLL_S: Final = 0.02
LOOPBACK: Final = "127.0.0.1"


class NotStarted(Exception):
    """A program did not come up; what it printed is in the message."""


class Program:
    """One process of one program.

    Attributes:
        folder: it works in there.
        words: the program and its arguments.
    """

    def __init__(
        self,
        folder: Path,
        words: Sequence[str],
        is_up: Callable[[], bool],
        account: pwd.struct_passwd | None = None,
    ) -> None:
        """Prepare; `start` starts it, and waits until `is_up`."""
        self.folder = folder
        self.words = list(words)
        self._is_up = is_up
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "it does not run"
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start it and wait until it is up."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                self.words,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self._account.pw_uid if self._account else None,
                group=self._account.pw_gid if self._account else None,
                extra_groups=[] if self._account else None,
            )
        deadline = time.monotonic() + START_S
        while not self._is_up():
            if not self.running or time.monotonic() > deadline:
                self.kill()
                raise NotStarted(self.log)
            time.sleep(POLL_S)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop."""
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """Let it do nothing, but keep what it has: files, sockets, locks."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            ended(process, how)


def ended(process: subprocess.Popen[bytes], how: signal.Signals) -> int:
    """End a process of our own, one way or another, and return its status."""
    process.send_signal(how)
    process.send_signal(signal.SIGCONT)
    try:
        return process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def accepts(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether somebody listens at a port."""
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


@contextmanager
def private_folder(name: str, owner: pwd.struct_passwd | None) -> Iterator[Path]:
    """Give an empty folder that somebody unprivileged can reach, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"goodfaith-{name}-"))
    try:
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
