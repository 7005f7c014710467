"""The record of an exam, made on demand: for a command, or for who reads it in a browser."""

from __future__ import annotations

import asyncio
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.records.exporting import file_for
from server.records.gathering import NotInTheTreeYet, gather, is_in_tree
from server.records.record import Holder, Record
from server.services import Core
from server.storage.errors import KeyMissing

PATIENCE_S: Final = 5.0
LOOK_S: Final = 0.2


async def record_of(
    core: Core,
    encounter_id: str,
    holder: Holder,
    *,
    since: str | None = None,
    whole: bool = False,
    patience_s: float = PATIENCE_S,
) -> bytes:
    """Return the file of an exam's record.

    Args:
        core: what everything stands on.
        encounter_id: of the exam.
        holder: for whom it is.
        since: an older checkpoint, which the tree is to be shown to continue.
        whole: no entry of any other chart may be gone either (`gather`).
        patience_s: how long to wait until its newest entries are in the tree.

    Raises:
        RowMissing: there is no such encounter.
        ExportRefused: what is stored does not hold, or is not in the tree in time.
    """
    record = await _gathered(core, encounter_id, since, patience_s, whole=whole)
    key = await _network_key(core, record.network_id)
    return await core.blocking(lambda: file_for(record, holder, key))


async def wait_for_tree(
    core: Core, encounter_id: str, *, patience_s: float = PATIENCE_S
) -> None:
    """Return as soon as all entries of an exam are in the tree: a look costs little.

    Raises:
        NotInTheTreeYet: they are not in time.
    """
    left_s = patience_s
    while True:
        async with core.database.read() as tx:
            if await is_in_tree(tx, encounter_id):
                return
        if left_s <= 0:
            raise NotInTheTreeYet("its newest entries are not in the tree yet")
        await asyncio.sleep(LOOK_S)
        left_s -= LOOK_S


async def _gathered(
    core: Core, encounter_id: str, since: str | None, patience_s: float, *, whole: bool
) -> Record:
    left_s = patience_s
    while True:
        try:
            async with core.database.read() as tx:
                now = core.clock.now()
                return await gather(tx, core, encounter_id, now=now, since=since, whole=whole)
        except NotInTheTreeYet:
            if left_s <= 0:
                raise
        await asyncio.sleep(LOOK_S)
        left_s -= LOOK_S


async def _network_key(core: Core, network_id: str) -> Ed25519PrivateKey:
    """Return the key of the network; the first record makes it."""
    try:
        async with core.database.read() as tx:
            return await core.keyring.issuer_key(tx, network_id)
    except KeyMissing:
        async with core.database.write() as tx:
            return await core.keyring.issuer_key(tx, network_id)
