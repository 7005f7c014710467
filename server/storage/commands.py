"""What was answered to a command, so that the same command has one effect.

The record is committed with the command's effects, or not at all: it is also how an unknown
COMMIT is settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import delete, select, tuple_

from server.storage.errors import CommandAlreadyRecorded
from server.storage.statements import Insertion, Tx, insert_rows
from server.storage.tables import commands

Key: TypeAlias = tuple[str, str]
"""Actor and id of a command."""


async def recorded(tx: Tx, actor: str, command_id: str) -> str | None:
    """Give the outcome (JSON) of a committed command, or None if there was none."""
    query = select(commands.c.outcome).where(
        commands.c.actor == actor, commands.c.id == command_id
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def recorded_of(tx: Tx, keys: Sequence[Key]) -> dict[Key, str]:
    """Give the outcomes of those of these commands that were committed."""
    if not keys:
        return {}
    named = tuple_(commands.c.actor, commands.c.id)
    query = select(commands.c.actor, commands.c.id, commands.c.outcome)
    found = await tx.execute(query.where(named.in_(keys)))
    return {(actor, command_id): outcome for actor, command_id, outcome in found}


async def record(tx: Tx, actor: str, command_id: str, outcome: str, now: int) -> None:
    """Remember the outcome of a command.

    Args:
        tx: the transaction of its effects.
        actor: role and id of who sent it; ids of different actors do not collide.
        command_id: made by the client.
        outcome: JSON, without PHI.
        now: microseconds UTC.

    Raises:
        CommandAlreadyRecorded: another transaction committed it first; roll back and read.
    """
    await record_all(tx, {(actor, command_id): outcome}, now)


async def record_all(tx: Tx, outcomes: Mapping[Key, str], now: int) -> None:
    """Remember the outcomes of several commands, each as `record` does.

    Raises:
        CommandAlreadyRecorded: another transaction committed one first; roll back and read.
    """
    rows = [
        {"actor": actor, "id": command_id, "outcome": outcome, "created_at": now}
        for (actor, command_id), outcome in outcomes.items()
    ]

    def keep(statement: Insertion) -> Insertion:
        return statement.on_conflict_do_nothing(index_elements=["actor", "id"])

    if await insert_rows(tx, commands, rows, keep) != len(rows):
        raise CommandAlreadyRecorded("a command is already recorded")


async def forget_before(tx: Tx, instant: int, limit: int) -> int:
    """Delete up to `limit` records older than `instant`; return how many."""
    old = (
        select(commands.c.actor, commands.c.id)
        .where(commands.c.created_at < instant)
        .order_by(commands.c.created_at)
        .limit(limit)
    )
    result = await tx.execute(
        delete(commands).where(tuple_(commands.c.actor, commands.c.id).in_(old))
    )
    return result.rowcount
