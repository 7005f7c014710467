"""The process of a server's own relay: `python -m server.relays.child FOLDER PLAN`.

`goodfaith relay` is for relays that others run; this one knows its folder, ends when nobody
controls it, and imports as little as it can, since people may be waiting for it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, TextIO, cast

from media.relay_process import RelaySettings, run
from media.solitude import SolitudeLimits
from server import logging
from server.clock import SystemClock
from server.relays.folder import LOG_BYTES_MAX, Place, Plan, RelayFolder, RelayFolderBroken
from server.storage.errors import FolderInUse
from server.storage.folder_lock import FolderLock

FAILED: Final = 1
MISUSED: Final = 2
ARGUMENTS: Final = 2


class BoundedLog:
    """Writes lines until there are too many, then says so once and writes nothing.

    Args:
        stream: where lines go.
        most: characters that are written.
    """

    def __init__(self, stream: TextIO, most: int = LOG_BYTES_MAX) -> None:
        self._stream = stream
        self._left = most

    def write(self, text: str) -> int:
        """Write a line, or do not."""
        if self._left > 0:
            self._left -= len(text)
            self._stream.write(text if self._left > 0 else '{"event":"log_full"}\n')
        return len(text)

    def flush(self) -> None:
        """Pass on what was written."""
        self._stream.flush()

    def isatty(self) -> bool:
        """No person reads this."""
        return False


def main(arguments: list[str]) -> int:
    """Be a relay until told to end; return the exit status."""
    clock = SystemClock()
    stream = cast("TextIO", BoundedLog(sys.stderr))
    logging.configure(clock=clock, level="info", json=True, stream=stream)
    log = logging.get_logger("relay")
    if len(arguments) != ARGUMENTS:
        return MISUSED
    folder = RelayFolder(Path(arguments[0]))
    try:
        lock = FolderLock.hold(folder.lock)
        plan = Plan.read(arguments[1])
        settings = RelaySettings(
            host=plan.host,
            port=plan.port,
            announced=plan.announced,
            control=folder.control,
            secret=folder.secret(),
            solitude=SolitudeLimits(plan.idle_s, plan.most_s),
        )

        def ready(port: int, control: str) -> None:
            folder.say(Place(os.getpid(), port, control, plan.text()))
            log.info("relay_listening", port=port)

        run(settings, now=clock.now, ready=ready)
    except (OSError, ValueError, RelayFolderBroken, FolderInUse) as error:
        log.error("relay_not_started", exc_info=error)  # noqa: TRY400 - its text is not for logs
        return FAILED
    folder.forget_place()
    lock.release()
    log.info("relay_ended")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
