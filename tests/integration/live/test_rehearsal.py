from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.clock import SystemClock
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.seat import Seat
from signaling import messages as wire
from tests.clients import Scene
from tests.postgres import running_postgres
from tests.servers import RunningServer, running_server

COUNT = 2
PATIENCE_S = 20.0


@pytest.fixture
def server_on_postgres(tmp_path: Path) -> Iterator[RunningServer]:
    with running_postgres() as postgres:
        url = postgres.create("goodfaith")
        with running_server(tmp_path, database_url=url) as running:
            yield running


def rehearse(server: RunningServer, *options: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "server.cli",
            "rehearse",
            "--url",
            server.url,
            "--json",
            *options,
        ],
        cwd=server.folder,
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, report


def require_all_well(status: int, report: dict[str, Any], mode: str = "direct") -> None:
    assert [line["error"] for line in report["encounters"] if "error" in line] == []
    assert report["summary"]["signed"] == report["summary"]["connected"] == COUNT
    assert status == 0
    for line in report["encounters"]:
        assert line["mode"] == mode
        assert line["queue_wait_s"] <= line["connect_s"]


def test_whole_encounters_work_on_the_server_as_it_ships(server: RunningServer) -> None:
    require_all_well(*rehearse(server, "--count", str(COUNT)))


@pytest.mark.long  # every day, practitioners sign over the relay in test_witnessed.py
def test_they_go_through_the_relay_where_the_server_has_one(tmp_path: Path) -> None:
    with running_server(tmp_path, calls="relay") as server:
        status, report = rehearse(server, "--count", str(COUNT))
    require_all_well(status, report, "relay")
    assert report["summary"]["relayed"] == COUNT


@pytest.mark.long  # every day, calls are signed on PostgreSQL in test_database_away.py
@pytest.mark.postgres
def test_whole_encounters_work_on_postgresql(server_on_postgres: RunningServer) -> None:
    require_all_well(*rehearse(server_on_postgres, "--count", str(COUNT)))


def test_who_may_not_examine_there_is_never_offered_and_nothing_stays_behind(
    server: RunningServer,
) -> None:
    emery = server.people["emery"]
    status, report = rehearse(
        server,
        "--practitioner",
        f"{emery.login}:{emery.password}",
        "--site",
        "Glow Scottsdale",
        "--offer-wait-s",
        "3",
    )
    assert status == 1
    (line,) = report["encounters"]
    assert line["error"] == "timed_out (offer)"
    assert not line["connected"]
    assert not line["signed"]


async def test_a_page_that_was_loaded_again_begins_with_the_state_it_is_told(
    clinic: Scene,
) -> None:
    clock = SystemClock()
    ana = await clinic.waiting_patient()
    avery = await clinic.practitioner("avery")
    async with Seat.taken(avery.socket, ana.encounter_id, clock) as console:
        async with Seat.taken(ana.socket, ana.encounter_id, clock) as page:
            await clinic.accepted(avery, ana)
            for seat in (page, console):
                await seat.media(PATIENCE_S)
            await ana.socket.drop()
        again = LiveSocket(ana.patient.page, "/patient")
        async with Seat.taken(again, ana.encounter_id, clock) as page:
            await again.connect()
            clinic.stack.push_async_callback(again.close)
            await page.media(PATIENCE_S)
            await avery.socket.expect(
                wire.CallChanged,
                lambda event: event.call.generation == 2 and event.call.state == "connected",
            )
    assert page.mode == console.mode == "direct"


def test_a_server_that_is_not_there_is_reported_not_raised(server: RunningServer) -> None:
    status, report = rehearse(server, "--url", "http://localhost:9")
    assert status == 1
    assert report["encounters"][0]["error"].startswith("unreachable")


def test_a_wrong_password_is_reported(server: RunningServer) -> None:
    status, report = rehearse(server, "--practitioner", "avery:not-the-password")
    assert status == 1
    assert "sign_in_failed" in report["encounters"][0]["error"]
