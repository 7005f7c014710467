"""What a process has used so far, as the kernel counts it (proc(5)); Linux alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

TICKS_HZ: Final = os.sysconf("SC_CLK_TCK")
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
# Fields 14 and 15 of /proc/PID/stat, counted from behind the name, which may hold spaces.
UTIME: Final = 11
STIME: Final = 12


def cpu_us(pid: int) -> float:
    """Return the microseconds all threads of a process ran, in steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[UTIME]) + int(fields[STIME])) * 1_000_000 / TICKS_HZ


def resident_bytes(pid: int) -> int:
    """Return the memory a process holds, code included."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
