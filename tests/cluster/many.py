"""Three web nodes behind nginx that a test takes for one server.

    with common_ground() as ground:                     PostgreSQL and Valkey, for many of these
        with running_nodes(ground, folder, ring_s="2") as server:
            visit(server.url)

Whoever visits comes to another node with every connection: a patient and a practitioner are on
different ones, and on that of the waiting room only by accident.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import psycopg

from server.rehearsal.people import SignIn
from tests.cluster.front import Front, running_front
from tests.cluster.nodes import Node
from tests.cluster.postgres import CONNECTIONS
from tests.cluster.relaying import running_relays
from tests.cluster.running import PROXIES, calls_through, root_key, start_all
from tests.cluster.valkey import Valkey, running_valkey
from tests.postgres import SETTINGS, PostgresServer, running_postgres
from tests.servers import RunningServer, free_port

NODES: Final = 3
HOLDERS: Final = "SELECT holder FROM leases WHERE name LIKE 'switchboard:%'"
NOT_OF_NODES: Final = frozenset({"relay_port"})  # no node has a relay of its own


@dataclass(frozen=True, slots=True)
class Ground:
    """What clusters that know nothing of each other stand on.

    Attributes:
        postgres: with a database for each.
        valkey: they share it: nodes have different names.
        numbers: of their databases.
    """

    postgres: PostgresServer
    valkey: Valkey
    numbers: count[int]


class ManyNodes(RunningServer):
    """Several nodes, as one server.

    Attributes:
        nodes: all of them.
    """

    def __init__(self, folder: Path, nodes: Sequence[Node], front: Front) -> None:
        """Take nodes that run."""
        super().__init__(folder, nodes[-1].settings)
        self.nodes = list(nodes)
        self.url = front.url

    @property
    def environment(self) -> dict[str, str]:
        """What a command beside the nodes is started with."""
        return self.nodes[-1].environment

    @property
    def running(self) -> bool:
        return all(one.running for one in self.nodes)

    @property
    def log(self) -> str:
        return "".join(one.log for one in self.nodes)

    @property
    def people(self) -> dict[str, SignIn]:
        """Return the demo sign-ins by login."""
        return self.nodes[0].people

    @property
    def metrics_port(self) -> int:
        """Return the port of the node at which the demo network is at home."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            holders = [str(one) for (one,) in connection.execute(HOLDERS)]
        return next(one.port for one in self.nodes if any(map(one.has_joined_as, holders)))

    def launch(self) -> None:
        """Start them all, and wait for nothing."""
        for one in self.nodes:
            one.launch()

    def wait_until_well(self) -> None:
        """Wait until each answers that it is well."""
        for one in self.nodes:
            one.wait_until_well()

    def kill(self) -> None:
        """End them all as a power cut would."""
        for one in self.nodes:
            one.kill()

    def stop(self) -> int | None:
        """Ask all to stop, and return the first exit status that is not 0."""
        return max((one.stop() or 0 for one in self.nodes), default=0)


@contextmanager
def common_ground() -> Iterator[Ground]:
    """Start a PostgreSQL and a Valkey, and end them afterwards."""
    with running_postgres({**SETTINGS, **CONNECTIONS}) as postgres, running_valkey() as valkey:
        yield Ground(postgres, valkey, count(1))


@contextmanager
def running_nodes(ground: Ground, folder: Path, /, **settings: str) -> Iterator[ManyNodes]:
    """Run nodes with a database of their own until the block ends.

    Settings are those of `tests.servers.running_server`.
    """
    with ExitStack() as stack:
        relayed = settings.get("calls") == "relay"
        media, secret_file = stack.enter_context(running_relays(folder, int(relayed)))
        port = free_port()
        database = ground.postgres.create(f"cluster{next(ground.numbers)}")
        shared: Mapping[str, str] = {
            "DEMO": "true",
            "DATABASE_URL": database,
            "REDIS_URL": ground.valkey.url,
            "ROOT_KEY_FILE": str(root_key(folder)),
            "TRUSTED_PROXIES": PROXIES,
            "PUBLIC_URL": f"http://localhost:{port}",
            **{
                name.upper(): value
                for name, value in settings.items()
                if name not in NOT_OF_NODES
            },
            **calls_through(media, secret_file),
        }
        ours = {f"GOODFAITH_{name}": value for name, value in shared.items()}
        nodes = [Node(number, folder / f"node-{number}", ours) for number in range(NODES)]
        for node in nodes:
            stack.callback(node.kill)
        start_all(nodes)
        front = stack.enter_context(running_front([one.port for one in nodes], port))
        yield ManyNodes(folder, nodes, front)
