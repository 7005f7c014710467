"""A record on disk: written whole or not at all, and readable by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from server.records.refusals import FileRefused
from server.records.strict import BYTES_MAX

MODE: Final = 0o600


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet.

    It is written under another name, made durable, and then given its own; a crash in between
    leaves nothing under that name.

    Raises:
        FileExistsError: something is there; it stays as it is.
        OSError: it could not be written; nothing is there.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(draft, flags, MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.link(draft, path)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_bounded(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        FileRefused: it is larger than any record.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise FileRefused("it is larger than any record")
    return content
