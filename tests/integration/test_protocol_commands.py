"""Directors and protocols from the command line, in this process: they need no server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "protocol.json"
PASSWORD = "correct horse battery"
LICENCE = ("--profession", "md", "--license", "MD-1", "--valid", "2020-01-01", "2099-12-31")
LOOKED_UP = ("--verified-by", "Credentialing", "--source", "Arizona Medical Board")

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command on an empty data folder; `status` is what it must end with."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOODFAITH_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()

    def command(*words: str, said: str | None = None, status: int = 0) -> str:
        result = runner.invoke(app, [*words], input=said)
        assert result.exit_code == status, result.output
        return (result.stdout if status == 0 else result.stderr).strip()

    return command


@pytest.fixture
def site(run: Run) -> str:
    """Return a site in Arizona; `drvale` may sign in as a medical director of its spa."""
    network = run("network", "create", "Saguaro Clinicians")
    spa = run("spa", "create", network, "Mesa Aesthetics")
    role = ("--name", "Robin Vale", "--role", "medical_director", "--password-stdin")
    run("account", "create", spa, "drvale", *role, said=f"{PASSWORD}\n")
    where = ("--street", "1 Main St", "--city", "Mesa", "--postal-code", "85201")
    return run("site", "create", spa, "Mesa", *where, "--jurisdiction", "az")


@pytest.fixture
def director(run: Run, site: str) -> str:
    who = ("Robin Vale", *LICENCE, *LOOKED_UP, "--login", "drvale")
    return run("site", "director", "add", site, *who)


@pytest.fixture
def draft(run: Run, site: str, tmp_path: Path) -> list[str]:
    """Return id, version, class and hash of an imported draft."""
    file = tmp_path / "protocol.json"
    text = EXAMPLE.read_text(encoding="utf-8")
    file.write_text(text.replace("2027-01-01", "2026-01-01"), encoding="utf-8")
    return run("site", "protocol", "import", str(file), "--site", site).split()


def standing(run: Run, site: str) -> tuple[str, str]:
    (shown,) = json.loads(run("site", "protocol", "list", site, "--json"))
    return shown["standing"], shown["signed_by"]


def signing(draft: list[str]) -> tuple[str, ...]:
    protocol, version, _, sha256 = draft
    how = ("--sha256", sha256, "--login", "drvale", "--password-stdin")
    return ("site", "protocol", "sign", protocol, version, *how)


def test_a_director_signs_what_was_imported_until_the_directorship_ends(
    run: Run, site: str, director: str, draft: list[str]
) -> None:
    (listed,) = json.loads(run("site", "director", "list", site, "--json"))
    assert (listed["id"], listed["in_force"]) == (director, "yes")
    assert draft[1:3] == ["1", "neurotoxin"]
    assert standing(run, site) == ("draft", "")
    assert run(*signing(draft), said=f"{PASSWORD}\n") == "signed"
    assert standing(run, site) == ("in_force", "Robin Vale")
    run("site", "director", "end", director)
    assert standing(run, site) == ("director_lapsed", "Robin Vale")


def test_nobody_else_signs(run: Run, site: str, draft: list[str]) -> None:
    refused = run(*signing(draft), said=f"{PASSWORD}\n", status=1)
    assert "Only the site's medical director" in refused
    assert "not the password" in run(*signing(draft), said="a guess\n", status=1)
    assert standing(run, site) == ("draft", "")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (("--profession", "rn"), "profession"),
        (("--valid", "2027-01-01", "2026-01-01"), "licence_until"),
        (("--license", " "), "licence_number"),
        (("--license", "M" * 41), "licence_number"),
        (("--source", "s" * 201), "source"),
    ],
)
def test_a_director_that_cannot_be_is_refused(
    run: Run, site: str, changed: tuple[str, ...], field: str
) -> None:
    words = ("site", "director", "add", site, "Robin Vale", *LICENCE, *LOOKED_UP, *changed)
    assert field in run(*words, status=1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "no protocols"),
        ('{"treatment_class": "filler"}', "products"),
        ("[]", "1 to 100"),
    ],
)
def test_what_is_no_protocol_is_not_imported(
    run: Run, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "protocol.json"
    file.write_text(content, encoding="utf-8")
    assert said in run("site", "protocol", "import", str(file), "--site", "x", status=1)
