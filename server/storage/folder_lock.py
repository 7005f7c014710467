"""One process at a time has the data folder of an embedded database.

The operating system holds the lock (`flock`), so it ends with the process however that
ends. The file's text only tells a person who holds it.
"""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path

from server.storage.errors import FolderInUse


class FolderLock:
    """A held lock; `release` gives it back."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def hold(cls, path: Path) -> FolderLock:
        """Take the lock whose file is `path`, at once or not at all.

        Raises:
            FolderInUse: another process has it; the sentence says which one.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode("utf-8", "replace").strip()
            os.close(descriptor)
            raise FolderInUse(
                f"{path.parent} is in use by {holder or 'another process'}"
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
