"""`goodfaith practitioner file` and `network standard`, in this process."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from server.cli import app

HEADING = "practitioner,part,kind,outcome,since,checked_by,source\n"
SEEN = ("--verified-by", "R. Alvarez", "--source", "the paper")


def run(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=text)


def made(*words: str, text: str | None = None) -> str:
    done = run(*words, text=text)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Enrol a practitioner in a folder of their own, and return their network."""
    monkeypatch.setenv("GOODFAITH_DATA_DIR", str(tmp_path))
    network = made("network", "create", "Saguaro Clinicians")
    who = ("--name", "Robin Vale", "--profession", "md", "--npi", "1234567893")
    made(
        *("practitioner", "create", network, "robin", *who, "--password-stdin"),
        text="correct horse battery\n",
    )
    return network


def standing() -> str:
    return made("practitioner", "file", "robin").splitlines()[-1]


def complete() -> None:
    made("practitioner", "exclusion", "robin", "--outcome", "clear", *SEEN)
    made(
        *("practitioner", "malpractice", "robin", "--insurer", "Saguaro", "--number", "SM-1"),
        *("--limits", "1000000/3000000"),
        *("--since", "2020-01-01", "--until", "2099-01-01", *SEEN),
    )
    made(
        *("practitioner", "employment", "robin", "--title", "Clinician"),
        *("--since", "2020-01-01", *SEEN),
    )
    made(
        *("practitioner", "training", "robin", "--topic", "Exams", "--provider", "Academy"),
        *("--minutes", "2400", "--completed", "2020-01-01", *SEEN),
    )


@pytest.mark.usefixtures("network")
def test_a_new_network_asks_for_a_file_and_commands_complete_it() -> None:
    assert standing() == (
        "matched: no; missing: exclusion_check, malpractice, employment, training"
    )
    complete()
    assert standing() == "matched: yes; missing: nothing"
    parts = json.loads(made("practitioner", "file", "robin", "--json"))
    assert {one["standing"] for one in parts} == {"counts"}
    (cover,) = [one["id"] for one in parts if one["part"] == "malpractice"]
    made("practitioner", "take-back", "robin", "malpractice", cover)
    assert standing() == "matched: no; missing: malpractice"
    assert run("practitioner", "take-back", "robin", "malpractice", cover).exit_code != 0


@pytest.mark.usefixtures("network")
def test_a_match_is_entered_by_command_and_takes_them_off() -> None:
    complete()
    made(*("practitioner", "exclusion", "robin", "--outcome", "match", "--list", "sam"), *SEEN)
    assert standing() == "matched: no; missing: excluded"


def test_a_match_of_today_bars_whoever_was_clear_by_command_this_morning(network: str) -> None:
    complete()
    today = datetime.now(ZoneInfo("America/New_York")).date()
    clear = f"robin,exclusion_check,leie,clear,{today},R. Alvarez,oig.hhs.gov\n"
    load = ("practitioner", "import", "-", "--network", network)
    there = made(*load, text=HEADING + clear)
    assert "1 are there already" in there, "a command says the day, as a file does"
    made(*load, text=HEADING + clear.replace("clear", "match"))
    assert standing() == "matched: no; missing: excluded"
    made("practitioner", "exclusion", "robin", "--outcome", "clear", *SEEN)
    assert standing() == "matched: no; missing: excluded"


@pytest.mark.usefixtures("network")
def test_a_match_in_a_states_list_is_taken_back_by_command() -> None:
    complete()
    looked = ("practitioner", "exclusion", "robin", "--list", "state", "--outcome")
    match = made(*looked, "match", *SEEN)
    made(*looked, "clear", *SEEN)
    assert standing() == "matched: no; missing: excluded"
    made("practitioner", "take-back", "robin", "exclusion-checks", match)
    assert standing() == "matched: yes; missing: nothing"


def test_what_is_asked_for_can_be_seen_changed_and_ended(network: str) -> None:
    said = "training: 40 h; exclusion check: every 31 days; malpractice cover: asked for; "
    good = "a look at a licence counts for good"
    assert made("network", "standard", network) == f"{said}employment: asked for; {good}"
    assert made("network", "standard", network, "--verify-again-days", "180").endswith(
        "; a look at a licence counts 180 days"
    )
    assert made("network", "standard", network, "--verify-again-days", "0").endswith(good)
    changed = made(
        *("network", "standard", network, "--training-hours", "0", "--no-malpractice"),
        *("--no-employment", "--exclusion-days", "60"),
    )
    assert changed.startswith("training: 0 h; exclusion check: every 60 days; malpractice cov")
    assert standing() == "matched: no; missing: exclusion_check"
    nothing = "Nothing is asked for besides licences."
    assert made("network", "standard", network, "--nothing") == nothing
    assert made("network", "standard", network) == nothing
    assert standing() == "matched: yes; missing: nothing"


def test_files_are_imported_whole_or_not_at_all(network: str, tmp_path: Path) -> None:
    line = "robin,exclusion_check,leie,clear,2026-01-01,R. Alvarez,oig.hhs.gov\n"
    file = tmp_path / "files.csv"
    file.write_text(HEADING + line + line.replace("robin", "nobody"), encoding="utf-8")
    load = ("practitioner", "import", str(file), "--network", network)
    refused = run(*load)
    assert refused.exit_code != 0
    assert "line 3, practitioner" in refused.output
    file.write_text(HEADING + line, encoding="utf-8")
    assert "1 lines would be taken in" in made(*load, "--dry-run")
    assert "1 lines taken in, 0 are there already" in made(*load)
    assert "0 lines taken in, 1 are there already" in made(*load)


@pytest.mark.usefixtures("network")
def test_what_was_looked_up_by_nobody_is_refused() -> None:
    words = ("practitioner", "exclusion", "robin", "--outcome", "clear")
    assert run(*words, "--verified-by", " ", "--source", "x").exit_code != 0
    assert run("practitioner", "training", "robin", *SEEN).exit_code != 0
    future = ("--topic", "T", "--provider", "P", "--minutes", "1", "--completed", "2999-01-01")
    late = run("practitioner", "training", "robin", *future, *SEEN)
    assert late.exit_code != 0
    assert "completed_on" in late.output
