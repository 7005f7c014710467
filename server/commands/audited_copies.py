"""That records were copied or put back, in the audit log of every network they are of."""

from __future__ import annotations

import os

from server import auditing
from server.auditing import Action
from server.blocking import BoundedPool
from server.clock import SystemClock
from server.keyring import Keyring
from server.keystore.roots import RootKeys
from server.services import Core
from server.settings import Settings
from server.storage import directory
from server.storage.database import Database


async def enter(core: Core, action: Action, command: str) -> None:
    """Enter it for every network.

    Raises:
        AuditUnavailable: it could not be committed; the command must not go on.
    """
    async with core.database.read() as tx:
        every = await directory.all_organizations(tx)
    for network_id in sorted({one.network_id or one.organization_id for one in every}):
        await auditing.of_cli(core, action, command, network_id=network_id)


async def enter_copy(
    database: Database, roots: RootKeys, chosen: Settings, command: str
) -> None:
    """Enter that a copy is about to be made.

    Raises:
        AuditUnavailable: it could not be committed; no copy is to be made.
        StorageError: the database does not answer.
    """
    pool = BoundedPool(1)
    try:
        core = Core(
            settings=chosen,
            clock=SystemClock(),
            database=database,
            keyring=Keyring(roots),
            blocking=pool,
            random_bytes=os.urandom,
        )
        await enter(core, Action.BACKED_UP, command)
    finally:
        pool.close()
