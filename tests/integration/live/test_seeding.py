"""Two nodes that start at once on one empty PostgreSQL: one of them seeds the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.demo import FILE
from tests.cluster.nodes import Node
from tests.cluster.postgres import StoppablePostgres, stoppable_postgres
from tests.cluster.running import calls_through, root_key
from tests.cluster.valkey import running_valkey


def two_nodes(folder: Path, database_url: str, redis_url: str) -> list[Node]:
    shared = {
        "DEMO": "true",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ROOT_KEY_FILE": str(root_key(folder)),
        **calls_through([], folder),
    }
    ours = {f"GOODFAITH_{name}": value for name, value in shared.items()}
    return [Node(number, folder / f"node-{number}", ours) for number in range(2)]


def start_at_once(nodes: list[Node]) -> None:
    for one in nodes:
        one.launch()
    for one in nodes:
        one.wait_until_well()


def counted(postgres: StoppablePostgres, table: str) -> int:
    ((number,),) = postgres.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
    return int(number)


@pytest.mark.long
@pytest.mark.postgres
def test_of_two_that_start_at_once_one_seeds_and_has_the_passwords(tmp_path: Path) -> None:
    with stoppable_postgres() as postgres, running_valkey() as valkey:
        nodes = two_nodes(tmp_path, postgres.url, valkey.url)
        try:
            start_at_once(nodes)
            (seeded,) = [one for one in nodes if (one.folder / "data" / FILE).is_file()]
            assert postgres.rows(
                "SELECT count(*) FROM organizations WHERE kind = 'network'"
            ) == [(1,)]
            assert counted(postgres, "accounts") == len(seeded.people)
        finally:
            for one in nodes:
                one.kill()
