"""Entries of some kinds only, for lists that show many charts at once.

Each entry is opened and checked against its commitment; the chain around it is not, since the
entries between are not read. What is relied upon is read by `chart_log.load`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sqlalchemy import Row, Select, select

from server.chart.leaf import commitment, split_payload
from server.keyring import Keyring
from server.sealing import SealBroken, unseal
from server.storage.chart_log import entry_place
from server.storage.errors import ChartBroken
from server.storage.statements import Tx
from server.storage.tables import chart_entries, encounters

Found: TypeAlias = tuple[str, str, int, int, str, bytes]
"""Network, encounter, number, instant, commitment and sealed entry."""


async def of_kinds(
    tx: Tx, encounter_ids: Iterable[str], kinds: Sequence[str], *, keyring: Keyring
) -> dict[str, list[bytes]]:
    """Give the plaintexts of these kinds by encounter, each chart's in order.

    Raises:
        ChartBroken: an entry does not open, or not as what was written.
    """
    found = await dated_of_kinds(tx, encounter_ids, kinds, keyring=keyring)
    return {one: [plaintext for _, plaintext in entries] for one, entries in found.items()}


async def dated_of_kinds(
    tx: Tx, encounter_ids: Iterable[str], kinds: Sequence[str], *, keyring: Keyring
) -> dict[str, list[tuple[int, bytes]]]:
    """Give the same with the instant of each entry, microseconds UTC.

    Raises:
        ChartBroken: an entry does not open, or not as what was written.
    """
    query = _selected(kinds).where(chart_entries.c.encounter_id.in_(tuple(encounter_ids)))
    order = (chart_entries.c.encounter_id, chart_entries.c.seq)
    return await _opened(tx, (await tx.execute(query.order_by(*order))).all(), keyring)


async def latest_of_kinds(
    tx: Tx, encounter_id: str, kinds: Sequence[str], *, count: int, keyring: Keyring
) -> list[tuple[int, bytes]]:
    """Give the last `count` entries of these kinds of one chart, in order, with their instants.

    Raises:
        ChartBroken: an entry does not open, or not as what was written.
    """
    query = _selected(kinds).where(chart_entries.c.encounter_id == encounter_id)
    query = query.order_by(chart_entries.c.seq.desc()).limit(count)
    rows = (await tx.execute(query)).all()
    return (await _opened(tx, rows[::-1], keyring)).get(encounter_id, [])


def _selected(kinds: Sequence[str]) -> Select[Found]:
    return (
        select(
            encounters.c.network_id,
            chart_entries.c.encounter_id,
            chart_entries.c.seq,
            chart_entries.c.at,
            chart_entries.c.commitment,
            chart_entries.c.sealed_entry,
        )
        .select_from(chart_entries.join(encounters))
        .where(chart_entries.c.kind.in_(tuple(kinds)))
    )


async def _opened(
    tx: Tx, rows: Sequence[Row[Found]], keyring: Keyring
) -> dict[str, list[tuple[int, bytes]]]:
    keys = await keyring.readable_encounter_keys(
        tx, {row.encounter_id: row.network_id for row in rows}
    )
    found: dict[str, list[tuple[int, bytes]]] = {}
    for row in rows:
        key = keys.get(row.encounter_id)
        if key is None:
            continue  # the record was destroyed: a list shows that it was, and no more
        place = entry_place(row.encounter_id, row.seq, row.network_id)
        try:
            opened = unseal(key, row.sealed_entry, place=place)
        except SealBroken:
            raise ChartBroken(row.encounter_id, row.seq, "it does not open") from None
        salt, plaintext = split_payload(opened)
        if commitment(salt, plaintext) != row.commitment:
            raise ChartBroken(row.encounter_id, row.seq, "it opens as another text")
        found.setdefault(row.encounter_id, []).append((row.at, plaintext))
    return found
