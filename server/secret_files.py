"""Secrets in files: used only where nobody else can read or change them.

    owner              mode            allowed
    this process       0600, 0400      yes
    this, or root      0640, 0440      if the group is one of this process, or root's
    somebody else      0600, 0400      yes: only root can read it, whom nothing is kept from
    any                more than that  no

Mounts of secrets are links to files that change: links are followed, and what was opened is
what is judged. A file that this program made itself is held to more: no link, 0600.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BYTES_MAX: Final = 4_096
ROOT: Final = 0
GROUP_READS: Final = 0o040
GROUP_OR_OTHERS: Final = 0o077


class SecretFileRefused(Exception):
    """A secret's file is open to others, or is none. Says which and what mends it.

    The sentence has the path, and never what is in the file.
    """


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads.

    Attributes:
        uid: its user.
        groups: every group that it is in.
    """

    uid: int
    groups: frozenset[int]

    @classmethod
    def this_process(cls) -> Reader:
        """Return this process."""
        return cls(os.geteuid(), frozenset({os.getegid(), *os.getgroups()}))


def is_private(mode: int, owner: int, group: int, reader: Reader) -> bool:
    """Tell whether only `reader`, and root, can read and change what has this mode.

    Args:
        mode: permission bits; others are not looked at.
        owner: the user that it belongs to.
        group: the group that it belongs to.
        reader: who is to have it.
    """
    if not mode & GROUP_OR_OTHERS:
        return True
    ours = owner in {ROOT, reader.uid} and group in {ROOT, *reader.groups}
    return ours and mode & GROUP_OR_OTHERS == GROUP_READS


def read_secret(
    path: Path,
    reader: Reader | None = None,
    *,
    bytes_max: int = BYTES_MAX,
    made_here: bool = False,
) -> bytes:
    """Return what a secret's file holds, without white space around it.

    Args:
        path: where it is.
        reader: who is to have it alone; None: this process.
        bytes_max: more than this is not read.
        made_here: this program made it, so that it is no link and nobody else's at all.

    Raises:
        SecretFileRefused: there is none, it is no file, it is empty or too long, or others can
            read or change it.
    """
    descriptor = _opened(path, reader or Reader.this_process(), made_here=made_here)
    with os.fdopen(descriptor, "rb") as file:
        found = file.read(bytes_max + 1)
    if len(found) > bytes_max:
        raise SecretFileRefused(f"{path} has more than {bytes_max} bytes")
    if not found.strip():
        raise SecretFileRefused(f"{path} is empty")
    return found.strip()


def check_secret(path: Path, reader: Reader | None = None) -> None:
    """Refuse a file that others can read or change, whatever is in it.

    Raises:
        SecretFileRefused: as `read_secret`, but for what is in it.
    """
    os.close(_opened(path, reader or Reader.this_process(), made_here=False))


def _opened(path: Path, reader: Reader, *, made_here: bool) -> int:
    # Without O_NONBLOCK a pipe would keep the server from starting, and from saying why.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (os.O_NOFOLLOW if made_here else 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise SecretFileRefused(f"{path} cannot be read: {error.strerror}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise SecretFileRefused(f"{path} must be a file")
    closed = not status.st_mode & GROUP_OR_OTHERS
    if closed or (
        not made_here and is_private(status.st_mode, status.st_uid, status.st_gid, reader)
    ):
        return descriptor
    os.close(descriptor)
    mend = _mend(path, status, reader)
    raise SecretFileRefused(f"{path} must be a file that nobody else may read: {mend}")


def _mend(path: Path, status: os.stat_result, reader: Reader) -> str:
    """Say what closes the file, and leaves it to this process."""
    if reader.uid in {status.st_uid, ROOT}:
        return f"chmod 600 {path}"
    return f"chmod 640 {path}, its owner root and its group one of this process"
