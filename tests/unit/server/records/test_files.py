import os
import stat
from pathlib import Path

import pytest

from server.records.files import read_bounded, write_new


def test_a_record_is_written_whole_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    old = os.umask(0)
    try:
        write_new(path, b"all of it")
    finally:
        os.umask(old)
    assert read_bounded(path) == b"all of it"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["record.json"]


def test_a_file_that_is_there_stays_and_no_draft_is_left(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(b"the older one")
    with pytest.raises(FileExistsError):
        write_new(path, b"new")
    assert path.read_bytes() == b"the older one"
    assert [one.name for one in tmp_path.iterdir()] == ["record.json"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "record.json", tmp_path / "elsewhere"
    path.symlink_to(elsewhere)
    with pytest.raises(FileExistsError):
        write_new(path, b"new")
    assert not elsewhere.exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_new(tmp_path / "nowhere" / "record.json", b"new")
