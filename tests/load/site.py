"""What is under load: one server by itself, or several nodes behind nginx; all on loopback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tests.load.plan import Plan
from tests.postgres import DURABLE, SETTINGS, running_postgres
from tests.servers import RunningServer, running_server

# Said in every report. Nothing here is looser than a real network would need for as many
# people; that all come from one address is what is special about a load generator.
NODE_SETTINGS: Final[Mapping[str, str]] = {
    "admission": "open",  # patients may wait before anybody is on duty: the ramp
    "session_idle_s": "3600",
    "patient_session_idle_s": "3600",
    "attempts_per_address_max": "10000",
}
CONNECTIONS: Final = {"max_connections": "200"}


class Site(Protocol):
    """Nodes that serve one network."""

    @property
    def url(self) -> str:
        """Return where pages go."""
        ...

    @property
    def nodes(self) -> Sequence[RunningServer]:
        """Return the web nodes."""
        ...

    @property
    def home(self) -> RunningServer:
        """Return the node at which the network is at home."""
        ...


@dataclass(frozen=True, slots=True)
class Alone:
    """One server by itself."""

    server: RunningServer

    @property
    def url(self) -> str:
        """Return where pages go."""
        return self.server.url

    @property
    def nodes(self) -> Sequence[RunningServer]:
        """Return the one."""
        return [self.server]

    @property
    def home(self) -> RunningServer:
        """Return the one."""
        return self.server


@contextmanager
def running_site(folder: Path, plan: Plan) -> Iterator[Site]:
    """Run what is put under load, on PostgreSQL, until the block ends."""
    configuration = DURABLE if plan.durable else SETTINGS
    with running_postgres({**configuration, **CONNECTIONS}) as postgres:
        url = postgres.create("load")
        with running_server(folder, database_url=url, **NODE_SETTINGS) as server:
            yield Alone(server)
