"""What the machine says of itself, and of the process that looks: Linux, as far as it tells."""

from __future__ import annotations

import ctypes
import resource
import sys
from pathlib import Path
from typing import Final

from server.doctor.facts import Machine
from server.forward import landlock
from server.secret_files import Reader

TIMEX_BYTES: Final = 512  # `struct timex` has 208; what it asks for (`modes`) stays 0: nothing
TIME_ERROR: Final = 5  # adjtimex(2): the clock is not synchronised


def read_machine(data_dir: Path) -> Machine:
    """Look at the machine.

    Args:
        data_dir: its owner is who the server runs as; before it is there, whoever asks is.
    """
    reader = Reader.this_process()
    try:
        owner = data_dir.stat().st_uid
    except OSError:
        owner = reader.uid
    return Machine(
        reader=reader,
        owner=owner,
        core_dumps=resource.getrlimit(resource.RLIMIT_CORE)[0] != 0,
        landlock=landlock.version(),
        clock_synchronised=_clock_synchronised(),
    )


def _clock_synchronised() -> bool | None:
    if sys.platform != "linux":
        return None
    system = ctypes.CDLL(None, use_errno=True)
    asked = ctypes.create_string_buffer(TIMEX_BYTES)
    state = int(system.adjtimex(ctypes.byref(asked)))
    return None if state < 0 else state != TIME_ERROR
