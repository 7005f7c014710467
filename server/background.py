"""The work of a running server that nobody waits for: deliveries, and the log's sequencer.

One process at a time does each, under its lease, however many have it running; where it runs,
the roles say (`server.node_settings`). Housekeeping is apart (`server.housekeeping`): it has
pages told of what it did.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from prometheus_client import CollectorRegistry

from server.delivery.opening import delivering
from server.fhir.pushing import emr_channel
from server.metrics.deliveries import DeliveryGauges
from server.metrics.log import LogGauges
from server.patient_messages.opening import patient_channels
from server.sequencing.service import Sequencing
from server.services import Core
from server.storage import tlog


@asynccontextmanager
async def background(
    core: Core, holder: str, registry: CollectorRegistry
) -> AsyncIterator[None]:
    """Work until the block ends; what is being sent then ends, or is given back.

    Args:
        core: what everything stands on.
        holder: which process this is.
        registry: shows the figures of the work.
    """
    sequencing = Sequencing(core, holder)
    registry.register(LogGauges(sequencing.standing, core.clock.now))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(sequencing.close)  # last: takes in what the others wrote
        sequencing.start()
        charts = await stack.enter_async_context(emr_channel(core))
        patients = await stack.enter_async_context(patient_channels(core))
        told = await stack.enter_async_context(
            delivering(core, holder, tlog.latest, [charts, *patients])
        )
        registry.register(DeliveryGauges(told, core.clock))
        yield
