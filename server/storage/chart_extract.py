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
    query = (
        select(
            encounters.c.network_id,
            chart_entries.c.encounter_id,
            chart_entries.c.seq,
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
    found: dict[str, list[bytes]] = {}
    for network_id, encounter_id, seq, committed, sealed in await tx.execute(query):
        key = await keyring.encounter_key(tx, encounter_id, network_id)
        place = entry_place(encounter_id, seq, network_id)
        try:
            salt, plaintext = split_payload(unseal(key, sealed, place=place))
        except SealBroken:
            raise ChartBroken(encounter_id, seq, "it does not open") from None
        if commitment(salt, plaintext) != committed:
            raise ChartBroken(encounter_id, seq, "it opens as another text")
        found.setdefault(encounter_id, []).append(plaintext)
    return found
