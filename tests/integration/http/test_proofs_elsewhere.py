"""What a provider says of when, and for how long: a proof, a link, a token."""

from __future__ import annotations

from sqlalchemy import select

from server.housekeeping import one_round
from server.storage.tables import oidc_logouts
from tests.integration.http.browsing import Json, World
from tests.integration.http.signing_on import OPS, account_of, house
from tests.integration.http.test_federation import LINKS, logs_out

STALE = (403, "step_up_required")


async def test_what_links_began_ends_with_them_but_for_the_session_that_ends_them(
    world: World,
) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        here, _ = await one.signs_on("person-1")
        elsewhere, _ = await one.signs_on("person-1")
        by_password, _ = await one.by_password("mila")
        assert (await here.ask("DELETE", LINKS)).status == 200
        assert (await elsewhere.get(f"{OPS}/session")).refusal == (401, "session_expired")
        assert [reason for _, reason in world.hub.ended] == ["revoked"]
        for browser in (here, by_password):
            assert (await browser.get(f"{OPS}/session")).status == 200


async def test_the_last_way_in_is_not_ended(world: World) -> None:
    async with house(world) as one:
        joined = await one.joined("nora", "person-9")
        assert (await joined.ask("DELETE", LINKS)).refusal == (409, "last_way_in")
        await one.linked("mila", "person-1")
        await one.name(await account_of(world, "officer"))
        assert (await one.close()).status == 200
        mila, _ = await one.signs_on("person-1")
        assert (await mila.ask("DELETE", LINKS)).refusal == (409, "last_way_in")
        assert len((await mila.get(LINKS)).body["links"]) == 1
        assert (await one.close(only=False)).status == 200
        assert (await mila.ask("DELETE", LINKS)).body["links"] == []
        assert (await mila.ask("DELETE", LINKS)).body["links"] == []  # there is none to end


async def test_who_came_back_from_a_provider_without_being_asked_proved_nothing_lately(
    world: World,
) -> None:
    """Signing out and in again at a provider that knows the browser is no fresh proof."""
    async with house(world) as one:
        await one.linked("mila", "person-1")
        for ago_s, status in ((3_600, 403), (300, 403), (299, 200), (-61, 403)):
            asked_at = one.at.now() - ago_s
            browser, let_in = await one.signs_on("person-1", auth_time=asked_at)
            assert let_in.status == 200
            answer = await browser.post(LINKS, {"provider_id": one.id})
            assert answer.status == status, ago_s


async def test_a_provider_that_does_not_say_when_it_asked_leaves_nothing_fresh(
    world: World,
) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")

        def silent(_: Json, claims: Json) -> None:
            del claims["auth_time"]

        one.at.manner = silent
        browser, let_in = await one.signs_on("person-1")
        assert let_in.status == 200
        assert (await browser.post(LINKS, {"provider_id": one.id})).refusal == STALE


async def test_a_logout_token_that_ends_in_the_year_9999_is_good_for_minutes(
    world: World,
) -> None:
    """How long one is remembered is ours to say, not the provider's."""
    async with house(world) as one:
        await one.linked("mila", "person-1")
        token = ""
        for ends_at in (253_402_300_799, 2**53 - 1):
            mila, _ = await one.signs_on("person-1")
            token = one.at.logout_token(sub="person-1", exp=ends_at)
            assert (await logs_out(one, token)).status == 200
            assert (await mila.get(f"{OPS}/session")).status == 401
            assert (await logs_out(one, token)).status == 400
        async with world.services.database.read() as tx:
            kept = (await tx.execute(select(oidc_logouts.c.expires_at))).scalars().all()
        most = world.clock.now() + 900 * 1_000_000
        assert [one for one in kept if one > most] == []
        assert len(kept) == 2
        world.clock.advance(901)
        assert (await logs_out(one, token)).status == 400
        await one_round(world.services, world.services.hub)
        async with world.services.database.read() as tx:
            assert (await tx.execute(select(oidc_logouts))).all() == []
