"""Who decides about whom: by the policy, by the table of roles, and never about oneself."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.access import Role
from server.errors import Retry
from server.people import giving
from server.people.ending import close_account
from server.storage import directory
from server.storage.audit_tables import audit_entries
from signaling.events import PractitionerAway
from tests.enrolled import PASSWORD
from tests.fakes import RecordingDesk
from tests.integration.http.browsing import World
from tests.integration.http.files import who
from tests.integration.http.invited import (
    FINISH,
    RECOVERIES,
    account,
    form_of,
    glow,
    home_of,
    inside,
    invite,
    network,
    people_of,
    person,
    signs_in,
    somebody,
)

DECIDING = {
    "compliance": ("ops", Role.COMPLIANCE),
    "glow-manager": ("portal", Role.SPA_MANAGER),
    "glow-director": ("portal", Role.MEDICAL_DIRECTOR),
}
GIVEN = tuple(giving.AUDIENCE_OF)


# ------------------------------------------------------------------ who may


@pytest.mark.parametrize("login", DECIDING)
async def test_who_may_invite_whom_is_what_the_table_says(world: World, login: str) -> None:
    page, role = DECIDING[login]
    browser = await world.signed_in(page, login)
    for wanted in GIVEN:
        home = await home_of(world, wanted) if page == "ops" else await glow(world)
        answer = await invite(browser, page, form_of(home, wanted, f"new-{wanted}"))
        if wanted in giving.GIVES[role]:
            assert answer.status == 200, answer.body
        else:
            assert answer.refusal == (403, "beyond_your_role")


@pytest.mark.parametrize(
    ("page", "login"), [("ops", "ops"), ("portal", "glow"), ("console", "avery")]
)
async def test_nobody_else_sees_people_or_invites(world: World, page: str, login: str) -> None:
    browser = await world.signed_in(page, login)
    for area in ("ops", "portal"):
        refused = (403, "forbidden") if area == page else (401, "not_signed_in")
        assert (await browser.get(people_of(area))).refusal == refused
        form = form_of(await glow(world), Role.SPA_STAFF, "noa")
        assert (await invite(browser, area, form)).refusal == refused


async def test_a_manager_cannot_make_a_director(world: World) -> None:
    mila = await somebody(world, Role.SPA_STAFF, "mila")
    manager = await world.signed_in("portal", "glow-manager")
    path = f"{people_of('portal')}/{mila.account_id}/role"
    refused = await manager.put(path, {"role": "medical_director"})
    assert refused.refusal == (403, "beyond_your_role")
    assert (await manager.put(path, {"role": "spa_manager"})).status == 200
    director = await world.signed_in("portal", "glow-director")
    refused = await director.put(path, {"role": "spa_staff"})
    assert refused.refusal == (403, "beyond_your_role"), "she is a manager now"


async def test_a_role_of_other_pages_is_none(world: World) -> None:
    mila = await somebody(world, Role.SPA_STAFF, "mila")
    officer = await world.signed_in("ops", "compliance")
    path = f"{people_of('ops')}/{mila.account_id}/role"
    assert (await officer.put(path, {"role": "ops"})).refusal == (400, "invalid_body")
    form = form_of(await network(world), Role.SPA_STAFF, "noa")
    assert (await invite(officer, "ops", form)).refusal == (400, "invalid_body")


CHANGES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("PUT", "role", {"role": "spa_staff"}),
    ("POST", "close", {}),
    ("POST", "reopen", {}),
    ("POST", "recovery/approve", {"phrase": "acorn amber beach canoe"}),
    ("POST", "recovery/refuse", {}),
)


async def test_foreign_accounts_do_not_exist(world: World) -> None:
    manager = await world.signed_in("portal", "glow-manager")
    for foreign in (
        await account(world, "spa", "lumen"),
        await account(world, "practitioner", "avery"),
    ):
        for method, what, body in CHANGES:
            path = f"{people_of('portal')}/{foreign.account_id}/{what}"
            assert (await manager.ask(method, path, body)).refusal == (404, "not_found")
    form = form_of((await account(world, "spa", "lumen")).organization_id, Role.SPA_STAFF, "a1")
    assert (await invite(manager, "portal", form)).refusal == (404, "not_found")
    officer = await world.signed_in("ops", "compliance")
    lumen = (await account(world, "spa", "lumen")).organization_id
    made = await invite(officer, "ops", form_of(lumen, Role.SPA_STAFF, "noa"))
    (invitation,) = made.body["page"]["invitations"]
    path = f"{people_of('portal')}/invitations/{invitation['id']}"
    assert (await manager.ask("DELETE", path, {})).refusal == (404, "not_found")
    assert (await manager.get(people_of("portal"))).body["invitations"] == []


async def test_nobody_decides_about_themselves(world: World) -> None:
    officer = await world.signed_in("ops", "compliance")
    own = await account(world, "ops", "compliance")
    for method, what, body in CHANGES:
        sent = {"role": "ops"} if what == "role" else body
        path = f"{people_of('ops')}/{own.account_id}/{what}"
        assert (await officer.ask(method, path, sent)).refusal == (403, "own_account")


# ------------------------------------------------------------------ what it does


async def test_a_role_that_changes_ends_the_sessions(world: World) -> None:
    mila = await somebody(world, Role.SPA_STAFF, "mila")
    browser = await inside(world, mila)
    assert (await browser.get(people_of("portal"))).refusal == (403, "forbidden")
    manager = await world.signed_in("portal", "glow-manager")
    path = f"{people_of('portal')}/{mila.account_id}/role"
    changed = await manager.put(path, {"role": "spa_manager"})
    assert person(changed.body, "mila")["role"] == "spa_manager"
    assert person(changed.body, "mila")["sessions"] == 0
    assert (await browser.get("/api/v1/portal/session")).refusal == (401, "session_expired")
    assert [reason for _, reason in world.hub.ended] == ["revoked"]
    again = await inside(world, mila)
    assert (await again.get(people_of("portal"))).status == 200
    await manager.put(path, {"role": "spa_manager"})
    assert len(world.hub.ended) == 1, "the same role is no change"


async def test_a_closed_account_signs_in_no_more_until_it_is_reopened(world: World) -> None:
    mila = await somebody(world, Role.SPA_STAFF, "mila")
    browser = await inside(world, mila)
    director = await world.signed_in("portal", "glow-director")
    path = f"{people_of('portal')}/{mila.account_id}"
    closed = await director.post(f"{path}/close", {})
    assert person(closed.body, "mila")["active"] is False
    assert (await browser.get("/api/v1/portal/session")).refusal == (401, "session_expired")
    assert (await signs_in(world, mila))[1].refusal == (401, "sign_in_failed")
    assert world.desk.submitted == []
    reopened = await director.post(f"{path}/reopen", {})
    assert person(reopened.body, "mila")["active"] is True
    assert (await browser.get("/api/v1/portal/session")).refusal == (401, "session_expired")
    await inside(world, mila)


async def test_a_closed_practitioner_goes_off_duty_and_examines_no_more(world: World) -> None:
    avery = await account(world, "practitioner", "avery")
    browser = await world.signed_in("console", "avery")
    officer = await world.signed_in("ops", "compliance")
    path = f"{people_of('ops')}/{avery.account_id}"
    assert (await officer.post(f"{path}/close", {})).status == 200
    assert (await browser.get("/api/v1/console/session")).refusal == (401, "session_expired")
    async with world.services.database.read() as tx:
        who = await directory.practitioner_of_account(tx, avery.account_id)
    assert who is not None
    assert not who.active
    assert world.desk.submitted == [
        (await network(world), PractitionerAway(who.practitioner_id))  # type: ignore[arg-type]
    ]
    assert (await officer.post(f"{path}/reopen", {})).status == 200
    await world.signed_in("console", "avery")


async def test_closing_holds_when_the_waiting_room_is_away(world: World) -> None:
    world.desk.refusal = Retry()
    avery = await account(world, "practitioner", "avery")
    officer = await world.signed_in("ops", "compliance")
    closed = await officer.post(f"{people_of('ops')}/{avery.account_id}/close", {})
    assert person(closed.body, "avery")["active"] is False
    assert isinstance(world.desk, RecordingDesk)
    assert world.desk.submitted == []


async def test_an_operator_closes_a_practitioner_as_the_page_does(world: World) -> None:
    avery = await account(world, "practitioner", "avery")
    await close_account(world.services, avery.account_id)
    async with world.services.database.read() as tx:
        who = await directory.practitioner_of_account(tx, avery.account_id)
    assert who is not None
    assert not who.active


async def test_what_somebody_invited_ends_with_their_account(world: World) -> None:
    boss = await somebody(world, Role.SPA_MANAGER, "boss")
    browser = await inside(world, boss)
    made = await invite(browser, "portal", form_of(await glow(world), Role.SPA_STAFF, "noa"))
    assert made.status == 200
    manager = await world.signed_in("portal", "glow-manager")
    assert len((await manager.get(people_of("portal"))).body["invitations"]) == 1
    closed = await manager.post(f"{people_of('portal')}/{boss.account_id}/close", {})
    assert closed.body["invitations"] == []


async def test_whom_somebody_let_in_again_stays_outside_when_their_account_ends(
    world: World,
) -> None:
    """Whoever is closed leaves no door open that they opened."""
    boss = await somebody(world, Role.SPA_MANAGER, "boss")
    noa = await somebody(world, Role.SPA_STAFF, "noa")
    officer = await world.signed_in("ops", "compliance")
    browser = await inside(world, boss)
    for closes in ("page", "command"):
        asks = {"audience": "spa", "login": "noa"}
        asked = (await world.browser().post(RECOVERIES, asks)).body
        path = f"{people_of('portal')}/{noa.account_id}/recovery/approve"
        assert (await browser.post(path, {"phrase": asked["phrase"]})).status == 200
        invited = form_of(await glow(world), Role.SPA_STAFF, f"late-{closes}")
        assert (await invite(browser, "portal", invited)).status == 200
        if closes == "page":
            path = f"{people_of('ops')}/{boss.account_id}"
            assert (await officer.post(f"{path}/close", {})).status == 200
            assert (await officer.post(f"{path}/reopen", {})).status == 200
            browser = await inside(world, boss)
        else:
            await close_account(world.services, boss.account_id)
        form = {"secret": asked["secret"], "password": "words that do not belong together"}
        answer = await world.browser().post(FINISH, form)
        assert answer.refusal == (409, "not_approved"), closes
        assert (await officer.get(people_of("ops"))).body["invitations"] == []


# ------------------------------------------------------------------ the page


async def test_a_spa_sees_its_people_and_compliance_those_of_the_network(
    world: World,
) -> None:
    manager = await world.signed_in("portal", "glow-manager")
    page = (await manager.get(people_of("portal"))).body
    assert {one["login"] for one in page["people"]} == {"glow", "glow-manager", "glow-director"}
    assert person(page, "glow-manager")["yours"] is True
    assert person(page, "glow-manager")["roles"] == []
    assert person(page, "glow-director")["roles"] == []
    assert person(page, "glow")["roles"] == ["spa_staff", "spa_manager"]
    (place,) = page["organizations"]
    assert place["roles"] == ["spa_staff", "spa_manager"]
    officer = await world.signed_in("ops", "compliance")
    page = (await officer.get(people_of("ops"))).body
    assert {"avery", "lumen", "ops", "glow"} <= {one["login"] for one in page["people"]}
    files = {one["login"]: one["practitioner_id"] for one in page["people"]}
    assert files["avery"] == (await who(world, "avery")).practitioner_id
    assert files["glow"] is None
    assert len(page["organizations"]) == 3


async def test_people_are_found_by_a_part_of_their_name(world: World) -> None:
    officer = await world.signed_in("ops", "compliance")
    found = (await officer.get(f"{people_of('ops')}?words=QUIN")).body
    assert [one["login"] for one in found["people"]] == ["avery"]
    for literal in ("%25", "_very", "%5C"):
        found = (await officer.get(f"{people_of('ops')}?words={literal}")).body
        assert found["people"] == [], "a sign of the database's is a character like any other"


async def test_a_page_shows_so_many_and_says_that_there_are_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.people.listing.PEOPLE_MAX", 2)
    officer = await world.signed_in("ops", "compliance")
    page = (await officer.get(people_of("ops"))).body
    assert (len(page["people"]), page["more"]) == (2, True)


# ------------------------------------------------------------------ the audit log


async def test_every_decision_is_in_the_audit_log_with_whom_it_was_about(
    world: World,
) -> None:
    mila = await somebody(world, Role.SPA_STAFF, "mila")
    officer = await world.signed_in("ops", "compliance")
    path = f"{people_of('ops')}/{mila.account_id}"
    await officer.put(f"{path}/role", {"role": "spa_manager"})
    await officer.post(f"{path}/close", {})
    await officer.post(f"{path}/close", {})  # closed already: nothing was done
    await officer.post(f"{path}/reopen", {})
    async with world.services.database.read() as tx:
        rows = (await tx.execute(select(audit_entries).order_by("at", "id"))).mappings().all()
    own = await account(world, "ops", "compliance")
    done = [one for one in rows if one["action"] != "signed_in"]
    assert {(one["action"], one["route"], one["reason"]) for one in done} == {
        ("role_changed", f"PUT {path}/role", "spa_manager"),
        ("account_closed", f"POST {path}/close", None),
        ("account_reopened", f"POST {path}/reopen", None),
    }
    assert len(done) == 3
    assert {one["actor"] for one in done} == {f"compliance:{own.account_id}"}
    assert {one["network_id"] for one in done} == {await network(world)}
    assert PASSWORD not in str(rows)
