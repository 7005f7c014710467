"""`goodfaith practitioner dea`, in this process: what it enters, lists, ends and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.cli import app

ENTRY = ("--until", "2099-01-01", "--verified-by", "Credentialing", "--source", "DEA")
ADD = ("practitioner", "dea", "add", "robin")


def run(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=text)


def made(*words: str, text: str | None = None) -> str:
    done = run(*words, text=text)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enrol a practitioner in a folder of their own."""
    monkeypatch.setenv("GOODFAITH_DATA_DIR", str(tmp_path))
    network = made("network", "create", "Saguaro Clinicians")
    who = ("--name", "Robin Vale", "--profession", "md", "--npi", "1234567893")
    made(
        *("practitioner", "create", network, "robin", *who, "--password-stdin"),
        text="correct horse battery\n",
    )


def test_a_registration_is_entered_once_it_was_looked_up_and_can_be_ended() -> None:
    made(*ADD, "az", "ab1234563", *ENTRY)
    made("practitioner", "dea", "end", made(*ADD, "NV", "FG7654329", *ENTRY))
    listed = json.loads(made("practitioner", "dea", "list", "robin", "--json"))
    assert [(one["jurisdiction"], one["number"], one["standing"]) for one in listed] == [
        ("AZ", "AB1234563", "holds"),
        ("NV", "FG7654329", "over"),
    ]
    assert [one["verified_by"] for one in listed] == ["Credentialing"] * 2


@pytest.mark.parametrize(
    "words",
    [
        ("AZ", "AB1234564", *ENTRY),
        ("ZZ", "AB1234563", *ENTRY),
        ("AZ", "AB1234563", *ENTRY[:3], " ", *ENTRY[4:]),
    ],
    ids=["number", "place", "who"],
)
def test_what_cannot_be_a_registration_is_refused(words: tuple[str, ...]) -> None:
    assert run(*ADD, *words).exit_code != 0
    assert json.loads(made("practitioner", "dea", "list", "robin", "--json")) == []
