"""What was learned about the waits of a network, kept over restarts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from sqlalchemy import select

from server.storage.statements import Tx, upsert
from server.storage.tables import wait_models
from signaling.prediction import WaitModel

NOT_LEARNED: Final = frozenset({"network_id", "changed_at"})


async def load(tx: Tx, network_id: str) -> WaitModel:
    """Give what was learned, or what a network starts with."""
    query = select(wait_models).where(wait_models.c.network_id == network_id)
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        return WaitModel()
    kept = {name: value for name, value in row.items() if name not in NOT_LEARNED}
    return WaitModel(**kept)


async def save(tx: Tx, network_id: str, model: WaitModel, *, now: int) -> None:
    """Keep what was learned."""
    values = {"network_id": network_id, "changed_at": now, **asdict(model)}
    await upsert(tx, wait_models, values)
