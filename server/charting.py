"""Writing into a chart, for everybody who has something to record.

Thin: encodes entries and appends them in the caller's transaction. Actors are pseudonyms, a
role and an id, never a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.chart.entries import AnyEntry, decode, encode
from server.errors import ChartFull
from server.keyring import Keyring
from server.storage import chart_log
from server.storage.database import Tx
from server.storage.encounters import Encounter

SYSTEM = "system"


def patient(encounter_id: str) -> str:
    """Return the actor of what the patient of an encounter does."""
    return f"patient:{encounter_id}"


def practitioner(practitioner_id: str) -> str:
    """Return the actor of what a practitioner does."""
    return f"practitioner:{practitioner_id}"


def practitioner_of(actor: str) -> str | None:
    """Return which practitioner an actor is; None for anybody else."""
    role, _, name = actor.partition(":")
    return name if role == "practitioner" else None


def staff(account_id: str) -> str:
    """Return the actor of what a member of a spa's staff does."""
    return f"staff:{account_id}"


def software(token_id: str) -> str:
    """Return the actor of what a spa's own software does."""
    return f"software:{token_id}"


async def write(
    tx: Tx,
    keyring: Keyring,
    encounter_id: str,
    actor: str,
    entries: Sequence[AnyEntry],
    *,
    now: int,
) -> str:
    """Append entries and return the new head of the chart."""
    appended = await append(tx, keyring, encounter_id, actor, entries, now=now)
    return appended.head


async def append(
    tx: Tx,
    keyring: Keyring,
    encounter_id: str,
    actor: str,
    entries: Sequence[AnyEntry],
    *,
    now: int,
) -> chart_log.Appended:
    """Append entries and return their numbers, and the new head of the chart."""
    return await chart_log.append(
        tx,
        encounter_id,
        [(entry.kind, actor, encode(entry)) for entry in entries],
        keyring=keyring,
        now=now,
    )


async def append_all(
    tx: Tx,
    keyring: Keyring,
    actor: str,
    charts: Iterable[tuple[Encounter, Sequence[AnyEntry]]],
    *,
    now: int,
) -> list[chart_log.Appended]:
    """Append to charts of encounters that `tx` holds; `encounters.save` writes the heads."""
    grown = [
        chart_log.Growth(
            encounter.encounter_id,
            encounter.network_id,
            encounter.chart_seq,
            encounter.chart_head,
            [(entry.kind, actor, encode(entry)) for entry in entries],
        )
        for encounter, entries in charts
    ]
    return await chart_log.grow(tx, grown, keyring=keyring, now=now)


def require_room(encounter: Encounter, entries_max: int) -> None:
    """Refuse an entry that somebody could send for ever; signing is not asked.

    Raises:
        ChartFull: the chart has `entries_max` entries.
    """
    if encounter.chart_seq >= entries_max:
        raise ChartFull


async def read(
    tx: Tx, keyring: Keyring, encounter_id: str
) -> tuple[list[chart_log.StoredEntry], list[AnyEntry]]:
    """Return the entries of a chart as stored, and decoded; the chain was verified.

    Raises:
        ChartBroken: the stored chart is not the one that was written.
    """
    stored = await chart_log.load(tx, encounter_id, keyring=keyring)
    return stored, [decode(one.plaintext) for one in stored]
