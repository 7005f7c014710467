"""Deliveries of a running server: made with their channels, started, ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import SystemRandom

from server.delivery.webhooks import WebhookChannel
from server.delivery.worker import DeliveryWorker
from server.services import Core


def may_loopback(core: Core) -> bool:
    """Tell whether webhooks may go to this machine: as is set, else in a demo only."""
    asked = core.settings.webhooks_loopback
    return core.settings.wants_demo if asked is None else asked


@asynccontextmanager
async def delivering(core: Core, holder: str) -> AsyncIterator[DeliveryWorker]:
    """Deliver until the block ends.

    Args:
        core: what everything stands on.
        holder: which process this is.
    """
    webhooks = WebhookChannel(loopback=may_loopback(core))
    worker = DeliveryWorker(
        core, {webhooks.name: webhooks}, holder=holder, chance=SystemRandom().random
    )
    worker.start()
    try:
        yield worker
    finally:
        await worker.close()
        await webhooks.close()
