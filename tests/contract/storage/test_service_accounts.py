"""Software, its keys and tokens against both databases: what was ended opens nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from server.storage import service_accounts as stored
from server.storage.database import Database
from server.storage.errors import ConstraintBroken, RowMissing
from server.storage.service_accounts import Opened, ServiceAccount, ServiceKey
from tests.contract.storage.rows import NOW, Clinic

SECOND = 1_000_000
ACCOUNT = ServiceAccount(
    id="service-1",
    spa_id="spa-1",
    label="Records",
    scopes="charts:read",
    created_by="staff:account-1",
    created_at=NOW,
)
KEY = ServiceKey(
    id="key-1",
    service_account_id="service-1",
    kid="first",
    public_key=b"\x30spki",
    created_at=NOW,
)
TOKEN = "c" * 64
OPENED = Opened("service-1", "spa-1", "charts:read")


@pytest.fixture
async def registered(database: Database, clinic: Clinic) -> Database:
    assert clinic.encounter_id
    async with database.write() as tx:
        await stored.add(tx, ACCOUNT)
        await stored.add_key(tx, KEY)
        await stored.add_token(
            tx, TOKEN, key_id="key-1", scopes="charts:read", now=NOW, expires_at=NOW + SECOND
        )
    return database


async def opened(database: Database, now: int = NOW) -> Opened | None:
    async with database.read() as tx:
        return await stored.opened_by(tx, TOKEN, now)


async def test_what_was_written_is_read(registered: Database) -> None:
    other = replace(KEY, id="key-2", kid="next", created_at=NOW + 1)
    async with registered.write() as tx:
        await stored.add_key(tx, other)
        await stored.signed_in(tx, "service-1", NOW + 5)
        (found,) = await stored.of_spa(tx, "spa-1")
        assert found == await stored.get(tx, "service-1", lock=True)
        assert found.signed_in_at == NOW + 5
        assert await stored.owner_of(tx, "service-1") == "spa-1"
        assert await stored.keys_of(tx, "service-1") == [other, KEY]
        assert await stored.keys_of_spa(tx, "spa-1") == [other, KEY]
        assert await stored.keys_of_spa(tx, "spa-2") == []
        assert await stored.count(tx, "spa-1") == (1, 1)
        assert await stored.count(tx, "spa-2") == (0, 0)
        assert await stored.find(tx, "service-2") is None
        assert b"spki" not in repr(KEY).encode()
        with pytest.raises(RowMissing):
            await stored.owner_of(tx, "service-2")


async def test_a_token_opens_until_its_end(registered: Database) -> None:
    assert await opened(registered) == OPENED
    assert await opened(registered, NOW + SECOND - 1) == OPENED
    assert await opened(registered, NOW + SECOND) is None


async def test_a_key_that_is_removed_takes_its_tokens_along(registered: Database) -> None:
    async with registered.write() as tx:
        await stored.remove_key(tx, "service-1", "key-1", NOW)
    assert await opened(registered) is None
    async with registered.write() as tx:
        assert await stored.live_key(tx, "service-1", "first") is None
        with pytest.raises(RowMissing):
            await stored.remove_key(tx, "service-1", "key-1", NOW)


async def test_a_key_is_removed_by_whose_it_is(registered: Database) -> None:
    async with registered.write() as tx:
        await stored.add(tx, replace(ACCOUNT, id="service-2"))
        with pytest.raises(RowMissing):
            await stored.remove_key(tx, "service-2", "key-1", NOW)
    assert await opened(registered) == OPENED


async def test_an_account_that_is_revoked_opens_nothing(registered: Database) -> None:
    async with registered.write() as tx:
        await stored.revoke(tx, "service-1", NOW)
    assert await opened(registered) is None
    async with registered.read() as tx:
        assert await stored.live_key(tx, "service-1", "first") is None
        assert await stored.count(tx, "spa-1") == (1, 0)


async def test_a_name_of_a_key_is_used_once_by_one_account(registered: Database) -> None:
    again = replace(KEY, id="key-2", public_key=b"2")
    with pytest.raises(ConstraintBroken):
        async with registered.write() as tx:
            await stored.add_key(tx, again)


async def test_of_two_that_come_at_once_an_assertion_serves_one(registered: Database) -> None:
    async def serve() -> bool:
        async with registered.write() as tx:
            return await stored.serve_once(tx, "service-1", "d" * 64, NOW)

    served = await asyncio.gather(*(serve() for _ in range(4)))
    assert sorted(served) == [False, False, False, True]


async def test_what_is_over_is_forgotten_and_nothing_else(registered: Database) -> None:
    async with registered.write() as tx:
        assert await stored.serve_once(tx, "service-1", "d" * 64, NOW + SECOND)
        await stored.forget_before(tx, NOW + SECOND, 10)
        assert not await stored.serve_once(tx, "service-1", "d" * 64, NOW + SECOND)
    assert await opened(registered) == OPENED
    async with registered.write() as tx:
        await stored.forget_before(tx, NOW + SECOND + 1, 10)
        assert await stored.serve_once(tx, "service-1", "d" * 64, NOW + SECOND)
    assert await opened(registered) is None
