"""Which tests are in which part of `scripts/test`, and what it makes of those that failed."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "test"
# What a test of pictures is made of: modules, and names of `tests.browser.actors` and others.
MEDIA_MODULES = ("media", "tests.relays", "tests.udp_proxy", "tests.browser.connections")
MEDIA_FILES = (
    *("leg_", "firefox", "beside_firefox", "behind_coturn", "letters"),
    *("test_evidence", "test_encounter", "test_relay", "test_direct_call", "test_quality"),
)
MEDIA_NAMES = {"sees_moving_pictures", "MEDIA_MS", "FRAMES", "TOLD_MS"}


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
    assert set(script.AGAIN) == {"integration", "cluster", "faults", "pages", "browser"}
    assert max(script.AGAIN.values()) <= 3


def test_what_starts_hundreds_of_times_is_compiled_once_whatever_the_shell_says(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("GOODFAITH_OF_A_TEST", "kept")
    told = script.environment()
    assert "PYTHONDONTWRITEBYTECODE" not in told
    assert told["GOODFAITH_OF_A_TEST"] == "kept"


def test_who_asks_for_the_long_tests_gets_all_that_takes_long(script: ModuleType) -> None:
    assert script.choose(["long"]) == ["long", "properties", "longcluster"]
    assert not {"long", "properties", "longcluster"} & set(script.choose([]))


def test_what_holds_for_all_examples_is_tried_with_many_where_there_is_time(
    script: ModuleType,
) -> None:
    chosen = script.chosen("properties")
    assert files(chosen) == files(script.chosen("unit"))
    assert chosen[1:] == ["-m", "hypothesis", "--hypothesis-profile", "many"]
    assert settings.get_profile("many").max_examples >= 10 * settings().max_examples


def test_the_waiting_room_is_tested_on_many_nodes_after_one(script: ModuleType) -> None:
    parts = script.choose([])
    assert parts.index("cluster") == parts.index("integration") + 1
    assert script.CHOSEN["cluster"][:3] == ["tests/integration/live", "--nodes", "3"]


def test_days_are_played_beside_what_waits_and_are_over_before_browsers_begin(
    script: ModuleType,
) -> None:
    parts = script.choose([])
    assert script.beside(parts, []) == "contract"
    waited_for = parts.index(script.ASIDE)
    assert all(parts.index(part) < waited_for for part in script.BESIDE)
    assert waited_for < min(parts.index("pages"), parts.index("browser"))


def test_days_have_their_turn_where_nothing_waits_or_somebody_tells_pytest_more(
    script: ModuleType,
) -> None:
    assert script.beside(["unit", "simulation", "browser"], []) is None
    assert script.beside(["contract", "browser"], []) is None
    assert script.beside(["contract", "simulation"], ["-k", "little"]) is None


def test_reports_are_kept_where_there_are_none_yet(script: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    assert script.kept(["unit", "--reports", str(folder), "web"]) == (["unit", "web"], folder)
    assert script.kept(["unit"]) == (["unit"], None)
    (folder / "unit.xml").touch()
    with pytest.raises(SystemExit, match="another run"):
        script.kept(["--reports", str(folder)])
    with pytest.raises(SystemExit, match="needs a folder"):
        script.kept(["--reports"])


def test_a_safeguard_that_is_not_shown_fails_a_run_of_all_parts_and_no_other(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = '<testcase classname="t" name="a"><properties><property name="safeguard" '
    (tmp_path / "unit.xml").write_text(
        f'<testsuites>{case}value="V17.2.2"/></properties></testcase></testsuites>'
    )
    assert script.judge_safeguards(tmp_path, every_part=False) == []
    (outcome,) = script.judge_safeguards(tmp_path, every_part=True)
    printed = capsys.readouterr().out.splitlines()
    assert outcome.failed == sum(line.endswith(": no test of it passed") for line in printed)
    assert "V17.2.3: no test of it passed" in printed
    assert "V17.2.2: no test of it passed" not in printed
    assert script.summarize([outcome]) == 1


def below(folder: Path) -> set[Path]:
    """Return the test files of a folder; what npm has installed is not ours."""
    return {one for one in folder.rglob("test_*.py") if "node_modules" not in one.parts}


def files(chosen: list[str]) -> set[Path]:
    """Return the test files that pytest finds where it is given these words."""
    found: set[Path] = set()
    for word in chosen:
        if word.partition("/")[0] == "tests":
            path = ROOT / word
            assert path.exists(), word
            found |= below(path) if path.is_dir() else {path}
    ignored = {ROOT / one.removeprefix("--ignore=") for one in chosen if "--ignore=" in one}
    return found - ignored


def test_every_test_file_is_in_one_part(script: ModuleType) -> None:
    """`cluster` is apart: it is some of `integration` again. `web` is no business of pytest."""
    parts = [part for part in script.choose([]) if part not in {"web", "cluster"}]
    counts = Counter(file for part in parts for file in files(script.chosen(part)))
    assert set(counts) == below(ROOT / "tests")
    assert set(counts.values()) == {1}
    assert files(script.chosen("cluster")) <= files(script.chosen("integration"))


def test_every_long_test_is_found_by_its_marker_wherever_it_is(script: ModuleType) -> None:
    assert files(script.chosen("long")) == below(ROOT / "tests")
    parts = [part for part in script.NEEDS if part not in {"web", *script.LONG}]
    for part in parts:
        assert script.chosen(part)[-2:] == ["-m", "not long"]


def looked_at_in(source: str) -> set[str]:
    """Return what a test file uses of what pictures, and times, are tested with."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names if of_media(one.name)}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module} if of_media(node.module) else set()
        elif isinstance(node, ast.Attribute):
            found |= {node.attr} & MEDIA_NAMES
        elif isinstance(node, ast.Name):
            found |= {node.id} & MEDIA_NAMES
    return found


def of_media(module: str) -> bool:
    inside = module.removeprefix("tests.browser.")
    return module.startswith(MEDIA_MODULES) or (
        inside != module and inside.startswith(MEDIA_FILES)
    )


def test_nobody_looks_at_pictures_in_what_is_tested_several_files_at_a_time(
    script: ModuleType,
) -> None:
    for file in files(script.chosen("pages")):
        assert looked_at_in(file.read_text("utf-8")) == set(), file.name


@pytest.mark.parametrize(
    "name",
    [
        *("encounter", "relay", "direct_call", "relay_network", "evidence", "findings"),
        *("relocation", "quality", "operations_told"),
    ],
)
def test_a_file_in_which_pictures_or_times_matter_is_seen_to_be_one(name: str) -> None:
    file = ROOT / "tests" / "browser" / f"test_{name}.py"
    assert looked_at_in(file.read_text("utf-8"))
