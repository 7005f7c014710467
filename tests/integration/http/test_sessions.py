"""Everybody sees where they are signed in, ends what they do not know, and idles alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server import sessions
from server.storage.audit_tables import audit_entries
from server.storage.session_tables import sessions as rows
from tests.integration.http.browsing import Answer, Browser, Json, World

PAGES = {"console": "avery", "portal": "glow", "ops": "ops"}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0"


async def listed(browser: Browser, page: str) -> list[Json]:
    answer = await browser.get(f"/api/v1/{page}/sessions")
    assert answer.status == 200, answer.body
    found: list[Json] = answer.body["sessions"]
    return found


async def sign_in(world: World, browser: Browser, page: str, agent: str) -> Answer:
    login = PAGES[page]
    return await browser.ask(
        "POST",
        f"/api/v1/{page}/session",
        {"login": login, "password": world.account(login).password},
        headers={"User-Agent": agent},
    )


async def actions(world: World) -> list[tuple[str, str, int | None]]:
    query = select(audit_entries.c.action, audit_entries.c.route, audit_entries.c.number)
    async with world.services.database.read() as tx:
        found = await tx.execute(query.order_by(audit_entries.c.at))
        return [(str(one), str(route), number) for one, route, number in found]


@pytest.mark.parametrize("page", PAGES)
async def test_somebody_sees_where_they_are_signed_in(world: World, page: str) -> None:
    first, second = world.browser(), world.browser()
    assert (await sign_in(world, first, page, FIREFOX)).body["other_sessions"] == 0
    world.clock.advance(60)
    assert (await sign_in(world, second, page, "curl/8")).body["other_sessions"] == 1
    newer, older = await listed(second, page)
    assert (newer["here"], newer["agent"]) == (True, "Another program")
    assert (older["here"], older["agent"]) == (False, "Firefox on Windows")
    assert older["way"] == "password"
    assert newer["proved_at_ms"] - older["proved_at_ms"] == 60_000
    assert [one["here"] for one in await listed(first, page)] == [False, True]


async def test_a_second_place_of_one_account_is_in_the_audit_log(world: World) -> None:
    await sign_in(world, world.browser(), "ops", FIREFOX)
    world.clock.advance(1)
    await sign_in(world, world.browser(), "ops", FIREFOX)
    signed_in = [number for action, _, number in await actions(world) if action == "signed_in"]
    assert signed_in == [None, 1]


@pytest.mark.parametrize("page", PAGES)
async def test_a_session_of_ones_own_is_ended_from_elsewhere(world: World, page: str) -> None:
    here = await world.signed_in(page, PAGES[page])
    there = await world.signed_in(page, PAGES[page])
    gone = next(one for one in await listed(here, page) if not one["here"])
    answer = await here.ask("DELETE", f"/api/v1/{page}/sessions/{gone['id']}")
    assert [one["here"] for one in answer.body["sessions"]] == [True]
    assert [(id_hash[:16], why) for id_hash, why in world.hub.ended] == [
        (gone["id"], "revoked")
    ]
    look = await there.get(f"/api/v1/{page}/session")
    assert look.refusal == (401, "session_expired")
    again = await here.ask("DELETE", f"/api/v1/{page}/sessions/{gone['id']}")
    assert again.refusal == (404, "not_found")
    route = f"DELETE /api/v1/{page}/sessions/{{id}}"
    assert ("session_ended", route, 1) in await actions(world)


async def test_the_session_that_is_asked_in_may_be_the_one_that_ends(world: World) -> None:
    here = await world.signed_in("ops", "ops")
    (own,) = await listed(here, "ops")
    assert (await here.ask("DELETE", f"/api/v1/ops/sessions/{own['id']}")).status == 200
    assert here.cookie("gf_ops") is None
    assert (await here.get("/api/v1/ops/session")).refusal == (401, "not_signed_in")


async def test_all_others_end_at_once(world: World) -> None:
    here = await world.signed_in("portal", "glow")
    others = [await world.signed_in("portal", "glow") for _ in range(2)]
    answer = await here.post("/api/v1/portal/sessions/end-others", {})
    assert [one["here"] for one in answer.body["sessions"]] == [True]
    assert [why for _, why in world.hub.ended] == ["revoked", "revoked"]
    for other in others:
        assert (await other.get("/api/v1/portal/session")).status == 401
    assert (await here.get("/api/v1/portal/session")).status == 200
    assert ("session_ended", "POST /api/v1/portal/sessions/end-others", 2) in await actions(
        world
    )


async def test_somebody_elses_session_is_unknown(world: World) -> None:
    mine = await world.signed_in("portal", "glow")
    theirs = await world.signed_in("portal", "lumen")
    (named,) = await listed(theirs, "portal")
    assert [one["here"] for one in await listed(mine, "portal")] == [True]
    answer = await mine.ask("DELETE", f"/api/v1/portal/sessions/{named['id']}")
    assert answer.refusal == (404, "not_found")
    for nonsense in ("0" * 16, "", "%25", named["id"][:8]):
        status = (await mine.ask("DELETE", f"/api/v1/portal/sessions/{nonsense}")).status
        assert status in {404, 405}
    assert (await theirs.get("/api/v1/portal/session")).status == 200


async def test_a_page_that_reads_by_itself_idles_and_one_that_is_used_does_not(
    world: World,
) -> None:
    read = await world.signed_in("ops", "ops")
    used = await world.signed_in("ops", "ops")
    for _ in range(2):
        world.clock.advance(600)
        await read.get("/api/v1/ops/session")
        assert (await used.post("/api/v1/ops/session/activity", {})).status == 204
    assert (await read.get("/api/v1/ops/session")).refusal == (401, "session_expired")
    assert (await used.get("/api/v1/ops/session")).status == 200


async def test_a_rotated_cookie_opens_its_session_over_http_and_the_old_one_does_not(
    world: World,
) -> None:
    staff = await world.signed_in("ops", "ops")
    before = staff.cookie("gf_ops")
    async with world.services.database.write() as tx:
        name = str((await tx.execute(select(rows.c.id_hash))).scalar_one())
        after = await sessions.rotate(tx, name, core=world.services, now=world.clock.now())
    answers = [
        await world.browser().ask(
            "GET", "/api/v1/ops/sessions", headers={"Cookie": f"gf_ops={value}"}
        )
        for value in (before, after)
    ]
    assert answers[0].refusal == (401, "session_expired")
    assert [one["id"] for one in answers[1].body["sessions"]] == [name[:16]]
    world.clock.advance(901)
    late = await world.browser().ask(
        "GET", "/api/v1/ops/sessions", headers={"Cookie": f"gf_ops={after}"}
    )
    assert late.refusal == (401, "session_expired")
    async with world.services.database.read() as tx:
        denied = select(audit_entries.c.session).where(audit_entries.c.action == "denied")
        marks = set((await tx.execute(denied)).scalars())
    assert marks == {name[:16]}, "the log knows which session it was by both cookies"
