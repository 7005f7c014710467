"""An entry that is gone from any chart: found by who asks for the whole tree."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from server.records.gathering import require_every_leaf
from server.records.making import record_of
from server.records.refusals import ExportRefused
from server.storage.tables import chart_entries
from tests.contract.records.charts import FIRST, SECOND, Charts, row_of


async def test_what_is_gone_from_another_chart_is_found_by_who_asks_for_the_whole_tree(
    charts: Charts,
) -> None:
    async with charts.core.database.read() as tx:
        first = (await row_of(tx, 1, FIRST))["log_index"]
        lost = (await row_of(tx, 3, SECOND))["log_index"]

    async def without(one: str, seq: int) -> None:
        where = (chart_entries.c.encounter_id == one, chart_entries.c.seq == seq)
        async with charts.core.database.write() as tx:
            await tx.execute(delete(chart_entries).where(*where))

    await without(SECOND, 3)
    assert await record_of(charts.core, FIRST, "spa")
    with pytest.raises(ExportRefused, match=f"leaf {lost} of the tree has lost its entry"):
        await record_of(charts.core, FIRST, "spa", whole=True)
    assert first == 0
    await without(FIRST, 1)
    async with charts.core.database.read() as tx:
        with pytest.raises(ExportRefused, match="leaf 0 of the tree has lost its entry"):
            await require_every_leaf(tx)
