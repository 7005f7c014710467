"""What weighs much takes a proof of the last minutes; how it is given, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from server.access import PARTS, ROUTES, Proof, Role, RouteKey
from server.federation import providers
from server.storage import directory
from server.storage.audit import AuditRow
from server.views.federation import ProviderForm
from tests.enrolled import PASSWORD, add_staff, enrolled
from tests.integration.http.audit_rows import entries
from tests.integration.http.browsing import PORTAL, Answer, Browser, World
from tests.integration.http.own_software import registered
from tests.integration.http.second_factors import OPS, Mila, hired, network_of

STALE = (403, "step_up_required")
STEP_UP = f"{PORTAL}/session/step-up"
ENDPOINTS = f"{PORTAL}/endpoints"
ENDPOINT = {"url": "https://hooks.glow.example.com/in", "topics": ["encounter.signed"]}
FRESH = [
    RouteKey(key)
    for part in PARTS
    for key, rule in part.items()
    if rule.proof in {Proof.FRESH, Proof.ENROLLING_OR_FRESH}
]
FRESH_S = 300
WHO = {"console": "avery", "ops": "ops", "compliance": "compliance"}
OF_THE_PORTAL = {
    "endpoints": "glow-manager",
    "people": "glow-manager",
    "protocols": "glow-director",
    "software": "glow-manager",
}


@dataclass
class Staff:
    """Somebody signed in, on the page that they are signed in on."""

    browser: Browser
    page: str
    login: str


class Signed:
    """Everybody whom the routes need, each signed in once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, Staff] = {}

    async def for_route(self, key: RouteKey) -> Staff:
        _, _, page, *rest = key.partition(" ")[2].split("/")[1:]
        if (page, rest[0]) == ("ops", "people"):
            page = "compliance"
        login = WHO.get(page) or OF_THE_PORTAL.get(rest[0], "glow")
        page = "ops" if page == "compliance" else page
        if login not in self._known:
            browser = await self._world.signed_in(page, login)
            self._known[login] = Staff(browser, page, login)
        return self._known[login]

    async def step_up(self) -> None:
        for one in self._known.values():
            await self._world.stepped_up(one.browser, one.page, one.login)


async def ids_of(world: World) -> dict[str, str]:
    """Return what the ids of the routes may name, so that it is there."""
    spa, manager = await world.spa(), await world.spa("glow-manager")
    protocols = (await spa.get(f"{PORTAL}/protocols")).body["sites"][0]["protocols"]
    new = await manager.post(ENDPOINTS, ENDPOINT)
    encounter_id = (await world.request(spa))["encounter_id"]
    return {
        "encounters": encounter_id,
        "sites": (await world.site(spa))["site_id"],
        "protocols": protocols[0]["protocol_id"],
        "endpoints": new.body["endpoint_id"],
        "code-generators": "0" * 32,
        "passkeys": "0" * 64,
        "people": await account_of(world, "glow"),
        "emergency-access": await opened(world, encounter_id),
        "practitioners": await practitioner_of(world, "devon"),
        "software": (await registered(world)).path.rpartition("/")[2],
        "providers": await provided(world),
        "emergency-accounts": await account_of(world, "glow"),
    }


async def provided(world: World) -> str:
    """Give the network a provider that nobody runs; return its id."""
    organization_id = await network_of(world)
    form = ProviderForm(
        organization_id=organization_id,
        name="Lumen sign-in",
        issuer="https://id.example.com",
        client_id="goodfaith",
    )
    async with world.services.database.write() as tx:
        network = await directory.organization(tx, organization_id)
        return (await providers.add(tx, world.services, network, form, by="operator:test")).id


async def practitioner_of(world: World, login: str) -> str:
    async with world.services.database.read() as tx:
        account = await directory.account_by_login(tx, "practitioner", login)
        assert account is not None
        found = await directory.practitioner_of_account(tx, account.account_id)
    assert found is not None
    return found.practitioner_id


async def opened(world: World, encounter_id: str) -> str:
    """Open charts in an emergency; return what compliance reviews."""
    form = {"encounter_id": encounter_id, "reason": "The ambulance asks what she was given."}
    avery = await world.signed_in("console", "avery")
    answer = await avery.post("/api/v1/console/emergency-access", form)
    access_id: str = answer.body["open"][0]["id"]
    return access_id


async def account_of(world: World, login: str) -> str:
    async with world.services.database.read() as tx:
        account = await directory.account_by_login(tx, "spa", login)
    assert account is not None
    return account.account_id


async def ask(staff: Staff, key: RouteKey, ids: dict[str, str]) -> Answer:
    method, _, path = key.partition(" ")
    for kind, one in ids.items():
        path = path.replace(f"/{kind}/{{id}}", f"/{kind}/{one}")
    for part in ("{part}", "{key}"):
        path = path.replace(part, "0" * 32)
    path = path.replace("{kind}", "trainings")
    return await staff.browser.ask(method, path, None if method == "GET" else {})


