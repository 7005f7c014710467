"""Keys are made once, survive restarts, and are stored before anything they seal."""

# ruff: noqa: PT012 - a transaction is a block, and how it ends is what is tested

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, text, update

from server.keyring import Keyring
from server.keystore.store import KeyStore, grow_generation
from server.keystore.tables import KEYSTORE, keys
from server.storage.database import Database
from server.storage.errors import (
    CommitFailed,
    KeyMissing,
    KeyRefused,
    KeyShredded,
    RootKeyRefused,
)
from server.storage.faults import FaultPoint, ScriptedFaults
from tests.contract.storage.rows import NOW, seeded_bytes
from tests.contract.storage.test_secrecy import rows_of

ROOT = bytes(range(32))
NETWORK = "network-1"


def another(root: bytes = ROOT) -> Keyring:
    """Another process, or the next start."""
    return Keyring(root, random_bytes=seeded_bytes(99))


async def encounter_key(database: Database, keyring: Keyring, one: str = "e1") -> bytes:
    async with database.write() as tx:
        return await keyring.encounter_key(tx, one, NETWORK)


async def test_a_key_is_made_once_and_found_again(database: Database, keyring: Keyring) -> None:
    key = await encounter_key(database, keyring)
    assert len(key) == 32
    assert await encounter_key(database, keyring) == key
    restarted = another()
    async with database.read() as tx:
        assert await restarted.encounter_key(tx, "e1", NETWORK) == key
        await restarted.check(tx)


