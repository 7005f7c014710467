"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("server", "signaling", "media")
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 400
VAGUE = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
CLOCK = "server/clock.py"
CLOCK_READS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {
        "localtime",
        "gmtime",
        "monotonic",
        "monotonic_ns",
        "perf_counter",
        "perf_counter_ns",
        "time",
        "time_ns",
    },
}
# In two parts, so that this file does not find itself.
LEFTOVERS = re.compile(r"\b(FIX" + r"ME|XX" + r"X|HA" + r"CK|TO" + r"DO)\b")
# Written by machines, or frozen the day they are released.
EXEMPT = ("server/storage/migrations/versions/", "web/src/shared/protocol/types.ts")
WEB_SUFFIXES = {".ts", ".tsx", ".css", ".html"}


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_script(path: Path) -> bool:
    return path.suffix == "" and path.is_file() and b"python" in path.read_bytes()[:40]


def product() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def python_files() -> list[Path]:
    scripts = [path for path in (ROOT / "scripts").iterdir() if is_script(path)]
    return sorted([*product(), *(ROOT / "tests").rglob("*.py"), *scripts])


def source_files() -> list[Path]:
    web = [
        path
        for path in (ROOT / "web").rglob("*")
        if path.suffix in WEB_SUFFIXES and not {"node_modules", "dist"} & set(path.parts)
    ]
    shell = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]
    found = sorted({*python_files(), *web, *shell})
    return [path for path in found if not shown(path).startswith(EXEMPT)]


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# Not kept: collecting the garbage of all trees at once takes longer than reading some twice.
def parse(path: Path) -> ast.Module:
    return ast.parse(text_of(path), filename=shown(path))


# One test a rule, not one a file: thousands of tests that each read a file took seconds.


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function, by way of statements alone: there are ten times as many others."""
    within: list[ast.AST] = [tree]
    while within:
        node = within.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        for name in ("body", "orelse", "handlers", "finalbody", "cases"):
            inner = getattr(node, name, None)
            within += inner if isinstance(inner, list) else []


def test_a_file_is_one_idea_and_fits_in_the_head() -> None:
    sizes = {shown(path): len(text_of(path).splitlines()) for path in source_files()}
    assert {name: size for name, size in sizes.items() if size > FILE_LINES_MAX} == {}


def test_a_function_fits_on_a_screen() -> None:
    paths = [path for path in python_files() if not shown(path).startswith(EXEMPT)]
    assert [
        f"{shown(path)}: {node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for path in paths
        for node in functions(parse(path))
        if node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ] == []


def test_a_file_is_named_by_a_noun_of_the_field() -> None:
    assert [
        shown(path)
        for path in source_files()
        if {path.stem.lower(), path.parent.name.lower()} & VAGUE
    ] == []


def test_nothing_is_left_to_be_done_later() -> None:
    found = {shown(path): LEFTOVERS.findall(text_of(path)) for path in source_files()}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_module_says_what_it_is() -> None:
    modules = [path for path in product() if not shown(path).startswith(EXEMPT)]
    assert [shown(path) for path in modules if not ast.get_docstring(parse(path))] == []


def test_only_the_clock_reads_a_clock() -> None:
    read = {
        shown(path): list(clock_reads(parse(path)))
        for path in product()
        if shown(path) != CLOCK
    }
    assert {name: where for name, where in read.items() if where} == {}


def test_the_rules_are_held_to_every_file() -> None:
    """A folder that is not looked into would hold to all of them."""
    assert {shown(path).split("/")[0] for path in source_files()} >= {
        *PACKAGES,
        "scripts",
        "tests",
        "web",
    }
    assert len(source_files()) > 1_000


def clock_reads(tree: ast.Module) -> Iterator[str]:
    """Yield where a module asks the machine for the time, called, passed on or imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if node.attr in CLOCK_READS.get(name, ()):
                yield f"line {node.lineno}: {name}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module in CLOCK_READS:
            for alias in node.names:
                if alias.name in CLOCK_READS[node.module]:
                    yield f"line {node.lineno}: from {node.module} import {alias.name}"


@pytest.mark.parametrize(
    "text",
    [
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\ndatetime.now(UTC)",
        "import time\nwait(clock=time.monotonic)",
        "from time import time",
    ],
)
def test_reading_a_clock_is_noticed(text: str) -> None:
    assert list(clock_reads(ast.parse(text)))
