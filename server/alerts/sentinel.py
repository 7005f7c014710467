"""Looks at every waiting room once a second, and says what is raised or cleared.

Thin: what is too much is decided by `conditions`, what is told by `board`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final

from server.alerts.board import Alert, Board
from server.alerts.conditions import (
    NOTHING_LATE,
    NOTHING_OPENED,
    SECOND,
    Emergencies,
    Late,
    Opened,
    Thresholds,
    measure,
)
from server.logging import get_logger
from server.metrics.lookout import Lookout, Notice
from server.metrics.observatory import Observatory
from server.services import Core
from server.storage import emergency_access, expiry_notices, local_sign_ins, reviews
from server.storage.errors import StorageError
from server.waiting.desks import Desks
from signaling.identifiers import Instant

LOOK_S: Final = 1.0
REVIEWS_S: Final = 15.0  # they are due in hours: the database is not asked every second
OPENED_S: Final = 2.0  # what was opened in an emergency is told within seconds

log = get_logger("alerts")


class Sentinel:
    """The alerts of every network of this process."""

    def __init__(
        self,
        core: Core,
        desks: Desks,
        observatory: Observatory,
        send: Callable[[Alert], None] | None = None,
    ) -> None:
        """Prepare; `run` looks.

        Args:
            core: what everything stands on.
            desks: the waiting rooms.
            observatory: what was observed of them.
            send: tells another system, if one is set.
        """
        self._core = core
        self._desks = desks
        self._observatory = observatory
        self._send = send
        self._boards: defaultdict[str, Board] = defaultdict(
            lambda: Board(core.settings.alert_clear_hold_s)
        )
        self._late: dict[str, dict[str, Late]] = {}
        self._unseen: dict[str, Late] = {}
        self._late_at: int | None = None
        self._opened: Mapping[str, Opened] = {}
        self._entered: Mapping[str, Opened] = {}
        self._opened_at: int | None = None
        self.changed: Callable[[str], None] = lambda _network_id: None

    def raised(self, network_id: str) -> tuple[Alert, ...]:
        """Return what is raised in a network, the oldest first."""
        board = self._boards.get(network_id)
        return () if board is None else board.raised()

    def unseen(self) -> int:
        """Return how many notices of what ends compliance of these networks has not seen."""
        return sum(one.count for one in self._unseen.values())

    def left(self, network_id: str) -> None:
        """A network is not at home here any more: the next home raises anew what still holds.

        Nothing of it is told as cleared from here, nor kept for when it comes back.
        """
        self._boards.pop(network_id, None)
        self._late.pop(network_id, None)
        self._unseen.pop(network_id, None)

    async def run(self) -> None:
        """Look every `LOOK_S` until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except StorageError as error:
                log.warning("alerts_not_looked_at", exc_info=error)

    async def look(self) -> None:
        """Look at every waiting room once.

        Raises:
            StorageError: who is licensed where could not be read.
        """
        thresholds = self.thresholds()
        await self._look_at_what_is_late()
        await self._look_at_emergencies()
        for network_id, desk in self._desks.by_network.items():
            switchboard = desk.switchboard
            if switchboard is None or self._desks.by_network.get(network_id) is not desk:
                continue
            lookout = self._observatory.of(network_id)
            await lookout.licences.refresh()
            if self._desks.by_network.get(network_id) is not desk:
                continue  # it left while that was read
            now = self._core.clock.now()
            settled, missed = lookout.offers_within(thresholds.missed_window_s, now)
            late = self._late.get(network_id, {})
            survey = lookout.survey(switchboard)
            unseen = self._unseen.get(network_id, NOTHING_LATE)
            emergencies = Emergencies(
                self._opened.get(network_id, NOTHING_OPENED),
                self._entered.get(network_id, NOTHING_OPENED),
            )
            conditions = measure(
                survey, settled, missed, thresholds, now, late, unseen, emergencies
            )
            changed = self._boards[network_id].look(conditions, now)
            for alert in changed:
                self._say(network_id, lookout, alert)
            if changed:
                self.changed(network_id)

    async def _look_at_what_is_late(self) -> None:
        now = self._core.clock.now()
        if self._late_at is not None and now < self._late_at + REVIEWS_S * SECOND:
            return
        networks = list(self._desks.by_network)
        async with self._core.database.read() as tx:
            found = await reviews.overdue(tx, now=now)
            notices = await expiry_notices.unseen(tx, networks)
        self._late_at = now
        self._unseen = {
            network_id: Late(one.count, Instant(one.since))
            for network_id, one in notices.items()
        }
        self._late = defaultdict(dict)
        for one in found:
            since = Instant(one.oldest_due_at)
            self._late[one.network_id][one.jurisdiction] = Late(one.count, since)

    async def _look_at_emergencies(self) -> None:
        now = self._core.clock.now()
        if self._opened_at is not None and now < self._opened_at + OPENED_S * SECOND:
            return
        async with self._core.database.read() as tx:
            found = await emergency_access.unreviewed(tx)
            unseen = await local_sign_ins.unseen(tx)
        self._opened_at = now
        self._opened = {
            network_id: Opened(one.count, Instant(one.oldest_at), Instant(one.newest_at))
            for network_id, one in found.items()
        }
        self._entered = {
            network_id: Opened(one.count, Instant(one.oldest_at), Instant(one.newest_at))
            for network_id, one in unseen.items()
        }

    def unreviewed(self) -> int:
        """Return how many emergency accesses of networks at home here nobody has reviewed."""
        here = self._desks.by_network
        return sum(one.count for name, one in self._opened.items() if name in here)

    def entered(self) -> int:
        """Return how many emergency accounts of networks at home here signed in, unseen."""
        here = self._desks.by_network
        return sum(one.count for name, one in self._entered.items() if name in here)

    def thresholds(self) -> Thresholds:
        """Return what the operator finds too much."""
        settings = self._core.settings
        return Thresholds(
            oldest_wait_s=settings.alert_oldest_wait_s,
            missed_share=settings.alert_missed_share,
            missed_window_s=settings.alert_missed_window_s,
            missed_offers_min=settings.alert_missed_offers_min,
        )

    def _say(self, network_id: str, lookout: Lookout, alert: Alert) -> None:
        cleared = alert.cleared_at is not None
        log.warning(
            "alert_cleared" if cleared else "alert_raised",
            network_id=network_id,
            code=alert.code.value,
            jurisdiction=alert.jurisdiction,
            count=alert.count,
        )
        lookout.notices.append(
            Notice(
                "alert_cleared" if cleared else "alert_raised",
                alert.cleared_at or alert.raised_at,
                code=alert.code.value,
                jurisdiction=alert.jurisdiction,
            )
        )
        if self._send is not None:
            self._send(alert)
