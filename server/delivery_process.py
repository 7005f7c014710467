"""A process of the role `delivery`: what nobody waits for, apart from what people wait for.

    database, keys --> outbox workers, sequencer, housekeeping
                       `--> a small listener: /healthz, /readyz, /metrics

It has no pages, no sockets and no waiting room. Several may run: of each kind of work one does
it, and another takes it over once its lease is free.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest

from server.app import running_core, served
from server.background import background
from server.clock import Clock, SystemClock
from server.ending import end
from server.errors import Starting
from server.housekeeping import keep_house
from server.http import metrics, public, routes
from server.logging import get_logger
from server.services import Core, EndReason, Hub, Services
from server.serving_tls import tls_of
from server.settings import Settings
from server.views import OpsDayView, OpsHistoryView
from signaling.events import Event

HubOf = Callable[[Core], AbstractAsyncContextManager[Hub]]
"""Gives what tells the live pages, which are in other processes, for as long as it is open."""

log = get_logger("delivery_process")


class NoRooms:
    """Implements `server.services.Desk` where no waiting room is."""

    async def submit(self, network_id: str, events: Sequence[Event]) -> None:  # noqa: ARG002 - the port
        """Refuse: nothing of this process changes a waiting room.

        Raises:
            Starting: always.
        """
        raise Starting


@dataclass(frozen=True, slots=True)
class Figures:
    """Implements `server.services.Oversight` where nothing but the background's work is."""

    registry: CollectorRegistry

    async def exposition(self) -> bytes:
        """Return `/metrics`."""
        return generate_latest(self.registry)

    async def day(
        self,
        network_id: str,  # noqa: ARG002 - the port
        wanted: date,  # noqa: ARG002 - the port
        jurisdiction: str | None,  # noqa: ARG002 - the port
    ) -> OpsDayView | None:
        """Return nothing: days are shown by the pages of operations."""
        return None

    async def days(
        self,
        network_id: str,  # noqa: ARG002 - the port
        count: int,  # noqa: ARG002 - the port
        jurisdiction: str | None,  # noqa: ARG002 - the port
    ) -> OpsHistoryView:
        """Refuse: the same.

        Raises:
            Starting: always.
        """
        raise Starting


@asynccontextmanager
async def running_delivery(
    settings: Settings, hub_of: HubOf, clock: Clock | None = None
) -> AsyncIterator[web.Application]:
    """Work until the block ends.

    Args:
        settings: as of every other process of the same server.
        hub_of: opens what tells the live pages of other processes what is done here.
        clock: another than the machine's.
    """
    async with running_core(settings, clock or SystemClock()) as core, hub_of(core) as hub:
        registry = CollectorRegistry()
        holder = core.random_bytes(8).hex()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(background(core, holder, registry))
            house = asyncio.create_task(keep_house(core, hub))
            stack.push_async_callback(end, {house})
            yield _application(core, hub, registry)


@asynccontextmanager
async def delivery_listening(settings: Settings, hub_of: HubOf) -> AsyncIterator[web.AppRunner]:
    """Work, and say how it goes, until the block ends."""
    tls = tls_of(settings)
    async with (
        running_delivery(settings, hub_of) as app,
        served(settings, app, tls) as runner,
    ):
        yield runner


def _application(core: Core, hub: Hub, registry: CollectorRegistry) -> web.Application:
    services = Services.over(core, desk=NoRooms(), hub=hub, oversight=Figures(registry))
    app = web.Application(client_max_size=core.settings.request_bytes_max)
    routes.install_some(app, services, (*public.PROBES, *metrics.ROUTES))
    return app


@dataclass(frozen=True, slots=True)
class Unheard:
    """Implements `server.services.Hub` where no other process can be told: it says so.

    Pages show what changed when they are loaded, or when something else changes.
    """

    def encounter_changed(self, encounter_id: str) -> None:
        """Log it."""
        log.warning("pages_not_told", encounter_id=encounter_id)

    def chart_changed(self, encounter_id: str, entries: int) -> None:
        """Log it."""
        log.warning("pages_not_told", encounter_id=encounter_id, entries=entries)

    def given_back(self, encounter_id: str, practitioner_id: str) -> None:  # noqa: ARG002 - the port
        """Log it."""
        log.warning("pages_not_told", encounter_id=encounter_id)

    async def end_session(self, id_hash: str, reason: EndReason) -> None:  # noqa: ARG002 - the port
        """Log it: the sockets of the session notice at their next command."""
        log.warning("pages_not_told", reason=reason)

    async def replace_device(self, encounter_id: str, kept_id_hash: str) -> None:  # noqa: ARG002 - the port
        """Log it."""
        log.warning("pages_not_told", encounter_id=encounter_id)


@asynccontextmanager
async def unheard(_core: Core) -> AsyncIterator[Hub]:
    """Give a hub for a server whose processes tell each other nothing."""
    yield Unheard()
