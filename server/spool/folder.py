"""The folder of sealed files: one of this process, and what others left behind.

    DATA/spool/NAME.spool     locked (flock) by its process for as long as that lives
    DATA/spool/NAME.refused   tampered with: kept to be looked at, never read again

Its key is random, and wrapped by the root key in the file's header: so it needs no database.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server.keystore.roots import RootKeys
from server.logging import get_logger
from server.sealing import KEY_BYTES, NONCE_BYTES, Place, SealBroken
from server.spool.record import Record, RecordUnreadable
from server.spool.sealed_file import FileUnreadable, Found, SealedFile, header_of, read
from server.storage.errors import KeyringError

FOLDER: Final = "spool"
SUFFIX: Final = ".spool"
REFUSED: Final = ".refused"
MAKING: Final = ".making"
NAME_BYTES: Final = 8
PLACE: Final = Place("spool", "key", "", "")

log = get_logger("spool")


@dataclass(frozen=True, slots=True)
class Left:
    """What one file had that its process left behind; it is locked by us.

    Attributes:
        path: where.
        descriptor: holds the lock.
        records: in order.
        refused: something in it was altered.
    """

    path: Path
    descriptor: int
    records: tuple[Record, ...]
    refused: bool

    def done(self) -> None:
        """Let go of it: what it had is in another file, or in the database."""
        if self.refused:
            self.path.rename(self.path.with_suffix(REFUSED))
        else:
            self.path.unlink(missing_ok=True)
        os.close(self.descriptor)


class SpoolFolder:
    """See the module."""

    def __init__(
        self,
        data_dir: Path,
        roots: RootKeys,
        random_bytes: Callable[[int], bytes],
        reserve_bytes: int,
    ) -> None:
        """Prepare; `open` makes the folder and the key."""
        self.path = data_dir / FOLDER
        self._roots = roots
        self._random_bytes = random_bytes
        self._reserve_bytes = reserve_bytes
        self._key = random_bytes(KEY_BYTES)
        self._root_id = ""
        self._wrapped = b""

    async def open(self) -> None:
        """Make the folder, and a key that the root key can open.

        Raises:
            KeyringError: whoever has the root key did not answer.
            OSError: the disk did not take it.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        root = self._roots.sources[0]
        nonce = self._random_bytes(NONCE_BYTES)
        self._wrapped = await root.wrap(self._key, place=PLACE, nonce=nonce, version=1)
        self._root_id = root.root_id

    def begin(self) -> SealedFile:
        """Make a new file of this process, locked and empty.

        Raises:
            OSError: the disk did not take it.
        """
        name = self._random_bytes(NAME_BYTES).hex()
        header = {
            "file": name,
            "root": self._root_id,
            "key": b64encode(self._wrapped).decode(),
        }
        path = self.path / f"{name}{MAKING}"
        text = json.dumps(header).encode()
        file = SealedFile(path, self._key, text, self._random_bytes)
        file.make(self._reserve_bytes)
        fcntl.flock(file.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.path = path.rename(path.with_suffix(SUFFIX))  # not to be taken for a left one
        return file

    async def left(self) -> list[Left]:
        """Return what processes left behind that are not any more, oldest file first."""
        found = []
        for path in sorted(self.path.glob(f"*{SUFFIX}"), key=_changed_at):
            one = await self._left(path)
            if one is not None:
                found.append(one)
        return found

    async def _left(self, path: Path) -> Left | None:
        descriptor = _locked(path)
        if descriptor is None:
            return None
        try:
            content = await asyncio.to_thread(path.read_bytes)
            found = read(content, await self._key_of(header_of(content)))
            records = tuple(Record.of(text) for text in found.texts)
        except (FileUnreadable, SealBroken, KeyringError, RecordUnreadable, OSError) as error:
            # It stays: the root key that opens it may come back.
            log.error("spool_unreadable", exc_info=error)  # noqa: TRY400 - by type and place
            os.close(descriptor)
            return None
        _say(found)
        return Left(path, descriptor, records, refused=found.state == "tampered")

    async def _key_of(self, header: bytes) -> bytes:
        try:
            given = json.loads(header)
            root_id, wrapped = str(given["root"]), b64decode(given["key"], validate=True)
        except (ValueError, KeyError, TypeError):
            raise FileUnreadable from None
        return await self._roots.named(root_id).unwrap(wrapped, place=PLACE)


def _say(found: Found) -> None:
    if found.state == "tampered":
        log.error("spool_tampered", count=len(found.texts))
    elif found.state == "torn":
        log.warning("spool_torn", count=len(found.texts))


def _locked(path: Path) -> int | None:
    """Lock a file, unless a living process has it."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
        else:
            return descriptor
    return None


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
