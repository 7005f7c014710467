"""The port to verification services: a fake, the HTTP adapter, what comes of findings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from server.local_days import last_midnight
from server.practitioner_files.http_verification import HttpVerification
from server.practitioner_files.verification import (
    Finding,
    Outcome,
    Question,
    VerificationFailed,
    VerificationService,
)
from server.storage import credentials
from tests.integration.http.browsing import World
from tests.integration.http.files import EVIDENCE, Casey, casey_of, day
from tests.verification import TOKEN, FakeVerification, served

QUESTION = Question("AZ", "license", "NP-1", "NP", "Casey Lindqvist", "1000000038")
FOUND = Finding(Outcome.ACTIVE, "azbn.gov", date(2028, 6, 1))


@pytest.fixture(params=["fake", "http"])
async def port(
    request: pytest.FixtureRequest,
) -> AsyncIterator[tuple[VerificationService, FakeVerification]]:
    """The service as it is asked, and what stands behind it."""
    behind = FakeVerification({("AZ", "NP-1"): FOUND})
    if request.param == "fake":
        yield behind, behind
        return
    async with served(behind) as url:
        yield HttpVerification(url, TOKEN), behind


Port = tuple[VerificationService, FakeVerification]


# ------------------------------------------------------------------ the contract


async def test_a_licence_that_is_known_is_found(port: Port) -> None:
    service, behind = port
    assert await service.look_up(QUESTION) == FOUND
    assert behind.asked == [QUESTION]


async def test_one_that_is_not_known_is_not_found(port: Port) -> None:
    service, _ = port
    other = Question("NV", "license", "NP-1", "NP", "Casey Lindqvist", "1000000038")
    assert (await service.look_up(other)).outcome is Outcome.NOT_FOUND


async def test_every_outcome_and_a_missing_day_come_back(port: Port) -> None:
    service, behind = port
    for outcome in Outcome:
        behind.known["AZ", "NP-1"] = Finding(outcome, "azbn.gov")
        assert await service.look_up(QUESTION) == Finding(outcome, "azbn.gov")


async def test_no_answer_is_said_to_be_none(port: Port) -> None:
    service, behind = port
    behind.broken = True
    with pytest.raises(VerificationFailed):
        await service.look_up(QUESTION)


# ------------------------------------------------------------------ the adapter alone


@asynccontextmanager
async def answering(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/", answer)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("/"))
    finally:
        await server.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"outcome": "active"}',
        b'{"outcome": "wonderful", "source": "x"}',
        b'{"outcome": "active", "source": ""}',
        b'{"outcome": "active", "source": "x", "valid_until": "soon"}',
        b'{"outcome": "active", "source": "' + b"x" * 300 + b'"}',
        b'{"outcome": "active", "source": "x"}' + b" " * 20_000,
    ],
)
async def test_an_answer_that_cannot_be_used_is_none(body: bytes) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async with answering(answer) as url:
        with pytest.raises(VerificationFailed):
            await HttpVerification(url, TOKEN).look_up(QUESTION)


async def test_a_redirect_is_not_followed() -> None:
    followed: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        followed.append(request.path)
        raise web.HTTPTemporaryRedirect("/")

    async with answering(answer) as url:
        with pytest.raises(VerificationFailed):
            await HttpVerification(url, TOKEN).look_up(QUESTION)
    assert len(followed) == 1


async def test_a_wrong_token_is_no_answer() -> None:
    async with served(FakeVerification()) as url:
        with pytest.raises(VerificationFailed):
            await HttpVerification(url, "another token, as long").look_up(QUESTION)


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.7"])
async def test_a_name_that_leads_within_is_not_connected_to(address: str) -> None:
    async with served(FakeVerification()) as url:
        port = url.partition("127.0.0.1:")[2]
        outside = f"http://licences.example.com:{port}"
        service = HttpVerification(outside, TOKEN, lookup=lambda _host, _port: [address])
        with pytest.raises(VerificationFailed):
            await service.look_up(QUESTION)


# ------------------------------------------------------------------ what comes of it


@pytest.fixture
def service() -> FakeVerification:
    return FakeVerification()


@pytest.fixture
async def casey(
    world: World, service: FakeVerification, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Casey]:
    async with served(service) as url:
        monkeypatch.setitem(vars(world.settings), "verification_url", url)
        monkeypatch.setitem(vars(world.settings), "verification_token", SecretStr(TOKEN))
        yield await casey_of(world)


async def asked(casey: Casey) -> Mapping[str, Any]:
    licence = await casey.licence()
    return await casey.send(f"authorities/{licence['id']}/look-up", {})


async def test_what_a_service_confirms_is_verified(
    casey: Casey, service: FakeVerification
) -> None:
    before = await casey.licence()
    until = last_midnight("AZ", before["valid_until_ms"] * 1_000)
    service.known["AZ", before["number"]] = Finding(Outcome.ACTIVE, "azbn.gov", until)
    await asked(casey)
    after = await casey.licence()
    assert (after["verified_by"], after["source"]) == ("Verification service", "azbn.gov")
    assert [(one["outcome"], one["method"]) for one in after["checks"]] == [
        ("confirmed", "service")
    ]
    (question,) = service.asked
    assert (question.name, question.npi) == ("Casey Lindqvist", "1000000038")


@pytest.mark.parametrize("was_verified", [False, True])
async def test_what_a_service_does_not_say_of_practising_alone_counts_if_it_was_verified_before(
    casey: Casey,
    service: FakeVerification,
    *,
    was_verified: bool,
) -> None:
    term = {"since": day(casey.world, -30), "until": day(casey.world, 900)}
    await casey.send(
        "authorities", {"jurisdiction": "NV", "kind": "license", "number": "N", **term}
    )
    row = (await casey.licence("NV"))["id"]
    if was_verified:
        await casey.send(f"authorities/{row}/verify", {**EVIDENCE, "independent": True})
    else:
        async with casey.world.services.database.write() as tx:
            # As an older program, or a command, entered it.
            await credentials.set_independent(tx, row, independent=True)
    service.known["NV", "N"] = Finding(Outcome.ACTIVE, "nvbn.gov")
    await casey.send(f"authorities/{row}/look-up", {})
    licence = await casey.licence("NV")
    assert (licence["source"], licence["independent"]) == ("nvbn.gov", was_verified)


async def test_a_licence_of_another_status_is_suspended_at_once(
    casey: Casey, service: FakeVerification
) -> None:
    number = (await casey.licence())["number"]
    service.known["AZ", number] = Finding(Outcome.OTHER_STATUS, "azbn.gov")
    await asked(casey)
    after = await casey.licence()
    assert after["status"] == "suspended"
    assert {one["outcome"] for one in after["checks"]} == {"other_status", "suspended"}


async def test_a_licence_that_was_revoked_stays_so_whatever_status_a_service_gives_it(
    casey: Casey, service: FakeVerification
) -> None:
    licence = await casey.licence()
    await casey.browser.put(
        f"{casey.path}/authorities/{licence['id']}/status", {"status": "revoked"}
    )
    service.known["AZ", licence["number"]] = Finding(Outcome.OTHER_STATUS, "azbn.gov")
    await asked(casey)
    after = await casey.licence()
    assert after["status"] == "revoked"
    assert {one["outcome"] for one in after["checks"]} == {"revoked", "other_status"}


async def test_another_status_is_of_all_rows_of_the_licence(
    casey: Casey, service: FakeVerification
) -> None:
    asked_about = await casey.licence()
    number = asked_about["number"]
    term = {"since": day(casey.world), "until": day(casey.world, 900)}
    renewed = {"jurisdiction": "AZ", "kind": "license", "number": number.lower(), **term}
    await casey.send("authorities", renewed)
    service.known["AZ", number] = Finding(Outcome.OTHER_STATUS, "azbn.gov")
    await casey.send(f"authorities/{asked_about['id']}/look-up", {})
    held = [one for one in (await casey.file())["authorities"] if one["jurisdiction"] == "AZ"]
    assert [one["status"] for one in held] == ["suspended"] * 2
    assert {
        one["id"] == asked_about["id"]: sorted(check["outcome"] for check in one["checks"])
        for one in held
    } == {True: ["other_status", "suspended"], False: ["suspended"]}


@pytest.mark.parametrize(
    ("finding", "outcome"),
    [
        (Finding(Outcome.ACTIVE, "azbn.gov", date(2027, 1, 1)), "differs"),
        (Finding(Outcome.NOT_FOUND, "azbn.gov"), "not_found"),
    ],
)
async def test_what_a_service_is_not_sure_of_is_for_a_person(
    casey: Casey, service: FakeVerification, finding: Finding, outcome: str
) -> None:
    before = await casey.licence()
    service.known["AZ", before["number"]] = finding
    await asked(casey)
    after = await casey.licence()
    assert [one["outcome"] for one in after["checks"]] == [outcome]
    assert {**after, "checks": []} == {**before, "checks": []}


@pytest.mark.parametrize(
    ("outcome", "meanwhile", "status", "written"),
    [
        (Outcome.OTHER_STATUS, None, "suspended", ["confirmed", "other_status", "suspended"]),
        (Outcome.OTHER_STATUS, "revoked", "revoked", ["other_status", "revoked"]),
        (Outcome.ACTIVE, None, "active", ["confirmed", "differs"]),
    ],
)
async def test_of_a_row_that_was_changed_while_a_service_was_asked_only_another_status_counts(
    casey: Casey,
    service: FakeVerification,
    monkeypatch: pytest.MonkeyPatch,
    *,
    outcome: Outcome,
    meanwhile: str | None,
    status: str,
    written: list[str],
) -> None:
    licence = await casey.licence()
    service.known["AZ", licence["number"]] = Finding(outcome, "azbn.gov")
    path, answer = f"authorities/{licence['id']}", service.look_up

    async def slowly(question: Question) -> Finding:
        if meanwhile is None:
            await casey.send(f"{path}/verify", {**EVIDENCE, "independent": True})
        else:
            await casey.browser.put(f"{casey.path}/{path}/status", {"status": meanwhile})
        return await answer(question)

    monkeypatch.setattr(service, "look_up", slowly)
    await asked(casey)
    after = await casey.licence()
    assert after["status"] == status
    assert sorted(one["outcome"] for one in after["checks"]) == written


async def test_a_service_that_does_not_answer_changes_nothing(
    casey: Casey, service: FakeVerification
) -> None:
    before = await casey.licence()
    service.broken = True
    answer = await casey.post(f"authorities/{before['id']}/look-up", {})
    assert answer.refusal == (502, "verification_failed")
    assert await casey.licence() == before


async def test_without_a_service_a_person_looks(world: World) -> None:
    casey = await casey_of(world)
    licence = await casey.licence()
    answer = await casey.post(f"authorities/{licence['id']}/look-up", {})
    assert answer.refusal == (409, "no_verification_service")
