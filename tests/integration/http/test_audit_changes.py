"""Changes of what holds are in the audit log: with the change, or neither is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from server.auditing import enter_settings
from server.auditing.event import MARK_CHARS
from server.auditing.of_settings import OF_ONE_PROCESS
from server.session_times import idle_times
from server.settings import Settings
from server.signing_off import end_expired, end_idle
from server.storage import directory
from server.storage.errors import StorageError
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.session_tables import sessions
from tests.integration.http.audit_rows import entries, log_of
from tests.integration.http.browsing import PORTAL, World, redeemed
from tests.integration.http.test_audit_commands import by_role, command
from tests.integration.http.test_compliance import API as COMPLIANCE
from tests.integration.http.test_compliance import OPENING, SWITCHES, officer, row_of
from tests.integration.http.test_deliveries import API as ENDPOINTS
from tests.integration.http.test_deliveries import added
from tests.integration.http.test_kiosk import tablet_of
from tests.integration.http.test_protocols import API as PROTOCOLS
from tests.integration.http.test_protocols import narrower, page, sign, versions

NETWORK = "network"


async def network_of(world: World) -> str:
    async with world.services.database.read() as tx:
        every = await directory.all_organizations(tx)
    return next(one.organization_id for one in every if one.kind == NETWORK)


@pytest.mark.safeguard("164.312(b)")
async def test_a_policy_change_is_in_the_log_before_it_holds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await officer(world)
    await browser.get(COMPLIANCE)
    faults = ScriptedFaults()
    monkeypatch.setattr(world.services.database, "_faults", faults)
    with faults.failing(FaultPoint.BEFORE_COMMIT):
        assert (await browser.post(f"{COMPLIANCE}/openings", OPENING)).status == 503
    assert row_of((await browser.get(COMPLIANCE)).body, "NV")["opened"] == 0
    assert await entries(world, action="rules_changed") == []
    opened = await browser.post(f"{COMPLIANCE}/openings", OPENING)
    assert row_of(opened.body, "NV")["opened"] == 2
    [entry] = await entries(world, action="rules_changed")
    assert entry.route == f"POST {COMPLIANCE}/openings"
    assert (entry.role, entry.network_id) == ("compliance", await network_of(world))
    assert entry.leaf_hash


async def test_a_change_that_is_refused_has_no_entry(world: World) -> None:
    browser = await officer(world)
    form = {**OPENING, "reference": " "}
    assert (await browser.post(f"{COMPLIANCE}/openings", form)).status == 400
    assert await entries(world, action="rules_changed") == []


async def test_what_compliance_decides_is_named_by_its_route(world: World) -> None:
    browser = await officer(world)
    await browser.post(f"{COMPLIANCE}/openings", OPENING)
    await browser.post(f"{COMPLIANCE}/closings", OPENING)
    policy = {"layer": "compliance", "switches": SWITCHES, "reference": "Memo 14"}
    assert (await browser.put(f"{COMPLIANCE}/policy", policy)).status == 200
    told = [(one.action, one.route) for one in await entries(world, role="compliance")]
    assert sorted(one for one in told if one[0].endswith("_changed")) == [
        ("policy_changed", f"PUT {COMPLIANCE}/policy"),
        ("rules_changed", f"POST {COMPLIANCE}/closings"),
        ("rules_changed", f"POST {COMPLIANCE}/openings"),
    ]


@pytest.mark.safeguard("164.312(b)")
async def test_whoever_signs_out_has_an_entry_on_each_page_and_a_patient_too(
    world: World,
) -> None:
    for name, login in (("console", "avery"), ("portal", "glow"), ("ops", "ops")):
        browser = await world.signed_in(name, login)
        answer = await browser.ask("DELETE", f"/api/v1/{name}/session")
        assert answer.status == 204
    patient = await redeemed(world, await world.request(await world.spa()))
    assert (await patient.post("/api/v1/join/end", {})).status == 204
    out = await entries(world, action="signed_out")
    assert sorted((one.role, one.route) for one in out) == [
        ("ops", "DELETE /api/v1/ops/session"),
        ("patient", "POST /api/v1/join/end"),
        ("practitioner", "DELETE /api/v1/console/session"),
        ("spa_staff", "DELETE /api/v1/portal/session"),
    ]
    into = {one.session for one in await entries(world, action="signed_in")}
    assert {one.session for one in out} <= into
    assert {one.network_id for one in out} == {await network_of(world)}


@pytest.mark.safeguard("164.312(a)(2)(iii)")
async def test_whoever_is_signed_off_for_not_being_there_has_an_entry(world: World) -> None:
    await world.spa()
    await redeemed(world, await world.request(await world.spa("glow-manager")))
    live = {one.session: one for one in await entries(world, action="signed_in") if one.session}
    idle_s = idle_times(world.settings)
    now = world.clock.now() + max(map(round, idle_s.values())) * 1_000_000 + 1
    async with world.services.database.write() as tx:
        every = [row[0] for row in await tx.execute(select(sessions.c.id_hash))]
        ended = await end_idle(tx, every, now=now, idle_s=idle_s)
        assert await end_idle(tx, every, now=now, idle_s=idle_s) == []
    out = await entries(world, action="signed_out", reason="idle")
    assert {one.session for one in out} == {one[:MARK_CHARS] for one in ended} == set(live)
    for one in out:
        assert one.session is not None
        begun = live[one.session]
        assert (one.actor, one.role, one.network_id) == (
            begun.actor,
            begun.role,
            begun.network_id,
        )


@pytest.mark.safeguard("164.312(a)(2)(iii)")
async def test_a_session_that_ran_out_is_ended_once_with_an_entry(world: World) -> None:
    await world.spa()
    async with world.services.database.write() as tx:
        rows = [*await tx.execute(select(sessions.c.id_hash, sessions.c.expires_at))]
        every, last = [row[0] for row in rows], max(row[1] for row in rows)
        assert await end_expired(tx, every, now=last - 1) == []
        assert await end_expired(tx, every, now=last) == every
        assert await end_expired(tx, every, now=last) == []
    [one] = await entries(world, action="signed_out")
    assert (one.role, one.reason, one.session) == ("spa_staff", "absolute", every[0][:16])


async def test_a_tablet_that_is_registered_is_entered_and_so_is_who_is_signed_out(
    world: World,
) -> None:
    await tablet_of(world)
    told = await entries(world, route="POST /api/v1/portal/sites/{id}/device")
    assert {(one.action, one.role) for one in told} == {
        ("access_changed", "spa_staff"),
        ("signed_out", "spa_staff"),
    }


async def test_a_protocol_has_an_entry_for_each_step(world: World) -> None:
    director = await world.spa("glow-director")
    view = await page(director)
    drafted = (await director.post(PROTOCOLS, narrower(view))).body
    status, _ = await sign(director, versions(drafted)[0])
    one = versions(drafted)[0]
    withdrawn = await director.post(
        f"{PROTOCOLS}/{one['protocol_id']}/withdraw", {"version": one["version"]}
    )
    assert (status, withdrawn.status) == (200, 200)
    told = await entries(world, action="protocol_changed", role="medical_director")
    assert sorted(one.route for one in told) == [
        f"POST {PROTOCOLS}",
        f"POST {PROTOCOLS}/{{id}}/sign",
        f"POST {PROTOCOLS}/{{id}}/withdraw",
    ]


async def test_a_new_secret_of_an_endpoint_is_entered(world: World) -> None:
    manager = await world.spa("glow-manager")
    new = await added(manager)
    assert (await manager.post(f"{ENDPOINTS}/{new['endpoint_id']}/secret", {})).status == 200
    [entry] = await entries(world, action="key_rotated")
    assert entry.route == f"POST {PORTAL}/endpoints/{{id}}/secret"


@pytest.mark.safeguard("164.312(b)")
async def test_what_an_operator_changes_is_entered_for_the_network_that_it_is_about(
    world: World,
) -> None:
    home = await network_of(world)
    spa = (await command(world, "spa", "create", home, "Juniper")).strip()
    address = ("--street", "1 Main St", "--city", "Mesa", "--postal-code", "85201")
    site = await command(world, "site", "create", spa, "East", *address, "--jurisdiction", "AZ")
    named = ("--name", "Kim", "--role", "spa_staff")
    kim = (await command(world, "account", "create", spa, "kim", *named)).strip()
    await command(world, "account", "password", "spa", "kim")
    await command(world, "account", "close", "spa", "kim")
    await command(world, "spa", "token", "create", spa, "till")
    token_id = (await command(world, "spa", "token", "list", spa, "--json")).split('"')[3]
    await command(world, "spa", "token", "revoke", token_id)
    by = ("--by", "Robin", "--reference", "Memo 1")
    await command(world, "rules", "open", home, "NV", *by)
    await command(world, "minors", "enable", "other", "--network", home, *by)
    await command(world, "site-plan", "set", site.strip(), "--steps", "Call 911.")
    await command(world, "reviews", "settle", "--network", home)
    told = await by_role(world, "operator")
    assert [(one.action, one.route) for one in told] == [
        ("registered", "cli spa create"),
        ("registered", "cli site create"),
        ("account_created", f"cli account create {kim}"),
        ("password_changed", f"cli account password {kim}"),
        ("account_closed", f"cli account close {kim}"),
        ("access_changed", f"cli spa token create {token_id}"),
        ("access_changed", f"cli spa token revoke {token_id}"),
        ("rules_changed", "cli rules open"),
        ("policy_changed", "cli minors enable"),
        ("policy_changed", "cli site-plan set"),
        ("policy_changed", "cli reviews settle"),
    ]
    assert {one.network_id for one in told} == {home}


async def test_another_networks_compliance_is_told_of_its_own_and_of_nothing_here(
    world: World,
) -> None:
    other = (await command(world, "network", "create", "Saguaro")).strip()
    await command(world, "reviews", "settle", "--network", other)
    told = await by_role(world, "operator")
    assert [(one.route, one.network_id) for one in told] == [
        ("cli network create", other),
        ("cli reviews settle", other),
    ]


def changed(settings: Settings, **values: object) -> Settings:
    return settings.model_copy(update=values)


async def started(world: World, settings: Settings) -> int:
    """Start, a second later; return for how many networks it was entered."""
    world.clock.advance(1)
    return await enter_settings(world.services, settings)


@pytest.mark.safeguard("164.312(b)")
async def test_a_start_with_other_settings_is_entered_once(world: World) -> None:
    settings = world.settings
    assert await started(world, settings) == 1
    assert await started(world, settings) == 0
    stricter = changed(settings, session_idle_s=120)
    assert await started(world, stricter) == 1
    assert await started(world, stricter) == 0
    assert await started(world, settings) == 1, "changed back is a change"
    told = await entries(world, action="policy_changed", role="system")
    routes = [one.route for one in told]
    assert routes[0] == routes[2] != routes[1]
    assert all(one.startswith("settings ") for one in routes)
    assert {one.network_id for one in told} == {await network_of(world)}


async def test_where_a_process_listens_and_what_a_secret_is_are_no_change_of_policy(
    world: World, tmp_path: Path
) -> None:
    settings = world.settings
    assert await started(world, settings) == 1
    elsewhere = changed(settings, port=9_999, node_name="b", data_dir=tmp_path / "elsewhere")
    assert await started(world, elsewhere) == 0
    first = changed(settings, turn_secret=SecretStr("one-long-secret"))
    assert await started(world, first) == 1, "there is one now"
    second = changed(settings, turn_secret=SecretStr("another-long-secret"))
    assert await started(world, second) == 0


def test_what_does_not_count_of_a_start_are_settings() -> None:
    assert set(Settings.model_fields) > OF_ONE_PROCESS


async def test_settings_that_cannot_be_entered_do_not_hold(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = ScriptedFaults()
    monkeypatch.setattr(world.services.database, "_faults", faults)
    with faults.failing(FaultPoint.BEFORE_COMMIT), pytest.raises(StorageError):
        await enter_settings(world.services, world.settings)
    assert [one for one in await log_of(world) if one.role == "system"] == []
