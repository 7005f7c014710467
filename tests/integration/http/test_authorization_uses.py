"""Treatments that were given, and the spa's own software."""

from __future__ import annotations

import pytest

from server import spa_tokens
from server.storage.directory import account_by_login
from tests.integration.http.browsing import Answer, Json, World
from tests.integration.http.exams import signed_exam
from tests.integration.http.front_desk import CLEAR, DAY_S, NUMBERS, QUERY, Desk


@pytest.fixture
async def desk(world: World) -> Desk:
    spa = await world.spa()
    encounter_id = await signed_exam(world, spa)
    return Desk(world, spa, (await world.site(spa))["site_id"], encounter_id)


# ------------------------------------------------------------------ uses


def a_use(desk: Desk, **changed: object) -> Json:
    return {
        "request_id": f"use-{next(NUMBERS):06}",
        "performer_name": "Robin Vale",
        "performer_credential": "RN",
        "product": "onabotulinumtoxinA",
        "dose": {"value": 18, "unit": "units"},
        "area": "Glabella",
        "lot": "C1234",
        "performed_at_ms": desk.world.clock.now() // 1_000,
        **changed,
    }


async def used(desk: Desk, form: Json, treatment_class: str = "neurotoxin") -> Answer:
    cover = (await desk.ask(treatment_class))["authorization"]
    path = f"/api/v1/authorizations/{cover['authorization_id']}/uses"
    return await desk.spa.post(path, form)


def flagged(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [one["code"] for one in answer.body["flags"]]


async def test_a_treatment_within_the_exam_has_no_flag(desk: Desk) -> None:
    form = a_use(desk)
    first = await used(desk, form)
    assert flagged(first) == []
    assert (await used(desk, form)).body == first.body


async def test_a_treatment_before_the_signature_is_recorded_and_flagged(desk: Desk) -> None:
    before = desk.world.clock.now() // 1_000 - 60_000
    answer = await used(desk, a_use(desk, performed_at_ms=before))
    assert "given_before_signature" in flagged(answer)


async def test_a_treatment_on_an_open_condition_is_flagged(desk: Desk) -> None:
    answer = await used(desk, a_use(desk, product=""), "filler")
    assert "given_on_open_condition" in flagged(answer)


async def test_a_treatment_after_the_end_is_flagged(desk: Desk) -> None:
    cover = (await desk.ask(same_day={**CLEAR, "infection": True}))["authorization"]
    path = f"/api/v1/authorizations/{cover['authorization_id']}/uses"
    answer = await desk.spa.post(path, a_use(desk))
    assert flagged(answer) == ["after_revocation", "no_same_day_check"]


async def test_a_treatment_of_tomorrow_is_not_recorded(desk: Desk) -> None:
    tomorrow = desk.world.clock.now() // 1_000 + DAY_S * 1_000
    answer = await used(desk, a_use(desk, performed_at_ms=tomorrow))
    assert answer.refusal == (400, "invalid_body")


# ------------------------------------------------------------------ the spa's own software


async def token(world: World, *scopes: str, login: str = "glow") -> tuple[str, str]:
    async with world.services.database.write() as tx:
        account = await account_by_login(tx, "spa", login)
        assert account is not None
        made = await spa_tokens.create(
            tx,
            world.services,
            account.organization_id,
            label="EMR",
            scopes=scopes,
            days=30,
        )
    return made.token_id, made.secret


async def by_token(world: World, secret: str, path: str, body: object) -> Answer:
    headers = {"Authorization": f"Bearer {secret}", "Origin": "https://emr.test"}
    return await world.browser().ask("POST", path, body, headers=headers)


async def test_software_asks_and_records_with_a_token(desk: Desk, world: World) -> None:
    _, secret = await token(world, "authorizations:query", "authorizations:use")
    said = await by_token(world, secret, QUERY, desk.form("neurotoxin"))
    assert said.body["answer"] == "covered"
    path = f"/api/v1/authorizations/{said.body['authorization']['authorization_id']}/uses"
    assert flagged(await by_token(world, secret, path, a_use(desk))) == []


async def test_a_token_without_the_scope_is_refused(desk: Desk, world: World) -> None:
    _, secret = await token(world, "authorizations:use")
    refused = await by_token(world, secret, QUERY, desk.form("neurotoxin"))
    assert refused.refusal == (403, "forbidden")


async def test_a_token_of_another_spa_learns_nothing(desk: Desk, world: World) -> None:
    _, secret = await token(world, "authorizations:query", "authorizations:use", login="lumen")
    refused = await by_token(world, secret, QUERY, desk.form("neurotoxin"))
    assert refused.refusal == (404, "not_found")
    cover = (await desk.ask())["authorization"]
    path = f"/api/v1/authorizations/{cover['authorization_id']}/uses"
    assert (await by_token(world, secret, path, a_use(desk))).refusal == (404, "not_found")


async def test_a_token_that_is_unknown_expired_or_of_another_kind_opens_nothing(
    desk: Desk, world: World
) -> None:
    _, secret = await token(world, "authorizations:query")
    for wrong in ("", "x", secret + "x", "goodfaith_spa_" + "A" * 43):
        refused = await by_token(world, wrong, QUERY, desk.form("neurotoxin"))
        assert refused.refusal == (401, "not_signed_in")
    world.clock.advance(31 * DAY_S)
    refused = await by_token(world, secret, QUERY, desk.form("neurotoxin"))
    assert refused.refusal == (401, "not_signed_in")


async def test_a_token_opens_no_other_page(world: World) -> None:
    _, secret = await token(world, "authorizations:query")
    headers = {"Authorization": f"Bearer {secret}"}
    home = await world.browser().ask("GET", "/api/v1/portal/home", headers=headers)
    assert home.refusal == (401, "not_signed_in")
