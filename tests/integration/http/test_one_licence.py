"""A board acts on a licence: suspended and revoked are all its rows, of whichever term."""

from __future__ import annotations

import pytest

from server.storage import directory
from server.waiting.authorities import in_force
from tests.integration.http.browsing import Json, World
from tests.integration.http.files import EVIDENCE, OWN, Casey, casey_of, day, who

DAY_US = 86_400_000_000
NV: Json = {"jurisdiction": "NV", "kind": "license"}


@pytest.fixture
async def casey(world: World) -> Casey:
    return await casey_of(world)


async def entered(casey: Casey, number: str, since: int, until: int, **more: object) -> str:
    """Enter a licence that counts, from and until so many days from now; return its id."""
    term = {"since": day(casey.world, since), "until": day(casey.world, until)}
    before = await statuses(casey)
    file = await casey.send("authorities", {**NV, "number": number, **term, **more})
    (new,) = [one["id"] for one in file["authorities"] if one["id"] not in before]
    await casey.send(f"authorities/{new}/verify", {**EVIDENCE, "independent": True})
    return str(new)


async def statuses(casey: Casey) -> dict[str, str]:
    return {one["id"]: one["status"] for one in (await casey.file())["authorities"]}


async def decide(casey: Casey, licence: str, status: str) -> None:
    path = f"{casey.path}/authorities/{licence}/status"
    assert (await casey.browser.put(path, {"status": status})).status == 200


async def history(casey: Casey, licence: str) -> list[str]:
    """Return what was found and decided about a row, by its word."""
    for one in (await casey.file())["authorities"]:
        if one["id"] == licence:
            return sorted(check["outcome"] for check in one["checks"])
    raise AssertionError(licence)


async def places(world: World, days: int = 0) -> frozenset[str]:
    """Return where Casey may see patients so many days from now, as their licences are."""
    async with world.services.database.read() as tx:
        file = await directory.practitioner_file(tx, (await who(world)).practitioner_id)
    now = world.clock.now() + days * DAY_US
    return in_force(file, now)


async def test_a_licence_revoked_before_its_renewal_begins_never_comes_back_by_itself(
    world: World, casey: Casey
) -> None:
    now = await entered(casey, "NP-123", -300, 20)
    later = await entered(casey, "NP-123", 20, 700)
    assert "NV" in await places(world)
    assert "NV" in await places(world, 25)
    await decide(casey, now, "revoked")
    assert "NV" not in await places(world)
    assert "NV" not in await places(world, 25)
    assert [await history(casey, one) for one in (now, later)] == [["confirmed", "revoked"]] * 2


async def test_a_claim_of_the_same_number_falls_with_the_row_that_compliance_entered(
    world: World, casey: Casey
) -> None:
    own = await world.signed_in("console", "casey")
    term = {"since": "2020-01-01", "until": "2030-01-01"}
    claimed = await own.post(f"{OWN}/authorities", {**NV, "number": " np 123", **term})
    assert claimed.status == 200
    row = await entered(casey, "NP-123", -300, 20)
    await decide(casey, row, "revoked")
    (claim,) = [
        one for one in (await casey.file())["authorities"] if one["verified_at_ms"] is None
    ]
    assert claim["status"] == "revoked"
    await casey.send(f"authorities/{claim['id']}/verify", {**EVIDENCE, "independent": True})
    assert "NV" not in await places(world)


async def test_another_number_place_or_kind_is_another_licence(casey: Casey) -> None:
    row = await entered(casey, "NP-123", -300, 20)
    others = [
        await entered(casey, "NP-124", -300, 20),
        await entered(casey, "NP-123", -300, 20, jurisdiction="UT"),
        await entered(casey, "NP-123", -300, 20, kind="permit"),
    ]
    await decide(casey, row, "revoked")
    now = await statuses(casey)
    assert now.pop(row) == "revoked"
    assert set(now.values()) == {"active"}
    assert set(others) < set(now)


async def test_each_row_is_restored_on_purpose(world: World, casey: Casey) -> None:
    now = await entered(casey, "NP-123", -300, 20)
    later = await entered(casey, "NP-123", 20, 700)
    await decide(casey, later, "suspended")
    await decide(casey, now, "active")
    assert (await statuses(casey))[later] == "suspended"
    assert "NV" in await places(world)
    assert "NV" not in await places(world, 25)


async def test_what_was_revoked_is_not_merely_suspended(casey: Casey) -> None:
    now = await entered(casey, "NP-123", -300, 20)
    await decide(casey, now, "revoked")
    later = await entered(casey, "NP-123", 20, 700)
    for row in (later, now):
        await decide(casey, row, "suspended")
    found = await statuses(casey)
    assert (found[now], found[later]) == ("revoked", "suspended")
    assert [await history(casey, one) for one in (now, later)] == [
        ["confirmed", "revoked"],
        ["confirmed", "suspended"],
    ]


async def test_whoever_looks_up_a_new_row_of_a_revoked_licence_lets_it_count(
    world: World, casey: Casey
) -> None:
    await decide(casey, await entered(casey, "NP-123", -300, 20), "revoked")
    assert "NV" not in await places(world)
    await entered(casey, "NP-123", -300, 700)
    assert "NV" in await places(world)
