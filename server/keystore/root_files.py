"""The root key in a file: 32 bytes in base64 or hex, that nobody else may read.

The first run makes one in the data folder. A key is written under another name and linked, so
that no one reads half of it.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from server.sealing import KEY_BYTES
from server.secret_files import SecretFileRefused, read_secret
from server.storage.errors import RootKeyRefused

ROOT_KEY_FILE: Final = "root.key"
NEXT_FILE: Final = "root.key.next"  # while it takes the place of the other one
FILE_BYTES_MAX: Final = 200


def load_root_key(path: Path, *, random_bytes: Callable[[int], bytes] = os.urandom) -> bytes:
    """Give the root key of a file of this program's own, which the first run makes.

    Args:
        path: 32 bytes in base64 or hex, mode 0600.
        random_bytes: where a new key comes from.

    Raises:
        RootKeyRefused: not a key, or a file that others may read.
    """
    if not path.exists():
        _create(path, random_bytes(KEY_BYTES))
    return read_own_root_key(path)


def read_own_root_key(path: Path) -> bytes:
    """Give the root key of a file that this program made.

    Raises:
        RootKeyRefused: not a key, or a file that others may read.
    """
    return _read(path, made_here=True)


def read_root_key(path: Path) -> bytes:
    """Give the root key of a file that somebody put there.

    Raises:
        RootKeyRefused: not a key, or a file that others may read.
    """
    return _read(path, made_here=False)


def _read(path: Path, *, made_here: bool) -> bytes:
    try:
        found = read_secret(path, bytes_max=FILE_BYTES_MAX, made_here=made_here)
    except SecretFileRefused as refused:
        raise RootKeyRefused(str(refused)) from None
    return root_key_in(found, path)


def _create(path: Path, key: bytes) -> None:
    """Write a new key under another name and link it, so that no one reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{base64.b64encode(key).decode()}\n")
            file.flush()
            os.fsync(descriptor)
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process was first; its key is the one
    finally:
        draft.unlink()
    _sync(path.parent)


def take_place(new: Path, old: Path) -> None:
    """Put the new key's file in the place of the old one's, whose bytes are overwritten.

    Which of two keys is the one, the keystore knows: killed in between, the next start reads
    both files and does this again.
    """
    if old.exists():
        descriptor = os.open(old, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.pwrite(descriptor, b"\0" * os.fstat(descriptor).st_size, 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    new.replace(old)
    _sync(old.parent)


def _sync(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def root_key_in(content: bytes, path: Path) -> bytes:
    """Give the root key that a file holds.

    Args:
        content: 32 bytes in base64 or hex, and white space around it.
        path: where it is; told when it is something else.

    Raises:
        RootKeyRefused: it is no key.
    """
    text = content.decode("ascii", "replace").strip()
    for decode in (bytes.fromhex, base64.b64decode):
        try:
            key = decode(text)
        except ValueError:
            continue
        if len(key) == KEY_BYTES:
            return key
    raise RootKeyRefused(f"{path} must be 32 bytes in base64 or hex")
