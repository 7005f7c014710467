"""Where people sign in at their provider alone, and who does when that is down."""

from __future__ import annotations

import pytest

from server.access import Role
from server.storage.directory import Account
from tests.enrolled import PASSWORD
from tests.integration.http.audit_rows import entries
from tests.integration.http.browsing import Answer, Browser, Json, World
from tests.integration.http.signing_on import (
    EMERGENCY,
    LOCAL,
    OPS,
    PROVIDERS,
    House,
    account_of,
    house,
    network_in,
)

CLOSED = (403, "local_sign_in_closed")
NO_WAY_IN = (409, "no_way_in")
WAITING = "/api/v1/compliance/emergency-access/waiting"


async def test_it_is_closed_only_where_somebody_could_open_it_again(world: World) -> None:
    async with house(world) as one:
        assert (await one.close()).refusal == NO_WAY_IN
        assert (await one.name(await one.hired("mila"))).status == 200
        assert (await one.close()).refusal == NO_WAY_IN  # she could not open it
        officer = await account_of(world, "officer")
        assert (await one.name(officer)).status == 200
        assert network_in(await one.close())["emergency_only"] is True
        assert (await one.name(officer, emergency=False)).refusal == NO_WAY_IN
        gone = await one.officer.ask("DELETE", f"{PROVIDERS}/{one.id}")
        assert gone.refusal == NO_WAY_IN
        assert network_in(await one.close(only=False))["emergency_only"] is False
        assert (await one.name(officer, emergency=False)).status == 200


@pytest.mark.parametrize("somewhere", ["\x14", "unknown", "x y {}?"])
async def test_it_is_closed_nowhere_but_in_ones_own_organizations(
    world: World, somewhere: str
) -> None:
    async with house(world) as one:
        said = {"organization_id": somewhere, "emergency_only": False}
        assert (await one.officer.put(LOCAL, said)).refusal == (404, "not_found")
        asked = await one.officer.post(PROVIDERS, one.described(organization_id=somewhere))
        assert asked.refusal == (404, "not_found")