def ends_something(key: RouteKey) -> bool:
    """Tell what may end the session of somebody who is still to ask something: last of all."""
    return key.endswith(("/device", "/close"))


async def test_every_fresh_route_is_refused_when_stale_and_let_through_when_fresh(
    world: World,
) -> None:
    ids, signed = await ids_of(world), Signed(world)
    for key in FRESH:
        await signed.for_route(key)
    world.clock.advance(FRESH_S)
    for key in FRESH:
        answer = await ask(await signed.for_route(key), key, ids)
        assert answer.refusal == STALE, key
    await signed.step_up()
    for key in sorted(FRESH, key=ends_something):
        answer = await ask(await signed.for_route(key), key, ids)
        refused = answer.status >= 400 and answer.code
        assert refused not in {"step_up_required", "forbidden", "session_expired"}, key
    assert len(FRESH) > 20


async def test_fresh_ends_after_five_minutes_exactly(world: World) -> None:
    manager = await world.spa("glow-manager")
    look = await manager.get(STEP_UP)
    assert look.body["ways"] == ["password"]
    assert look.body["fresh_until_ms"] == world.clock.now() // 1_000 + FRESH_S * 1_000
    world.clock.advance(FRESH_S - 0.000_001)
    assert (await manager.post(ENDPOINTS, ENDPOINT)).status == 200
    world.clock.advance(0.000_001)
    assert (await manager.post(ENDPOINTS, ENDPOINT)).refusal == STALE
    assert (await manager.get(ENDPOINTS)).status == 200  # what weighs less goes on
    await world.stepped_up(manager, "portal", "glow-manager")
    assert (await manager.post(ENDPOINTS, ENDPOINT)).status == 200


async def test_it_keeps_the_session_and_rotates_its_cookie(world: World) -> None:
    glow = await world.spa()
    before, named = glow.cookie("gf_spa"), await own_session(glow)
    world.clock.advance(FRESH_S)
    await world.stepped_up(glow, "portal", "glow")
    after = glow.cookie("gf_spa")
    assert after != before
    assert await own_session(glow) == named
    old = await world.browser().ask(
        "GET", f"{PORTAL}/home", headers={"Cookie": f"gf_spa={before}"}
    )
    assert old.refusal == (401, "session_expired")
    assert (await glow.get(f"{PORTAL}/home")).status == 200


async def own_session(browser: Browser) -> str:
    found = (await browser.get(f"{PORTAL}/sessions")).body["sessions"]
    return str(next(one["id"] for one in found if one["here"]))


async def test_of_two_at_once_the_second_is_told_and_the_browser_is_not_locked_out(
    world: World,
) -> None:
    glow = await world.spa()
    asked_with = {"Cookie": f"gf_spa={glow.cookie('gf_spa')}"}
    form = {"password": world.account("glow").password}
    first, second = world.browser(), world.browser()
    done = await first.ask("POST", STEP_UP, form, headers=asked_with)
    late = await second.ask("POST", STEP_UP, form, headers=asked_with)
    assert (done.status, late.refusal) == (200, (401, "session_expired"))
    assert second.cookie("gf_spa") is None
    now = {"Cookie": f"gf_spa={first.cookie('gf_spa')}"}
    assert (await second.ask("GET", f"{PORTAL}/home", headers=now)).status == 200


async def test_a_wrong_password_is_counted_in_this_session_apart_from_others(
    world: World,
) -> None:
    glow = await world.spa()
    world.clock.advance(FRESH_S)
    site_id = (await world.site(glow))["site_id"]
    limit = world.settings.attempts_per_account_max
    for _ in range(limit):
        assert (await wrong(glow)).refusal == (401, "sign_in_failed")
    assert (await wrong(glow)).refusal == (429, "too_many_attempts")
    form = {"login": "glow", "password": world.account("glow").password}
    other = await world.browser().post(f"{PORTAL}/session", form)
    assert other.status == 200
    assert (await glow.post(f"{PORTAL}/sites/{site_id}/device", {})).refusal == STALE
    world.clock.advance(600)  # the session is not idle yet, the window is over
    assert (await glow.get(f"{PORTAL}/home")).status == 200


async def wrong(browser: Browser) -> Answer:
    return await browser.post(STEP_UP, {"password": "not the password"})


@pytest.mark.parametrize("form", [{}, {"code": "123456"}, {"password": "x", "more": "y"}])
async def test_what_is_not_asked_for_is_no_proof(world: World, form: dict[str, str]) -> None:
    glow = await world.spa()
    assert (await glow.post(STEP_UP, form)).refusal == (400, "invalid_body")


# ------------------------------------------------------------------ with a second factor


@pytest.fixture
async def mila(world: World) -> Mila:
    return await hired(world)


async def prove(browser: Browser, **form: str) -> Answer:
    return await browser.post(f"{OPS}/session/step-up", form)


