"""A row of the table of faults; `scripts/faults` plays them all.

That an accept whose COMMIT is cut before its answer has one effect is tested every day too: by
the desk on real databases (`tests/contract/waiting/test_desk.py`), by seeds of
`tests/simulation/test_cluster.py`, and for connections that fall silent by
`tests/contract/storage/test_silence.py`; the wire that cuts them by `test_wires.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.cluster.levers import MatchStep
from tests.faults.rows import ROWS
from tests.faults.running import outcomes
from tests.faults.table import Row, chosen
from tests.faults.telling import line

NODES: Final = 3
SHORT: Final = ("redis-killed",)


def held(rows: list[Row], nodes: int) -> Iterator[str]:
    """Yield what did not hold."""
    for outcome in outcomes(rows, nodes=nodes):
        if not outcome.held:
            yield line(outcome)


@pytest.mark.timeout(400)
def test_nothing_is_lost_when_something_dies() -> None:
    assert list(held(chosen(ROWS, SHORT), NODES)) == []


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_every_row_of_the_table_is_held() -> None:
    assert list(held(list(ROWS), NODES)) == []


def test_every_step_of_a_match_is_a_row_for_everybody_who_can_die() -> None:
    names = {row.name for row in ROWS}
    assert len(names) == len(ROWS)
    killed = [name for name in names if name.startswith("kill-")]
    assert len(killed) == 3 * len(MatchStep)
