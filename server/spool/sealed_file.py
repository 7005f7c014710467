"""A sealed file that only grows: what was appended is on the disk before `append` returns.

    magic | length (2) | header: JSON, readable | record | record | ... | zeros
    record = length (4) | nonce (12) | AES-256-GCM of the text

Space is taken from the disk when the file is made, so that there is some when the disk is full
of other things; the first length that is zero is the end. A record is bound to its file and to
its number: one that is altered, moved, repeated or taken out of the middle does not open, nor
does anything behind it. That the last ones were cut off cannot be seen.

The key is the caller's. A file of another process is read (`read`), never appended to.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC: Final = b"GFSPOOL1"
SIZE_BYTES: Final = 2
LENGTH_BYTES: Final = 4
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
RECORD_MAX: Final = 1 << 20
MODE: Final = 0o600

State = Literal["whole", "torn", "tampered"]


class FileUnreadable(Exception):
    """It has no header of ours."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file had.

    Attributes:
        texts: of the records that opened, in order.
        state: `torn`: the last record was being written when the process ended; it is left out.
            `tampered`: a record does not open although others follow; it and they are left out.
    """

    texts: tuple[bytes, ...]
    state: State


class SealedFile:
    """A file of this process.

    Attributes:
        size: bytes that are in use.
    """

    def __init__(
        self, path: Path, key: bytes, header: bytes, random_bytes: Callable[[int], bytes]
    ) -> None:
        """Begin a file; `make` takes its space."""
        self.path = path
        self.size = 0
        self._cipher = AESGCM(key)
        self._header = header
        self._random_bytes = random_bytes
        self._count = 0
        self._descriptor = -1

    def make(self, reserve_bytes: int) -> None:
        """Make the file, with so much space on the disk.

        Raises:
            OSError: there is none, or it is there already.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._descriptor = os.open(self.path, flags, MODE)
        head = MAGIC + len(self._header).to_bytes(SIZE_BYTES, "big") + self._header
        os.posix_fallocate(self._descriptor, 0, max(reserve_bytes, len(head)))
        os.pwrite(self._descriptor, head, 0)
        os.fsync(self._descriptor)
        _sync_folder(self.path.parent)
        self.size = len(head)

    @property
    def descriptor(self) -> int:
        """Return the open file, to be locked."""
        return self._descriptor

    def append(self, text: bytes) -> None:
        """Append a record, and return when the disk has it.

        Raises:
            OSError: it has not, and nothing of the record is left.
            ValueError: more than `RECORD_MAX` bytes.
        """
        if len(text) > RECORD_MAX:
            raise ValueError("a record is too large")
        nonce = self._random_bytes(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, text, _place(self._header, self._count))
        whole = len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed
        written = os.pwrite(self._descriptor, whole, self.size)
        try:
            if written == len(whole):
                os.fdatasync(self._descriptor)
                self.size += written
                self._count += 1
                return
        except OSError:
            os.pwrite(self._descriptor, bytes(written), self.size)
            raise
        os.pwrite(self._descriptor, bytes(written), self.size)
        raise OSError("the disk took a part of a record")

    def close(self) -> None:
        """Close; the file stays."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def remove(self) -> None:
        """Close and delete."""
        self.close()
        self.path.unlink(missing_ok=True)


def header_of(content: bytes) -> bytes:
    """Return the header of a file's content.

    Raises:
        FileUnreadable: it has none.
    """
    start = len(MAGIC) + SIZE_BYTES
    size = int.from_bytes(content[len(MAGIC) : start], "big")
    if not content.startswith(MAGIC) or not size or len(content) < start + size:
        raise FileUnreadable
    return content[start : start + size]


def read(content: bytes, key: bytes) -> Found:
    """Return the records of a file's content.

    Raises:
        FileUnreadable: it has no header.
    """
    header = header_of(content)
    cipher, texts = AESGCM(key), list[bytes]()
    at = len(MAGIC) + SIZE_BYTES + len(header)
    while length := int.from_bytes(content[at : at + LENGTH_BYTES], "big"):
        sealed = content[at + LENGTH_BYTES : at + LENGTH_BYTES + length]
        after = at + LENGTH_BYTES + length
        try:
            texts.append(_opened(cipher, sealed, _place(header, len(texts))))
        except InvalidTag:
            return Found(tuple(texts), "tampered" if any(content[after:]) else "torn")
        at = after
    return Found(tuple(texts), "tampered" if any(content[at:]) else "whole")


def _opened(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise InvalidTag
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)


def _place(header: bytes, number: int) -> bytes:
    return MAGIC + number.to_bytes(8, "big") + header


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
