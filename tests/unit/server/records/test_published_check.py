"""The published way to check a file, run as it is printed, against files of ours."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from server.records.record import Holder
from tests.unit.server.records.record_of_ana import file_of, reduced, whole

PAGE = Path(__file__).parents[4] / "docs" / "record-format.md"


def published() -> tuple[str, str]:
    """Return what the page defines before, and its check of a file."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    defined: list[ast.stmt] = [
        node
        for block in blocks[:-1]
        for node in ast.parse(block).body
        if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)
    ]
    return ast.unparse(ast.Module(defined, [])), blocks[-1]


def check(data: bytes, folder: Path) -> None:
    path = folder / "record.json"
    path.write_bytes(data)
    names: dict[str, object] = {"path": path}
    for part in published():
        exec(part, names)  # noqa: S102 - the page is ours


@pytest.mark.parametrize("holder", ["network", "spa", "patient"])
def test_a_stranger_finds_that_a_file_holds(holder: Holder, tmp_path: Path) -> None:
    check(file_of(reduced(holder)), tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"visit":"signed"', b'"visit":"signet"'),
        (b'"actor":"system"', b'"actor":"sytsem"'),
        (b'"log_index":5', b'"log_index":6'),
        (b'{"record"', b' {"record"'),
    ],
)
def test_a_stranger_finds_what_was_changed(old: bytes, new: bytes, tmp_path: Path) -> None:
    data = file_of(whole())
    assert old in data
    with pytest.raises(Exception):  # noqa: B017, PT011 - of whichever check finds it first
        check(data.replace(old, new, 1), tmp_path)


def test_a_stranger_finds_what_a_network_signed_that_does_not_hold(tmp_path: Path) -> None:
    record = whole()
    entries = list(record.entries)
    entries[4] = replace(entries[4], sealed=entries[5].sealed)
    with pytest.raises(AssertionError):
        check(file_of(replace(record, entries=tuple(entries))), tmp_path)
    entries = list(record.entries)
    entries[4] = replace(entries[4], log_index=7)
    with pytest.raises(AssertionError):
        check(file_of(replace(record, entries=tuple(entries))), tmp_path)
