"""The running server and its relay: one outlives the other, and neither needs the other."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pools import Nest
from tests.servers import ROOT, RunningServer, running_server

FOREIGN = "192.0.2.1"  # an address that no machine has (RFC 5737)


def gauge(server: RunningServer, name: str) -> str | None:
    """Return what `/metrics` says of the server's own relay."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/metrics")
    told = connection.getresponse().read().decode()
    connection.close()
    lines = (line.rpartition(" ") for line in told.splitlines())
    return next(
        (value for key, _, value in lines if key == f'{name}{{relay="embedded"}}'), None
    )


def relay_of(server: RunningServer) -> int:
    return Nest(server.folder / "data" / "relay").place.pid


def test_a_relay_outlives_the_server_that_started_it_and_is_found_again(tmp_path: Path) -> None:
    with running_server(tmp_path, calls="relay") as server:
        pid = relay_of(server)
        assert gauge(server, "goodfaith_relay_up") == "1.0"
        assert gauge(server, "goodfaith_relay_legs") == "0.0"
        for end in (server.kill, server.stop):
            end()
            server.start()
            assert relay_of(server) == pid
            assert gauge(server, "goodfaith_relay_up") == "1.0"
        os.kill(pid, 0)


def test_a_relay_that_cannot_start_keeps_nobody_from_being_served(tmp_path: Path) -> None:
    with running_server(tmp_path, calls="relay", relay_host=FOREIGN) as server:
        assert gauge(server, "goodfaith_relay_up") is None
        assert "relay_unreachable" in server.log


def test_direct_calls_start_no_relay(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        assert gauge(server, "goodfaith_relay_up") is None
        assert not (server.folder / "data" / "relay").exists()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PUBLIC_URL": "https://gfe.example"}, "relay_announce"),
        (
            {"RELAY_CONTROLS": "10.0.0.5:3480", "RELAY_SECRET_FILE": "nowhere"},
            "relay_secret_file: nowhere cannot be read",
        ),
        ({"RELAY_CONTROLS": "10.0.0.5:3480"}, "relay_controls needs relay_secret_file"),
        ({"RELAY_CONTROLS": "relay.example:1", "RELAY_SECRET_FILE": "x"}, "relay_controls"),
    ],
)
def test_a_server_that_is_set_up_wrongly_says_so(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    kept = {name: value for name, value in os.environ.items() if "GOODFAITH" not in name}
    named = {f"GOODFAITH_{name}": value for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "serve", "--data-dir", str(tmp_path / "data")],
        env={**kept, **named, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (1, 2)
    assert sentence in " ".join(done.stderr.split())


def test_a_signal_for_the_whole_terminal_leaves_the_relay_alone(tmp_path: Path) -> None:
    with running_server(tmp_path, calls="relay") as server:
        pid = relay_of(server)
        assert os.getpgid(pid) != os.getpgid(0)
        assert server.stop() == 0
        os.kill(pid, 0)
        os.kill(pid, signal.SIGTERM)
