"""Protocols in the portal: who reads, drafts, signs and withdraws them, and what counts."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from server.protocols import register
from server.protocols.protocol import Protocol
from server.protocols.standing import Governing
from server.storage import protocols as stored
from server.storage.tables import protocols
from tests.integration.http.browsing import PORTAL, Browser, Json, World

API = f"{PORTAL}/protocols"
DAY_US = 86_400 * 1_000_000


async def page(browser: Browser) -> Json:
    answer = await browser.get(API)
    assert answer.status == 200, answer.body
    return answer.body


def site(view: Json, jurisdiction: str = "AZ") -> Json:
    found: Json = next(one for one in view["sites"] if one["jurisdiction"] == jurisdiction)
    return found


def versions(view: Json, treatment_class: str = "neurotoxin") -> list[Json]:
    return [
        one
        for one in site(view)["protocols"]
        if one["protocol"]["treatment_class"] == treatment_class
    ]


def standings(view: Json) -> list[tuple[int, str]]:
    return [(one["version"], one["standing"]) for one in versions(view)]


def narrower(view: Json) -> Json:
    """Return a draft for the same site: RNs no more."""
    protocol = {**versions(view)[0]["protocol"], "performers": ["MD", "NP"]}
    return {"site_id": site(view)["site_id"], "protocol": protocol}


async def sign(browser: Browser, one: Json, **changed: str) -> tuple[int, Json]:
    form = {"version": one["version"], "sha256": one["sha256"], **changed}
    answer = await browser.post(f"{API}/{one['protocol_id']}/sign", form)
    return answer.status, answer.body


async def in_force(world: World, site_id: str, at: int | None = None) -> Protocol | None:
    now = world.clock.now() if at is None else at
    async with world.services.database.read() as tx:
        return await register.protocol_for(tx, site_id, "neurotoxin", now)


async def test_everybody_at_the_spa_reads_what_is_in_force_and_who_signed(
    world: World,
) -> None:
    view = await page(await world.spa())
    assert (view["may_draft"], view["sign_at"]) == (False, [])
    assert {one["jurisdiction"] for one in view["sites"]} == {"AZ", "TX"}
    (director,) = site(view)["directors"]
    assert (director["display_name"], director["in_force"]) == ("Sasha Bellweather", True)
    assert standings(view) == [(1, "in_force")]
    assert versions(view)[0]["signed_by"] == "Sasha Bellweather"
    assert len(site(view)["protocols"]) == 17


async def test_the_front_desk_neither_drafts_nor_signs(world: World) -> None:
    desk = await world.spa()
    view = await page(desk)
    assert (await desk.post(API, narrower(view))).refusal == (403, "forbidden")
    one = versions(view)[0]
    for act in ("sign", "withdraw"):
        path = f"{API}/{one['protocol_id']}/{act}"
        assert (await desk.post(path, {})).refusal == (403, "forbidden")


async def test_a_new_version_supersedes_once_the_director_signed_it(world: World) -> None:
    director = await world.spa("glow-director")
    view = await page(director)
    assert (view["may_draft"], len(view["sign_at"])) == (True, 2)
    site_id = site(view)["site_id"]
    drafted = await director.post(API, narrower(view))
    assert drafted.status == 200, drafted.body
    assert standings(drafted.body) == [(2, "draft"), (1, "in_force")]
    before = await in_force(world, site_id)
    assert before is not None
    assert before.version == 1

    status, view = await sign(director, versions(drafted.body)[0])
    assert status == 200
    assert standings(view) == [(2, "in_force"), (1, "superseded")]
    after = await in_force(world, site_id)
    assert after is not None
    assert after.form.performers == ["MD", "NP"]
    assert after.protocol_id == before.protocol_id


async def test_signing_asks_for_a_fresh_proof_and_for_the_text_that_was_read(
    world: World,
) -> None:
    director = await world.spa("glow-director")
    view = (await director.post(API, narrower(await page(director)))).body
    one = versions(view)[0]
    world.clock.advance(world.settings.fresh_s)
    status, body = await sign(director, one)
    assert (status, body["error"]["code"]) == (403, "step_up_required")
    await world.stepped_up(director, "portal", "glow-director")
    status, body = await sign(director, one, sha256="00" * 32)
    assert (status, body["error"]["code"]) == (409, "protocol_changed")
    assert standings(await page(director)) == [(2, "draft"), (1, "in_force")]
    assert (await sign(director, one))[0] == 200
    status, body = await sign(director, one)
    assert (status, body["error"]["code"]) == (409, "protocol_settled")


async def test_another_spas_director_has_no_business_here(world: World) -> None:
    glow = await page(await world.spa())
    one = versions(glow)[0]
    lumen = await world.spa("lumen-director")
    assert (await lumen.post(API, narrower(glow))).refusal == (404, "not_found")
    status, body = await sign(lumen, one)
    assert (status, body["error"]["code"]) == (404, "not_found")
    assert "Scottsdale" not in str(await page(lumen))


async def test_a_director_whose_licence_is_over_signs_nothing(world: World) -> None:
    director = await world.spa("glow-director")
    view = (await director.post(API, narrower(await page(director)))).body
    (who,) = site(view)["directors"]
    async with world.services.database.write() as tx:
        await stored.end_director(tx, who["director_id"], world.clock.now())
    status, body = await sign(director, versions(view)[0])
    assert (status, body["error"]["code"]) == (403, "not_the_director")
    view = await page(director)
    assert standings(view) == [(2, "draft"), (1, "director_lapsed")]
    assert await in_force(world, site(view)["site_id"]) is None


async def test_what_is_withdrawn_is_out_of_force_at_once(world: World) -> None:
    director = await world.spa("glow-director")
    one = versions(await page(director))[0]
    path = f"{API}/{one['protocol_id']}/withdraw"
    form = {"version": 1}
    view = await director.post(path, form)
    assert standings(view.body) == [(1, "withdrawn")]
    assert await in_force(world, site(view.body)["site_id"]) is None
    assert (await director.post(path, form)).refusal == (409, "protocol_settled")


async def test_a_protocol_lapses_with_its_last_day(world: World) -> None:
    site_id = site(await page(await world.spa()))["site_id"]
    one = await in_force(world, site_id)
    assert one is not None
    assert await in_force(world, site_id, one.valid_until - 1) is not None
    assert await in_force(world, site_id, one.valid_until) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"treatment_class": "botox"}, "treatment_class"),
        ({"products": [{"product": "saline", "dose_max": None}]}, "products"),
        ({"valid_until": "2020-01-01"}, "valid_until"),
    ],
)
async def test_a_draft_that_cannot_be_says_what_is_wrong(
    world: World, changed: Json, field: str
) -> None:
    director = await world.spa("glow-director")
    draft = narrower(await page(director))
    answer = await director.post(API, {**draft, "protocol": {**draft["protocol"], **changed}})
    assert answer.refusal == (400, "protocol_invalid")
    assert answer.body["error"]["fields"] == [field]


async def test_a_site_without_a_protocol_says_so(world: World) -> None:
    site_id = site(await page(await world.spa()))["site_id"]
    async with world.services.database.read() as tx:
        found = await register.governing_at(tx, site_id, ["nothing"], world.clock.now())
        named = await register.protocol_for(
            tx, site_id, "neurotoxin", world.clock.now(), product="hyaluronic_acid"
        )
    assert found["nothing"].bar == "no_protocol"
    assert named is None


async def test_a_protocol_that_was_put_under_another_class_is_broken(world: World) -> None:
    site_id = site(await page(await world.spa()))["site_id"]
    async with world.services.database.write() as tx:
        moved = (
            update(protocols)
            .where(protocols.c.site_id == site_id, protocols.c.treatment_class == "neurotoxin")
            .values(treatment_class="anything")
        )
        await tx.execute(moved)
        found = await register.governing_at(tx, site_id, ["anything"], world.clock.now())
    assert found["anything"] == Governing(None, "protocol_broken")
