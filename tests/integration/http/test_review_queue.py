"""The review queue: who sees what a patient sent, who has it, and who loses it."""

from __future__ import annotations

import asyncio

import pytest

from server.errors import (
    NotFound,
)
from server.housekeeping import one_round
from server.reviewing.claiming import give_back_idle
from server.reviewing.refusals import (
    ReviewOpen,
    ReviewTaken,
)
from server.rulings.refusals import NoEligiblePractitioner
from server.storage import reviews
from tests.integration.http.browsing import World
from tests.integration.http.packets import (
    DAY,
    Reviewer,
    queue,
    reviewer,
    submitted,
    visit_of,
)

MINUTE = 60 * 1_000_000


async def test_those_who_may_review_see_it_with_its_due_time_and_no_name(
    world: World, avery: Reviewer
) -> None:
    found = await queue(world, "avery")
    (row,) = found.reviews
    assert row.encounter_id == avery.encounter_id
    assert (row.jurisdiction, row.site_jurisdiction) == ("AZ", "AZ")
    assert [one.treatment_class for one in row.treatments] == ["chemical_peel"]
    assert row.due_at_ms - row.submitted_at_ms == DAY // 1_000
    assert (row.patient_name, row.pictures, row.mine) == (None, 2, False)
    assert not row.overdue
    assert not row.live_only
    assert [len((await queue(world, one)).reviews) for one in ("blake", "casey")] == [1, 1]


@pytest.mark.parametrize("login", ["devon", "emery", "finley"])
async def test_those_without_a_licence_there_neither_see_nor_get_it(
    world: World, avery: Reviewer, login: str
) -> None:
    assert (await queue(world, login)).reviews == []
    other = await reviewer(world, login, avery.encounter_id)
    with pytest.raises(NoEligiblePractitioner):
        await other.ask("review.begin")
    assert await visit_of(avery) == "submitted"


async def test_what_is_due_first_comes_first_and_what_is_late_says_so(
    world: World, avery: Reviewer
) -> None:
    later = await submitted(world, await world.spa(), name="Ida Roe", request_id="request-0002")
    async with world.services.database.write() as tx:
        await reviews.ask(tx, later, due_at=world.clock.now() - 1)
    rows = (await queue(world, "avery")).reviews
    assert [(one.encounter_id, one.overdue) for one in rows] == [
        (later, True),
        (avery.encounter_id, False),
    ]


async def test_of_two_who_take_it_at_once_one_has_it(world: World, avery: Reviewer) -> None:
    blake = await reviewer(world, "blake", avery.encounter_id)
    both = await asyncio.gather(
        avery.ask("review.begin"), blake.ask("review.begin"), return_exceptions=True
    )
    refused = [one for one in both if isinstance(one, BaseException)]
    assert [type(one) for one in refused] == [ReviewTaken]
    winner, loser = (avery, blake) if both[1] is refused[0] else (blake, avery)
    assert (await winner.chart()).review is not None
    logins = {"avery": avery, "blake": blake}
    for login, one in logins.items():
        rows = (await queue(world, login)).reviews
        assert [each.mine for each in rows] == ([True] if one is winner else [])
    with pytest.raises(NotFound):
        await loser.ask("review.open", item="answers")


async def test_whoever_has_one_sees_the_name_and_takes_no_second(
    world: World, avery: Reviewer
) -> None:
    await avery.ask("review.begin")
    await avery.ask("review.begin")
    assert (await queue(world, "avery")).reviews[0].patient_name == "Maria Vega"
    second = await submitted(
        world, await world.spa(), name="Ida Roe", request_id="request-0002"
    )
    with pytest.raises(ReviewOpen):
        await (await reviewer(world, "avery", second)).ask("review.begin")


async def test_one_that_was_given_back_leaves_nothing_for_the_next(
    world: World, avery: Reviewer
) -> None:
    await avery.ask("review.begin")
    await avery.review()
    await avery.ask("review.return", reason="outside_competence", said="Not my field.")
    assert await visit_of(avery) == "submitted"
    blake = await reviewer(world, "blake", avery.encounter_id)
    await blake.ask("review.begin")
    view = await blake.chart()
    assert view.review is not None
    assert not any(one.opened for one in view.review.items)
    assert view.review.sufficient is None
    assert view.dispositions[0].disposition is None
    with pytest.raises(NotFound):
        await avery.find_enough()


async def test_whoever_does_nothing_for_too_long_loses_it(
    world: World, avery: Reviewer
) -> None:
    await avery.ask("review.begin")
    blake = await reviewer(world, "blake", avery.encounter_id)
    world.clock.advance(29 * 60)
    await avery.ask("review.open", item="answers")
    world.clock.advance(29 * 60)
    with pytest.raises(ReviewTaken):
        await blake.ask("review.begin")
    world.clock.advance(60)
    assert len((await queue(world, "blake")).reviews) == 1
    await blake.ask("review.begin")
    assert (await queue(world, "avery")).reviews == []


async def test_an_idle_one_is_given_back_by_the_house(world: World, avery: Reviewer) -> None:
    await avery.ask("review.begin")
    services = world.services
    for waited_s, given in ((29 * 60, False), (60, True)):
        world.clock.advance(waited_s)
        async with services.database.write() as tx:
            now = services.clock.now()
            assert await give_back_idle(tx, services, avery.encounter_id, now) is given
    assert await visit_of(avery) == "submitted"


async def test_the_house_finds_what_lies_idle_by_itself(world: World, avery: Reviewer) -> None:
    await avery.ask("review.begin")
    world.clock.advance(30 * 60)
    world.hub.changed.clear()
    await one_round(world.services, world.hub)
    assert await visit_of(avery) == "submitted"
    assert avery.encounter_id in world.hub.changed
