"""A server in two processes: one for people, one for what nobody waits for."""

from __future__ import annotations

import asyncio
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.clients import scene
from tests.postgres import running_postgres
from tests.servers import ROOT, STOP_S, RunningServer, running_server

PATIENCE_S = 20.0


def asked(server: RunningServer, path: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as link:
        link.request("GET", path)
        answer = link.getresponse()
        return answer.status, answer.read().decode()


def leaves(server: RunningServer) -> float | None:
    """Return how many entries the tree has; None where this process does not sequence."""
    status, text = asked(server, "/metrics")
    assert status == 200
    told = [line for line in text.splitlines() if line.startswith("goodfaith_log_leaves ")]
    return float(told[0].split()[1]) if told else None


@contextmanager
def two_processes(folder: Path) -> Iterator[tuple[RunningServer, RunningServer]]:
    key = folder / "root.key"
    key.touch(mode=0o600)
    key.write_text("b" * 42 + "A=")
    with running_postgres() as postgres:
        settings = {"database_url": postgres.create("roles"), "root_key_file": str(key)}
        for name in ("web", "delivery"):
            (folder / name).mkdir()
        with (
            running_server(folder / "web", role="web", **settings) as web,
            running_server(folder / "delivery", role="delivery", **settings) as delivery,
        ):
            yield web, delivery


@pytest.mark.postgres
async def test_what_people_do_in_one_is_taken_into_the_log_by_the_other(
    tmp_path: Path,
) -> None:
    with two_processes(tmp_path) as (web, delivery):
        before = await asyncio.to_thread(leaves, delivery)
        async with scene(web) as clinic:
            await clinic.waiting_patient()
            async with asyncio.timeout(PATIENCE_S):
                while not (await asyncio.to_thread(leaves, delivery) or 0.0) > (before or 0.0):
                    pass
        assert leaves(web) is None
        assert "gfe_patients_waiting" in asked(web, "/metrics")[1]
        for path in ("/healthz", "/readyz"):
            assert asked(delivery, path)[0] == 200
        for path in ("/join", "/socket.io/", "/api/v1/info"):
            assert asked(delivery, path)[0] == 404
        assert "log_failures" in asked(delivery, "/metrics")[1]
        assert delivery.stop() == 0
        assert web.stop() == 0


def test_roles_apart_need_a_database_that_processes_can_share(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if "GOODFAITH" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "serve", "--role", "delivery"],
        env={**kept, "PYTHONPATH": str(ROOT), "GOODFAITH_DATA_DIR": str(tmp_path / "data")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=STOP_S + PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    assert "roles apart need PostgreSQL" in " ".join(done.stderr.split())
    assert not (tmp_path / "data").exists()
