"""What somebody who writes the database does to the tree, the log does not sign."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from server.sequencing.sequencer import Sequencer
from server.storage import tlog
from server.storage.errors import LogBroken
from server.storage.tables import chart_entries, log_checkpoints, log_tiles
from tests.integration.sequencing.conftest import Clinic


@pytest.mark.safeguard("164.312(c)(1)")
async def test_tiles_altered_along_with_the_root_are_not_signed(clinic: Clinic) -> None:
    sequencer = Sequencer(clinic.core, "a")
    await clinic.write(1)
    await sequencer.round()
    other = bytes(32)  # the root of a tree of one leaf is that leaf's hash
    async with clinic.core.database.write() as tx:
        await tx.execute(update(log_tiles).values(hashes=other))
        await tx.execute(update(log_checkpoints).values(root=other))
    await clinic.write(1)
    with pytest.raises(LogBroken, match="another tree than was signed"):
        await sequencer.round()


@pytest.mark.safeguard("164.312(c)(1)")
async def test_nothing_is_signed_after_a_note_that_was_altered(clinic: Clinic) -> None:
    sequencer = Sequencer(clinic.core, "a")
    await clinic.write(1)
    await sequencer.round()
    async with clinic.core.database.write() as tx:
        note = log_checkpoints.c.note
        await tx.execute(update(log_checkpoints).values(note="x" + note))
    await clinic.write(1)
    with pytest.raises(LogBroken, match="does not hold"):
        await sequencer.round()


async def test_a_log_rolled_back_under_a_sequencer_is_not_continued(clinic: Clinic) -> None:
    sequencer = Sequencer(clinic.core, "a")
    await clinic.write(1)
    await sequencer.round()
    async with clinic.core.database.write() as tx:
        await tx.execute(delete(log_checkpoints))
    with pytest.raises(LogBroken, match="rolled back"):
        await sequencer.round()


async def test_a_log_rolled_back_under_a_sequencer_is_not_continued_when_it_closes(
    clinic: Clinic,
) -> None:
    sequencer, next_one = Sequencer(clinic.core, "a"), Sequencer(clinic.core, "b")
    await clinic.write(1)
    await sequencer.round()
    async with clinic.core.database.write() as tx:
        await tx.execute(delete(log_checkpoints))
        await tx.execute(delete(log_tiles))
        await tx.execute(update(chart_entries).values(log_index=None))
    await clinic.write(1)
    await sequencer.close()
    async with clinic.core.database.read() as tx:
        assert await tlog.latest(tx) is None  # a tree of one or of two would be a fork
    await next_one.round()
    assert [sequencer.holds, next_one.holds] == [False, True]  # it was let go of all the same
