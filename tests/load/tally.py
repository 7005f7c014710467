"""What everybody met, counted in one place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts of one run.

    Attributes:
        connect_s: from the first byte to the acknowledged namespace, each connection.
        command_s: from the first sending to the last acknowledgement, each command.
        wait_s: from the acknowledged `queue.join` to `call.started`, each patient.
        received, sent: Socket.IO frames, pings apart.
        lost: connections that ended without anybody here wanting it.
        errors: what was refused for good, by code.
        retried: what had to be sent again and is no error by the protocol, by code.
        refusals: connections that were not there at once, by code.
    """

    connect_s: list[float] = field(default_factory=list)
    command_s: list[float] = field(default_factory=list)
    wait_s: list[float] = field(default_factory=list)
    received: int = 0
    sent: int = 0
    lost: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    retried: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)

    def failed(self, code: str) -> None:
        """Count an error."""
        self.errors[code] += 1

    def again(self, code: str) -> None:
        """Count what is sent again."""
        self.retried[code] += 1

    def refused(self, code: str) -> None:
        """Count a connection that did not come about."""
        self.refusals[code] += 1
