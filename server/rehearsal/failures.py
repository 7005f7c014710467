"""Why a rehearsed encounter did not work out.

    RehearsalFailed       code: what went wrong, step: where
    |-- Refused           the server said no, with its own code
    `-- TooSlow           a step took longer than it may

None carries what was sent or answered: a rehearsal may run against a server with real people.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RehearsalFailed(Exception):
    """A rehearsed encounter could not go on.

    Attributes:
        code: stable word for the report.
        step: what was being done.
    """

    def __init__(self, code: str, step: str) -> None:
        """Keep both words."""
        super().__init__(f"{code} ({step})")
        self.code = code
        self.step = step


class Refused(RehearsalFailed):
    """The server refused a request or a command.

    Attributes:
        status: of the HTTP answer; 0 on a socket.
        fields: names of the fields that were wrong.
    """

    def __init__(
        self, code: str, step: str, *, status: int = 0, fields: tuple[str, ...] = ()
    ) -> None:
        """Keep the server's code."""
        super().__init__(code, step)
        if fields:
            self.args = (f"{code} ({step}: {', '.join(fields)})",)
        self.status = status
        self.fields = fields


class TooSlow(RehearsalFailed):
    """A step did not come to its end in time."""

    def __init__(self, step: str) -> None:
        """Name the step."""
        super().__init__("timed_out", step)


@asynccontextmanager
async def step(name: str, within_s: float) -> AsyncIterator[None]:
    """Do something that may take `within_s` seconds.

    Raises:
        TooSlow: it took longer, and was cancelled.
    """
    try:
        async with asyncio.timeout(within_s):
            yield
    except TimeoutError:
        raise TooSlow(name) from None
