"""A file that appears whole, on the disk and under its name, or not at all.

Where the file system can (`O_TMPFILE`, open(2)), the file has no name until it is complete,
so that not even a power cut leaves half of it; elsewhere a failure removes it and only a
power cut leaves `.NAME.part`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from server.backups.refusals import FileExists, FileUnusable

MODE: Final = 0o600
NAMELESS: Final = getattr(os, "O_TMPFILE", 0)
CANNOT: Final = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL})


@contextmanager
def landing(path: Path, *, nameless: int = NAMELESS) -> Iterator[BinaryIO]:
    """Give a file to write to; when the block ends well, it is `path`, synced, mode 0600.

    Args:
        path: in a folder that is there; nothing has that name yet.
        nameless: the flag that opens a file without a name; 0 where there is none.

    Raises:
        FileExists: something has that name; nothing was written.
        FileUnusable: the file system refused; nothing is left.
    """
    if path.exists():
        raise FileExists(path)
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with _draft(path, folder, nameless) as file:
                yield file
        finally:
            os.close(folder)
    except FileExistsError:
        raise FileExists(path) from None
    except OSError as error:
        raise FileUnusable(path, error) from None


@contextmanager
def _draft(path: Path, folder: int, nameless: int) -> Iterator[BinaryIO]:
    descriptor, draft = _opened(path, folder, nameless)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
            source = draft or f"/proc/self/fd/{descriptor}"
            # A folder's descriptor makes Python call linkat, which follows the link in /proc.
            os.link(source, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        if draft is not None:
            with suppress(FileNotFoundError):
                os.unlink(draft, dir_fd=folder)
    os.fsync(folder)


def _opened(path: Path, folder: int, nameless: int) -> tuple[int, str | None]:
    if nameless:
        try:
            return os.open(path.parent, nameless | os.O_WRONLY | os.O_CLOEXEC, MODE), None
        except OSError as error:
            if error.errno not in CANNOT:
                raise
    draft = f".{path.name}.part"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with suppress(FileNotFoundError):
        os.unlink(draft, dir_fd=folder)
    return os.open(draft, flags, MODE, dir_fd=folder), draft
