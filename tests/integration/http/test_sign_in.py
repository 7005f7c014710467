from __future__ import annotations

import pytest

from server.people.ending import close_account
from server.storage import directory
from tests.integration.http.browsing import Browser, World

SESSIONS = {
    "console": ("avery", "practitioner"),
    "portal": ("glow", "spa"),
    "ops": ("ops", "ops"),
}


async def try_password(browser: Browser, page: str, login: str, password: str) -> int:
    answer = await browser.post(
        f"/api/v1/{page}/session", {"login": login, "password": password}
    )
    return answer.status


@pytest.mark.parametrize("page", SESSIONS)
async def test_signing_in_looking_and_signing_out(world: World, page: str) -> None:
    login, audience = SESSIONS[page]
    staff = await world.signed_in(page, login)
    look = (await staff.get(f"/api/v1/{page}/session")).body
    assert (look["audience"], look["idle_s"], look["demo"]) == (audience, 900, True)
    assert (look["practitioner_id"] is not None) == (audience == "practitioner")
    kept = staff.cookie(f"gf_{audience}")
    assert (await staff.ask("DELETE", f"/api/v1/{page}/session")).status == 204
    assert world.hub.ended[-1][1] == "signed_out"
    assert staff.cookie(f"gf_{audience}") is None
    stolen = await world.browser().ask(
        "GET", f"/api/v1/{page}/session", headers={"Cookie": f"gf_{audience}={kept}"}
    )
    assert stolen.refusal == (401, "session_expired")


async def test_unknown_and_wrong_look_the_same(world: World) -> None:
    staff = world.browser()
    answers = [
        await staff.post("/api/v1/ops/session", {"login": login, "password": "wrong"})
        for login in ("ops", "nobody", "avery")
    ]
    assert {one.refusal for one in answers} == {(401, "sign_in_failed")}
    assert len({one.raw for one in answers}) == 1


async def test_an_account_of_one_audience_is_none_of_another(world: World) -> None:
    password = world.account("avery").password
    for page in ("portal", "ops"):
        assert await try_password(world.browser(), page, "avery", password) == 401


async def test_a_cookie_of_one_audience_is_none_of_another(world: World) -> None:
    spa = await world.spa()
    value = spa.cookie("gf_spa")
    for page, (_, audience) in SESSIONS.items():
        answer = await world.browser().ask(
            "GET", f"/api/v1/{page}/session", headers={"Cookie": f"gf_{audience}={value}"}
        )
        assert answer.status == (200 if audience == "spa" else 401)


async def test_wrong_passwords_lock_the_account_for_a_while(world: World) -> None:
    staff, password = world.browser(), world.account("ops").password
    for _ in range(10):
        assert await try_password(staff, "ops", "ops", "wrong") == 401
    assert await try_password(staff, "ops", "ops", password) == 429
    assert await try_password(staff, "ops", "OPS ", password) == 429
    avery = world.account("avery").password
    assert await try_password(staff, "console", "avery", avery) == 200
    world.clock.advance(901)
    assert await try_password(staff, "ops", "ops", password) == 200


async def test_wrong_passwords_from_one_address_lock_the_address(world: World) -> None:
    staff = world.browser()
    for at in range(30):
        assert await try_password(staff, "ops", f"nobody-{at}", "wrong") == 401
    password = world.account("ops").password
    assert await try_password(staff, "ops", "ops", password) == 429


async def test_a_right_password_forgives_the_wrong_ones_before(world: World) -> None:
    staff, password = world.browser(), world.account("ops").password
    for _ in range(2):
        for _ in range(9):
            assert await try_password(staff, "ops", "ops", "wrong") == 401
        assert await try_password(staff, "ops", "ops", password) == 200


async def test_every_sign_in_gives_a_new_session_and_ends_the_old(world: World) -> None:
    staff = await world.signed_in("ops", "ops")
    before = staff.cookie("gf_ops")
    password = world.account("ops").password
    assert await try_password(staff, "ops", "ops", password) == 200
    assert staff.cookie("gf_ops") != before
    old = await world.browser().ask(
        "GET", "/api/v1/ops/session", headers={"Cookie": f"gf_ops={before}"}
    )
    assert old.refusal == (401, "session_expired")


async def test_a_session_idles_out_and_ends_after_twelve_hours(world: World) -> None:
    staff = await world.signed_in("ops", "ops")
    for _ in range(71):
        world.clock.advance(600)
        assert (await staff.post("/api/v1/ops/session/activity", {})).status == 204
        assert (await staff.get("/api/v1/ops/session")).status == 200
    world.clock.advance(600)
    assert (await staff.get("/api/v1/ops/session")).refusal == (401, "session_expired")
    idle = await world.signed_in("ops", "ops")
    world.clock.advance(901)
    assert (await idle.get("/api/v1/ops/session")).refusal == (401, "session_expired")


async def test_a_closed_account_is_out_at_once(world: World) -> None:
    staff = await world.signed_in("console", "avery")
    async with world.services.database.read() as tx:
        account = await directory.account_by_login(tx, "practitioner", "avery")
    assert account is not None
    await close_account(world.services, account.account_id)
    look = await staff.get("/api/v1/console/session")
    assert look.refusal == (401, "session_expired")
    password = world.account("avery").password
    assert await try_password(staff, "console", "avery", password) == 401


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    password = world.account("ops").password
    answer = await world.browser().post(
        "/api/v1/ops/session", {"login": "ops", "password": password}
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
