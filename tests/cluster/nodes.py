"""A web node of a cluster: the real server as a process, that can also be frozen."""

from __future__ import annotations

import http.client
import os
import signal
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from tests.cluster.levers import Levers
from tests.cluster.process import LOOPBACK
from tests.cluster.wires import Wire
from tests.servers import RunningServer

ANSWER_S: Final = 5.0
FAULTY: Final = "tests.cluster.faulty_node"
LEVERS: Final = "levers"
JOINED: Final = "node_joined"


class Node(RunningServer):
    """One of several servers on the same database.

    Attributes:
        number: which one, from 0.
        levers: what can be done to it from within; pulled by nobody unless it is faulty.
        database: the wire to its database; None where it has none of its own.
    """

    def __init__(self, number: int, folder: Path, settings: Mapping[str, str]) -> None:
        """Prepare it in a folder of its own."""
        folder.mkdir(parents=True)
        super().__init__(folder, settings)
        self.number = number
        self.levers = Levers.made(folder / LEVERS)
        self.database: Wire | None = None

    def be_faulty(self, database: Wire, url: str) -> None:
        """Run with levers, and on a wire to the database; before the start."""
        self.program = (FAULTY, str(self.folder / LEVERS))
        self.database = database
        self.settings["GOODFAITH_DATABASE_URL"] = url

    @property
    def name(self) -> str:
        return f"node {self.number}"

    def has_joined_as(self, node_id: str) -> bool:
        """Tell whether it is, or was before a restart, called so among the nodes."""
        return joined_as(node_id, self.log)

    def freeze(self) -> None:
        """Let it do nothing, but keep its sockets (SIGSTOP)."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def metrics(self) -> str:
        """Return its metrics as it exposes them, past the proxy."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=ANSWER_S)
        with closing(connection):
            connection.request("GET", "/metrics")
            return connection.getresponse().read().decode()

    def metric(self, name: str) -> float | None:
        """Return the sum of a metric over its labels; None where it is not exposed."""
        lines = [one for one in self.metrics().splitlines() if not one.startswith("#")]
        values = [
            float(one.rpartition(" ")[2])
            for one in lines
            if one.partition(" ")[0].partition("{")[0] == name
        ]
        return sum(values) if values else None


def joined_as(node_id: str, log: str) -> bool:
    """Tell whether a log is of this node: one that says that another has gone names it, too."""
    return any(node_id in line for line in log.splitlines() if JOINED in line)
