"""Lost: asked by the person, approved by another who heard the words, used once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from server.access import Role
from server.storage import directory
from server.storage.audit_tables import audit_entries
from server.storage.directory import Account
from server.storage.tables import recoveries
from tests.enrolled import PASSWORD, enrolled
from tests.integration.http.browsing import Answer, Browser, Json, World
from tests.integration.http.invited import (
    FINISH,
    RECOVERIES,
    inside,
    people_of,
    person,
    signs_in,
    somebody,
)

HOUR = 3_600
NEW = "words that do not belong together"


@pytest.fixture
async def mila(world: World) -> Account:
    return await somebody(world, Role.SPA_STAFF, "mila")


@pytest.fixture
async def manager(world: World) -> Browser:
    return await world.signed_in("portal", "glow-manager")


async def ask(world: World, login: str = "mila") -> Json:
    answer = await world.browser().post(RECOVERIES, {"audience": "spa", "login": login})
    assert answer.status == 200, answer.body
    return answer.body


async def approve(by: Browser, who: Account, phrase: str, *, page: str = "portal") -> Answer:
    path = f"{people_of(page)}/{who.account_id}/recovery/approve"
    return await by.post(path, {"phrase": phrase})


async def finish(world: World, asked: Json, *, password: str = NEW) -> tuple[Browser, Answer]:
    browser = world.browser()
    form = {"secret": asked["secret"], "password": password}
    return browser, await browser.post(FINISH, form)


async def finished(world: World, asked: Json) -> str:
    """Return what is said to whoever wants to finish, and may not."""
    _, answer = await finish(world, asked)
    assert answer.status == 409
    return answer.code


async def test_somebody_is_let_in_again_when_another_heard_the_words(
    world: World, mila: Account, manager: Browser
) -> None:
    asked = await ask(world)
    assert await finished(world, asked) == "not_approved"
    page = (await manager.get(people_of("portal"))).body
    assert person(page, "mila")["recovery"]["approved"] is False
    spoken = asked["phrase"].upper().replace(" ", ", ")
    approved = await approve(manager, mila, spoken)
    assert person(approved.body, "mila")["recovery"]["approved"] is True
    browser, answer = await finish(world, asked)
    assert (answer.status, answer.body["display_name"]) == (200, "Mila")
    assert (await browser.get("/api/v1/portal/home")).status == 200
    await inside(world, mila, password=NEW)
    assert (await signs_in(world, mila))[1].refusal == (401, "sign_in_failed")
    assert await finished(world, asked) == "not_approved", "it is used once"


async def test_old_factors_and_sessions_end(
    world: World, mila: Account, manager: Browser
) -> None:
    browser = await inside(world, mila)
    await enrolled(browser, "portal", world.clock)
    asked = await ask(world)
    await approve(manager, mila, asked["phrase"])
    assert (await browser.get("/api/v1/portal/session")).status == 200, "only asked yet"
    fresh, _ = await finish(world, asked)
    assert (await browser.get("/api/v1/portal/session")).refusal == (401, "session_expired")
    assert "revoked" in [reason for _, reason in world.hub.ended]
    factors = (await fresh.get("/api/v1/portal/factors")).body
    assert (factors["code_generators"], factors["recovery_left"]) == ([], 0)
    assert (await signs_in(world, mila, password=NEW))[1].status == 200, "no code is asked for"


@pytest.mark.safeguard("164.312(a)(2)(i)")
async def test_nobody_approves_themselves(world: World) -> None:
    boss = await somebody(world, Role.SPA_MANAGER, "boss")
    browser = await inside(world, boss)
    asked = await ask(world, "boss")
    refused = await approve(browser, boss, asked["phrase"])
    assert refused.refusal == (403, "own_account")
    assert await finished(world, asked) == "not_approved"
    other = await world.signed_in("portal", "glow-manager")
    assert (await approve(other, boss, asked["phrase"])).status == 200


async def test_who_could_not_give_the_role_does_not_approve(
    world: World, manager: Browser
) -> None:
    physician = await somebody(world, Role.MEDICAL_DIRECTOR, "rowe")
    asked = await ask(world, "rowe")
    page = (await manager.get(people_of("portal"))).body
    assert person(page, "rowe")["recovery"] is None
    refused = await approve(manager, physician, asked["phrase"])
    assert refused.refusal == (403, "beyond_your_role")
    officer = await world.signed_in("ops", "compliance")
    assert (await approve(officer, physician, asked["phrase"], page="ops")).status == 200


async def test_the_words_must_be_read_out(
    world: World, mila: Account, manager: Browser
) -> None:
    asked = await ask(world)
    for _ in range(5):
        refused = await approve(manager, mila, "acorn acorn acorn acorn")
        assert refused.refusal == (409, "phrase_wrong")
    assert (await approve(manager, mila, asked["phrase"])).status == 429
    world.clock.advance(901)
    again = await world.signed_in("portal", "glow-manager")
    assert (await approve(again, mila, asked["phrase"])).status == 200


async def test_the_words_say_which_browser_is_let_in(
    world: World, mila: Account, manager: Browser
) -> None:
    stranger, own, late = [await ask(world) for _ in range(3)]
    await approve(manager, mila, own["phrase"])
    for other in (stranger, late):
        assert await finished(world, other) == "not_approved"
        assert (await approve(manager, mila, other["phrase"])).refusal == (409, "phrase_wrong")
    assert (await finish(world, own))[1].status == 200


@pytest.mark.safeguard("164.312(d)")
async def test_whoever_asks_for_somebody_else_keeps_no_owner_from_asking(
    world: World, mila: Account
) -> None:
    own = await inside(world, mila)
    assert (await own.ask("DELETE", "/api/v1/portal/session")).status == 204
    form = {"audience": "spa", "login": "mila"}
    first = await ask(world)
    for _ in range(9):
        await ask(world)
    stranger = await world.browser().post(RECOVERIES, form)
    assert stranger.refusal == (429, "too_many_attempts")
    answer = await own.post(RECOVERIES, form)
    assert answer.status == 200, answer.body
    world.clock.advance(901)
    for _ in range(10):
        await ask(world)
    manager = await world.signed_in("portal", "glow-manager")
    pushed_out = await approve(manager, mila, first["phrase"])
    assert pushed_out.refusal == (409, "phrase_wrong"), "of strangers' so many wait"
    assert (await approve(manager, mila, answer.body["phrase"])).status == 200
    assert (await finish(world, answer.body))[1].status == 200


async def test_a_known_browser_asks_so_often_and_no_more_for_its_own_accounts_alone(
    world: World, mila: Account
) -> None:
    own = await inside(world, mila)
    form = {"audience": "spa", "login": "mila"}
    for _ in range(10):
        assert (await own.post(RECOVERIES, form)).status == 200
    assert (await own.post(RECOVERIES, form)).refusal == (429, "too_many_attempts")
    await ask(world)  # strangers are not held up by it
    for _ in range(10):
        assert (await own.post(RECOVERIES, form | {"login": "nobody"})).status == 200
    assert (await own.post(RECOVERIES, form | {"login": "nobody"})).status == 429
    with pytest.raises(AssertionError, match="too_many_attempts"):
        await ask(world, "nobody")  # it was a stranger to that one


async def test_unknown_logins_look_the_same(
    world: World, mila: Account, manager: Browser
) -> None:
    known, unknown = await ask(world), await ask(world, "nobody")
    await manager.post(f"{people_of('portal')}/{mila.account_id}/close", {})
    closed = await ask(world)
    for one in (unknown, closed):
        assert one.keys() == known.keys()
        assert [len(one["secret"]), len(one["phrase"].split())] == [43, 4]
        assert one["expires_at_ms"] == known["expires_at_ms"]
        assert await finished(world, one) == "not_approved"
    async with world.services.database.read() as tx:
        assert (await tx.execute(select(func.count(recoveries.c.id)))).scalar_one() == 1


async def test_a_recovery_ends_after_a_day(
    world: World, mila: Account, manager: Browser
) -> None:
    asked, approved = await ask(world), await ask(world)
    assert (await approve(manager, mila, approved["phrase"])).status == 200
    world.clock.advance(24 * HOUR)
    assert await finished(world, approved) == "not_approved"
    again = await world.signed_in("portal", "glow-manager")
    assert (await approve(again, mila, asked["phrase"])).refusal == (409, "phrase_wrong")
    assert person((await again.get(people_of("portal"))).body, "mila")["recovery"] is None


@pytest.mark.parametrize("then", ["refused", "closed", "changed"])
async def test_an_approval_is_taken_back(
    world: World, mila: Account, manager: Browser, then: str
) -> None:
    asked = await ask(world)
    await approve(manager, mila, asked["phrase"])
    path = f"{people_of('portal')}/{mila.account_id}"
    if then == "refused":
        assert (await manager.post(f"{path}/recovery/refuse", {})).status == 200
    elif then == "changed":
        await manager.put(f"{path}/role", {"role": "spa_manager"})
    else:
        await manager.post(f"{path}/close", {})
        await manager.post(f"{path}/reopen", {})
    assert await finished(world, asked) == "not_approved"


async def test_a_password_that_cannot_be_uses_nothing_up(
    world: World, mila: Account, manager: Browser
) -> None:
    asked = await ask(world)
    await approve(manager, mila, asked["phrase"])
    assert (await finish(world, asked, password="short"))[1].refusal == (400, "invalid_body")
    assert (await finish(world, asked))[1].status == 200


async def test_who_keeps_asking_is_slowed_and_fills_nothing_up(
    world: World, mila: Account
) -> None:
    for _ in range(10):
        await ask(world)
    refused = await world.browser().post(RECOVERIES, {"audience": "spa", "login": "mila"})
    assert refused.status == 429
    world.clock.advance(901)
    await ask(world)
    async with world.services.database.read() as tx:
        going_on = select(func.count(recoveries.c.id)).where(recoveries.c.refused_at.is_(None))
        assert (await tx.execute(going_on)).scalar_one() == 10
    assert (await signs_in(world, mila))[1].status == 200, "the owner is not locked out"


async def test_all_of_it_is_in_the_audit_log(
    world: World, mila: Account, manager: Browser
) -> None:
    asked = await ask(world)
    await finished(world, asked)
    await approve(manager, mila, "acorn acorn acorn acorn")
    await approve(manager, mila, asked["phrase"])
    await finish(world, asked)
    await ask(world)
    path = f"{people_of('portal')}/{mila.account_id}/recovery"
    await manager.post(f"{path}/refuse", {})
    rows = await entries(world)
    own = f"staff:{mila.account_id}"
    async with world.services.database.read() as tx:
        boss = await directory.account_by_login(tx, "spa", "glow-manager")
    assert boss is not None
    other = f"staff:{boss.account_id}"
    said = [(one["action"], one["actor"], one["reason"]) for one in rows]
    assert sorted(map(str, said)) == sorted(
        map(
            str,
            [
                ("signed_in", other, None),
                ("recovery_asked", own, None),
                ("denied", "anonymous", "not_approved"),
                ("denied", other, "phrase_wrong"),
                ("recovery_allowed", other, None),
                ("recovered", own, None),
                ("signed_in", own, None),
                ("recovery_asked", own, None),
                ("recovery_refused", other, None),
            ],
        )
    )
    allowed = next(one for one in rows if one["action"] == "recovery_allowed")
    assert allowed["route"] == f"POST {path}/approve"
    for hidden in (asked["secret"], asked["phrase"], PASSWORD, NEW):
        assert hidden not in str(rows)


async def entries(world: World) -> list[Any]:
    async with world.services.database.read() as tx:
        return list((await tx.execute(select(audit_entries))).mappings())
