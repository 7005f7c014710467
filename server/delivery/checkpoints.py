"""Tells checkpoints of the log to whoever wants them: a copy that we cannot take back.

At most one a minute for each destination, only when the log has grown, and never a second one
while the first waits: the newest says all that an older one did.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeAlias

from server.storage import destinations, directory, outbox, outbox_history
from server.storage.database import Tx
from server.storage.outbox import Outgoing
from server.storage.outbox_claims import OPEN

TOPIC: Final = "log.checkpoint"
EVERY_US: Final = 60 * 1_000_000


class Checkpoint(Protocol):
    """The log as it stood at a moment."""

    @property
    def size(self) -> int:
        """Return how many leaves it had."""
        ...

    @property
    def root(self) -> bytes:
        """Return the root hash, 32 bytes."""
        ...

    @property
    def note(self) -> str:
        """Return the signed note (C2SP), cosignatures included."""
        ...


Latest: TypeAlias = Callable[[Tx], Awaitable[Checkpoint | None]]


async def announce(tx: Tx, checkpoint: Checkpoint, now: int) -> int:
    """Put a checkpoint for every destination whose turn it is; return how many these are."""
    told = 0
    for destination_id, organization_id in await destinations.wanting(tx, TOPIC, "webhook"):
        last = await outbox_history.last_of_topic(tx, destination_id, TOPIC)
        if last is not None and (last.state in OPEN or now - last.created_at < EVERY_US):
            continue
        owner = await directory.organization(tx, organization_id)
        one = Outgoing(
            topic=TOPIC,
            channel="webhook",
            network_id=owner.network_id or organization_id,
            spa_id=organization_id if owner.network_id else None,
            encounter_id=None,
            subject=f"{checkpoint.size}:{destination_id}",
            body={
                "size": checkpoint.size,
                "root": base64.b64encode(checkpoint.root).decode(),
                "note": checkpoint.note,
            },
            at=now,
        )
        if last is None or last.message_id != one.message_id:
            await outbox.put_for(tx, one, [destination_id])
            told += 1
    return told
