"""What a process and its children listen on: TCP ports, by what the system itself says.

assert listening_ports(server.pid) == {server.port}
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LISTENS: Final = "0A"
PROC: Final = Path("/proc")


def listening_ports(pid: int) -> set[int]:
    """Return the TCP ports on which a process or a descendant of it takes connections."""
    own = set().union(*(_sockets(one) for one in family(pid)))
    return {port for port, inode in _listeners(pid) if inode in own}


def _listeners(pid: int) -> Iterator[tuple[int, str]]:
    for name in ("tcp", "tcp6"):
        table = PROC / str(pid) / "net" / name
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            words = line.split()
            if words[3] == LISTENS:
                yield int(words[1].rpartition(":")[2], 16), words[9]


def _sockets(pid: int) -> set[str]:
    found = set()
    for file in (PROC / str(pid) / "fd").iterdir():
        try:
            kind, _, inode = os.readlink(file).partition(":")  # noqa: PTH115 - no path of a file
        except FileNotFoundError:
            continue  # closed meanwhile
        if kind == "socket":
            found.add(inode.strip("[]"))
    return found


def family(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield pid
    for task in (PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            yield from family(int(child))
