"""The core does no I/O: `signaling` and `media` read no clock, roll no dice, open nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]

# Modules that stand at the edge of the core and may do what the rest may not, as paths from the
# root. Each is added by name, on purpose: a relay needs sockets somewhere, matching never does.
EDGES: Final[frozenset[str]] = frozenset(
    {
        "media/control.py",
        "media/control_client.py",
        "media/datagrams.py",
        "media/dtls.py",
        "media/handshakes.py",
        "media/held.py",
        "media/relay.py",
        "media/relay_process.py",
    }
)

IMPURE: Final = frozenset(
    {
        "aiohttp",
        "asyncio",
        "concurrent",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
        "select",
        "selectors",
        "shutil",
        "signal",
        "socket",
        "sqlalchemy",
        "sqlite3",
        "ssl",
        "structlog",
        "subprocess",
        "tempfile",
        "threading",
        "time",
        "uuid",
    }
)
CLOCKS: Final = frozenset({"now", "today", "utcnow"})
BUILTINS: Final = frozenset({"input", "open", "print"})
STRANGERS: Final = {
    "signaling": frozenset({"media", "server"}),
    "media": frozenset({"signaling", "server"}),
}


def modules() -> list[str]:
    found = [path for package in STRANGERS for path in (ROOT / package).rglob("*.py")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the top-level package of every import, wherever in the file it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def called(tree: ast.AST) -> Iterator[str]:
    """Yield the name of everything called that reads a clock or touches the world."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            yield ast.unparse(node.func)
        elif isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
            yield node.func.id


def impurities(source: str) -> list[str]:
    tree = ast.parse(source)
    return [*(IMPURE & set(imported(tree))), *called(tree)]


@pytest.mark.parametrize("module", modules())
def test_the_core_is_pure(module: str) -> None:
    if module not in EDGES:
        assert impurities((ROOT / module).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("module", modules())
def test_signaling_and_media_know_neither_each_other_nor_the_server(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    assert not STRANGERS[Path(module).parts[0]] & set(imported(tree))


def test_every_edge_exists() -> None:
    assert set(modules()) >= EDGES


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio",
        "import os.path",
        "from time import monotonic",
        "def f():\n    import random",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
        "print('x')",
    ],
)
def test_the_test_finds_what_it_looks_for(source: str) -> None:
    assert impurities(source)
