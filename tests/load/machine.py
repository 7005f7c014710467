"""What one machine can carry, and a refusal that says what of it is missing."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MB: Final = 1024 * 1024
WAITING_MAX: Final = 5_000  # as many as a waiting room takes
PRACTITIONERS_MAX: Final = 500
NODES_MAX: Final = 8
PEERS_MAX: Final = 20
LEGS_MAX: Final = 20
SECONDS_MAX: Final = 3_600
FRONT_CONNECTIONS: Final = 9_000  # nginx's worker, two for each page
NODE_MB: Final = 220
PAGE_KB: Final = 160  # at both ends, and in the kernel
OURS_MB: Final = 600  # the generator, PostgreSQL, Redis, nginx
PEER_MB: Final = 40
SPARE_FILES: Final = 400


class TooMuch(Exception):
    """More is asked than is allowed, or than this machine can do; says which."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a run is."""

    nodes: int
    waiting: int
    practitioners: int
    peers: int = 0
    legs: int = 0

    @property
    def pages(self) -> int:
        """Return the sockets that are open at once."""
        return self.waiting + self.practitioners


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is."""

    files: int
    memory_mb: int
    cores: int


def this_machine() -> Machine:
    """Look, and take as many open files as the system gives."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    available = next(line for line in lines if line.startswith("MemAvailable"))
    return Machine(hard, int(available.split()[1]) // 1024, os.cpu_count() or 1)


def require(size: Size, machine: Machine) -> None:
    """Refuse what is too much.

    Raises:
        TooMuch: with the first bound that is broken.
    """
    bounds = (
        ("nodes", size.nodes, 1, NODES_MAX),
        ("waiting", size.waiting, 1, WAITING_MAX),
        ("practitioners", size.practitioners, 1, PRACTITIONERS_MAX),
        ("peers", size.peers, 0, min(PEERS_MAX, size.waiting)),
        ("legs", size.legs, 0, LEGS_MAX),
    )
    for name, value, least, most in bounds:
        if not least <= value <= most:
            raise TooMuch(f"--{name} {value}: between {least} and {most}")
    if size.nodes > 1 and 2 * size.pages > FRONT_CONNECTIONS:
        raise TooMuch(f"{size.pages} pages: nginx here has {FRONT_CONNECTIONS} connections")
    files = size.pages + size.practitioners + SPARE_FILES
    if files > machine.files:
        raise TooMuch(f"{files} open files are needed, this process may have {machine.files}")
    memory = needed_mb(size)
    if memory > machine.memory_mb:
        raise TooMuch(f"{memory} MB are needed, {machine.memory_mb} MB are available")


def needed_mb(size: Size) -> int:
    """Return about how much memory a run takes, with room to spare."""
    pages = size.pages * PAGE_KB // 1024
    peers = (2 * size.peers + size.legs) * PEER_MB
    return OURS_MB + size.nodes * NODE_MB + pages + peers
