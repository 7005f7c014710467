"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=shown(path))


def every(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=shown)


@every(source_files())
def test_a_file_is_one_idea_and_fits_in_the_head(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= FILE_LINES_MAX, f"{shown(path)} has {lines} lines"


@every([path for path in python_files() if not shown(path).startswith(EXEMPT)])
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert not long


@every(source_files())
def test_a_file_is_named_by_a_noun_of_the_field(path: Path) -> None:
    assert path.stem.lower() not in VAGUE
    assert path.parent.name.lower() not in VAGUE


@every(source_files())
def test_nothing_is_left_to_be_done_later(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not LEFTOVERS.findall(text)


@every(sorted(product()))
def test_a_module_says_what_it_is(path: Path) -> None:
    if shown(path).startswith(EXEMPT):
        return
    assert ast.get_docstring(parse(path)), f"{shown(path)} has no docstring"


@every(sorted(product()))
def test_only_the_clock_reads_a_clock(path: Path) -> None:
    if shown(path) == CLOCK:
        return
    assert not list(clock_reads(parse(path)))


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
