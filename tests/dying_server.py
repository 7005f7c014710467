"""The real server, which dies as by a power cut when a save of a note has come to a step.

python -m tests.dying_server STEP NUMBER       at that step of the NUMBERth save
"""

from __future__ import annotations

import os
import signal
import sys

from server.cli import app
from server.console.noting import WATCH, NoteStep


def die_at(fatal: NoteStep, number: int) -> None:
    """End this process at the step of the `number`th save that comes so far."""
    left = number

    def reached(step: NoteStep) -> None:
        nonlocal left
        if step is fatal:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    WATCH.reached = reached


if __name__ == "__main__":
    die_at(NoteStep(sys.argv[1]), int(sys.argv[2]))
    app(["serve"])
