"""Two servers for all tests of this folder: one as it ships, one that waits for nobody.

Each is one process with SQLite; with `--nodes 3` it is three nodes behind nginx, with
PostgreSQL and Valkey, and the same tests hold for it but for those in `one_process`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.clients import Scene, scene
from tests.cluster.many import common_ground, running_nodes
from tests.integration.live.one_process import LATER, ONE_PROCESS
from tests.servers import RunningServer, Serving, running_server

FOLDER: Final = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave whole files to the run against one process."""
    is_left = collection_path.parent == FOLDER and collection_path.name in ONE_PROCESS
    return True if is_left and config.getoption("nodes") > 1 else None


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave single tests to the run against one process, and mark what takes long on many."""
    if config.getoption("nodes") == 1:
        return
    left = [one for one in items if _is_listed(one, ONE_PROCESS)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [one for one in items if one not in left]
    for one in items:
        if _is_listed(one, LATER):
            one.add_marker(pytest.mark.long)


def _is_listed(item: pytest.Item, names: Collection[str]) -> bool:
    """Tell whether a test of this folder, or its file, is named."""
    file, test = item.path.name, item.name.partition("[")[0]
    return item.path.parent == FOLDER and not {file, f"{file}::{test}"}.isdisjoint(names)


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
