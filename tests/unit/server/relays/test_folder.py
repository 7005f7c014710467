"""The folder of the server's own relay is made once, for one, and never believed blindly."""

from __future__ import annotations

import json
import secrets
import stat
from pathlib import Path

import pytest

from server.relays.child import BoundedLog
from server.relays.folder import (
    LOG_BYTES_MAX,
    LOOPBACK_CONTROL,
    Place,
    Plan,
    RelayFolder,
    RelayFolderBroken,
)
from server.storage.folder_lock import FolderLock

PLAN = Plan("127.0.0.1", 0, ("127.0.0.1", "::1"), "1")
PLACE = Place(4_711, 3_479, "/somewhere/control", PLAN.text())


@pytest.fixture
def folder(tmp_path: Path) -> RelayFolder:
    made = RelayFolder(tmp_path / "relay")
    made.prepare(secrets.token_bytes)
    return made


def test_the_secret_is_made_once_and_for_one_user(folder: RelayFolder) -> None:
    made = folder.secret()
    assert len(made) == 64
    assert folder.prepare(secrets.token_bytes) == made
    assert stat.S_IMODE((folder.path / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_a_secret_that_could_be_guessed_is_refused(folder: RelayFolder) -> None:
    (folder.path / "secret").write_text("short")
    with pytest.raises(RelayFolderBroken, match="secret"):
        folder.prepare(secrets.token_bytes)


def test_whoever_holds_the_lock_lives_there(folder: RelayFolder) -> None:
    assert not folder.occupied()
    lock = FolderLock.hold(folder.lock)
    assert folder.occupied()
    lock.release()
    assert not folder.occupied()


def test_a_place_is_read_as_it_was_said_until_it_is_forgotten(folder: RelayFolder) -> None:
    assert folder.place() is None
    folder.say(PLACE)
    folder.say(PLACE)
    assert folder.place() == PLACE
    folder.forget_place()
    assert folder.place() is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"pid": 1}',
        json.dumps({"pid": True, "port": 1, "control": "c", "plan": "p"}),
        json.dumps({"pid": -1, "port": 1, "control": "c", "plan": "p"}),
        json.dumps({"pid": 1, "port": 1, "control": 1, "plan": "p"}),
        json.dumps({"pid": 1, "port": 1, "control": "c", "plan": "p", "more": 1}),
    ],
)
def test_a_place_that_makes_no_sense_is_none(folder: RelayFolder, text: str) -> None:
    (folder.path / "place").write_text(text)
    assert folder.place() is None


def test_a_log_that_has_grown_too_large_is_begun_anew(folder: RelayFolder) -> None:
    folder.log.write_text("x" * LOG_BYTES_MAX)
    folder.prepare(secrets.token_bytes)
    assert folder.log.exists()
    folder.log.write_text("x" * (LOG_BYTES_MAX + 1))
    folder.prepare(secrets.token_bytes)
    assert not folder.log.exists()


def test_a_path_that_no_socket_can_have_becomes_a_port_of_loopback(tmp_path: Path) -> None:
    assert RelayFolder(tmp_path).control == str(tmp_path.resolve() / "control")
    assert RelayFolder(tmp_path / ("x" * 100)).control == LOOPBACK_CONTROL


def test_a_plan_is_read_as_it_was_written_and_nothing_else_is() -> None:
    assert Plan.read(PLAN.text()) == PLAN
    for text in ("", "1", "{}", '{"announced": ["a"]}'):
        with pytest.raises((ValueError, TypeError)):
            Plan.read(text)


def test_a_log_says_that_it_is_full_and_then_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("w") as stream:
        log = BoundedLog(stream, most=10)
        for _ in range(1_000):
            assert log.write("1234\n") == 5
        log.flush()
    assert path.read_text().splitlines() == ["1234", '{"event":"log_full"}']
    assert path.stat().st_size < 100
