"""New keys above, the same keys below, whatever stops it half-way; reads go on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select

from server.backups.seals import root_to_seal_with
from server.keyring import Keyring
from server.keystore import inspection
from server.keystore.key import ROOT, WrappedKey
from server.keystore.roots import KeySource, RootKeys
from server.keystore.rotation import Rotation, no_step
from server.keystore.store import KeyStore
from server.keystore.tables import keys
from server.sealing import key_version
from server.storage.database import Database
from server.storage.errors import KeyMissing, KeyRefused, RootKeyRefused

OLD, NEW = KeySource(bytes(range(32))), KeySource(b"n" * 32)
NETWORK = "network-1"
MANY = {f"e{number}": NETWORK for number in range(12)}


class Killed(BaseException):
    """Nothing of the process is left."""


def killing(where: str, nth: int) -> Callable[[str], None]:
    seen = 0

    def step(name: str) -> None:
        nonlocal seen
        seen += name == where
        if name == where and seen == nth:
            raise Killed

    return step


def ring(*sources: KeySource) -> Keyring:
    return Keyring(RootKeys(sources))


def rotation(database: Database, step: Callable[[str], None] = no_step) -> Rotation:
    return Rotation(database.keystore, ring(NEW, OLD).tree, os.urandom, step)


async def every_key(database: Database, keyring: Keyring) -> list[bytes]:
    async with database.read() as tx:
        return [
            *(await keyring.encounter_keys(tx, MANY)).values(),
            await keyring.patient_key(tx, "p1", NETWORK),
            (await keyring.signing_key(tx, "ana", NETWORK)).private_bytes_raw(),
            await keyring.tenant_key(tx, NETWORK),
            await keyring.tenant_key(tx, "spa-1"),
            await keyring.index_key(tx, "spa-1"),
        ]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.keystore.rotation.BATCH", 5)


@pytest.fixture
async def before(database: Database) -> list[bytes]:
    keyring = ring(OLD)
    async with database.write() as tx:
        await keyring.encounter_keys(tx, MANY)
        await keyring.patient_key(tx, "p1", NETWORK)
        await keyring.signing_key(tx, "ana", NETWORK)
        await keyring.index_key(tx, "spa-1")
        for number in range(8):
            await keyring.tenant_key(tx, f"more-{number}")
    return await every_key(database, keyring)


async def assert_whole(database: Database, *sources: KeySource) -> None:
    checked = await inspection.check(database.keystore, ring(*sources).tree)
    assert (checked.failed, checked.faults) == (0, ())


@pytest.mark.safeguard("164.312(a)(2)(iv)")
async def test_a_new_root_key_opens_the_same_keys_and_the_old_one_none(
    database: Database, before: list[bytes]
) -> None:
    done = await rotation(database).root(NEW)
    assert (done.version, done.wrapped) == (2, 10)
    assert await every_key(database, ring(NEW)) == before
    async with database.read() as tx:
        with pytest.raises(RootKeyRefused):
            await ring(OLD).check(tx)
        with pytest.raises(KeyRefused):
            await ring(OLD).tenant_key(tx, NETWORK)
    with pytest.raises(RootKeyRefused):
        async with database.write() as tx:
            await ring(OLD).tenant_key(tx, "newcomer")
    with pytest.raises(RootKeyRefused, match="replaced before"):
        await rotation(database).root(OLD)
    await assert_whole(database, NEW)
    async with database.keystore.read() as tx:
        query = select(keys.c.sealed_key).where(keys.c.purpose == "tenant")
        assert {key_version(one) for one in (await tx.execute(query)).scalars()} == {2}


@pytest.mark.parametrize(
    ("where", "nth"), [("announce", 1), ("wrap", 1), ("wrap", 2), ("wrap", 3), ("retire", 1)]
)
async def test_a_rotation_of_the_root_key_goes_on_where_it_was_killed(
    database: Database, before: list[bytes], where: str, nth: int
) -> None:
    with pytest.raises(Killed):
        await rotation(database, killing(where, nth)).root(NEW)
    assert await every_key(database, ring(OLD, NEW)) == before
    async with database.read() as tx:
        await ring(OLD, NEW).check(tx)
        await ring(NEW, OLD).check(tx)
    await assert_whole(database, NEW, OLD)
    await rotation(database).root(NEW)
    assert await every_key(database, ring(NEW)) == before
    await rotation(database).root(NEW)
    assert [one.version for one in await database.keystore.all_of(ROOT)] == [1, 2]


async def test_an_organization_that_joins_while_the_root_key_rotates_is_not_lost(
    database: Database, before: list[bytes]
) -> None:
    del before
    joined: list[asyncio.Task[bytes]] = []

    async def join() -> bytes:
        async with database.write() as tx:
            return await ring(OLD).tenant_key(tx, "newcomer")

    class Joining(Rotation):
        async def _retire_roots(self, new_id: str) -> bool:
            if not joined:
                joined.append(asyncio.create_task(join()))
                await joined[0]
            return await super()._retire_roots(new_id)

    await Joining(database.keystore, ring(NEW, OLD).tree, os.urandom).root(NEW)
    async with database.read() as tx:
        assert await ring(NEW).tenant_key(tx, "newcomer") == joined[0].result()
    await assert_whole(database, NEW)


async def test_a_new_tenant_key_wraps_the_same_keys_and_the_old_one_is_destroyed(
    database: Database, before: list[bytes]
) -> None:
    done = await rotation(database).tenant(NETWORK)
    assert (done.version, done.wrapped) == (2, 14)
    assert await every_key(database, ring(OLD)) == before
    async with database.keystore.read() as tx:
        query = select(keys.c.version, keys.c.sealed_key, keys.c.retired_at).where(
            keys.c.purpose == "tenant", keys.c.subject == NETWORK
        )
        rows = {row[0]: row[1:] for row in await tx.execute(query)}
        assert rows[1][0] == b""
        assert rows[1][1] is not None
        assert rows[2][0]
        assert rows[2][1] is None
        below = select(keys.c.sealed_key).where(keys.c.subject == "e1")
        assert key_version((await tx.execute(below)).scalar_one()) == 2
    third = await rotation(database).tenant(NETWORK)
    assert (third.version, third.wrapped) == (3, 15)  # what the first had sealed, too
    assert await every_key(database, ring(OLD)) == before
    await assert_whole(database, OLD)


@pytest.mark.parametrize(
    ("where", "nth"), [("announce", 1), ("wrap", 1), ("wrap", 2), ("wrap", 4), ("retire", 1)]
)
async def test_a_rotation_of_a_tenant_key_goes_on_where_it_was_killed(
    database: Database, before: list[bytes], where: str, nth: int
) -> None:
    with pytest.raises(Killed):
        await rotation(database, killing(where, nth)).tenant(NETWORK)
    assert await every_key(database, ring(OLD)) == before
    assert (await rotation(database).tenant(NETWORK)).version == 2
    assert await every_key(database, ring(OLD)) == before
    await assert_whole(database, OLD)


async def test_a_key_made_by_a_server_that_knows_only_the_old_tenant_key_hangs_under_the_new(
    database: Database, before: list[bytes]
) -> None:
    running = ring(OLD)
    assert await every_key(database, running) == before
    await rotation(database).tenant(NETWORK)
    async with database.write() as tx:
        made = await running.encounter_key(tx, "made-later", NETWORK)
    async with database.read() as tx:
        assert await ring(OLD).encounter_key(tx, "made-later", NETWORK) == made


async def test_reads_and_new_keys_go_on_while_keys_rotate(
    database: Database, neighbour: Database, before: list[bytes]
) -> None:
    async def busy() -> None:
        for number in range(10):
            assert await every_key(neighbour, ring(OLD, NEW)) == before
            async with neighbour.write() as tx:
                await ring(OLD, NEW).encounter_key(tx, f"busy-{number}", NETWORK)

    async def rotating() -> None:
        await rotation(database).tenant(NETWORK)
        await rotation(database).root(NEW)
        await rotation(database).tenant(NETWORK)

    await asyncio.gather(busy(), rotating())
    assert await every_key(database, ring(NEW)) == before
    await assert_whole(database, NEW)


class Rotated(KeyStore):
    """A keystore whose keys are rotated each time somebody looks for the key above."""

    def __init__(self, database: Database, times: int) -> None:
        super().__init__(database.keystore.url)
        self._database = database
        self.times = times

    async def by_id(self, key_id: str) -> WrappedKey | None:
        if self.times:
            self.times -= 1
            await rotation(self._database).tenant(NETWORK)
        return await super().by_id(key_id)


@pytest.fixture
async def rotated(
    database: Database, before: list[bytes]
) -> AsyncIterator[Callable[[int], Rotated]]:
    del before
    async with AsyncExitStack() as stack:

        def opened(times: int) -> Rotated:
            store = Rotated(database, times)
            stack.push_async_callback(store.close)
            return store

        yield opened


async def test_a_key_that_is_wrapped_anew_between_two_looks_is_looked_for_again(
    rotated: Callable[[int], Rotated], before: list[bytes]
) -> None:
    found = await ring(OLD).tree.stored(rotated(2), "encounter", list(MANY), NETWORK)
    assert [found[one].secret for one in MANY] == before[: len(MANY)]
    with pytest.raises(KeyMissing, match="again and again"):
        await ring(OLD).tree.stored(rotated(3), "encounter", list(MANY), NETWORK)


async def test_what_an_organization_sealed_itself_is_looked_for_again_too(
    database: Database, rotated: Callable[[int], Rotated], before: list[bytes]
) -> None:
    await rotation(database).tenant(NETWORK)
    store = rotated(1)
    own = await ring(OLD).tree.own(store, NETWORK)
    assert own is not None
    assert store.times == 0
    assert own.secret == before[len(MANY) + 2]


async def test_a_key_that_another_made_first_is_opened_though_it_is_wrapped_anew(
    database: Database, rotated: Callable[[int], Rotated], before: list[bytes]
) -> None:
    with pytest.raises(Killed):
        await rotation(database, killing("wrap", 1)).tenant(NETWORK)
    store = rotated(1)
    made = await ring(OLD).tree.made(store, "encounter", ["e0"], NETWORK)
    assert made["e0"].secret == before[0]
    assert store.times == 0


async def test_a_look_at_every_key_takes_none_for_lost_that_is_wrapped_anew_meanwhile(
    rotated: Callable[[int], Rotated],
) -> None:
    store = rotated(1)
    checked = await inspection.check(store, ring(OLD).tree)
    assert (checked.failed, checked.faults) == (0, ())
    assert store.times == 0


async def test_an_organization_without_a_key_is_not_rotated(database: Database) -> None:
    with pytest.raises(KeyMissing):
        await rotation(database).tenant("nobody")


async def test_a_key_that_does_not_open_is_found(
    database: Database, before: list[bytes]
) -> None:
    del before
    async with database.keystore.write() as tx:
        await tx.execute(keys.update().where(keys.c.subject == "e3").values(parent="x"))
    checked = await inspection.check(database.keystore, ring(OLD).tree)
    assert checked.failed == 1
    assert "encounter key for e3" in checked.faults[0]
    listed = await inspection.above(database.keystore)
    assert [one.below for one in listed if one.subject == NETWORK] == [13]


async def test_a_rotation_that_meets_a_key_that_does_not_open_names_it(
    database: Database, before: list[bytes]
) -> None:
    del before
    async with database.keystore.write() as tx:
        broken = (
            await tx.execute(select(keys.c.id).where(keys.c.subject == "e3"))
        ).scalar_one()
        await tx.execute(keys.update().where(keys.c.id == broken).values(sealed_key=b"x" * 80))
    with pytest.raises(KeyRefused, match=f"encounter key {broken} does not open"):
        await rotation(database).tenant(NETWORK)


async def test_a_backup_is_sealed_under_the_root_key_in_use_and_under_no_stranger(
    database: Database, before: list[bytes]
) -> None:
    del before
    keystore = database.keystore
    await rotation(database).root(NEW)
    found = await root_to_seal_with(RootKeys([OLD, NEW]), keystore)
    assert found.root_id == NEW.root_id
    for one in (OLD, KeySource(bytes(reversed(range(32))))):
        with pytest.raises(RootKeyRefused, match="another root key"):
            await root_to_seal_with(RootKeys([one]), keystore)
