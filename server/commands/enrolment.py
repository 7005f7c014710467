"""A door to the data for commands that run beside the server, or without it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from server.accounts import EnrolmentRefused
from server.blocking import BoundedPool
from server.clock import SystemClock
from server.commands.terminal import settings, stop
from server.keyring import Keyring, open_root_keys, require_keys_of_records
from server.services import Core
from server.settings import Settings, SettingsError
from server.storage import directory, schema
from server.storage.database import Database, Tx
from server.storage.directory import Account, AccountAudience, Practitioner
from server.storage.errors import ConstraintBroken, RowMissing, StorageError

T = TypeVar("T")


@asynccontextmanager
async def beside_server(chosen: Settings) -> AsyncIterator[Core]:
    """Open the data without claiming the folder: a server may be running on it.

    Raises:
        RootKeyRefused: there are records and no keys; none was made.
    """
    chosen.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    await asyncio.to_thread(schema.upgrade, chosen.database, exclusive=False)
    database = await Database.open(
        chosen.database, exclusive=False, keystore_url=chosen.keystore
    )
    pool = BoundedPool(chosen.blocking_workers_max)
    try:
        async with database.read() as tx:
            await require_keys_of_records(tx)
        yield Core(
            settings=chosen,
            clock=SystemClock(),
            database=database,
            keyring=Keyring(await open_root_keys(chosen)),
            blocking=pool,
            random_bytes=os.urandom,
        )
    finally:
        pool.close()
        await database.close()


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end; what it may fail with becomes a sentence."""
    try:
        return asyncio.run(work)
    except EnrolmentRefused as error:
        stop(f"Refused: {error}.")
    except RowMissing as error:
        stop(f"Not found: {error}.")
    except ConstraintBroken:
        stop("Refused: something like that is there already.")
    except (StorageError, SettingsError) as error:
        stop(f"The database cannot be used: {error}.")


def with_core(work: Callable[[Core], Awaitable[T]]) -> T:
    """Do something with the data and return what came of it."""

    async def run() -> T:
        async with beside_server(settings()) as core:
            return await work(core)

    return finish(run())


def writing(work: Callable[[Tx, Core], Awaitable[T]]) -> T:
    """Do something in one transaction and return what came of it."""

    async def run(core: Core) -> T:
        async with core.database.write() as tx:
            return await work(tx, core)

    return with_core(run)


async def find_account(tx: Tx, audience: AccountAudience, login: str) -> Account:
    """Return the account of a login.

    Raises:
        RowMissing: there is none.
    """
    account = await directory.account_by_login(tx, audience, login.strip().lower())
    if account is None:
        raise RowMissing("accounts", login)
    return account


async def find_practitioner(tx: Tx, login: str) -> Practitioner:
    """Return the practitioner of a login.

    Raises:
        RowMissing: there is none.
    """
    account = await find_account(tx, "practitioner", login)
    practitioner = await directory.practitioner_of_account(tx, account.account_id)
    if practitioner is None:
        raise RowMissing("practitioners", login)
    return practitioner
