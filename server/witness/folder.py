"""What a witness keeps: its key, and the last checkpoint of each log that it cosigned.

    witness.key              32 bytes in base64, mode 0600, made at the first start
    logs/<name>.checkpoint   the signed note with the witness's own cosignature
    lock                     held while a witness runs on this folder

A checkpoint is on the disk, under its name, before the cosignature leaves the house: a witness
that forgets signs two trees. So what is kept is read strictly: a witness whose memory is torn
does not start as one that has seen nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.keyring import load_root_key
from server.storage.folder_lock import FolderLock
from server.tlog.checkpoints import TreeHead, open_checkpoint
from server.tlog.signed_notes import (
    COSIGNATURE,
    NOTE_BYTES_MAX,
    NoteRefused,
    Signer,
    VerifierKey,
)

KEY_FILE: Final = "witness.key"
LOCK_FILE: Final = "lock"
LOGS: Final = "logs"
SUFFIX: Final = ".checkpoint"


class MemoryTorn(Exception):
    """What the witness kept of a log is not what it wrote. It must not start without it."""


class WitnessFolder:
    """An open folder; `close` lets another process have it.

    Args:
        path: made if it is not there, mode 0700.

    Raises:
        FolderInUse: another witness runs on it.
    """

    def __init__(self, path: Path) -> None:
        self._logs = path / LOGS
        self._logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = FolderLock.hold(path / LOCK_FILE)
        self._key = path / KEY_FILE
        _sync(path)

    def close(self) -> None:
        """Give the folder back."""
        self._lock.release()

    def signer(self, name: str) -> Signer:
        """Return the witness's key under its name; the first start makes the key.

        Raises:
            RootKeyRefused: the file is no key, or others may read it.
        """
        key = Ed25519PrivateKey.from_private_bytes(load_root_key(self._key))
        return Signer(name, key, COSIGNATURE)

    def seen(self, logs: Iterable[VerifierKey], witness: VerifierKey) -> dict[str, TreeHead]:
        """Return the last tree of each log that was cosigned here.

        Raises:
            MemoryTorn: a checkpoint is not one that this witness cosigned.
        """
        found: dict[str, TreeHead] = {}
        for log in logs:
            file = self._file(log.name)
            if not file.exists():
                continue
            try:
                note = file.read_bytes()[: NOTE_BYTES_MAX + 1].decode()
                head, opened = open_checkpoint(note, log, [witness])
            except (NoteRefused, UnicodeDecodeError) as error:
                raise MemoryTorn(f"{file} does not verify: {error}") from None
            if witness not in {one.key for one in opened.signatures}:
                raise MemoryTorn(f"{file} has no cosignature of {witness.name}")
            found[log.name] = head
        return found

    def keep(self, origin: str, note: str) -> None:
        """Put a cosigned checkpoint in the place of the last, for good.

        Raises:
            OSError: it is not on the disk; the last one still is.
        """
        file = self._file(origin)
        draft = file.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as writing:
            writing.write(note.encode())
            writing.flush()
            os.fsync(descriptor)
        draft.replace(file)
        _sync(self._logs)

    def _file(self, origin: str) -> Path:
        return self._logs / f"{hashlib.sha256(origin.encode()).hexdigest()}{SUFFIX}"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
