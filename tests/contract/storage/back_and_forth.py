"""Backups made and restored as the commands do it, under one root key."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import SecretStr

from server.backups import restoring
from server.backups.files import reading
from server.backups.header import Holding
from server.backups.making import Made, backup_keys, backup_records
from server.keystore.roots import RootKeys
from server.settings import Settings

ROOT_KEY = bytes(range(32))
ROOTS = RootKeys.of(ROOT_KEY)


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=SecretStr(url))


async def backed_up(url: str, path: Path, holding: Holding = "records") -> Made:
    work = backup_keys if holding == "keys" else backup_records
    return await work(settings_of(url, path.parent), path, ROOTS)


async def restored(path: Path, target: str) -> None:
    settings = settings_of(target, path.parent)
    async with reading(path, ROOTS) as file:
        if file.header.holding == "keys":
            await restoring.restore_keys(settings, file)
        else:
            await asyncio.to_thread(restoring.restore_records, settings, file)
