"""`goodfaith log` and what `goodfaith witness` does not start with, in this process."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.cli import app
from server.commands.enrolment import beside_server
from server.sequencing.batches import sequence
from server.settings import load
from server.storage import chart_log
from server.tlog.signed_notes import VerifierKey
from tests.contract.storage import rows
from tests.made_logs import MadeLog
from tests.made_witnesses import WITNESS


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def shown() -> list[dict[str, str]]:
    done = run("log", "show", "--json")
    assert done.exit_code == 0, done.output
    listed: list[dict[str, str]] = json.loads(done.stdout)
    return listed


async def with_entries(count: int, *, sequenced: bool) -> None:
    async with beside_server(load()) as core:
        async with core.database.write() as tx:
            clinic = await rows.open_clinic(tx, core.keyring)
            entries = [("note.delta", "practitioner:ana", b"x")] * count
            await chart_log.append(
                tx, clinic.encounter_id, entries, keyring=core.keyring, now=rows.NOW
            )
        if sequenced:
            await sequence(core, holder="test")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOODFAITH_DATA_DIR", str(tmp_path))
    return tmp_path


def test_the_key_of_the_log_is_made_once() -> None:
    first, second = run("log", "key").stdout.strip(), run("log", "key").stdout.strip()
    assert first == second
    assert VerifierKey.parse(first).name == "localhost:8080/log"
    assert shown() == []


def test_a_log_is_shown_with_what_waits() -> None:
    asyncio.run(with_entries(3, sequenced=False))
    assert [(one["what"], one["leaves"]) for one in shown()] == [("waiting", "3")]


def test_a_log_is_shown_with_who_signed_it() -> None:
    asyncio.run(with_entries(3, sequenced=True))
    [newest] = shown()
    assert (newest["what"], newest["leaves"]) == ("newest", "3")
    assert newest["signed by"] == "localhost:8080/log"


@pytest.mark.parametrize(
    ("logs", "name"),
    [
        (["nonsense"], "witness.test/w"),
        ([str(WITNESS.verifier_key)], "witness.test/w"),
        ([MadeLog().key, MadeLog(seed=2).key], "witness.test/w"),
        ([MadeLog().key], "two words"),
    ],
)
def test_a_witness_does_not_start_with_what_makes_no_sense(
    folder: Path, logs: list[str], name: str
) -> None:
    given = [word for log in logs for word in ("--log", log)]
    done = run("witness", "--folder", str(folder / "w"), "--name", name, *given)
    assert done.exit_code == 1
    assert "cannot start" in done.output