async def test_every_purpose_and_subject_has_a_key_of_its_own(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        keys = [
            await keyring.tenant_key(tx, NETWORK),
            await keyring.tenant_key(tx, "spa-1"),
            await keyring.patient_key(tx, "x", NETWORK),
            await keyring.encounter_key(tx, "x", NETWORK),
            await keyring.encounter_key(tx, "y", NETWORK),
            await keyring.index_key(tx, "spa-1"),
            (await keyring.signing_key(tx, "x", NETWORK)).private_bytes_raw(),
        ]
    assert len({*keys, ROOT}) == 8


async def test_a_signing_key_has_its_public_half_beside_it(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        key = await keyring.signing_key(tx, "ana", NETWORK)
    async with database.keystore.read() as tx:
        query = select(keys.c.public_key).where(keys.c.purpose == "signing")
        assert (await tx.execute(query)).scalar_one() == key.public_key().public_bytes_raw()
    async with database.keystore.write() as tx:
        await tx.execute(
            update(keys).where(keys.c.purpose == "signing").values(public_key=b"p" * 32)
        )
    async with database.read() as tx:
        with pytest.raises(KeyRefused):
            await another().signing_key(tx, "ana", NETWORK)


async def test_a_read_makes_no_key(database: Database, keyring: Keyring) -> None:
    async with database.read() as tx:
        with pytest.raises(KeyMissing):
            await keyring.encounter_key(tx, "e1", NETWORK)


async def test_a_failed_commit_leaves_a_key_of_no_use_that_the_next_one_takes(
    database: Database, keyring: Keyring, faults: ScriptedFaults
) -> None:
    with faults.failing(FaultPoint.BEFORE_COMMIT), pytest.raises(CommitFailed):
        await encounter_key(database, keyring)
    key = await encounter_key(database, another())
    assert await encounter_key(database, keyring) == key


async def test_a_key_is_committed_before_what_is_sealed_with_it(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        key = await keyring.encounter_key(tx, "e1", NETWORK)
        async with database.read() as elsewhere:
            assert await another().encounter_key(elsewhere, "e1", NETWORK) == key


async def test_a_key_whose_own_commit_fails_seals_nothing(
    database: Database, keyring: Keyring, faults: ScriptedFaults
) -> None:
    database.keystore = KeyStore(database.keystore.url, faults=faults)
    database._keystore = database.keystore
    with faults.failing(FaultPoint.BEFORE_COMMIT), pytest.raises(CommitFailed):
        await encounter_key(database, keyring)
    async with database.read() as tx:
        with pytest.raises(KeyMissing):
            await keyring.encounter_key(tx, "e1", NETWORK)


async def test_more_writers_than_connections_wait_for_keys_and_get_them(
    database: Database, keyring: Keyring
) -> None:
    """Each holds a connection of the database while it waits for one of the keystore."""
    many = [f"e{number}" for number in range(40)]
    made = await asyncio.gather(*(encounter_key(database, keyring, one) for one in many))
    assert len(set(made)) == 40


async def test_no_key_is_in_the_database(database: Database, keyring: Keyring) -> None:
    key = await encounter_key(database, keyring)
    async with database.keystore.read() as kept:
        wrapped = (await kept.execute(select(keys.c.sealed_key))).scalars().all()
    assert wrapped
    async with database.read() as tx:
        if tx.dialect.name == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        else:
            query = (
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            )
        names = set((await tx.execute(text(query))).scalars())
    assert "sessions" in names
    assert names & set(KEYSTORE.tables) == set()
    dump = b"\n".join(await rows_of(database))
    assert [one for one in (key, *wrapped) if one in dump] == []


async def test_a_committed_key_is_remembered_without_asking_the_keystore(
    database: Database, keyring: Keyring
) -> None:
    key = await encounter_key(database, keyring)
    async with database.keystore.write() as tx:
        await tx.execute(update(keys).values(sealed_key=b"gone"))
    assert await encounter_key(database, keyring) == key


async def test_what_is_remembered_is_forgotten_when_keys_have_changed(
    database: Database, keyring: Keyring
) -> None:
    await encounter_key(database, keyring)
    await keyring.refresh(database.keystore)
    async with database.keystore.write() as tx:
        await tx.execute(update(keys).where(keys.c.subject == "e1").values(shredded_at=NOW))
    await keyring.refresh(database.keystore)
    await encounter_key(database, keyring)  # nobody said that anything changed
    async with database.keystore.write() as tx:
        await grow_generation(tx)
    await keyring.refresh(database.keystore)
    with pytest.raises(KeyShredded):
        await encounter_key(database, keyring)


async def test_the_cache_is_bounded_and_forgets_the_least_used(database: Database) -> None:
    keyring = Keyring(ROOT, random_bytes=seeded_bytes(1), cache_max=3)
    for one in ("e1", "e2", "e3", "e1"):
        await encounter_key(database, keyring, one)
    for one in ("e1", "e2", "e1", "e3"):
        await encounter_key(database, keyring, one)
    assert len(keyring._cache) == 3
    assert [subject for _, subject in keyring._cache] == ["e2", "e1", "e3"]


async def test_processes_that_want_a_new_key_at_once_get_the_same_one(
    database: Database, neighbour: Database
) -> None:
    homes = [(database, Keyring(ROOT, random_bytes=seeded_bytes(n))) for n in range(3)]
    homes += [(neighbour, Keyring(ROOT, random_bytes=seeded_bytes(n))) for n in (7, 8, 9)]
    got = await asyncio.gather(*(encounter_key(home, ring) for home, ring in homes))
    assert len(set(got)) == 1
    async with database.keystore.read() as tx:
        counted = select(keys.c.purpose, func.count()).group_by(keys.c.purpose)
        assert {row[0]: row[1] for row in await tx.execute(counted)} == {
            "root": 1,
            "tenant": 1,
            "encounter": 1,
        }


async def test_another_root_key_opens_nothing(database: Database, keyring: Keyring) -> None:
    async with database.read() as tx:
        await keyring.check(tx)  # nothing is stored yet, so any root key will do
    await encounter_key(database, keyring)
    stranger = another(bytes(32))
    async with database.read() as tx:
        with pytest.raises(RootKeyRefused):
            await stranger.check(tx)
        with pytest.raises(KeyRefused):
            await stranger.encounter_key(tx, "e1", NETWORK)
    with pytest.raises(RootKeyRefused):
        async with database.write() as tx:
            await stranger.encounter_key(tx, "e2", "network-2")


@pytest.mark.parametrize("change", [{"subject": "e2"}, {"purpose": "patient"}, {"parent": "x"}])
async def test_a_key_that_was_moved_does_not_open(
    database: Database, keyring: Keyring, change: dict[str, str]
) -> None:
    await encounter_key(database, keyring)
    async with database.keystore.write() as tx:
        await tx.execute(update(keys).where(keys.c.subject == "e1").values(change))
    restarted = another()
    async with database.read() as tx:
        with pytest.raises(KeyRefused):
            if change.get("purpose"):
                await restarted.patient_key(tx, "e1", NETWORK)
            else:
                await restarted.encounter_key(tx, change.get("subject", "e1"), NETWORK)


async def test_a_shredded_key_is_not_made_again(database: Database, keyring: Keyring) -> None:
    await encounter_key(database, keyring)
    async with database.keystore.write() as tx:
        gone = update(keys).where(keys.c.subject == "e1")
        await tx.execute(gone.values(shredded_at=NOW, sealed_key=b""))
    with pytest.raises(KeyShredded):
        await encounter_key(database, another())
