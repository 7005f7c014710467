r"""What watches over the waiting rooms, as one thing to start and to stop.

observatory (facts, metrics)  sentinel (alerts) --> webhook
         \\                    /
          operations (the page)      history (past days)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.alerts.gauges import NoticeGauges
from server.alerts.sentinel import Sentinel
from server.alerts.webhook import Webhook
from server.ending import end
from server.live.operations import Operations
from server.live.stretches import stretch
from server.metrics.emergencies import EmergencyGauge
from server.metrics.history import DAYS_MAX, History
from server.metrics.observatory import Observatory
from server.services import Core
from server.storage.database import Database
from server.views import OpsDateView, OpsDayView, OpsHistoryView
from server.waiting.desks import Desks

FIRST_DAY: Final = date(2020, 1, 1)  # nothing happened before; dates stay within what is sane


@dataclass(slots=True)
class Oversight:
    """Implements `server.services.Oversight`."""

    core: Core
    observatory: Observatory
    sentinel: Sentinel
    operations: Operations
    history: History
    webhook: Webhook | None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def over(cls, core: Core, desks: Desks, observatory: Observatory) -> Oversight:
        """Put it together over the desks that `observatory` watches."""
        observatory.desks = desks
        webhook = webhook_of(core)
        send = webhook.send if webhook else None
        sentinel = Sentinel(core, desks, observatory, send)
        registry = observatory.instruments.registry
        registry.register(NoticeGauges(sentinel.unseen))
        registry.register(EmergencyGauge(sentinel.unreviewed, sentinel.entered))
        return cls(
            core=core,
            observatory=observatory,
            sentinel=sentinel,
            operations=Operations(core, desks, observatory, sentinel),
            history=History(core, ZoneInfo(core.settings.time_zone)),
            webhook=webhook,
        )

    def start(self, changed: Callable[[str], None]) -> None:
        """Begin to look for alerts and to save; `changed` is told which network changed."""
        self.sentinel.changed = changed
        self._begin(self.sentinel.run())
        self._begin(self.observatory.keep_saving())
        if self.webhook is not None:
            self._begin(self.webhook.run())

    def opened(self, network_id: str, database: Database) -> None:
        """A network is at home here; what is written about it goes through `database`."""
        self.observatory.opened(network_id, database)

    async def left(self, network_id: str) -> None:
        """A network is not at home here any more: another process watches over it."""
        self.sentinel.left(network_id)
        await self.observatory.left(network_id)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    async def close(self) -> None:
        """Stop, and save what there is."""
        await end(self._tasks)
        await self.observatory.close()

    # -------------------------------------------------------------- what HTTP asks

    async def exposition(self) -> bytes:
        """Return `/metrics`."""
        return await self.observatory.exposition()

    async def day(
        self, network_id: str, wanted: date, jurisdiction: str | None
    ) -> OpsDayView | None:
        """Return one day; None for one that has not come yet, or is too long ago."""
        if not FIRST_DAY <= wanted <= self.history.today():
            return None
        found = await self.history.day(network_id, wanted, jurisdiction)
        return OpsDayView(
            date=wanted.isoformat(),
            time_zone=self.core.settings.time_zone,
            jurisdiction=jurisdiction,
            whole=stretch(found.whole),
            half_hours=[stretch(one) for one in found.half_hours],
        )

    async def days(
        self, network_id: str, count: int, jurisdiction: str | None
    ) -> OpsHistoryView:
        """Return the last `count` days, today included; at most `DAYS_MAX`."""
        today = self.history.today()
        wanted = max(1, min(count, DAYS_MAX, (today - FIRST_DAY) // timedelta(days=1) + 1))
        found = await self.history.days(network_id, today, wanted, jurisdiction)
        return OpsHistoryView(
            today=today.isoformat(),
            time_zone=self.core.settings.time_zone,
            jurisdiction=jurisdiction,
            days=[
                OpsDateView(date=one.day.date.isoformat(), whole=stretch(one.whole))
                for one in found
            ],
        )


def webhook_of(core: Core) -> Webhook | None:
    """Return the receiver of alerts, if one is set."""
    settings = core.settings
    if settings.alert_webhook_url is None or settings.alert_webhook_secret is None:
        return None
    secret = settings.alert_webhook_secret.get_secret_value().encode()
    return Webhook(settings.alert_webhook_url, secret, core.clock)
