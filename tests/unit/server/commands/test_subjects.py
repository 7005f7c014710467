"""The commands that there are, and that one is imported without the others."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest
from typer.testing import CliRunner

from server.cli import app
from server.commands.subjects import SUBJECTS, imported

RUNNER: Final = CliRunner()
# What was imported is told by the interpreter that did it.
LOADED: Final = "import sys; print('\\n'.join(sys.modules))"


def loaded_by(code: str) -> set[str]:
    command = [sys.executable, "-c", f"{code}\n{LOADED}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {one for line in done.stdout.split() for one in (line, line.partition(".")[0])}


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_name_is_a_command_with_a_sentence_about_it(name: str) -> None:
    found = imported(name)
    assert found.name == name
    assert found.get_short_help_str()


@pytest.mark.parametrize(
    "words",
    [
        ("spa", "token", "create"),
        ("site", "director", "--help"),
        ("site", "protocol", "--help"),
        ("practitioner", "dea", "add"),
        ("practitioner", "authority", "add"),
        ("chart", "fhir"),
        ("backup", "check"),
    ],
)
def test_a_subject_has_those_of_other_modules_within(words: tuple[str, ...]) -> None:
    shown = RUNNER.invoke(app, [*words, "--help"])
    assert shown.exit_code == 0, shown.output


def test_help_lists_every_command() -> None:
    shown = RUNNER.invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert [name for name in (*SUBJECTS, "version") if f" {name} " not in shown.output] == []


def test_a_command_that_is_none_is_told_the_nearest() -> None:
    refused = RUNNER.invoke(app, ["practitoner"])
    assert refused.exit_code == 2
    assert "practitioner" in refused.output


def test_a_command_waits_for_no_other() -> None:
    found = loaded_by(
        "from server.commands.subjects import imported; imported('relay'); imported('witness')"
    )
    assert "server.commands.witnessing" in found
    assert found.isdisjoint({"server.app", "server.services", "fhir", "socketio", "alembic"})


def test_a_server_starts_without_the_models_of_fhir() -> None:
    found = loaded_by("import server.commands.serving")
    assert "server.fhir.gathering" in found
    assert "fhir" not in found
