"""Two servers for all tests of this folder: one as it ships, one that waits for nobody.

Each is one process with SQLite; with `--nodes 3` it is three nodes behind nginx, with
PostgreSQL and Valkey, and the same tests hold for it but for those in `ONE_PROCESS`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest

from tests.clients import Scene, scene
from tests.cluster.many import common_ground, running_nodes
from tests.servers import RunningServer, Serving, running_server


@pytest.fixture(scope="session")
def serving(pytestconfig: pytest.Config) -> Iterator[Serving]:
    """What runs a server: one process, or many nodes."""
    if pytestconfig.getoption("nodes") == 1:
        yield running_server
        return
    with common_ground() as ground:
        yield partial(running_nodes, ground)


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def impatient_server(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    """Rings for 2 s, keeps an absent patient's place for 3 s, connects within 2 s.

    It lets clients talk fast, and slow readers fall behind by 16 messages only.
    """
    with serving(
        tmp_path_factory.mktemp("impatient"),
        switchboard__ring_s="2",
        switchboard__presence_grace_s="3",
        connect_limit_s="2",
        events_per_second_max="1000",
        events_burst_max="1000",
        send_queue_max="16",
    ) as running:
        yield running


@pytest.fixture
async def clinic(server: RunningServer) -> AsyncIterator[Scene]:
    async with scene(server) as people:
        yield people


@pytest.fixture
async def impatient_clinic(impatient_server: RunningServer) -> AsyncIterator[Scene]:
    async with scene(impatient_server) as people:
        yield people
