"""What a process has used so far, as the kernel counts it (proc(5)); Linux alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


def cpu_us(pid: int) -> float:
    """Return the microseconds all threads of a process ran, exactly.

    /proc/PID/stat would have it in steps of 10 ms, which at one encounter is a tenth of all.
    """
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1_000


def resident_bytes(pid: int) -> int:
    """Return the memory a process holds, code included."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES


@contextmanager
def before_others(*pids: int) -> Iterator[bool]:
    """Run processes before anything else on this machine, threads and all (sched(7)).

    For seconds at a time: what other people's work does to a window is then not measured.
    Yields whether the system allows it; if not, everything is as it was.
    """
    first = os.sched_param(os.sched_get_priority_min(os.SCHED_FIFO))
    try:
        for pid in pids:
            _schedule(pid, os.SCHED_FIFO, first)
        yield True
    except PermissionError:
        yield False
    finally:
        for pid in pids:
            with suppress(PermissionError):
                _schedule(pid, os.SCHED_OTHER, os.sched_param(0))


def _schedule(pid: int, policy: int, param: os.sched_param) -> None:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        # Threads may end while they are listed.
        with suppress(ProcessLookupError):
            os.sched_setscheduler(int(thread.name), policy, param)
