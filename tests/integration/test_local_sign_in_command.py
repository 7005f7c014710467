"""`goodfaith network local-sign-in`, in this process: the way back in from the machine."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.cli import app
from server.logging import stamp
from server.settings import Settings
from server.storage import local_sign_ins, providers
from server.storage.database import Database
from server.storage.providers import Identity


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def made(*words: str) -> str:
    done = run(*words)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOODFAITH_DATA_DIR", str(tmp_path))
    return tmp_path


def test_whoever_runs_the_server_opens_what_nobody_can_open_any_more(folder: Path) -> None:
    network = made("network", "create", "Saguaro Clinicians")
    assert made("network", "local-sign-in", network) == "signs in here: everybody"

    async def close() -> None:
        database = await Database.open(Settings(data_dir=folder).database)
        try:
            async with database.write() as tx:
                await local_sign_ins.say(tx, network, only=True, now=1, by="compliance:1")
        finally:
            await database.close()

    asyncio.run(close())
    shown = made("network", "local-sign-in", network)
    assert shown == "signs in here: accounts for emergencies"
    assert made("network", "local-sign-in", network, "--open") == "signs in here: everybody"
    assert made("network", "local-sign-in", network) == "signs in here: everybody"


def test_the_last_account_for_emergencies_is_closed_once_others_can_sign_in(
    folder: Path,
) -> None:
    network = made("network", "create", "Saguaro Clinicians")
    account = made("account", "create", network, "uma", "--name", "Uma", "--role", "compliance")

    async def close() -> None:
        database = await Database.open(Settings(data_dir=folder).database)
        try:
            async with database.write() as tx:
                await local_sign_ins.name(tx, account, now=1, by="compliance:1")
                await local_sign_ins.say(tx, network, only=True, now=1, by="compliance:1")
        finally:
            await database.close()

    asyncio.run(close())
    refused = run("account", "close", "ops", "uma")
    assert refused.exit_code == 1
    assert "Refused: it is the last account for emergencies" in refused.stderr
    assert json.loads(made("account", "list", network, "--json"))[0]["active"] == "yes"
    made("network", "local-sign-in", network, "--open")
    assert made("account", "close", "ops", "uma") == "sessions ended: 0"
    assert json.loads(made("account", "list", network, "--json"))[0]["active"] == "no"


def test_the_factors_of_an_account_name_who_it_is_elsewhere(folder: Path) -> None:
    network = made("network", "create", "Saguaro Clinicians")
    account = made("account", "create", network, "mila", "--name", "Mila", "--role", "ops")
    issuer, linked_at = "https://sign-in.example", 1_790_000_000_000_000

    async def link() -> None:
        database = await Database.open(Settings(data_dir=folder).database)
        try:
            async with database.write() as tx:
                person = Identity(
                    organization_id=network,
                    audience="ops",
                    issuer=issuer,
                    subject="person-1",
                    account_id=account,
                    linked_at=linked_at,
                )
                assert await providers.link(tx, person)
        finally:
            await database.close()

    asyncio.run(link())
    shown = json.loads(made("account", "factors", "ops", "mila", "--json"))
    assert ["provider", issuer, stamp(linked_at)] in [list(row.values()) for row in shown]


def test_one_is_named_by_its_kind() -> None:
    network = made("network", "create", "Saguaro Clinicians")
    assert run("spa", "local-sign-in", network, "--open").exit_code != 0
