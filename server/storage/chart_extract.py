"""Entries of some kinds only, for lists that show many charts at once.

Each entry is opened and checked against its commitment; the chain around it is not, since the
entries between are not read. What is relied upon is read by `chart_log.load`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from server.chart.leaf import commitment, split_payload
from server.keyring import Keyring
from server.sealing import SealBroken, unseal
from server.storage.chart_log import entry_place
from server.storage.errors import ChartBroken
from server.storage.statements import Tx
from server.storage.tables import chart_entries, encounters


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
    query = (
        select(
            encounters.c.network_id,
            chart_entries.c.encounter_id,
            chart_entries.c.seq,
            chart_entries.c.at,
            chart_entries.c.commitment,
            chart_entries.c.sealed_entry,
        )
        .select_from(chart_entries.join(encounters))
        .where(
            chart_entries.c.encounter_id.in_(tuple(encounter_ids)),
            chart_entries.c.kind.in_(tuple(kinds)),
        )
        .order_by(chart_entries.c.encounter_id, chart_entries.c.seq)
    )
    rows = (await tx.execute(query)).all()
    keys = await keyring.readable_encounter_keys(
        tx, {row.encounter_id: row.network_id for row in rows}
    )
    found: dict[str, list[tuple[int, bytes]]] = {}
    for network_id, encounter_id, seq, at, committed, sealed in rows:
        key = keys.get(encounter_id)
        if key is None:
            continue  # the record was destroyed: a list shows that it was, and no more
        place = entry_place(encounter_id, seq, network_id)
        try:
            salt, plaintext = split_payload(unseal(key, sealed, place=place))
        except SealBroken:
            raise ChartBroken(encounter_id, seq, "it does not open") from None
        if commitment(salt, plaintext) != committed:
            raise ChartBroken(encounter_id, seq, "it opens as another text")
        found.setdefault(encounter_id, []).append((at, plaintext))
    return found