async def test_who_has_a_second_factor_shows_that_and_the_password_is_not_enough(
    world: World, mila: Mila
) -> None:
    browser, made = await mila.enrolled()
    assert (await browser.get(f"{OPS}/session/step-up")).body["ways"] == ["code"]
    world.clock.advance(FRESH_S)
    codes = f"{OPS}/recovery-codes"
    assert (await browser.post(codes, {})).refusal == STALE
    assert (await prove(browser, password=PASSWORD)).refusal == (401, "code_required")
    assert (await prove(browser, code="000000")).refusal == (401, "code_refused")
    code = made.code(world.clock)
    assert (await prove(browser, code=code)).status == 200
    assert (await prove(browser, code=code)).refusal == (401, "code_used")
    assert (await browser.post(codes, {})).status == 200
    look = (await browser.get(f"{OPS}/sessions")).body["sessions"][0]
    assert (look["way"], look["proved_at_ms"]) == (
        "password_code",
        world.clock.now() // 1_000,
    )


async def test_a_recovery_code_is_as_good_and_gone_afterwards(world: World, mila: Mila) -> None:
    browser, made = await mila.enrolled()
    world.clock.advance(FRESH_S)
    assert (await prove(browser, code=made.recovery_codes[0])).status == 200
    assert (await prove(browser, code=made.recovery_codes[0])).refusal == (401, "code_used")
    assert (await browser.get(f"{OPS}/factors")).body["recovery_left"] == 9


async def test_somebody_elses_code_is_no_proof(world: World, mila: Mila) -> None:
    browser, _ = await mila.enrolled()
    await add_staff(world.services, "ops", mila.account.organization_id, "noa", Role.OPS)
    noa = world.browser()
    form = {"login": "noa", "password": PASSWORD}
    assert (await noa.post(f"{OPS}/session", form)).status == 200
    theirs = await enrolled(noa, "ops", world.clock)
    world.clock.advance(60)
    for code in (theirs.code(world.clock), theirs.recovery_codes[0]):
        assert (await prove(browser, code=code)).refusal == (401, "code_refused")


async def test_wrong_codes_are_counted_and_do_not_end_the_session(
    world: World, mila: Mila
) -> None:
    browser, made = await mila.enrolled()
    for _ in range(world.settings.attempts_per_code_max):
        assert (await prove(browser, code="000000")).refusal == (401, "code_refused")
    code = made.code(world.clock)
    assert (await prove(browser, code=code)).refusal == (429, "too_many_attempts")
    assert (await prove(browser, code=made.recovery_codes[0])).status == 200


async def test_confirming_a_generator_is_a_fresh_proof(world: World, mila: Mila) -> None:
    browser = await mila.inside()
    world.clock.advance(FRESH_S)
    generators = f"{OPS}/code-generators"
    assert (await browser.post(generators, {"label": "Phone"})).refusal == STALE
    assert (await prove(browser, password=PASSWORD)).status == 200
    await enrolled(browser, "ops", world.clock)
    world.clock.advance(FRESH_S - 1)
    assert (await browser.post(f"{OPS}/recovery-codes", {})).status == 200


# ------------------------------------------------------------------ what comes first, the log


async def test_what_is_not_theirs_is_not_there_before_any_proof_is_asked_for(
    world: World,
) -> None:
    manager, stranger = await world.spa("glow-manager"), await world.spa("lumen-manager")
    new = (await manager.post(ENDPOINTS, ENDPOINT)).body
    world.clock.advance(FRESH_S)
    path = f"{ENDPOINTS}/{new['endpoint_id']}/secret"
    assert (await stranger.post(path, {})).refusal == (404, "not_found")
    assert (await (await world.spa()).post(ENDPOINTS, ENDPOINT)).refusal == (403, "forbidden")
    assert (await manager.post(path, {})).refusal == STALE


async def test_proofs_given_and_refused_are_in_the_log_and_that_one_was_asked_for(
    world: World,
) -> None:
    manager = await world.spa("glow-manager")
    world.clock.advance(FRESH_S)
    assert (await manager.post(ENDPOINTS, ENDPOINT)).refusal == STALE
    assert (await wrong(manager)).status == 401
    await world.stepped_up(manager, "portal", "glow-manager")
    done, refused = sorted(await entries(world, action="step_up"), key=lambda one: one.outcome)
    assert said(refused) == ("refused", f"POST {STEP_UP}", "sign_in_failed")
    assert said(done) == ("done", f"POST {STEP_UP}", None)
    [asked] = await entries(world, action="denied")
    assert said(asked) == ("refused", f"POST {ENDPOINTS}", "step_up_required")
    assert {one.actor for one in (refused, done, asked)} == {done.actor}
    assert done.actor.startswith("staff:")
    assert done.session == asked.session == await own_session(manager)

    compliance = await world.signed_in("ops", "compliance")
    unusual = (await compliance.get("/api/v1/compliance/audit/unusual")).body
    assert [one["reason"] for one in unusual["denials"]] == ["sign_in_failed"]


def said(row: AuditRow) -> tuple[str, str, str | None]:
    return row.outcome, row.route, row.reason


def test_every_route_that_asks_for_it_is_one_of_staff() -> None:
    assert {ROUTES[key].audience for key in FRESH} == {"practitioner", "spa", "ops"}
