"""When a relay that nobody controls any more has waited long enough.

Whoever started it may be restarting, and comes back: until then people go on talking. Whoever
does not come back leaves a process that nobody ends. Only for a relay that was started by the
server itself; one that others run stays. Pure: the time is microseconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.limits import microseconds


@dataclass(frozen=True, slots=True)
class SolitudeLimits:
    """How long a relay stays alone.

    Attributes:
        idle_s: seconds without control after which it ends if it carries nothing.
        most_s: the same, whatever it carries.
    """

    idle_s: float = 30.0
    most_s: float = 600.0

    def __post_init__(self) -> None:
        """Refuse what would end it at once, or its calls before its silence."""
        if not 0 < self.idle_s <= self.most_s:
            raise ValueError("a relay stays alone for some time, and longer while it is used")


class Solitude:
    """Since when a relay has been alone.

    Args:
        limits: see there.
        now: it is alone from the beginning.
    """

    def __init__(self, limits: SolitudeLimits, *, now: int) -> None:
        self._limits = limits
        self._since: int | None = now

    def over(self, now: int, *, controlled: bool, used: bool) -> bool:
        """Tell whether it should end.

        Args:
            now: microseconds UTC.
            controlled: somebody who proved the secret is connected.
            used: legs are linked, or evidence waits to be collected.
        """
        if controlled:
            self._since = None
            return False
        if self._since is None:
            self._since = now
        allowed_s = self._limits.most_s if used else self._limits.idle_s
        return now - self._since >= microseconds(allowed_s)
