"""The root key: from a file that nobody else reads, or as the settings say."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr

from server.keyring import Keyring, load_root_key, open_root_key
from server.keystore.root_files import read_root_key
from server.settings import Settings
from server.storage.errors import RootKeyRefused

ROOT = bytes(range(32))


def three(count: int) -> bytes:
    return b"\3" * count


def test_the_first_run_makes_a_root_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "data" / "root.key"
    key = load_root_key(file, random_bytes=three)
    assert key == three(32)
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_root_key(file) == key
    assert [one.name for one in file.parent.iterdir()] == ["root.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_root_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "root.key"
    load_root_key(file)
    file.chmod(mode)
    with pytest.raises(RootKeyRefused, match="chmod 600"):
        load_root_key(file)


@pytest.mark.parametrize("text", [ROOT.hex(), base64.b64encode(ROOT).decode() + "\n"])
def test_a_root_key_may_be_hex_or_base64(tmp_path: Path, text: str) -> None:
    assert load_root_key(_written(tmp_path, text)) == ROOT


@pytest.mark.parametrize("text", ["", "not a key", "00" * 31, "00" * 33, "é" * 64])
def test_a_file_without_a_key_is_refused_and_not_quoted(tmp_path: Path, text: str) -> None:
    with pytest.raises(RootKeyRefused) as refused:
        load_root_key(_written(tmp_path, text))
    assert not text or text not in str(refused.value)


def test_a_root_key_is_never_followed_through_a_link(tmp_path: Path) -> None:
    load_root_key(tmp_path / "elsewhere")
    (tmp_path / "root.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RootKeyRefused):
        load_root_key(tmp_path / "root.key")


def test_a_root_key_that_was_put_there_may_be_roots_and_our_groups(tmp_path: Path) -> None:
    file = _written(tmp_path, ROOT.hex())
    file.chmod(0o640)
    assert read_root_key(file) == ROOT
    (tmp_path / "link").symlink_to(file)
    assert read_root_key(tmp_path / "link") == ROOT
    file.chmod(0o644)
    with pytest.raises(RootKeyRefused, match="chmod 600"):
        read_root_key(file)


def test_a_root_key_of_another_length_is_refused() -> None:
    with pytest.raises(RootKeyRefused):
        Keyring(b"short")


def test_the_settings_go_before_the_data_folder(tmp_path: Path) -> None:
    given = base64.b64encode(ROOT).decode()
    assert open_root_key(Settings(data_dir=tmp_path, root_key=SecretStr(given))) == ROOT
    made = open_root_key(Settings(data_dir=tmp_path))
    assert made == load_root_key(tmp_path / "root.key") != ROOT


def _written(folder: Path, text: str) -> Path:
    file = folder / "root.key"
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    return file
