"""What processes hold, as the kernel counts it (proc(5)); Linux alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KB: Final = 1024


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes of one or several processes.

    Attributes:
        rss: in memory, shared pages counted by each.
        pss: in memory, shared pages counted once among those who share them.
    """

    rss: int = 0
    pss: int = 0

    def __add__(self, other: Held) -> Held:
        """Return both together."""
        return Held(self.rss + other.rss, self.pss + other.pss)

    def __sub__(self, other: Held) -> Held:
        """Return what was added."""
        return Held(self.rss - other.rss, self.pss - other.pss)


def held(pids: Iterable[int]) -> Held:
    """Return what these processes hold together."""
    return sum((parsed(_rollup(pid)) for pid in pids), Held())


def _rollup(pid: int) -> str:
    return Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")


def parsed(rollup: str) -> Held:
    """Read /proc/PID/smaps_rollup."""
    values = dict.fromkeys(("Rss", "Pss"), 0)
    for line in rollup.splitlines()[1:]:
        name, _, rest = line.partition(":")
        if name in values:
            values[name] = int(rest.split()[0]) * KB
    return Held(values["Rss"], values["Pss"])


def kb_each(added: Held, count: int) -> dict[str, float]:
    """Return what one of `count` cost, in KB of 1,024 bytes."""
    return {
        "rss_kb": round(added.rss / KB / count, 1),
        "pss_kb": round(added.pss / KB / count, 1),
    }
