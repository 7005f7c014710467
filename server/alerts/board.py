"""The board of alerts: each condition is raised once, and cleared once.

    CLEAR  --holds-------------------------> RAISED    told
    RAISED --over, for `clear_hold_s`------> CLEAR     told
    RAISED --holds, or neither-------------> RAISED    not told again
    RAISED --holds, and a newer one came---> RAISED    told again, where each counts

Pure: the time is an argument. It is kept in memory: after a restart, or when another process is
home to the network, conditions that still hold are raised (and told) anew, and an alert that
ended meanwhile is never told as cleared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from server.alerts.conditions import AlertCode, Measured
from signaling.identifiers import Instant

SECOND: Final = 1_000_000

Key = tuple[AlertCode, str | None]


@dataclass(frozen=True, slots=True)
class Alert:
    """A condition that holds, or held.

    Attributes:
        code: which condition.
        jurisdiction: where; None for a whole network.
        raised_at: when it was raised.
        count: patients, or missed offers, at the last look.
        since: when the oldest of the patients was ready.
        newest: when the last of what it counts began, where each is told by itself.
        calm_since: since when the condition is over without a break; None while it is not.
        cleared_at: when it was cleared; None while it is raised.
    """

    code: AlertCode
    jurisdiction: str | None
    raised_at: Instant
    count: int
    since: Instant | None
    newest: Instant | None = None
    calm_since: Instant | None = None
    cleared_at: Instant | None = None


class Board:
    """The alerts of one network."""

    def __init__(self, clear_hold_s: float) -> None:
        """Begin with nothing raised.

        Args:
            clear_hold_s: seconds that a condition is over before it is cleared.
        """
        self._clear_hold_us = clear_hold_s * SECOND
        self._raised: dict[Key, Alert] = {}

    def raised(self) -> tuple[Alert, ...]:
        """Return what is raised, the oldest first."""
        return tuple(
            sorted(
                self._raised.values(),
                key=lambda one: (one.raised_at, one.code, one.jurisdiction or ""),
            )
        )

    def look(self, conditions: Iterable[Measured], now: Instant) -> list[Alert]:
        """Take in every condition as it is now; return what was raised or cleared by that."""
        changed = []
        for one in conditions:
            alert = self._step(one, now)
            if alert is not None:
                changed.append(alert)
        return changed

    def _step(self, one: Measured, now: Instant) -> Alert | None:
        key = (one.code, one.jurisdiction)
        alert = self._raised.get(key)
        if alert is None:
            if not one.holds:
                return None
            self._raised[key] = Alert(
                one.code, one.jurisdiction, now, one.count, one.since, one.newest
            )
            return self._raised[key]
        if one.newest is not None and one.newest > (alert.newest or 0):
            self._raised[key] = replace(
                alert,
                raised_at=now,
                count=one.count,
                since=one.since,
                newest=one.newest,
                calm_since=None,
            )
            return self._raised[key]
        if not one.over:
            # What it counts is shown as it is; a calm that was broken begins anew.
            self._raised[key] = replace(
                alert, count=one.count, since=one.since, calm_since=None
            )
            return None
        calm_since = now if alert.calm_since is None else alert.calm_since
        alert = replace(alert, calm_since=calm_since)
        self._raised[key] = alert
        if now - calm_since < self._clear_hold_us:
            return None
        del self._raised[key]
        return replace(alert, cleared_at=now)
