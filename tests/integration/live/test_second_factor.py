"""A second factor on a running server: live pages, the commands beside it, and a rehearsal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from server import totp
from server.clock import SystemClock
from server.rehearsal.failures import Refused
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.page import Page
from server.rehearsal.people import SignIn, enter
from server.views import AccountView
from server.views.proofs import (
    CodeForm,
    FactorsView,
    GeneratorForm,
    NewGeneratorView,
    RecoveryCodesView,
)
from signaling import messages as wire
from tests.servers import RunningServer, running_server

CONSOLE = "/api/v1/console"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose settings require a second factor of everybody."""
    folder = tmp_path_factory.mktemp("strict")
    with running_server(folder, second_factor="required") as server:
        yield server


async def enrol(page: Page, area: str) -> RecoveryCodesView:
    """Enrol as whoever is signed in, and return the recovery codes."""
    made = await begin(page, area)
    return await confirm(page, area, made)


async def begin(page: Page, area: str) -> NewGeneratorView:
    path = f"/api/v1/{area}/code-generators"
    return await page.send("POST", path, GeneratorForm(label="Phone"), NewGeneratorView)


async def confirm(page: Page, area: str, made: NewGeneratorView) -> RecoveryCodesView:
    path = f"/api/v1/{area}/code-generators/{made.id}/confirm"
    code = totp.code_at(made.secret, totp.step_at(SystemClock().now()))
    return await page.send("POST", path, CodeForm(code=code), RecoveryCodesView)


async def secret_of(server: RunningServer, area: str, login: str) -> SignIn:
    """Enrol somebody of the demo network, and return how they sign in from now on."""
    who = server.people[login]
    async with Page.opened(server.url) as page:
        await enter(page, f"/api/v1/{area}/session", who, SystemClock())
        made = await begin(page, area)
        await confirm(page, area, made)
    return SignIn(who.login, who.password, made.secret)


async def test_a_live_page_is_refused_until_the_second_factor_is_there(
    strict: RunningServer,
) -> None:
    async with Page.opened(strict.url) as page:
        await enter(page, f"{CONSOLE}/session", strict.people["blake"], SystemClock())
        assert not (await page.get(f"{CONSOLE}/session", AccountView)).complete
        with pytest.raises(Refused) as refused:
            await LiveSocket(page, "/practitioner").connect()
        assert refused.value.code == "enrolment_required"
        with pytest.raises(Refused) as refused:
            await page.get(f"{CONSOLE}/signed", BaseModel)
        assert refused.value.code == "enrolment_required"
        assert len((await enrol(page, "console")).codes) == 10
        async with LiveSocket.opened(page, "/practitioner") as socket:
            await socket.expect(wire.PractitionerSync)


@pytest.mark.long  # it waits for the next code: half a minute
@pytest.mark.timeout(180)
async def test_a_rehearsal_signs_in_with_codes_where_they_are_required(
    strict: RunningServer,
) -> None:
    practitioner = await secret_of(strict, "console", "avery")
    spa = await secret_of(strict, "portal", "glow")
    report = json.loads(
        rehearse(
            strict,
            *("--practitioner", f"avery:{practitioner.password}:{practitioner.secret}"),
            *("--spa", f"glow:{spa.password}:{spa.secret}"),
        )
    )
    assert report["summary"]["signed"] == 1


def rehearse(server: RunningServer, *words: str) -> str:
    """Play one encounter; a code that counted already is waited out, for half a minute each."""
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "rehearse", "--url", server.url, "--json", *words],
        cwd=server.folder,
        env=server.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=150,
    )
    return done.stdout


async def test_an_operator_shows_and_forgets_what_somebody_lost(
    strict: RunningServer,
) -> None:
    who = await secret_of(strict, "console", "casey")
    shown = json.loads(strict.command("account", "factors", "practitioner", "casey", "--json"))
    assert [one["which"] for one in shown] == ["Phone", "10", "required"]
    forgotten = strict.command("account", "forget-factor", "practitioner", "casey")
    said = "passkeys forgotten: 0; code generators forgotten: 1; sessions ended: 1"
    assert forgotten.strip() == said
    async with Page.opened(strict.url) as page:
        only = SignIn(who.login, who.password)
        await enter(page, f"{CONSOLE}/session", only, SystemClock())
        factors = await page.get(f"{CONSOLE}/factors", FactorsView)
        assert (factors.code_generators, factors.recovery_left) == ([], 0)


@dataclass
class Organizations:
    """The demo network and a spa of it."""

    network: str
    spa: str

    @classmethod
    def of(cls, server: RunningServer) -> Organizations:
        listed: list[dict[str, Any]] = json.loads(server.command("network", "list", "--json"))
        network = next(one["id"] for one in listed if one["kind"] == "network")
        return cls(network, next(one["id"] for one in listed if one["kind"] == "spa"))


async def test_an_operator_says_where_a_second_factor_is_required(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        known = Organizations.of(server)
        shown = server.command("spa", "sign-in", known.spa)
        assert shown.strip() == "second factor: optional; sessions ended: 0"
        async with Page.opened(server.url) as page:
            await enter(page, f"{CONSOLE}/session", server.people["avery"], SystemClock())
            said = server.command("network", "sign-in", known.network, "required")
            assert said.strip() == "second factor: required; sessions ended: 1"
            with pytest.raises(Refused) as refused:
                await page.get(f"{CONSOLE}/session", AccountView)
            assert refused.value.code == "session_expired"
        shown = server.command("spa", "sign-in", known.spa, "optional")
        assert shown.strip() == "second factor: required; sessions ended: 0"
