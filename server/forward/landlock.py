"""Giving up every file, every network and every signal, by Landlock, where Linux has it.

    rules for nothing --restrict_self--> no path opens, is run, renamed or removed any more

What is open already stays open. A process in such a domain may not look into one outside of it
either (ptrace, /proc/PID/environ). From a later Landlock more is given up than from an older
one; without it nothing is, and limits are all that there is.

Source: Documentation/userspace-api/landlock.rst of Linux; the numbers of the system calls are
the same on every architecture that this product runs on.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final

CREATE_RULESET: Final = 444
RESTRICT_SELF: Final = 446
GIVE_VERSION: Final = 1  # LANDLOCK_CREATE_RULESET_VERSION
NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS
FILES: Final = 0x1FFF
"""What the first version knows of files: running, reading, writing, making, removing."""
SINCE: Final = ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
"""Version and what it knows besides: linking elsewhere, cutting off, commands to devices."""
NETWORK: Final = 0b11  # TCP: listening and connecting
OUTSIDE: Final = 0b11  # abstract sockets and signals to others
KNOWS_NETWORK: Final = 4
KNOWS_OUTSIDE: Final = 6


def version() -> int:
    """Return which Landlock there is; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    found = _system().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), GIVE_VERSION)
    return max(0, int(found))


def give_up_everything() -> bool:
    """Take all that Landlock knows of from this process, for good; False where it cannot."""
    known = version()
    if known == 0:
        return False
    files = FILES | sum(bit for since, bit in SINCE if known >= since)
    fields = [files]
    fields += [NETWORK] if known >= KNOWS_NETWORK else []
    fields += [OUTSIDE] if known >= KNOWS_OUTSIDE else []
    given = (ctypes.c_uint64 * len(fields))(*fields)  # landlock_ruleset_attr, as far as known
    size = ctypes.c_size_t(ctypes.sizeof(given))
    system = _system()
    rules = system.syscall(CREATE_RULESET, ctypes.byref(given), size, 0)
    if rules < 0 or system.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return int(system.syscall(RESTRICT_SELF, rules, 0)) == 0


def _system() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
