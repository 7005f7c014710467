from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from server import auditing
from server.access import Role
from server.accounts import set_password
from server.people.ending import close_account
from server.storage.audit_tables import audit_entries
from tests.enrolled import PASSWORD, add_staff, enrolled
from tests.integration.http.browsing import World
from tests.integration.http.second_factors import (
    OPS,
    POLICY,
    Mila,
    hired,
    network_of,
    require,
    spa_of,
)


@pytest.fixture
async def mila(world: World) -> Mila:
    return await hired(world)


# ------------------------------------------------------------------ enrolling and giving up


async def test_enrolling_rotates_the_cookie_and_ends_the_others(
    world: World, mila: Mila
) -> None:
    other, browser = await mila.inside(), await mila.inside()
    before, name = browser.cookie("gf_ops"), f"{OPS}/session"
    await enrolled(browser, "ops", world.clock)
    assert browser.cookie("gf_ops") != before
    assert (await browser.get(name)).status == 200
    stolen = await world.browser().ask("GET", name, headers={"Cookie": f"gf_ops={before}"})
    assert stolen.refusal == (401, "session_expired")
    assert (await other.get(name)).refusal == (401, "session_expired")
    assert [reason for _, reason in world.hub.ended] == ["revoked"]


async def test_a_generator_is_confirmed_by_its_own_code_only(mila: Mila) -> None:
    browser = await mila.inside()
    begun = await browser.post(f"{OPS}/code-generators", {"label": "Phone"})
    path = f"{OPS}/code-generators/{begun.body['id']}/confirm"
    assert begun.body["uri"].startswith("otpauth://totp/")
    assert (await browser.post(path, {"code": "000000"})).refusal == (401, "code_refused")
    nowhere = f"{OPS}/code-generators/none/confirm"
    assert (await browser.post(nowhere, {"code": "000000"})).refusal == (404, "not_found")
    for _ in range(3):
        await browser.post(path, {"code": "000000"})
    assert (await browser.post(path, {"code": "000000"})).status == 429
    await mila.inside()  # nothing was enrolled


async def test_a_second_generator_keeps_the_recovery_codes(world: World, mila: Mila) -> None:
    browser, first = await mila.enrolled()
    second = await enrolled(browser, "ops", world.clock, "Tablet")
    assert second.recovery_codes == []
    factors = (await browser.get(f"{OPS}/factors")).body
    assert [one["label"] for one in factors["code_generators"]] == ["Phone", "Tablet"]
    assert factors["recovery_left"] == 10
    await mila.inside(code=first.recovery_codes[0])


async def test_a_generator_can_be_given_up_where_none_is_required(
    world: World, mila: Mila
) -> None:
    browser, made = await mila.enrolled()
    path = f"{OPS}/code-generators/{made.generator_id}"
    noa = await world.signed_in("ops", "ops")
    assert (await noa.ask("DELETE", path, {})).refusal == (404, "not_found")
    left = await browser.ask("DELETE", path, {})
    assert (left.body["code_generators"], left.body["recovery_left"]) == ([], 0)
    await mila.inside()
    assert (await browser.post(f"{OPS}/recovery-codes", {})).refusal == (409, "not_enrolled")


async def test_the_last_factor_stays_where_one_is_required(world: World, mila: Mila) -> None:
    browser, first = await mila.enrolled()
    await require(world, await network_of(world))
    path = f"{OPS}/code-generators/{first.generator_id}"
    assert (await browser.ask("DELETE", path, {})).refusal == (409, "last_factor")
    await enrolled(browser, "ops", world.clock, "Tablet")
    assert (await browser.ask("DELETE", path, {})).status == 200


async def test_there_are_not_more_generators_than_there_may_be(
    world: World, mila: Mila
) -> None:
    browser = await mila.inside()
    for _ in range(5):
        await enrolled(browser, "ops", world.clock)
    sixth = await browser.post(f"{OPS}/code-generators", {"label": "One more"})
    assert sixth.refusal == (409, "already_enrolled")


@pytest.mark.parametrize(
    ("page", "login"), [("console", "avery"), ("portal", "glow"), ("ops", "compliance")]
)
async def test_every_page_of_staff_enrols(world: World, page: str, login: str) -> None:
    browser = await world.signed_in(page, login)
    made = await enrolled(browser, page, world.clock)
    factors = (await browser.get(f"/api/v1/{page}/factors")).body
    assert [one["id"] for one in factors["code_generators"]] == [made.generator_id]


# ------------------------------------------------------------------ passwords


async def test_one_changes_ones_password_and_the_other_sessions_end(mila: Mila) -> None:
    other, browser = await mila.inside(), await mila.inside()
    before = browser.cookie("gf_ops")
    form = {"current": PASSWORD, "password": "another password"}
    assert (await browser.put(f"{OPS}/password", form)).status == 204
    assert browser.cookie("gf_ops") != before
    assert (await browser.get(f"{OPS}/session")).status == 200
    assert (await other.get(f"{OPS}/session")).refusal == (401, "session_expired")
    assert (await mila.signs_in())[1].refusal == (401, "sign_in_failed")
    assert (await mila.signs_in(password="another password"))[1].status == 200


