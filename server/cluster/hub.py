"""What a process without sockets tells the live pages, which are on other nodes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from server.cluster.joining import joined
from server.cluster.neighbours import SESSION_ENDED
from server.live.node_ports import NodeHub
from server.services import Core, EndReason, Hub
from server.storage.errors import StorageError


@asynccontextmanager
async def heard(core: Core) -> AsyncIterator[Hub]:
    """Give a hub whose words come to the homes of the other nodes.

    Raises:
        StorageError: the database does not answer.
    """
    async with joined(core) as cluster:

        async def end_session(id_hash: str, reason: EndReason) -> None:
            with suppress(StorageError):  # sockets look at their sessions themselves, later
                await cluster.broadcast(SESSION_ENDED, session=id_hash, reason=reason)

        hub = NodeHub(core, cluster.door, end_session)
        try:
            yield hub
        finally:
            await hub.close()
