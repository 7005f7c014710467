"""One batch into the tree, and all that waits, for the server and for commands alike."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlsplit

from server.services import Core
from server.settings import Settings
from server.storage import leases, tlog, tlog_appending
from server.storage.errors import LeaseLost, LogBroken
from server.storage.leases import Lease
from server.storage.statements import Tx
from server.storage.tlog import Checkpoint
from server.tlog.checkpoints import TreeHead, open_checkpoint, parse_text, sign_head
from server.tlog.signed_notes import NoteRefused, Signer, VerifierKey, taken_apart

LEASE: Final = "log"
LEASE_S: Final = 10.0
PATIENCE_S: Final = 30.0
LOOK_S: Final = 0.1


class StillWaiting(LeaseLost):
    """Another process sequences, and has not come to everything in time."""


async def one_batch(core: Core, lease: Lease) -> Checkpoint | None:
    """Take one batch into the tree; None when nothing waits.

    Raises:
        LeaseLost: somebody else is the sequencer now.
        LogBroken: the newest checkpoint is not as this log signed it.
        StorageError: nothing was committed, or nobody knows; both are put right by the next.
    """
    async with core.database.write() as tx:

        async def sign(newest: Checkpoint | None, size: int, root: bytes) -> str:
            signer = await signer_of(tx, core, newest)
            if newest is not None:
                _require_signed(newest, signer)
            return sign_head(TreeHead(signer.name, size, root), signer)

        return await tlog_appending.append(
            tx, lease, sign, limit=core.settings.log_batch_max, now=core.clock.now()
        )


def _require_signed(newest: Checkpoint, signer: Signer) -> None:
    """Refuse a row that its own note does not bear out: the columns beside it are unsigned."""
    try:
        origin = parse_text(taken_apart(newest.note)[0]).origin
        key = VerifierKey(origin, signer.verifier_key.public_key)
        head, _ = open_checkpoint(newest.note, key)
    except NoteRefused as error:
        raise LogBroken(f"the newest checkpoint does not hold: {error}") from None
    if (head.size, head.root) != (newest.size, newest.root):
        raise LogBroken("the newest checkpoint stands for another tree than was signed")


async def sequence(core: Core, *, holder: str) -> Checkpoint | None:
    """Take all that waits into the tree, or see that another process does.

    Args:
        core: what everything stands on.
        holder: name of this process, of no other.

    Returns:
        The newest checkpoint; None while the log is empty.

    Raises:
        StillWaiting: it took another process longer than `PATIENCE_S`.
        StorageError: the database does not answer, or the tree is broken.
    """
    for _ in range(round(PATIENCE_S / LOOK_S)):
        async with core.database.read() as tx:
            if not await tlog.anything_waits(tx):
                return await tlog.latest(tx)
        async with core.database.write() as tx:
            lease = await leases.acquire(tx, LEASE, holder, LEASE_S)
        if lease is None:
            await asyncio.sleep(LOOK_S)
            continue
        while await one_batch(core, lease) is not None:
            pass
        async with core.database.write() as tx:
            await leases.release(tx, lease)
    raise StillWaiting(LEASE)


async def signer_of(tx: Tx, core: Core, newest: Checkpoint | None) -> Signer:
    """Give the log's name and key; the first write makes the key.

    Raises:
        KeyringError: there is none yet and this transaction only reads, or it does not open.
    """
    return Signer(origin_of(core.settings, newest), await core.keyring.log_key(tx))


def origin_of(settings: Settings, newest: Checkpoint | None) -> str:
    """Return the name of the log: as it is set, else as it was, else as people reach it.

    A log that is reached under a new name is still the same log: its witnesses and whoever
    keeps an old checkpoint know it by the first one.
    """
    if settings.log_origin is not None:
        return settings.log_origin
    if newest is not None:
        return parse_text(taken_apart(newest.note)[0]).origin
    return f"{urlsplit(settings.origin).netloc}/log"
