"""A change and the account of who asked for it: neither is without the other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update

from server import auditing
from server.auditing import Action, AuditEvent
from server.auditing.actors import of_account
from server.errors import SessionExpired
from server.keyring import Keyring
from server.people.ending import close_account
from server.storage import directory, invitations
from server.storage.database import Database
from server.storage.statements import Tx
from server.storage.tables import accounts
from tests.contract.storage.proving import core_of
from tests.contract.storage.rows import NOW, STAFF
from tests.contract.storage.test_invitations import INVITED

MANAGER = replace(STAFF, role="spa_manager")
EVENT = AuditEvent(
    action=Action.INVITED,
    actor=of_account(MANAGER.role, MANAGER.account_id),
    role=MANAGER.role,
    organization_id=MANAGER.organization_id,
    route="POST /api/v1/portal/people/invitations",
    at=NOW,
    asker=MANAGER.account_id,
)
MADE = replace(INVITED, invited_by=EVENT.actor)


@pytest_asyncio.fixture(autouse=True)
async def manager(database: Database, clinic: object) -> None:
    assert clinic
    await set_role(database, MANAGER.role)


async def set_role(database: Database, role: str) -> None:
    async with database.write() as tx:
        of_staff = update(accounts).where(accounts.c.id == STAFF.account_id)
        await tx.execute(of_staff.values(role=role))


async def invites(tx: Tx) -> None:
    await invitations.add(tx, MADE)
    await auditing.note(tx, EVENT)


async def open_invitations(database: Database) -> int:
    async with database.read() as tx:
        return await invitations.count_open(tx, MADE.organization_id, NOW)


@pytest.mark.safeguard("164.312(a)(1)")
async def test_what_is_made_while_an_account_is_closed_ends_with_it(
    database: Database, neighbour: Database, keyring: Keyring, tmp_path: Path
) -> None:
    core = core_of(neighbour, keyring, tmp_path)
    async with database.write() as tx:
        await invites(tx)
        closing = asyncio.create_task(close_account(core, STAFF.account_id))
        await asyncio.sleep(0.2)
        assert not closing.done(), "it waits for what is being made"
    await closing
    assert await open_invitations(database) == 0
    async with database.read() as tx:
        assert not (await directory.account(tx, STAFF.account_id)).active


@pytest.mark.safeguard("164.312(a)(1)")
async def test_nothing_is_made_for_who_was_closed_or_is_something_else_by_then(
    database: Database, keyring: Keyring, tmp_path: Path
) -> None:
    await set_role(database, "spa_staff")
    with pytest.raises(SessionExpired):
        async with database.write() as tx:
            await invites(tx)
    await set_role(database, MANAGER.role)
    await close_account(core_of(database, keyring, tmp_path), STAFF.account_id)
    with pytest.raises(SessionExpired):
        async with database.write() as tx:
            await invites(tx)
    assert await open_invitations(database) == 0
