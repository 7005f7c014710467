"""What ends is told at 90, 60 and 30 days, each once; files are completed and lapse by time."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.credentials import DAY_US
from server.practitioner_files import demo, noticing
from server.storage import credentials, directory, expiry_notices
from server.storage.expiry_notices import Notice
from server.storage.tables import organizations
from tests.integration.http.browsing import World
from tests.integration.http.files import (
    COVER,
    EVIDENCE,
    FILES,
    LICENCE,
    Casey,
    casey_of,
    day,
    who,
)

DAY_S = 86_400.0


@pytest.fixture
async def casey(world: World) -> Casey:
    return await casey_of(world)


async def notices(world: World) -> list[Notice]:
    async with world.services.database.read() as tx:
        network = (await who(world)).network_id
        return await expiry_notices.of_network(tx, network, ends_after=0)


async def test_somebody_is_told_at_ninety_sixty_and_thirty_days_once_each(
    world: World, casey: Casey
) -> None:
    licence = {**LICENCE, "until": day(world, 92)}
    file = await casey.send("authorities", licence)
    (entered,) = [one for one in file["authorities"] if one["jurisdiction"] == "NV"]
    await casey.send(f"authorities/{entered['id']}/verify", EVIDENCE)
    for _ in range(95):
        await noticing.notice(world.services)
        assert await noticing.notice(world.services) == 0  # it looks more often than once a day
        world.clock.advance(DAY_S)
    own = [one for one in await notices(world) if one.subject_id == entered["id"]]
    assert sorted((one.days for one in own), reverse=True) == [90, 60, 30]
    assert len(own) == len({(one.kind, one.subject_id, one.days) for one in own})
    until = entered["valid_until_ms"] * 1_000
    for one in own:
        assert 0 <= one.noticed_at - (until - one.days * DAY_US) < DAY_US


async def test_a_renewal_ends_the_telling(world: World, casey: Casey) -> None:
    file = await casey.send(
        "malpractice", {**COVER, "until": day(world, 40), "evidence": EVIDENCE}
    )
    assert file["ends"] == []  # the demo's lasts longer
    (longer,) = [one for one in file["malpractice"] if one["policy_number"] != "SM-9"]
    file = await casey.send(f"parts/malpractice/{longer['id']}/end", {})
    assert [one["kind"] for one in file["ends"]] == ["malpractice"]
    await noticing.notice(world.services)
    file = await casey.file()
    assert [one["noticed"] for one in file["ends"]] == [[60]]
    renewed = {**COVER, "policy_number": "SM-10", "until": day(world, 400)}
    file = await casey.send("malpractice", {**renewed, "evidence": EVIDENCE})
    assert file["ends"] == []


async def test_compliance_sees_notices_once_and_the_practitioner_in_their_file(
    world: World, casey: Casey
) -> None:
    world.clock.advance(25 * DAY_S)
    assert await noticing.notice(world.services) == 6  # the looks into the lists
    casey = await casey_of(world)
    view = (await casey.browser.get(FILES)).body
    assert view["unseen"] == 6
    own = (await (await world.signed_in("console", "casey")).get("/api/v1/console/file")).body
    assert [(one["kind"], one["noticed"]) for one in own["ends"]] == [("exclusion_check", [7])]
    seen = await casey.browser.post(
        f"{FILES}/notices/seen", {"noticed_until_ms": view["now_ms"]}
    )
    assert seen.status == 204
    assert (await casey.browser.get(FILES)).body["unseen"] == 0
    assert await noticing.notice(world.services) == 0


async def test_a_file_lapses_by_time_alone(world: World, casey: Casey) -> None:
    world.clock.advance(30 * DAY_S + 86_399)
    casey = await casey_of(world)
    assert (await casey.file())["cleared"] is True
    world.clock.advance(1)
    file = await casey.file()
    assert (file["cleared"], file["missing"]) == (False, ["exclusion_check"])


async def test_the_demo_looks_for_its_people_anew_and_real_networks_do_not(
    world: World,
) -> None:
    async def looks() -> set[int]:
        async with world.services.database.write() as tx:
            query = select(organizations.c.id).where(organizations.c.kind == "network")
            network = await directory.organization(tx, (await tx.execute(query)).scalar_one())
            await demo.extend(tx, world.services, network)
            parts = await credentials.parts_of_network(tx, network.organization_id)
        return {len(one.exclusion_checks) for one in parts.values()}

    assert await looks() == {1}
    world.clock.advance(16 * DAY_S)
    assert await looks() == {2}
    assert await looks() == {2}


async def test_a_policy_from_next_week_completes_a_file_by_itself(
    world: World, casey: Casey
) -> None:
    later = {**COVER, "since": day(world, 7), "until": day(world, 400), "evidence": EVIDENCE}
    await casey.send("malpractice", later)
    (now,) = [
        one for one in (await casey.file())["malpractice"] if one["policy_number"] != "SM-9"
    ]
    assert (await casey.send(f"parts/malpractice/{now['id']}/end", {}))["cleared"] is False
    await noticing.complete(world.services)
    assert (await casey.file())["cleared"] is False
    world.clock.advance(8 * DAY_S)
    await noticing.complete(world.services)
    casey = await casey_of(world)
    assert (await casey.file())["cleared"] is True
