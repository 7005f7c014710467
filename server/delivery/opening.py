"""Deliveries of a running server: made with their channels, started, ended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from random import SystemRandom

from server.delivery.channels import Channel
from server.delivery.checkpoints import Latest
from server.delivery.webhooks import WebhookChannel
from server.delivery.worker import DeliveryWorker
from server.services import Core


def may_loopback(core: Core) -> bool:
    """Tell whether webhooks may go to this machine: as is set, else in a demo only."""
    asked = core.settings.webhooks_loopback
    return core.settings.wants_demo if asked is None else asked


@asynccontextmanager
async def delivering(
    core: Core, holder: str, latest: Latest | None = None, others: Iterable[Channel] = ()
) -> AsyncIterator[DeliveryWorker]:
    """Deliver until the block ends.

    Args:
        core: what everything stands on.
        holder: which process this is.
        latest: gives the newest checkpoint of the log, where there is a log.
        others: channels besides webhooks; their callers close them.
    """
    webhooks = WebhookChannel(loopback=may_loopback(core))
    channels: dict[str, Channel] = {one.name: one for one in (webhooks, *others)}
    worker = DeliveryWorker(
        core, channels, holder=holder, chance=SystemRandom().random, latest=latest
    )
    worker.start()
    try:
        yield worker
    finally:
        await worker.close()
        await webhooks.close()
