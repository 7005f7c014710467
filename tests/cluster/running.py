"""A whole cluster on one machine: PostgreSQL, Valkey, relays, web nodes, and nginx in front.

    with running_cluster(folder, nodes=3, redis="standalone") as cluster:
        rehearse(cluster.url)
        cluster.home.kill()
        cluster.home_soon()

Everything listens on loopback or on Unix sockets, and forgets everything at the end. The
network is the demo's, in PostgreSQL; its people are `cluster.people`.
"""

from __future__ import annotations

import base64
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import psycopg

from server.demo import FILE
from server.rehearsal.people import SignIn
from tests.cluster.front import Front, running_front
from tests.cluster.nodes import Node
from tests.cluster.postgres import StoppablePostgres, stoppable_postgres
from tests.cluster.relaying import RelayProcess, running_relays
from tests.cluster.valkey import Valkey, WatchedValkeys, running_valkey, watched_valkeys
from tests.cluster.wires import Port, Unix, Wire, tcp_proxy
from tests.disks import SmallDisk, small_disk
from tests.servers import free_port

HOME_S: Final = 10.0
POLL_S: Final = 0.02
LEASE: Final = "switchboard:"
LEASES: Final = (
    "SELECT name, holder, epoch, to_timestamp(expires_at / 1000000.0) - clock_timestamp()"
    " FROM leases"
)
SESSIONS: Final = (
    "SELECT pid, pg_blocking_pids(pid), state, wait_event, clock_timestamp() - state_change,"
    " left(query, 80) FROM pg_stat_activity WHERE backend_type = 'client backend'"
)
PROXIES: Final = "127.0.0.0/8"

RedisKind = Literal["standalone", "sentinel"]


class NoHome(Exception):
    """No node took the network in time."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What runs.

    Attributes:
        front: nginx; None without it.
        disk: of the database, which can be filled; None unless `database_mb` is given.
        wire: a way to `front` that can be slow, cut or dead; None unless it is faulty.
        redis: None without it.
        nodes: the web nodes, each whether it runs or not.
        relays: the same.
    """

    folder: Path
    postgres: StoppablePostgres
    redis: Valkey | WatchedValkeys | None
    relays: list[RelayProcess]
    nodes: list[Node]
    front: Front | None
    url: str
    wire: Wire | None = None
    disk: SmallDisk | None = None

    @property
    def wired_url(self) -> str:
        """Return the address at which people come by the wire."""
        assert self.wire is not None, "only a faulty cluster has one"
        return f"http://localhost:{self.wire.port}"

    @property
    def redis_servers(self) -> list[Valkey]:
        """Return every server of Redis, Sentinels too."""
        match self.redis:
            case None:
                return []
            case WatchedValkeys(servers=servers, sentinels=sentinels):
                return [*servers, *sentinels]
            case alone:
                return [alone]

    @property
    def people(self) -> dict[str, SignIn]:
        """Return the demo sign-ins by login."""
        return self.nodes[0].people

    @property
    def network_id(self) -> str:
        """Return the demo's one network."""
        ((network_id,),) = self.postgres.rows(
            "SELECT id FROM organizations WHERE kind = 'network'"
        )
        return str(network_id)

    def home_of(self, network_id: str) -> Node | None:
        """Return the node at which a network is at home, by the lease that is in force."""
        held = self.postgres.rows(
            "SELECT holder FROM leases WHERE name = %s AND expires_at >"
            " extract(epoch from clock_timestamp()) * 1000000",
            f"{LEASE}{network_id}",
        )
        return self.node_of(str(held[0][0])) if held else None

    def epoch_of(self, network_id: str) -> int:
        """Return how often the network's lease was taken."""
        found = self.postgres.rows(
            "SELECT epoch FROM leases WHERE name = %s", f"{LEASE}{network_id}"
        )
        return int(found[0][0]) if found else 0

    @property
    def home(self) -> Node:
        """Return the node at which the demo network is at home; wait for one if need be.

        Raises:
            NoHome: there is none.
        """
        return self.home_soon()

    def home_soon(self, within_s: float = HOME_S, *, but: Node | None = None) -> Node:
        """Wait until the demo network is at home somewhere (`but` there), and return where.

        Raises:
            NoHome: it is not, in time.
        """
        network_id, deadline = self.network_id, time.monotonic() + within_s
        while True:
            node = self.home_of(network_id)
            if node is not None and node is not but:
                return node
            if time.monotonic() > deadline:
                raise NoHome(self._told())
            time.sleep(POLL_S)

    def _told(self) -> str:
        """Return what may say why there is no home: of the database, and of each node."""
        try:
            rows = [
                str(one) for query in (LEASES, SESSIONS) for one in self.postgres.rows(query)
            ]
        except psycopg.Error as failure:
            rows = [str(failure)]
        logs = [f"{one.name}:\n{one.log[-2_000:]}" for one in self.nodes]
        return "\n".join([*rows, *logs])

    def elsewhere(self) -> list[Node]:
        """Return the running nodes at which the demo network is not at home."""
        home = self.home
        return [one for one in self.nodes if one is not home and one.running]

    def node_of(self, holder: str) -> Node | None:
        """Return the node that a lease's holder is: each says in its log as whom it joined."""
        if len(self.nodes) == 1:
            return self.nodes[0]
        return next((one for one in self.nodes if one.has_joined_as(holder)), None)


