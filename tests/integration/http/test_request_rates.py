"""How much anybody may ask: told so, and served again a moment later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from server.http.doorkeeper import DOORKEEPER
from tests.integration.http.audit_rows import log_of
from tests.integration.http.browsing import Answer, World
from tests.integration.http.own_software import FORM, TOKEN

FEW = {
    "requests_per_session_s": 1,
    "requests_per_session_burst": 10,
    "requests_per_address_s": 2,
    "requests_per_address_burst": 40,
    "trusted_proxies": ("127.0.0.1/32",),
}
SESSION = "/api/v1/ops/session"


@pytest.fixture
def more_settings(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """Small limits, and what a test wants besides."""
    return FEW | getattr(request, "param", {})


def behind(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


async def test_a_session_that_asks_too_often_is_told_so_and_goes_on_later(
    world: World,
) -> None:
    staff, other = (
        await world.signed_in("ops", "ops"),
        await world.signed_in("ops", "compliance"),
    )
    answers = [await staff.get(SESSION) for _ in range(12)]
    assert [one.status for one in answers] == [200] * 10 + [429] * 2
    assert answers[-1].refusal == (429, "rate_limited")
    assert answers[-1].body["error"]["retry"] is True
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].headers["Cache-Control"] == "no-store"
    assert (await other.get(SESSION)).status == 200
    world.clock.advance(1)
    assert [(await staff.get(SESSION)).status for _ in range(2)] == [200, 429]


async def test_a_session_is_one_wherever_it_asks_from(world: World) -> None:
    staff = await world.signed_in("ops", "ops")
    answers = [
        await staff.ask("GET", SESSION, headers=behind(f"203.0.113.{last}"))
        for last in range(12)
    ]
    assert [one.status for one in answers] == [200] * 10 + [429] * 2


async def test_an_address_cannot_use_up_what_others_have(world: World) -> None:
    flood, other = world.browser(), world.browser()
    answers = [
        await flood.ask("GET", "/api/v1/info", headers=behind("203.0.113.9")) for _ in range(45)
    ]
    assert [one.status for one in answers] == [200] * 40 + [429] * 5
    beside = await other.ask("GET", "/api/v1/info", headers=behind("203.0.113.10"))
    assert beside.status == 200
    world.clock.advance(2)
    again = [
        (await flood.ask("GET", "/api/v1/info", headers=behind("203.0.113.9"))).status
        for _ in range(5)
    ]
    assert again == [200] * 4 + [429]


async def test_behind_a_proxy_the_client_counts_and_not_the_proxy(world: World) -> None:
    front = world.browser()
    for _ in range(50):
        assert (await front.get("/api/v1/info")).status == 200
    for last in range(50):
        answer = await front.ask("GET", "/api/v1/info", headers=behind(f"203.0.113.{last}"))
        assert answer.status == 200
    household = [
        (await front.ask("GET", "/api/v1/info", headers=behind(f"2001:db8::{last:x}"))).status
        for last in range(1, 46)
    ]
    assert household == [200] * 40 + [429] * 5


async def test_health_and_assets_are_answered_all_the_same(world: World) -> None:
    flood = world.browser()
    answers = [
        await flood.ask("GET", "/api/v1/info", headers=behind("203.0.113.9")) for _ in range(45)
    ]
    assert answers[-1].status == 429
    for path in ("/healthz", "/readyz", "/assets/join-abc123.js"):
        answer = await flood.ask("GET", path, headers=behind("203.0.113.9"))
        assert answer.status == 200, path


@pytest.mark.parametrize("more_settings", [{"sign_ins_per_address_burst": 5}], indirect=True)
async def test_passwords_of_an_address_are_looked_at_so_often_and_not_more(
    world: World,
) -> None:
    flood, form = world.browser(), {"login": "ops", "password": "wrong"}
    for address, wanted in (("203.0.113.9", [401] * 5 + [429] * 2), ("203.0.113.10", [401])):
        answers = [
            await flood.ask("POST", SESSION, form, headers=behind(address)) for _ in wanted
        ]
        assert [one.status for one in answers] == wanted
    assert (await flood.ask("GET", SESSION, headers=behind("203.0.113.9"))).status == 401
    world.clock.advance(1)
    again = await flood.ask("POST", SESSION, form, headers=behind("203.0.113.9"))
    assert again.refusal == (401, "sign_in_failed")


async def test_what_is_no_route_counts_as_well(world: World) -> None:
    flood = world.browser()
    answers = [
        await flood.ask("GET", f"/nowhere/{number}", headers=behind("203.0.113.9"))
        for number in range(45)
    ]
    assert [one.status for one in answers] == [404] * 40 + [429] * 5
    upgrade = await flood.ask("GET", "/socket.io/", headers=behind("203.0.113.9"))
    assert upgrade.refusal == (429, "rate_limited")


async def test_a_token_counts_as_a_session_however_it_is_spaced(world: World) -> None:
    software, path = world.browser(), "/api/v1/authorizations/query"
    answers = [
        await software.ask(
            "POST", path, {}, headers={"Authorization": f"Bearer{' ' * (1 + at % 3)}token"}
        )
        for at in range(12)
    ]
    assert [one.status for one in answers] == [401] * 10 + [429] * 2


async def test_a_refusal_at_the_door_is_counted_and_leaves_no_entry(world: World) -> None:
    flood, path = world.browser(), "/api/v1/compliance/audit"
    for _ in range(45):
        await flood.ask("GET", path, headers=behind("203.0.113.9"))
    app = world.server.app
    assert app is not None
    assert app[DOORKEEPER].refused == {"address": 5}
    reasons = {one.reason for one in await log_of(world)}
    assert "not_signed_in" in reasons
    assert "rate_limited" not in reasons


async def test_software_that_asks_for_tokens_too_often_is_told_so_as_oauth_words_it(
    world: World,
) -> None:
    software, form = world.browser(), b"grant_type=password"
    headers = {**behind("203.0.113.9"), "Content-Type": FORM}

    async def asked() -> Answer:
        return await software.ask("POST", TOKEN, data=form, headers=headers)

    answers = [await asked() for _ in range(42)]
    assert {one.status for one in answers[:40]} == {400}
    refused = answers[-1]
    assert refused.status == 429
    assert refused.body["error"] == "temporarily_unavailable"
    assert set(refused.body) == {"error", "error_description"}
    assert refused.headers["Retry-After"] == "1"
    elsewhere = await software.ask("GET", "/api/v1/info", headers=behind("203.0.113.9"))
    assert elsewhere.refusal == (429, "rate_limited")
    world.clock.advance(1)
    assert (await asked()).status == 400
