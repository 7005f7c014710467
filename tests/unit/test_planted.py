"""The search that finds nothing where nothing may be can find."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.planted import sightings

WORD = "Zephyrquill"


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"\x00\xffZEPHYRQUILL\x00", "plain"),
        ("xzephyrQuill".encode("utf-16-le"), "UTF-16"),
        (b"Zephyrquill".hex().upper().encode(), "hex"),
        (base64.b64encode(b"Zephyrquill, born"), "base64 at 0"),
        (base64.b64encode(b"1Zephyrquill, born"), "base64 at 1"),
        (base64.b64encode(b"22Zephyrquill, born"), "base64 at 2"),
    ],
)
def test_a_word_is_found_however_it_is_written(
    tmp_path: Path, content: bytes, form: str
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".hidden").write_bytes(b"before" + content + b"after")
    found = sightings(tmp_path, [WORD])
    assert {(one.file, one.form) for one in found} == {("deep/.hidden", form)}


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"Zephyr quill")
    assert sightings(tmp_path, [WORD]) == set()