@contextmanager
def running_cluster(
    folder: Path,
    *,
    nodes: int = 3,
    relays: int = 1,
    redis: RedisKind | None = "standalone",
    nginx: bool = True,
    durable: bool = False,
    faulty: bool = False,
    database_mb: str = "",
    **settings: str,
) -> Iterator[Cluster]:
    """Run a cluster until the block ends.

    Args:
        folder: for its files; removed by whoever made it.
        nodes: how many web nodes.
        relays: how many; without any, calls go direct.
        redis: one server, or a primary and a replica under three Sentinels, or none.
        nginx: in front of the nodes; else `url` is the first node's.
        durable: PostgreSQL syncs, as in production.
        faulty: nodes can be halted at a step and have another time, and the wires to the
            database and to nginx can be cut (`tests.cluster.levers`, `wires`).
        database_mb: give the database a disk of its own of this size (root only).
        settings: of every node; `ring_s="2"` sets GOODFAITH_RING_S, and so on.

    Raises:
        NotStarted: something did not come up; its output is in the message.
    """
    with ExitStack() as stack:
        disk = _disk(stack, int(database_mb)) if database_mb else None
        place = disk.folder if disk else None
        postgres = stack.enter_context(stoppable_postgres(durable=durable, parent=place))
        valkey = _redis(stack, redis)
        media, secret_file = stack.enter_context(running_relays(folder, relays))
        port = free_port()
        shared = {
            "DEMO": "true",
            "DATABASE_URL": postgres.url,
            "ROOT_KEY_FILE": str(root_key(folder)),
            "TRUSTED_PROXIES": PROXIES,
            **({"PUBLIC_URL": f"http://localhost:{port}"} if nginx else {}),
            **({"REDIS_URL": valkey.url} if valkey else {}),
            **calls_through(media, secret_file),
            **{name.upper(): value for name, value in settings.items()},
        }
        ours = {f"GOODFAITH_{name}": value for name, value in shared.items()}
        web = [Node(number, folder / f"node-{number}", ours) for number in range(nodes)]
        wire = stack.enter_context(tcp_proxy(Port(port))) if faulty else None
        for node in web:
            if wire is not None:
                node.settings["GOODFAITH_ALLOWED_ORIGINS"] = f"http://localhost:{wire.port}"
                database = stack.enter_context(tcp_proxy(Unix(str(postgres.socket))))
                node.be_faulty(database, postgres.url_by(database.port))
            stack.callback(node.kill)
        start_all(web)
        ports = [node.port for node in web]
        front = stack.enter_context(running_front(ports, port)) if nginx else None
        url = front.url if front else web[0].url
        yield Cluster(folder, postgres, valkey, media, web, front, url, wire, disk)


def start_all(nodes: Sequence[Node]) -> None:
    """Start the first node, which makes up the demo network, and then the others at once.

    They are given its passwords: a node without them would make new ones.
    """
    first, *others = nodes
    first.start()
    made = first.folder / "data" / FILE
    for node in others:
        data = node.folder / "data"
        data.mkdir(mode=0o700)
        if made.exists():
            shutil.copy(made, data / FILE)
        node.launch()
    for node in others:
        node.wait_until_well()


def _disk(stack: ExitStack, megabytes: int) -> SmallDisk:
    # Where somebody unprivileged gets to, unlike a test's own folder.
    place = Path(stack.enter_context(TemporaryDirectory(prefix="goodfaith-disk-")))
    disk = stack.enter_context(small_disk(place, megabytes))
    place.chmod(0o755)
    return disk


def _redis(stack: ExitStack, kind: RedisKind | None) -> Valkey | WatchedValkeys | None:
    if kind is None:
        return None
    if kind == "sentinel":
        return stack.enter_context(watched_valkeys())
    return stack.enter_context(running_valkey())


def root_key(folder: Path) -> Path:
    file = folder / "root-key"
    file.write_bytes(base64.b64encode(secrets.token_bytes(32)))
    file.chmod(0o600)
    return file


def calls_through(relays: Sequence[RelayProcess], secret_file: Path) -> dict[str, str]:
    if not relays:
        return {"CALLS": "direct"}
    return {
        "CALLS": "relay",
        "RELAY_CONTROLS": ",".join(one.control for one in relays),
        "RELAY_SECRET_FILE": str(secret_file),
    }
