"""`goodfaith questionnaires` from the command line, in this process: it needs no server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app
from server.intake.sets import set_named

SIGNER = ("--by", "Dr. Ines Roth", "--credential", "MD, AZ 012345", "--reference", "Memo 3")

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command on an empty data folder; `status` is what it must end with."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOODFAITH_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()

    def command(*words: str, status: int = 0) -> str:
        result = runner.invoke(app, ["questionnaires", *words])
        assert result.exit_code == status, result.output
        return (result.stdout if status == 0 else result.stderr).strip()

    return command


@pytest.fixture
def network(run: Run) -> str:
    del run
    result = CliRunner().invoke(app, ["network", "create", "Saguaro Clinicians"])
    return result.stdout.strip()


def statuses(run: Run, network: str) -> dict[str, str]:
    listed = json.loads(run("list", "--network", network, "--json"))
    return {one["set"]: one["status"] for one in listed}


def test_every_set_is_a_draft_in_a_new_network(run: Run, network: str) -> None:
    found = statuses(run, network)
    assert len(found) == 18
    assert set(found.values()) == {"draft"}


def test_a_clinician_signs_sets_off_and_may_withdraw(run: Run, network: str) -> None:
    here = ("--network", network)
    said = run("sign-off", "general", "filler", *here, *SIGNER)
    assert said == "Signed off: general, filler."
    signed = {name for name, one in statuses(run, network).items() if one == "signed off"}
    assert signed == {"general", "filler"}
    (row,) = [one for one in json.loads(run("list", *here, "--json")) if one["set"] == "filler"]
    assert row["signed by"] == "Dr. Ines Roth, MD, AZ 012345"
    assert row["reference"] == "Memo 3"
    by = ("--by", "Dr. Ines Roth", "--reference", "Memo 4")
    assert run("withdraw", "filler", *here, *by) == "filler is not signed off any more."
    assert run("withdraw", "filler", *here, *by) == "filler was not signed off."
    assert statuses(run, network)["filler"] == "draft"
    run("sign-off", "--all", *here, *SIGNER)
    assert set(statuses(run, network).values()) == {"signed off"}


def test_what_is_signed_can_be_read_before(run: Run, network: str) -> None:
    del network
    found = set_named("glp1")
    assert found is not None
    shown = run("show", "glp1")
    assert found.sha256 in shown
    assert "vitals_required" in shown
    assert "bmi_under_27" in shown


def test_a_sign_off_without_a_set_or_a_name_is_refused(run: Run, network: str) -> None:
    here = ("--network", network)
    assert "no set tattoo" in run("sign-off", "tattoo", *here, *SIGNER, status=1)
    assert "--all" in run("sign-off", *here, *SIGNER, status=1)
    nameless = ("--by", " ", "--credential", "MD", "--reference", "Memo 3")
    assert "characters" in run("sign-off", "filler", *here, *nameless, status=1)
    assert set(statuses(run, network).values()) == {"draft"}


@pytest.mark.parametrize(("by", "reference"), [(" ", "Memo 4"), ("Dr. Ines Roth", "m" * 201)])
def test_a_withdrawal_without_a_name_or_with_a_whole_memo_is_refused(
    run: Run, network: str, by: str, reference: str
) -> None:
    here = ("--network", network)
    run("sign-off", "filler", *here, *SIGNER)
    words = ("--by", by, "--reference", reference)
    assert "characters" in run("withdraw", "filler", *here, *words, status=1)
    assert statuses(run, network)["filler"] == "signed off"
