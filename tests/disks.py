"""Disks that fail, for as long as a block lasts.

with failing_sync(server.pid, folder) as disk: ...      every fsync answers EIO
with small_disk(folder, megabytes=32) as disk:          a file system of its own (root)
    with disk.full(): ...                               not one byte is left
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ATTACH_S: Final = 20.0
POLL_S: Final = 0.02
BLOCK: Final = 4_096
SYNCS: Final = "fsync,fdatasync"


@dataclass(frozen=True, slots=True)
class Trace:
    """What strace wrote down."""

    file: Path

    @property
    def struck(self) -> int:
        """Return how many calls were made to fail so far."""
        return self.file.read_text().count("(INJECTED)")


@contextmanager
def failing_sync(pid: int, folder: Path, error: str = "EIO") -> Iterator[Trace]:
    """Make every fsync and fdatasync of a process fail, in all its threads (strace(1)).

    Raises:
        TimeoutError: strace could not attach.
    """
    trace = Trace(folder / f"strace-{time.monotonic_ns()}")
    words = ["strace", "-f", "-p", str(pid), "-o", str(trace.file)]
    words += ["-e", f"trace={SYNCS}", "-e", f"inject={SYNCS}:error={error}"]
    said = folder / f"{trace.file.name}.said"
    with said.open("wb") as output:
        tracer = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=output)
    try:
        deadline = time.monotonic() + ATTACH_S
        while "attached" not in said.read_text():
            if tracer.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"strace did not attach: {said.read_text()}")
            time.sleep(POLL_S)
        yield trace
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(ATTACH_S)


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A mounted file system with little room."""

    folder: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Take all the room that is left, until the block ends."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(BLOCK))
        try:
            yield
        finally:
            filler.unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a file system in memory on a folder, and take it off at the end.

    Raises:
        PermissionError: only root may mount.
    """
    if os.geteuid() != 0:
        raise PermissionError("a file system can be mounted by root only")
    options = f"size={megabytes}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
