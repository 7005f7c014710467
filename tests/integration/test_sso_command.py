"""`goodfaith network sso`, in this process: a provider where nobody can sign in yet."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from server.cli import app
from server.federation.metadata import mark_of
from server.settings import Settings
from server.storage import providers
from server.storage.audit_tables import audit_entries
from server.storage.database import Database
from server.storage.providers import Provider
from tests.identity_providers import CLIENT_ID, provider

SECRET = "between-us-and-the-provider"
WAIT_S = 10.0


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def made(*words: str) -> str:
    done = run(*words)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOODFAITH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("GOODFAITH_WEBHOOKS_LOOPBACK", "true")
    return tmp_path


@pytest.fixture
def issuer() -> Iterator[str]:
    """Run a provider beside the test, as commands run a loop of their own."""
    found: list[str] = []
    over = threading.Event()

    async def serve() -> None:
        async with provider(lambda: int(time.time())) as one:
            found.append(one.issuer)
            up.set()
            await asyncio.to_thread(over.wait)

    up = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert up.wait(WAIT_S)
        yield found[0]
    finally:
        over.set()
        thread.join(WAIT_S)


@pytest.fixture
def secret(folder: Path) -> Path:
    path = folder / "secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    return path


def kept(folder: Path) -> tuple[list[Provider], list[tuple[str, str]]]:
    """Return the providers, and what the audit log says of them."""

    async def read() -> tuple[list[Provider], list[tuple[str, str]]]:
        database = await Database.open(Settings(data_dir=folder / "data").database)
        try:
            async with database.read() as tx:
                rows = await tx.execute(select(audit_entries.c.action, audit_entries.c.route))
                said = [(one.action, one.route) for one in rows if "sso" in one.route]
                return await providers.live_of_kind(tx, "network", limit=9), said
        finally:
            await database.close()

    return asyncio.run(read())


def test_a_provider_is_asked_kept_listed_and_ended(
    folder: Path, issuer: str, secret: Path
) -> None:
    network = made("network", "create", "Saguaro Clinicians")
    about = (network, issuer, CLIENT_ID, "--name", "Saguaro", "--secret-file", str(secret))
    printed = made("network", "sso", "add", *about).splitlines()
    provider_id = printed[0]
    mark = mark_of(issuer)
    assert printed[1:] == [
        "http://localhost:8080/console",
        "http://localhost:8080/ops",
        f"http://localhost:8080/console?provider={mark}",
        f"http://localhost:8080/ops?provider={mark}",
        f"http://localhost:8080/oidc/{provider_id}/backchannel-logout",
    ]
    listing = made("network", "sso", "list", network, "--json")
    (shown,) = json.loads(listing)
    assert (shown["id"], shown["issuer"], shown["secret"]) == (provider_id, issuer, "sealed")
    assert SECRET not in listing
    (one,), said = kept(folder)
    assert one.sealed_secret is not None
    assert SECRET.encode() not in one.sealed_secret
    assert one.scopes == "openid"
    assert said == [("policy_changed", "cli network sso add")]
    assert run("network", "sso", "add", *about).exit_code != 0, "there is one"
    assert run("spa", "sso", "end", provider_id).exit_code != 0, "it is no spa's"
    assert made("network", "sso", "end", provider_id) == "sessions ended: 0"
    assert run("network", "sso", "end", provider_id).exit_code != 0
    assert kept(folder) == (
        [],
        [("policy_changed", "cli network sso add"), ("policy_changed", "cli network sso end")],
    )


def test_a_secret_that_others_can_read_is_not_taken(
    folder: Path, issuer: str, secret: Path
) -> None:
    network = made("network", "create", "Saguaro Clinicians")
    secret.chmod(0o644)
    about = (network, issuer, CLIENT_ID, "--name", "Saguaro", "--secret-file", str(secret))
    refused = run("network", "sso", "add", *about)
    assert refused.exit_code != 0
    assert "chmod 600" in refused.output.replace("\n", " ")
    assert SECRET not in refused.output
    assert kept(folder) == ([], [])


@pytest.mark.parametrize(
    "issuer_of_nobody",
    ["http://id.example.com", "https://10.0.0.1", "http://127.0.0.1:9"],
    ids=["plain", "private", "silent"],
)
def test_what_cannot_be_asked_is_not_kept(folder: Path, issuer_of_nobody: str) -> None:
    network = made("network", "create", "Saguaro Clinicians")
    about = (network, issuer_of_nobody, CLIENT_ID, "--name", "Saguaro")
    assert run("network", "sso", "add", *about).exit_code != 0
    assert run("spa", "sso", "add", *about).exit_code != 0
    assert run("network", "sso", "add", network, "", "", "--name", "").exit_code != 0
    assert kept(folder) == ([], [])
