"""What `scripts/test` makes of tests that failed and were run once more."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "test"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("scripts_test", str(SCRIPT))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up while it is being made.
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


def test_a_test_that_passes_the_second_time_has_passed_and_is_named(script: ModuleType) -> None:
    assert script.settled({"a", "b"}, 2, {"b"}) == ({"b"}, {"a"})
    assert script.settled({"a"}, 1, set()) == (set(), {"a"})


def test_what_fails_twice_has_failed(script: ModuleType) -> None:
    assert script.settled({"a", "b"}, 2, {"a", "b"}) == ({"a", "b"}, set())


def test_what_cannot_be_run_again_has_failed(script: ModuleType) -> None:
    assert script.settled({"a", "b"}, 1, set()) == ({"a", "b"}, set())


def test_another_failure_of_the_second_run_is_no_excuse(script: ModuleType) -> None:
    assert script.settled({"a"}, 2, {"c"}) == ({"a", "c"}, set())


def test_a_summary_names_what_needed_a_second_run(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.summarize([script.Outcome("browser", 3, 0, 1.0, ("t::late",))]) == 0
    printed = capsys.readouterr().out
    assert "passed only when run once more: t::late" in printed
    assert printed.endswith("3 passed, 0 failed\n")


def test_only_parts_with_real_browsers_and_servers_have_a_second_run(
    script: ModuleType,
) -> None:
    assert set(script.AGAIN) == {"integration", "cluster", "faults", "browser"}
    assert max(script.AGAIN.values()) <= 3


def test_who_asks_for_the_long_tests_gets_those_of_the_cluster_too(script: ModuleType) -> None:
    assert script.choose(["long"]) == ["long", "longcluster"]
    assert not {"long", "longcluster"} & set(script.choose([]))


def test_the_waiting_room_is_tested_on_many_nodes_after_one(script: ModuleType) -> None:
    parts = script.choose([])
    assert parts.index("cluster") == parts.index("integration") + 1
    assert script.CHOSEN["cluster"][:3] == ["tests/integration/live", "--nodes", "3"]
