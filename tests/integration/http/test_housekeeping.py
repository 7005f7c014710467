"""What nobody asks for is done all the same: links run out, old rows go."""

from __future__ import annotations

from server.housekeeping import one_round
from server.storage import chart_log, commands, encounters
from tests.integration.http.browsing import World, redeemed

DAY_S = 24 * 3_600


async def visit_of(world: World, encounter_id: str) -> str:
    async with world.services.database.read() as tx:
        return (await encounters.get(tx, encounter_id)).visit


async def test_a_visit_whose_link_ran_out_expires_and_the_portal_is_told(world: World) -> None:
    link = await world.request(await world.spa())
    encounter_id = link["encounter_id"]
    await one_round(world.services, world.services.hub)
    assert await visit_of(world, encounter_id) == "requested"
    world.clock.advance(DAY_S)
    await one_round(world.services, world.services.hub)
    assert await visit_of(world, encounter_id) == "expired"
    assert encounter_id in world.hub.changed
    async with world.services.database.read() as tx:
        leaves = await chart_log.leaves(tx, encounter_id)
    assert leaves[-1].kind == "visit.changed"


async def test_a_visit_with_a_newer_link_does_not_expire_with_the_old_one(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    world.clock.advance(DAY_S / 2)
    spa_again = await world.spa()
    await spa_again.post(f"/api/v1/portal/encounters/{link['encounter_id']}/link", {})
    world.clock.advance(DAY_S / 2)
    await one_round(world.services, world.services.hub)
    assert await visit_of(world, link["encounter_id"]) == "requested"


async def test_somebody_who_began_and_never_came_back_expires_too(world: World) -> None:
    link = await world.request(await world.spa())
    await redeemed(world, link)
    assert await visit_of(world, link["encounter_id"]) == "intake"
    world.clock.advance(DAY_S)
    await one_round(world.services, world.services.hub)
    assert await visit_of(world, link["encounter_id"]) == "expired"


async def test_acknowledgements_are_kept_for_a_day(world: World) -> None:
    async with world.services.database.write() as tx:
        await commands.record(tx, "patient:1", "command-1", "{}", world.clock.now())
    world.clock.advance(DAY_S - 60)
    await one_round(world.services, world.services.hub)
    async with world.services.database.read() as tx:
        assert await commands.recorded(tx, "patient:1", "command-1") == "{}"
    world.clock.advance(120)
    await one_round(world.services, world.services.hub)
    async with world.services.database.read() as tx:
        assert await commands.recorded(tx, "patient:1", "command-1") is None
