"""All nodes of a cluster restarted in turn, and nobody notices; and the script for units."""

from __future__ import annotations

import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cluster.rehearsed import rehearsed
from tests.cluster.rolling import WAITING, rolled
from tests.cluster.running import running_cluster
from tests.servers import ROOT

SCRIPT = ROOT / "scripts" / "rolling-restart"


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.timeout(400)
async def test_a_rolling_restart_under_load_drops_nothing(tmp_path: Path) -> None:
    with running_cluster(tmp_path, nodes=3, drain_s="2", farewell_s="2") as cluster:
        report = await rolled(cluster)
    assert report.dropped == []
    assert [one.status for one in report.restarts] == [0, 0, 0]
    assert any(one.was_home for one in report.restarts)
    assert report.signed == WAITING + 1


@pytest.mark.postgres
@pytest.mark.timeout(200)
async def test_the_home_of_a_call_and_a_queue_stops_and_nothing_is_dropped(
    tmp_path: Path,
) -> None:
    """SIGTERM of the node at which the network is at home, with sockets on both nodes."""
    with running_cluster(tmp_path, nodes=2, drain_s="0.5", farewell_s="0.5") as cluster:
        report = await rolled(cluster, waiting=2, nodes=[cluster.home])
    assert report.dropped == []
    assert [(one.status, one.was_home) for one in report.restarts] == [(0, True)]
    assert report.signed == 3


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.timeout(900)
async def test_twenty_rehearsals_are_signed_while_nodes_are_killed_and_restarted(
    tmp_path: Path,
) -> None:
    with running_cluster(tmp_path, nodes=3, drain_s="2", farewell_s="2") as cluster:
        shown = await rehearsed(cluster, 20)
    assert shown.failures == []
    assert shown.held, shown.table()


class Ready(http.server.BaseHTTPRequestHandler):
    """A node that is ready."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        return


@contextmanager
def ready_nodes(count: int) -> Iterator[list[str]]:
    """Give units whose ports answer that they are ready."""
    servers = [http.server.HTTPServer(("127.0.0.1", 0), Ready) for _ in range(count)]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield [f"goodfaith-web@{server.server_port}" for server in servers]
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def restarted(folder: Path, units: list[str], refused: str = "") -> tuple[int, list[str]]:
    """Run the script with a service manager that notes what it is asked, and refuses a unit."""
    manager = folder / "systemctl"
    manager.write_text(f'#!/bin/sh\necho "$*" >> "{folder}/asked"\n[ "$2" != "{refused}" ]\n')
    manager.chmod(0o755)
    done = subprocess.run(
        [str(SCRIPT), *units],
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    asked = folder / "asked"
    return done.returncode, asked.read_text().splitlines() if asked.exists() else []


def test_units_are_restarted_one_after_the_other(tmp_path: Path) -> None:
    with ready_nodes(3) as units:
        status, asked = restarted(tmp_path, units)
    assert (status, asked) == (0, [f"restart {unit}" for unit in units])


def test_no_further_unit_is_touched_after_one_that_does_not_start(tmp_path: Path) -> None:
    with ready_nodes(3) as units:
        status, asked = restarted(tmp_path, units, refused=units[1])
    assert (status, asked) == (1, [f"restart {unit}" for unit in units[:2]])


@pytest.mark.parametrize("words", [[], ["goodfaith-delivery"], ["--all"]])
def test_what_is_no_web_node_is_refused(tmp_path: Path, words: list[str]) -> None:
    status, asked = restarted(tmp_path, words)
    assert (status, asked) == (1, [])
