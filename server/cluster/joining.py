"""How a process becomes one of several nodes, as its settings say."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from server.cluster.cluster import Cluster, Reach
from server.logging import get_logger
from server.services import Core

NAME_CHARS_MAX: Final = 100

log = get_logger("cluster")


@asynccontextmanager
async def joined(core: Core) -> AsyncIterator[Cluster]:
    """Be a node until the block ends.

    Raises:
        StorageError: the database does not answer.
    """
    settings = core.settings
    url = settings.redis_url
    reach = Reach(
        settings.database,
        None if url is None else url.get_secret_value(),
        redis_timeout_s=settings.redis_timeout_s,
        redis_again_s=settings.redis_again_s,
    )
    cluster = await Cluster.open(
        core.database,
        core.keyring,
        reach,
        clock=core.clock,
        name=settings.node_name or socket.gethostname()[:NAME_CHARS_MAX],
        role=settings.role,
        random_bytes=core.random_bytes,
    )
    log.info("node_joined", node=cluster.node_id)
    try:
        yield cluster
    finally:
        await cluster.close()