async def test_a_password_opens_nothing_where_people_sign_in_elsewhere(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        inside, _ = await one.by_password("mila")
        by_provider, _ = await one.signs_on("person-1")
        await one.name(await account_of(world, "officer"))
        assert (await one.close()).status == 200
        assert (await inside.get(f"{OPS}/session")).status == 401  # what was begun here ended
        assert (await by_provider.get(f"{OPS}/session")).status == 200
        assert (await one.by_password("mila"))[1].refusal == CLOSED
        assert (await one.signs_on("person-1"))[1].status == 200
        assert CLOSED[1] in {each.reason for each in await entries(world, action="denied")}


async def test_who_guesses_does_not_learn_that_it_is_closed(world: World) -> None:
    async with house(world) as one:
        await one.hired("mila")
        await one.name(await account_of(world, "officer"))
        await one.close()
        for login in ("mila", "nobody"):
            form = {"login": login, "password": f"not {PASSWORD}"}
            answer = await world.browser().post(f"{OPS}/session", form)
            assert answer.refusal == (401, "sign_in_failed")


async def test_a_provider_that_is_down_leaves_the_emergency_account(world: World) -> None:
    async with house(world) as one:
        officer = await account_of(world, "officer")
        await one.linked("mila", "person-1")
        await one.linked("nora", "person-2", Role.COMPLIANCE)
        await one.name(officer)
        assert (await one.close()).status == 200
        one.at.down = True
        world.clock.advance(600)
        form = {"provider_id": one.id}
        away = await world.browser().post(f"{OPS}/session/provider", form)
        assert away.refusal == (502, "provider_failed")
        assert (await one.by_password("mila"))[1].refusal == CLOSED
        browser, answer = await one.by_password("officer")
        assert answer.status == 200, answer.body

        told = await entries(world, action="break_glass")
        assert [(each.actor, each.reason, each.route) for each in told] == [
            (f"compliance:{officer.account_id}", "local_sign_in", "POST /api/v1/ops/session")
        ]
        page = network_in(await browser.get(PROVIDERS))
        (shown,) = page["emergency_accounts"]
        assert shown["signed_in_at_ms"] == world.clock.now() // 1_000
        assert shown["seen"] is False
        assert (await browser.get(WAITING)).body["signed_in"] == 1
        one.at.down = False
        world.clock.advance(6)
        nora, _ = await one.signs_on("person-2")
        seen = network_in(await nora.post(f"{EMERGENCY}/seen", {}))
        assert seen["emergency_accounts"][0]["seen"] is True
        assert (await browser.get(WAITING)).body["signed_in"] == 0
        world.clock.advance(1)
        await one.by_password("officer")
        again = network_in(await browser.get(PROVIDERS))
        assert again["emergency_accounts"][0]["seen"] is False


async def test_what_somebody_did_in_an_emergency_is_seen_by_somebody_else(
    world: World,
) -> None:
    async with house(world) as one:
        officer = await account_of(world, "officer")
        nora = await one.hired("nora", Role.COMPLIANCE)
        await one.name(officer)
        await one.name(nora)
        assert (await one.close()).status == 200
        own, _ = await one.by_password("officer")
        refused = await own.post(f"{EMERGENCY}/seen", {})
        assert refused.refusal == (409, "own_emergency_sign_in")
        path, form = f"{EMERGENCY}/{officer.account_id}", {"emergency": False}
        hidden = await own.put(path, form)
        assert hidden.refusal == (409, "emergency_sign_in_unseen")
        other, _ = await one.by_password("nora")
        seen = network_in(await other.post(f"{EMERGENCY}/seen", {}))["emergency_accounts"]
        assert {each["login"]: each["seen"] for each in seen} == {
            "officer": True,
            "nora": False,
        }
        assert (await own.post(f"{EMERGENCY}/seen", {})).status == 200
        assert (await other.get(WAITING)).body["signed_in"] == 0
        assert (await other.put(path, form)).status == 200
        assert len(await entries(world, action="reviewed")) == 2
        changes = await entries(world, action="policy_changed")
        named = [(each.route, each.reason) for each in changes]
        assert named[-1] == (f"PUT {path}", "for_none")
        assert (f"PUT {LOCAL} {one.network_id}", "emergency_only") in named
        assert (f"POST {PROVIDERS} {one.id}", None) in named


async def test_the_last_account_for_emergencies_stays_what_it_is(world: World) -> None:
    async with house(world) as one:
        officer = await account_of(world, "officer")
        nora = await one.linked("nora", "person-2", Role.COMPLIANCE)
        await one.name(officer)
        assert (await one.close()).status == 200
        browser, _ = await one.signs_on("person-2")
        theirs = f"{OPS}/people/{officer.account_id}"
        assert (await browser.put(f"{theirs}/role", {"role": "ops"})).refusal == NO_WAY_IN
        assert (await browser.post(f"{theirs}/close", {})).refusal == NO_WAY_IN
        assert (await one.officer.get(f"{OPS}/session")).status == 200, "nothing of it ended"
        assert (await one.name(nora)).status == 200
        assert (await browser.post(f"{theirs}/close", {})).status == 200


async def test_an_emergency_account_is_like_others_where_nothing_is_closed(
    world: World,
) -> None:
    async with house(world) as one:
        account = await one.hired("mila", Role.COMPLIANCE)
        await one.name(account)
        assert (await one.by_password("mila"))[1].status == 200
        assert await entries(world, action="break_glass") == []


async def test_an_invitation_takes_no_password_where_people_sign_in_elsewhere(
    world: World,
) -> None:
    async with house(world) as one:
        await one.name(await account_of(world, "officer"))
        await one.close()
        secret = await one.invited("nora", "Nora Quist")
        looked = await world.browser().post("/api/v1/invitations/look", {"secret": secret})
        assert looked.body["by_password"] is False
        form = {"secret": secret, "password": PASSWORD}
        answer = await world.browser().post("/api/v1/invitations/accept", form)
        assert answer.refusal == CLOSED


async def test_an_account_that_is_none_for_emergencies_any_more_is_signed_out(
    world: World,
) -> None:
    async with house(world) as one:
        await one.name(await account_of(world, "officer"))
        mila = await one.hired("mila")
        await one.name(mila)
        inside, _ = await one.by_password("mila")
        assert (await one.close()).status == 200
        assert (await inside.get(f"{OPS}/session")).status == 200
        assert (await one.name(mila, emergency=False)).status == 200
        assert (await inside.get(f"{OPS}/session")).refusal == (401, "session_expired")
        assert [reason for _, reason in world.hub.ended] == ["revoked"]
        assert (await one.close(only=False)).status == 200
        await one.name(mila)
        inside, _ = await one.by_password("mila")
        assert (await one.name(mila, emergency=False)).status == 200
        assert (await inside.get(f"{OPS}/session")).status == 200, "everybody signs in here"


# ------------------------------------------------------------------ let in again


async def asked_for(world: World, login: str) -> Json:
    form = {"audience": "ops", "login": login}
    return (await world.browser().post("/api/v1/recoveries", form)).body


async def approved(one: House, who: Account, asked: Json) -> Answer:
    path = f"{OPS}/people/{who.account_id}/recovery/approve"
    return await one.officer.post(path, {"phrase": asked["phrase"]})


async def finished(world: World, asked: Json) -> tuple[Browser, Answer]:
    browser = world.browser()
    form = {"secret": asked["secret"], "password": f"not {PASSWORD}"}
    return browser, await browser.post("/api/v1/recoveries/finish", form)


async def test_who_is_let_in_again_is_no_person_of_a_provider_until_they_say_so(
    world: World,
) -> None:
    """Whoever had the lost device could have linked the account to a person of their own."""
    async with house(world) as one:
        mila = await one.linked("mila", "person-1")
        by_provider, _ = await one.signs_on("person-1")
        asked = await asked_for(world, "mila")
        assert (await approved(one, mila, asked)).status == 200
        again, answer = await finished(world, asked)
        assert answer.status == 200, answer.body
        assert (await by_provider.get(f"{OPS}/session")).status == 401
        assert (await one.signs_on("person-1"))[1].refusal == (401, "provider_refused")
        told = await entries(world, action="recovered")
        assert [each.number for each in told] == [1]
        assert (await one.links(again, "person-1")).status == 200
        assert (await one.signs_on("person-1"))[1].status == 200


async def test_nobody_is_let_in_again_here_who_signs_in_elsewhere_alone(world: World) -> None:
    async with house(world) as one:
        mila = await one.linked("mila", "person-1")
        nora = await one.linked("nora", "person-2")
        before = await asked_for(world, "mila")
        assert (await approved(one, mila, before)).status == 200
        await one.name(await account_of(world, "officer"))
        await one.name(nora)
        assert (await one.close()).status == 200
        late = await asked_for(world, "mila")
        assert (await approved(one, mila, late)).refusal == (409, "let_in_elsewhere")
        assert (await finished(world, before))[1].refusal == CLOSED
        assert (await one.signs_on("person-1"))[1].status == 200, "nothing of hers ended"
        hers = await asked_for(world, "nora")  # in an emergency there is a way, and it is told
        assert (await approved(one, nora, hers)).status == 200
        assert (await finished(world, hers))[1].status == 200
        assert len(await entries(world, action="break_glass")) == 1
