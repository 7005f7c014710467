"""Which tests are marked with which safeguards, as their source says, and the page of it.

Read from the syntax and not from pytest, so that it takes a fraction of a second and needs
nothing to be installed. A mark that stands where this does not look is an error, not missed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.safeguards import DUE, NAMES, ROWS, SECURITY_RULE, WEBRTC, Row

PAGE: Final = "docs/safeguards.md"
HEAD: Final = """# Safeguards

Every requirement of 45 CFR 164.312 (the technical safeguards of the HIPAA Security Rule) and of chapter V17, WebRTC, of OWASP ASVS 5.0: what it asks in our
words, what answers it here, and the tests that show it. `scripts/test` prints the same table with what each row came to, and fails when a row has no test
that passed; `scripts/safeguards --reports FOLDER` prints it again from the reports of a run (`scripts/test --reports FOLDER`).

This page is written by `scripts/safeguards --write` from the marks of the tests (`@pytest.mark.safeguard`) and the rows in `tests/safeguards.py`.
"""  # noqa: E501 - lines of a page
COLUMNS: Final = (
    "| row | asks | here | described in | shown by |\n| --- | --- | --- | --- | --- |"
)


class UnreadMark(Exception):
    """A mark names no row, or stands where it would not be found."""


class Marked(NamedTuple):
    """A test and the rows that it shows.

    Attributes:
        test: its file from the root, and its name.
        rows: what it is marked with.
        is_long: whether only `scripts/test long` runs it.
    """

    test: str
    rows: tuple[str, ...]
    is_long: bool


def marked(root: Path) -> list[Marked]:
    """Return all tests below `root`/tests that are marked.

    Raises:
        UnreadMark: one cannot be read.
    """
    found = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.safeguard" in text and "node_modules" not in path.parts:
            found += marks_in(text, path.relative_to(root).as_posix())
    return found


def marks_in(text: str, name: str) -> list[Marked]:
    """Return the marked tests of one file.

    Raises:
        UnreadMark: a mark names no row, or is neither on a test nor in `pytestmark`.
    """
    tree = ast.parse(text)
    shared = [mark for node in tree.body for mark in _shared(node)]
    tests = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]
    read = [*shared, *(mark for test in tests for mark in test.decorator_list)]
    named = [node for node in ast.walk(tree) if getattr(node, "attr", "") == "safeguard"]
    if len(list(_safeguards(read))) != len(named):
        raise UnreadMark(f"{name}: a mark is neither on a test nor in pytestmark")
    found = []
    for test in tests:
        marks = [*shared, *test.decorator_list]
        rows = tuple(_row(call, name) for call in _safeguards(marks))
        if rows:
            is_long = any(ast.unparse(mark) == "pytest.mark.long" for mark in marks)
            found.append(Marked(f"{name}::{test.name}", rows, is_long))
    return found


def _shared(node: ast.stmt) -> Sequence[ast.expr]:
    """Return the marks of a whole file."""
    if not isinstance(node, ast.Assign) or ast.unparse(node.targets[0]) != "pytestmark":
        return []
    several = isinstance(node.value, ast.List | ast.Tuple)
    return node.value.elts if several else [node.value]  # type: ignore[attr-defined]


def _safeguards(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.safeguard":
            yield node


def _row(call: ast.Call, name: str) -> str:
    match call:
        case ast.Call(args=[ast.Constant(value=str(row))], keywords=[]) if row in NAMES:
            return row
        case _:
            raise UnreadMark(f"{name}: {ast.unparse(call)} names no row of tests/safeguards.py")


def by_row(tests: Iterable[Marked]) -> Mapping[str, list[Marked]]:
    """Return the tests of each row, of which there may be none."""
    found: dict[str, list[Marked]] = {row.name: [] for row in ROWS}
    for test in tests:
        for row in test.rows:
            found[row].append(test)
    return found


def wrong(tests: Iterable[Marked], due: frozenset[str] = DUE) -> list[str]:
    """Say what is wrong with the rows that are due, and with those that are not."""
    found = by_row(tests)
    shown = {row for row, its in found.items() if any(not test.is_long for test in its)}
    return [
        *(f"{row} is due no more: take it out of DUE" for row in sorted(due & shown)),
        *(f"{row} has no test in an ordinary run" for row in sorted(NAMES - due - shown)),
        *(f"DUE names {row}, which is no row" for row in sorted(due - NAMES)),
    ]


def page(tests: Iterable[Marked]) -> str:
    """Return the text of docs/safeguards.md."""
    found = by_row(tests)
    parts = [HEAD]
    for title, rows in (("45 CFR 164.312", SECURITY_RULE), ("OWASP ASVS 5.0, V17", WEBRTC)):
        lines = "\n".join(_line(row, found[row.name]) for row in rows)
        parts.append(f"## {title}\n\n{COLUMNS}\n{lines}\n")
    return "\n".join(parts)


def _line(row: Row, tests: Sequence[Marked]) -> str:
    shown = [f"`{test.test}`{' (long)' if test.is_long else ''}" for test in tests]
    described = f"[{row.page}]({row.page})"
    cells = (row.name, row.asks, row.feature, described, "<br>".join(shown) or "not yet")
    return f"| {' | '.join(cells)} |"