@pytest.mark.parametrize("wanted", ["short", "mila@network.example"])
async def test_a_password_is_long_and_not_the_login(
    world: World, mila: Mila, wanted: str
) -> None:
    login = "mila@network.example"
    organization_id = mila.account.organization_id
    await add_staff(world.services, "ops", organization_id, login, Role.OPS)
    browser = world.browser()
    await browser.post(f"{OPS}/session", {"login": login, "password": PASSWORD})
    form = {"current": PASSWORD, "password": wanted}
    assert (await browser.put(f"{OPS}/password", form)).refusal == (400, "invalid_body")


async def test_a_password_is_not_changed_without_the_one_of_before(mila: Mila) -> None:
    browser = await mila.inside()
    form = {"current": "wrong", "password": "another password"}
    for _ in range(10):
        refused = await browser.put(f"{OPS}/password", form)
        assert refused.refusal == (401, "sign_in_failed")
    assert (await browser.put(f"{OPS}/password", form)).status == 429


async def test_what_changes_while_a_password_is_checked_is_noticed(
    world: World, mila: Mila, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the check and the session the password is changed, or the account closed."""

    async def meanwhile(*_: object) -> None:
        await set_password(world.services, mila.account.account_id, "another password")

    monkeypatch.setattr("server.proofs.proving.attempts.succeeded", meanwhile)
    assert await mila.refused(None) == (401, "sign_in_failed")

    async def closed(*_: object) -> None:
        await close_account(world.services, mila.account.account_id)

    monkeypatch.setattr("server.proofs.proving.attempts.succeeded", closed)
    _, answer = await mila.signs_in(password="another password")
    assert answer.refusal == (401, "sign_in_failed")


# ------------------------------------------------------------------ where it is required


async def test_compliance_says_where_a_second_factor_is_required(
    world: World, mila: Mila
) -> None:
    network_id, spa_id = await network_of(world), await spa_of(world)
    answer = await require(world, spa_id)
    assert answer.status == 200, answer.body
    assert answer.body["floor"] is False
    found = {one["organization_id"]: one for one in answer.body["organizations"]}
    assert (found[spa_id]["said"], found[spa_id]["holds"]) == ("required", "required")
    assert (found[network_id]["said"], found[network_id]["holds"]) == (None, "optional")
    assert found[spa_id]["people"] == found[spa_id]["without"] == 3
    assert found[network_id]["people"] - found[network_id]["without"] == 1
    glow = await world.spa()
    assert (await glow.get("/api/v1/portal/home")).refusal == (403, "enrolment_required")
    assert (await (await mila.inside()).get(f"{OPS}/history?days=1")).status == 200


async def test_only_compliance_says_it_and_of_its_own_network_only(
    world: World, mila: Mila
) -> None:
    form = {"organization_id": await network_of(world), "second_factor": "required"}
    browser = await mila.inside()
    assert (await browser.put(POLICY, form)).refusal == (403, "forbidden")
    assert (await browser.get(POLICY)).refusal == (403, "forbidden")
    assert (await require(world, "another")).refusal == (404, "not_found")


@pytest.fixture
def more_settings(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    return getattr(request, "param", {})


@pytest.mark.parametrize("more_settings", [{"second_factor": "required"}], indirect=True)
async def test_what_the_settings_require_is_required_of_everybody(world: World) -> None:
    glow = await world.spa()
    assert (await glow.get("/api/v1/portal/home")).refusal == (403, "enrolment_required")
    assert (await glow.get("/api/v1/portal/factors")).body["required"] is True
    await enrolled(glow, "portal", world.clock)
    assert (await glow.get("/api/v1/portal/home")).status == 200


# ------------------------------------------------------------------ the audit log


async def test_what_is_enrolled_changed_and_refused_is_in_the_audit_log(
    world: World, mila: Mila
) -> None:
    browser, made = await mila.enrolled()
    await mila.refused("000000")
    await browser.ask("DELETE", f"{OPS}/code-generators/{made.generator_id}", {})
    form = {"current": PASSWORD, "password": "another password"}
    await browser.put(f"{OPS}/password", form)
    await auditing.settle(world.services)
    async with world.services.database.read() as tx:
        rows = (await tx.execute(select(audit_entries).order_by("at"))).mappings().all()
    network_id = mila.account.organization_id
    assert {one["network_id"] for one in rows} == {network_id}
    assert {one["actor"] for one in rows} == {f"ops:{mila.account.account_id}"}
    assert [(one["action"], one["reason"]) for one in rows] == [
        ("signed_in", None),
        ("enrolled", None),
        ("denied", "code_refused"),
        ("unenrolled", None),
        ("password_changed", None),
    ]
    assert rows[1]["route"] == "POST /api/v1/ops/code-generators/{id}/confirm"


async def test_who_needs_a_second_factor_is_in_the_audit_log(world: World) -> None:
    network_id = await network_of(world)
    await require(world, network_id)
    async with world.services.database.read() as tx:
        query = select(audit_entries).where(audit_entries.c.action == "policy_changed")
        (entry,) = (await tx.execute(query)).mappings().all()
    assert (entry["role"], entry["network_id"]) == ("compliance", network_id)
    said = (f"PUT /api/v1/compliance/sign-in-policy {network_id}", "required")
    assert (entry["route"], entry["reason"]) == said
