"""A backup opens under the root key that wrapped its secret, and under no other."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from server.backups.files import Facts, reading, write
from server.backups.refusals import OtherRootKey, RootKeyAbsent
from server.backups.rows import End, encoded_head
from server.backups.seals import existing_roots, new_seal
from server.keystore.roots import KeySource, RootKeys
from server.settings import Settings

OLD, NEW = bytes(range(32)), bytes(32)
FACTS = Facts(holding="records", database_schema="0012", made_at=1)
EMPTY = [encoded_head(End(end={}))]


def roots(*keys: bytes) -> RootKeys:
    return RootKeys([KeySource(one) for one in keys])


async def made(path: Path) -> Path:
    write(path, FACTS, await new_seal(KeySource(OLD), os.urandom), EMPTY)
    return path


async def rows_of(path: Path, known: RootKeys) -> int:
    async with reading(path, known) as file:
        return len(list(file.rows()))


async def test_it_opens_under_its_root_key_in_use_or_replaced(tmp_path: Path) -> None:
    path = await made(tmp_path / "backup")
    assert await rows_of(path, roots(OLD)) == 0
    assert await rows_of(path, roots(NEW, OLD)) == 0


async def test_another_root_key_is_named(tmp_path: Path) -> None:
    path = await made(tmp_path / "backup")
    with pytest.raises(OtherRootKey, match="another root key"):
        await rows_of(path, roots(NEW))


async def test_two_backups_share_no_key() -> None:
    one, other = [await new_seal(KeySource(OLD), os.urandom) for _ in range(2)]
    assert one.key != other.key
    assert one.key.hex() not in repr(one)


def test_no_root_key_is_ever_made_here(tmp_path: Path) -> None:
    with pytest.raises(RootKeyAbsent):
        asyncio.run(existing_roots(Settings(data_dir=tmp_path)))
    with pytest.raises(RootKeyAbsent):
        asyncio.run(existing_roots(Settings(data_dir=tmp_path), tmp_path / "old.key"))
    assert list(tmp_path.iterdir()) == []
