"""A verifier can be made of the tree's package alone: it stands on nothing of the server."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import server.tlog
from tests.unit.test_purity import IMPURE, called

MODULES = sorted(Path(server.tlog.__path__[0]).glob("*.py"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_tree_needs_cryptography_and_nothing_else(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    strangers = {
        name
        for name in imported(tree)
        if not name.startswith(("server.tlog.", "cryptography."))
        and name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert not strangers
    assert not {name.partition(".")[0] for name in imported(tree)} & IMPURE
    assert not list(called(tree))
