"""What is under load: several nodes behind nginx with Redis, or one server by itself.

All of it on loopback, with PostgreSQL; calls go direct, so that nobody who waits has a leg.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.cluster.running import Cluster, running_cluster
from tests.load.plan import Plan

# Said in every report. Nothing here is looser than a real network would need for as many
# people; that all come from one address is what is special about a load generator.
NODE_SETTINGS: Final[Mapping[str, str]] = {
    "admission": "open",  # patients may wait before anybody is on duty: the ramp
    "session_idle_s": "3600",
    "patient_session_idle_s": "3600",
    "attempts_per_address_max": "10000",
    "requests_per_address_s": "10000",
    "requests_per_address_burst": "100000",
    "sign_ins_per_address_s": "10000",
    "connections_per_address_max": "100000",
}


@contextmanager
def running_site(folder: Path, plan: Plan) -> Iterator[Cluster]:
    """Run what is put under load until the block ends."""
    several = plan.size.nodes > 1
    with running_cluster(
        folder,
        nodes=plan.size.nodes,
        relays=0,
        redis="standalone" if several else None,
        nginx=several,
        durable=plan.durable,
        faulty=False,
        **NODE_SETTINGS,
    ) as cluster:
        yield cluster
