"""Where people sign in at their provider alone, and who does when that is down."""

from __future__ import annotations

from server.access import Role
from tests.enrolled import PASSWORD
from tests.integration.http.audit_rows import entries
from tests.integration.http.browsing import World
from tests.integration.http.signing_on import (
    EMERGENCY,
    OPS,
    PROVIDERS,
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
        seen = network_in(await browser.post(f"{EMERGENCY}/seen", {}))
        assert seen["emergency_accounts"][0]["seen"] is True
        assert (await browser.get(WAITING)).body["signed_in"] == 0
        world.clock.advance(1)
        await one.by_password("officer")
        again = network_in(await browser.get(PROVIDERS))
        assert again["emergency_accounts"][0]["seen"] is False


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
        invited = await one.officer.post(
            f"{OPS}/people/invitations",
            {
                "organization_id": one.network_id,
                "role": "ops",
                "login": "nora",
                "display_name": "Nora Quist",
            },
        )
        secret = str(invited.body["url"]).partition("#invitation=")[2]
        looked = await world.browser().post("/api/v1/invitations/look", {"secret": secret})
        assert looked.body["by_password"] is False
        form = {"secret": secret, "password": PASSWORD}
        answer = await world.browser().post("/api/v1/invitations/accept", form)
        assert answer.refusal == CLOSED
