"""What a desk lets others see of its work, and the protocol of those who look.

Only what was committed is seen here. A watcher counts and measures; it decides nothing, may
not fail, and may not wait: the desk goes on when it returns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from signaling.effects import Effect
from signaling.identifiers import EncounterId, Instant
from signaling.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class Committed:
    """One committed batch.

    Attributes:
        at: the instant of the batch; everything in it happened then.
        effects: of all its events, in their order.
        whereabouts: the jurisdiction of each patient whose place in line was written.
    """

    at: Instant
    effects: Sequence[Effect]
    whereabouts: Mapping[EncounterId, str] = field(default_factory=dict)


class Watcher(Protocol):
    """Looks over a desk's shoulder."""

    def rebuilt(
        self, switchboard: Switchboard, whereabouts: Mapping[EncounterId, str], at: Instant
    ) -> None:
        """The waiting room was built from the database: what was known before is void."""

    def committed(self, batch: Committed) -> None:
        """A batch was committed."""

    def decided(self, seconds: float) -> None:
        """The switchboard took that long for one event."""


class Several:
    """Several watchers, each told what the one before was told."""

    def __init__(self, *watchers: Watcher) -> None:
        """Watch with `watchers`, in this order."""
        self._watchers = watchers

    def rebuilt(
        self, switchboard: Switchboard, whereabouts: Mapping[EncounterId, str], at: Instant
    ) -> None:
        """Pass it on."""
        for watcher in self._watchers:
            watcher.rebuilt(switchboard, whereabouts, at)

    def committed(self, batch: Committed) -> None:
        """Pass it on."""
        for watcher in self._watchers:
            watcher.committed(batch)

    def decided(self, seconds: float) -> None:
        """Pass it on."""
        for watcher in self._watchers:
            watcher.decided(seconds)


class Nobody:
    """Watches nothing."""

    def rebuilt(
        self, switchboard: Switchboard, whereabouts: Mapping[EncounterId, str], at: Instant
    ) -> None:
        """Do nothing."""

    def committed(self, batch: Committed) -> None:
        """Do nothing."""

    def decided(self, seconds: float) -> None:
        """Do nothing."""
