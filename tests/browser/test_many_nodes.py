"""A whole encounter in browsers, whose pages are on different nodes of a cluster.

Two browsers' pictures and three nodes are much for two cores: a node that gets none for three
seconds loses its lease. So it is not among the tests of every day.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.stage import Stage
from tests.browser.test_encounter import whole_encounter
from tests.cluster.many import common_ground, running_nodes
from tests.servers import RunningServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Three nodes behind nginx, and a relay that all of them know."""
    folder = tmp_path_factory.mktemp("nodes")
    with common_ground() as ground, running_nodes(ground, folder, calls="relay") as running:
        yield running


@pytest.mark.long
async def test_a_whole_encounter_on_three_nodes(stage: Stage) -> None:
    await whole_encounter(stage)
    assert not stage.errors
