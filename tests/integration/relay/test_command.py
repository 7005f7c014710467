"""`goodfaith relay` says what is wrong instead of starting half."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.relays import ROOT

HOST = "127.0.0.1"
START_S = 30.0


def started(secret: Path, *words: str) -> tuple[int, str]:
    arguments = ["relay", "--announce", HOST, "--host", HOST, "--secret-file", str(secret)]
    command = [sys.executable, "-m", "server.cli", *arguments, *words]
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=START_S, check=False
    )
    return result.returncode, " ".join(result.stderr.split())


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.touch(mode=0o600)
    file.write_text("s" * 32)
    return file


def test_a_secret_that_is_missing_or_short_is_said(tmp_path: Path, secret: Path) -> None:
    status, told = started(tmp_path / "nowhere")
    assert status == 1
    assert "No such file" in told
    secret.write_text("short")
    status, told = started(secret)
    assert status == 1
    assert "the secret needs 32 bytes" in told


def test_a_secret_that_others_may_read_is_refused(secret: Path) -> None:
    secret.chmod(0o644)
    status, told = started(secret)
    assert status == 1
    assert f"chmod 600 {secret}" in told


def test_a_control_address_that_everybody_reaches_is_refused(secret: Path) -> None:
    status, told = started(secret, "--control", "0.0.0.0:3480")
    assert status == 1
    assert "private" in told


def test_one_that_nobody_controls_ends_if_it_was_told_to(secret: Path) -> None:
    free = ("--port", "0", "--control", f"{HOST}:0")
    status, _ = started(secret, *free, "--alone-s", "0.2")
    assert status == 0
    status, told = started(secret, *free, "--alone-s", "2", "--alone-most-s", "1")
    assert status == 1
    assert "alone" in told


def test_a_port_that_is_taken_is_said(secret: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, 0))
        port = str(taken.getsockname()[1])
        status, told = started(secret, "--port", port, "--control", f"{HOST}:0")
    assert status == 1
    assert "in use" in told
