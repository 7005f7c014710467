"""A file appears whole, for its owner alone, or not at all."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from server.backups.landing import NAMELESS, landing
from server.backups.refusals import FileExists, FileUnusable

KILLED = """
import os, signal, sys
from pathlib import Path
from server.backups.landing import landing
with landing(Path(sys.argv[1])) as file:
    file.write(bytes(1_000_000))
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


@pytest.mark.parametrize("nameless", [NAMELESS, 0])
def test_a_file_is_there_only_once_it_is_complete(tmp_path: Path, nameless: int) -> None:
    path = tmp_path / "backup"
    with landing(path, nameless=nameless) as file:
        file.write(b"content")
        assert not path.exists()
    assert path.read_bytes() == b"content"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(tmp_path) == ["backup"]


@pytest.mark.parametrize("nameless", [NAMELESS, 0])
def test_a_failure_leaves_nothing(tmp_path: Path, nameless: int) -> None:
    path = tmp_path / "backup"
    with pytest.raises(KeyboardInterrupt), landing(path, nameless=nameless):
        raise KeyboardInterrupt
    assert names(tmp_path) == []


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileUnusable, match="No space left"), landing(tmp_path / "backup"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert names(tmp_path) == []


def test_what_appeared_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "backup"
    with pytest.raises(FileExists), landing(path):
        path.write_bytes(b"theirs")
    assert path.read_bytes() == b"theirs"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnusable), landing(tmp_path / "missing" / "backup"):
        raise AssertionError("nothing to write to")


def test_a_killed_writer_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "backup")], check=False)
    assert done.returncode == -9
    assert names(tmp_path) == []
