"""An invitation: a link for one person, who becomes one account by it, once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from server.access import Role
from server.housekeeping import one_round
from server.storage.audit_tables import audit_entries
from server.storage.tables import accounts, invitations
from tests.enrolled import PASSWORD, enrolled
from tests.integration.http.browsing import World
from tests.integration.http.invited import (
    ACCEPT,
    LOOK,
    PAGES,
    accept,
    account,
    form_of,
    glow,
    home_of,
    inside,
    invite,
    invited,
    people_of,
    secret_of,
)

HOUR = 3_600
NOWHERE = "A" * 43


@pytest.fixture
def more_settings(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    return getattr(request, "param", {})


@pytest.mark.safeguard("164.312(a)(2)(i)")
async def test_an_invitation_becomes_the_account_of_one_person_once(world: World) -> None:
    _, shown = await invited(world)
    assert shown["url"].startswith("http://localhost:8080/portal#invitation=")
    browser, answer = await accept(world, shown)
    assert answer.status == 200, answer.body
    assert (answer.body["display_name"], answer.body["complete"]) == ("Noa", True)
    assert (await browser.get("/api/v1/portal/home")).status == 200
    for password in (PASSWORD, "another password of some length"):
        _, again = await accept(world, shown, password=password)
        assert again.refusal == (410, "invitation_over")
    await inside(world, await account(world, "spa", "noa"))
    async with world.services.database.read() as tx:
        query = select(func.count()).where(accounts.c.login == "noa")
        assert (await tx.execute(query)).scalar_one() == 1


@pytest.mark.safeguard("164.312(a)(2)(i)")
async def test_a_login_is_one_persons_as_soon_as_it_is_promised(world: World) -> None:
    officer, _ = await invited(world)
    spa = await glow(world)
    for taken in ("noa", " NOA ", "glow"):
        answer = await invite(officer, "ops", form_of(spa, Role.SPA_STAFF, taken))
        assert answer.refusal == (409, "login_taken")
    other = form_of(await home_of(world, Role.OPS), Role.OPS, "noa")
    assert (await invite(officer, "ops", other)).status == 200, "on other pages it is another"


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.COMPLIANCE, Role.MEDICAL_DIRECTOR])
async def test_everybody_of_staff_comes_in_by_a_link(world: World, role: Role) -> None:
    _, shown = await invited(world, role)
    browser, answer = await accept(world, shown)
    assert answer.body["role"] == role
    page = PAGES[answer.body["audience"]]
    assert shown["url"].startswith(f"http://localhost:8080/{page}#")
    look = (await browser.get(f"/api/v1/{page}/session")).body
    assert look["display_name"] == "Noa"
    assert (look["practitioner_id"] is not None) == (role is Role.PRACTITIONER)


async def test_a_look_says_whom_it_names_and_uses_nothing_up(world: World) -> None:
    _, shown = await invited(world)
    for _ in range(3):
        look = await world.browser().post(LOOK, {"secret": secret_of(shown)})
        assert look.status == 200, look.body
        assert look.body["display_name"] == "Noa"
        assert look.body["organization_name"] == "Glow Aesthetics"
    assert (await accept(world, shown))[1].status == 200


async def test_of_two_who_accept_at_once_one_does(world: World) -> None:
    _, shown = await invited(world)
    answers = await asyncio.gather(accept(world, shown), accept(world, shown))
    assert sorted(answer.status for _, answer in answers) == [200, 410]


async def test_an_invitation_ends_after_its_time(world: World) -> None:
    _, shown = await invited(world)
    world.clock.advance(72 * HOUR - 1)
    assert (await world.browser().post(LOOK, {"secret": secret_of(shown)})).status == 200
    world.clock.advance(1)
    assert (await accept(world, shown))[1].refusal == (410, "invitation_over")
    again = await world.signed_in("ops", "compliance")
    form = form_of(await glow(world), Role.SPA_STAFF, "noa")
    assert (await invite(again, "ops", form)).status == 200, "the login is free again"


async def test_an_invitation_is_taken_back(world: World) -> None:
    officer, shown = await invited(world)
    (open_one,) = shown["page"]["invitations"]
    path = f"{people_of('ops')}/invitations/{open_one['id']}"
    assert (await officer.ask("DELETE", path, {})).body["invitations"] == []
    assert (await officer.ask("DELETE", path, {})).refusal == (404, "not_found")
    assert (await accept(world, shown))[1].refusal == (410, "invitation_over")


async def test_a_password_is_long_and_not_the_login(world: World) -> None:
    login = "noa@glow-aesthetics.example"
    _, shown = await invited(world, Role.SPA_STAFF, login)
    for password in ("short", login.upper()):
        assert (await accept(world, shown, password=password))[1].refusal == (
            400,
            "invalid_body",
        )
    assert (await accept(world, shown))[1].status == 200, "nothing was used up"


async def test_a_link_of_nothing_is_unknown_and_only_so_many_are_looked_at(
    world: World,
) -> None:
    form = {"secret": NOWHERE, "password": PASSWORD}
    for _ in range(30):
        assert (await world.browser().post(ACCEPT, form)).refusal == (
            404,
            "invitation_unknown",
        )
    assert (await world.browser().post(LOOK, {"secret": NOWHERE})).status == 429


async def test_what_a_practitioner_needs_is_asked_of_practitioners_only(world: World) -> None:
    officer = await world.signed_in("ops", "compliance")
    form = form_of(await home_of(world, Role.PRACTITIONER), Role.PRACTITIONER, "noa")
    for wrong in ({"npi": None}, {"profession": None}, {"languages": "english"}):
        refused = await invite(officer, "ops", form | wrong)
        assert refused.refusal == (400, "invalid_body")
        assert refused.body["error"]["fields"] == list(wrong)
    staff = form_of(await glow(world), Role.SPA_STAFF, "noa") | {"npi": "1000000099"}
    assert (await invite(officer, "ops", staff)).refusal == (400, "invalid_body")


async def test_only_so_many_are_open_at_the_same_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.people.inviting.OPEN_MAX", 1)
    officer, _ = await invited(world)
    form = form_of(await glow(world), Role.SPA_STAFF, "pia")
    assert (await invite(officer, "ops", form)).refusal == (409, "invitations_full")


@pytest.mark.parametrize("more_settings", [{"second_factor": "required"}], indirect=True)
async def test_who_needs_a_second_factor_sets_it_up_before_anything_else(
    world: World,
) -> None:
    officer = await world.signed_in("ops", "compliance")
    await enrolled(officer, "ops", world.clock)
    form = form_of(await glow(world), Role.SPA_STAFF, "noa")
    shown = (await invite(officer, "ops", form)).body
    browser, answer = await accept(world, shown)
    assert answer.body["complete"] is False
    home = "/api/v1/portal/home"
    assert (await browser.get(home)).refusal == (403, "enrolment_required")
    await enrolled(browser, "portal", world.clock)
    assert (await browser.get(home)).status == 200


async def test_the_link_is_kept_nowhere(world: World) -> None:
    _, shown = await invited(world)
    secret = secret_of(shown).encode()
    await accept(world, shown)
    files = [one for one in world.settings.data_dir.rglob("*") if one.is_file()]
    assert any(one.suffix == ".db" or "sqlite" in one.name for one in files)
    assert not any(secret in one.read_bytes() for one in files)


async def test_old_ones_are_forgotten(world: World) -> None:
    await invited(world)
    world.clock.advance((72 + 30 * 24) * HOUR + 1)
    await one_round(world.services, world.hub)
    async with world.services.database.read() as tx:
        assert (await tx.execute(select(invitations.c.id))).all() == []


async def test_who_invited_and_who_came_is_in_the_audit_log(world: World) -> None:
    _, shown = await invited(world)
    await world.browser().post(LOOK, {"secret": NOWHERE})
    await accept(world, shown)
    officer, noa = await account(world, "ops", "compliance"), await account(world, "spa", "noa")
    async with world.services.database.read() as tx:
        rows = (await tx.execute(select(audit_entries))).mappings().all()
        (invitation_id,) = (await tx.execute(select(invitations.c.id))).scalars()
    said = {(one["action"], one["actor"], one["route"]) for one in rows}
    compliance, staff = f"compliance:{officer.account_id}", f"staff:{noa.account_id}"
    assert said == {
        ("signed_in", compliance, "POST /api/v1/ops/session"),
        ("invited", compliance, f"POST /api/v1/ops/people/invitations {invitation_id}"),
        ("denied", "anonymous", f"POST {LOOK}"),
        ("joined", staff, f"POST {ACCEPT} {invitation_id}"),
        ("signed_in", staff, f"POST {ACCEPT}"),
    }
    assert secret_of(shown) not in str(rows)


async def test_who_accepts_leaves_the_session_that_the_browser_had(world: World) -> None:
    _, shown = await invited(world)
    browser = await world.spa()
    before = browser.cookie("gf_spa")
    form = {"secret": secret_of(shown), "password": PASSWORD}
    assert (await browser.post(ACCEPT, form)).body["display_name"] == "Noa"
    assert browser.cookie("gf_spa") not in {None, before}
    assert [reason for _, reason in world.hub.ended] == ["replaced"]
