"""Keys are made once, survive restarts, and never outlive a rollback."""

# ruff: noqa: PT012 - a transaction is a block, and how it ends is what is tested

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from server.keyring import Keyring, load_root_key, open_root_key
from server.settings import Settings
from server.storage.database import Database
from server.storage.errors import (
    CommitFailed,
    KeyMissing,
    KeyRefused,
    KeyShredded,
    RootKeyRefused,
)
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.tables import wrapped_keys
from tests.contract.storage.rows import NOW, seeded_bytes

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
    async with database.read() as tx:
        query = select(wrapped_keys.c.public_key).where(wrapped_keys.c.purpose == "signing")
        assert (await tx.execute(query)).scalar_one() == key.public_key().public_bytes_raw()
    async with database.write() as tx:
        await tx.execute(
            update(wrapped_keys)
            .where(wrapped_keys.c.purpose == "signing")
            .values(public_key=b"p" * 32)
        )
    async with database.read() as tx:
        with pytest.raises(KeyRefused):
            await another().signing_key(tx, "ana", NETWORK)


async def test_a_key_of_a_failed_commit_is_forgotten(
    database: Database, keyring: Keyring, faults: ScriptedFaults
) -> None:
    with faults.failing(FaultPoint.BEFORE_COMMIT), pytest.raises(CommitFailed):
        await encounter_key(database, keyring)
    async with database.read() as tx:
        with pytest.raises(KeyMissing):
            await keyring.encounter_key(tx, "e1", NETWORK)
    key = await encounter_key(database, keyring)
    async with database.read() as tx:
        assert await another().encounter_key(tx, "e1", NETWORK) == key


async def test_a_key_of_a_savepoint_that_was_taken_back_is_forgotten(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        with pytest.raises(ZeroDivisionError):
            async with tx.begin_nested():
                lost = await keyring.encounter_key(tx, "e1", NETWORK)
                assert await keyring.encounter_key(tx, "e1", NETWORK) == lost
                raise ZeroDivisionError
        kept = await keyring.encounter_key(tx, "e1", NETWORK)
        assert kept != lost
    async with database.read() as tx:
        assert await another().encounter_key(tx, "e1", NETWORK) == kept
        assert await keyring.encounter_key(tx, "e1", NETWORK) == kept


async def test_a_committed_key_is_remembered_without_asking_the_database(
    database: Database, keyring: Keyring
) -> None:
    await encounter_key(database, keyring)
    key = await encounter_key(database, keyring)  # read here, so remembered
    async with database.write() as tx:
        await tx.execute(update(wrapped_keys).values(sealed_key=b"gone"))
        assert await keyring.encounter_key(tx, "e1", NETWORK) == key


async def test_the_cache_is_bounded_and_forgets_the_least_used(database: Database) -> None:
    keyring = Keyring(ROOT, random_bytes=seeded_bytes(1), cache_max=3)
    for one in ("e1", "e2", "e3", "e1"):
        await encounter_key(database, keyring, one)
    for one in ("e1", "e2", "e1", "e3"):
        await encounter_key(database, keyring, one)
    assert len(keyring._cache) == 3
    assert [subject for _, subject in keyring._cache] == ["e1", NETWORK, "e3"]


async def test_processes_that_want_a_new_key_at_once_get_the_same_one(
    database: Database, neighbour: Database
) -> None:
    homes = [(database, Keyring(ROOT, random_bytes=seeded_bytes(n))) for n in range(3)]
    homes += [(neighbour, Keyring(ROOT, random_bytes=seeded_bytes(n))) for n in (7, 8, 9)]
    keys = await asyncio.gather(*(encounter_key(home, ring) for home, ring in homes))
    assert len(set(keys)) == 1


async def test_another_root_key_opens_nothing(database: Database, keyring: Keyring) -> None:
    async with database.read() as tx:
        await keyring.check(tx)  # nothing is stored yet, so any root key will do
    await encounter_key(database, keyring)
    stranger = another(bytes(32))
    async with database.read() as tx:
        with pytest.raises(KeyRefused):
            await stranger.check(tx)
        with pytest.raises(KeyRefused):
            await stranger.encounter_key(tx, "e1", NETWORK)


@pytest.mark.parametrize("change", [{"subject": "e2"}, {"purpose": "patient"}, {"parent": "x"}])
async def test_a_key_that_was_moved_does_not_open(
    database: Database, keyring: Keyring, change: dict[str, str]
) -> None:
    await encounter_key(database, keyring)
    async with database.write() as tx:
        await tx.execute(
            update(wrapped_keys).where(wrapped_keys.c.subject == "e1").values(change)
        )
    restarted = another()
    async with database.read() as tx:
        with pytest.raises(KeyRefused):
            if change.get("purpose"):
                await restarted.patient_key(tx, "e1", NETWORK)
            else:
                await restarted.encounter_key(tx, change.get("subject", "e1"), NETWORK)


async def test_a_shredded_key_is_not_made_again(database: Database, keyring: Keyring) -> None:
    await encounter_key(database, keyring)
    async with database.write() as tx:
        await tx.execute(
            update(wrapped_keys)
            .where(wrapped_keys.c.subject == "e1")
            .values(shredded_at=NOW, sealed_key=b"")
        )
    with pytest.raises(KeyShredded):
        await encounter_key(database, another())


# ------------------------------------------------------------------ the root key


def test_the_first_run_makes_a_root_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "data" / "root.key"
    key = load_root_key(file, random_bytes=seeded_bytes(3))
    assert key == seeded_bytes(3)(32)
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_root_key(file) == key
    assert [one.name for one in file.parent.iterdir()] == ["root.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_root_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "root.key"
    load_root_key(file)
    file.chmod(mode)
    with pytest.raises(RootKeyRefused, match="chmod 600"):
        load_root_key(file)


@pytest.mark.parametrize("text", [ROOT.hex(), base64.b64encode(ROOT).decode() + "\n"])
def test_a_root_key_may_be_hex_or_base64(tmp_path: Path, text: str) -> None:
    assert load_root_key(_written(tmp_path, text)) == ROOT


@pytest.mark.parametrize("text", ["", "not a key", "00" * 31, "00" * 33, "é" * 64])
def test_a_file_without_a_key_is_refused_and_not_quoted(tmp_path: Path, text: str) -> None:
    with pytest.raises(RootKeyRefused) as refused:
        load_root_key(_written(tmp_path, text))
    assert not text or text not in str(refused.value)


def test_a_root_key_is_never_followed_through_a_link(tmp_path: Path) -> None:
    load_root_key(tmp_path / "elsewhere")
    (tmp_path / "root.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RootKeyRefused):
        load_root_key(tmp_path / "root.key")


def test_a_root_key_of_another_length_is_refused() -> None:
    with pytest.raises(RootKeyRefused):
        Keyring(b"short")


def test_the_settings_go_before_the_data_folder(tmp_path: Path) -> None:
    given = base64.b64encode(ROOT).decode()
    assert open_root_key(Settings(data_dir=tmp_path, root_key=SecretStr(given))) == ROOT
    made = open_root_key(Settings(data_dir=tmp_path))
    assert made == load_root_key(tmp_path / "root.key") != ROOT


def _written(folder: Path, text: str) -> Path:
    file = folder / "root.key"
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    return file
