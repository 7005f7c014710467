"""Software signs in by its key: every assertion that is not quite right gets no token."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from server.access import ROUTES
from server.housekeeping import one_round
from server.storage.tables import audit_entries, service_assertions, service_tokens
from tests.integration.http.browsing import ORIGIN, World
from tests.integration.http.exams import signed_exam
from tests.integration.http.front_desk import QUERY, Desk
from tests.integration.http.own_software import (
    ALL,
    TOKEN,
    Registered,
    posted,
    registered,
)
from tests.integration.http.test_authorization_uses import a_use, flagged
from tests.integration.http.test_fhir import path as chart
from tests.software_keys import ASSERTION_TYPE, jwt, new_ec, new_rsa, part, pem, spki

DENIED = "401 invalid_client"


@pytest.fixture
async def desk(world: World) -> Desk:
    spa = await world.spa()
    encounter_id = await signed_exam(world, spa)
    return Desk(world, spa, (await world.site(spa))["site_id"], encounter_id)


# ------------------------------------------------------------------ what a token opens


async def test_software_signs_in_and_does_what_it_was_given(world: World, desk: Desk) -> None:
    one = await registered(world)
    answer = await one.ask()
    assert answer.status == 200, answer.body
    told = answer.body
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 300)
    assert told["scope"] == " ".join(ALL)
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == (
        "no-store",
        "no-cache",
    )
    headers = {"Authorization": f"Bearer {told['access_token']}"}
    said = await one.post(QUERY, desk.form("neurotoxin"), headers)
    assert said.body["answer"] == "covered"
    used = f"/api/v1/authorizations/{said.body['authorization']['authorization_id']}/uses"
    assert flagged(await one.post(used, a_use(desk), headers)) == []
    assert (await one.get(chart(desk.encounter_id), headers)).status == 200
    world.clock.advance(300)
    assert (await one.get(chart(desk.encounter_id), headers)).refusal == (401, "not_signed_in")


async def test_the_metadata_leads_to_the_token(world: World) -> None:
    told = (await world.browser().get("/.well-known/oauth-authorization-server")).body
    assert (told["issuer"], told["token_endpoint"]) == (ORIGIN, ORIGIN + TOKEN)
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert told["token_endpoint_auth_signing_alg_values_supported"] == ["ES384", "RS384"]
    assert told["scopes_supported"] == list(ALL)


@pytest.mark.safeguard("164.312(a)(1)")
async def test_a_scope_that_was_not_granted_is_not_given(world: World, desk: Desk) -> None:
    one = await registered(world, "authorizations:query", "authorizations:use")
    for scope in ("charts:read", "authorizations:query charts:read", "admin", "*"):
        assert await one.refused(scope=scope) == "400 invalid_scope"
    headers = await one.token("authorizations:query")
    assert (await one.post(QUERY, desk.form("neurotoxin"), headers)).status == 200
    assert (await one.get(chart(desk.encounter_id), headers)).refusal == (403, "forbidden")
    cover = (await desk.ask())["authorization"]
    used = f"/api/v1/authorizations/{cover['authorization_id']}/uses"
    assert (await one.post(used, a_use(desk), headers)).refusal == (403, "forbidden")


@pytest.mark.safeguard("164.312(a)(1)")
async def test_another_spas_things_are_not_there(world: World, desk: Desk) -> None:
    stranger = await registered(world, login="lumen-manager")
    headers = await stranger.token()
    assert (await stranger.post(QUERY, desk.form("neurotoxin"), headers)).refusal == (
        404,
        "not_found",
    )
    cover = (await desk.ask())["authorization"]
    used = f"/api/v1/authorizations/{cover['authorization_id']}/uses"
    assert (await stranger.post(used, a_use(desk), headers)).refusal == (404, "not_found")
    for encounter_id in (desk.encounter_id, "nobody-knows"):
        asked = await stranger.get(chart(encounter_id), headers)
        assert asked.refusal == (404, "not_found")


@pytest.mark.safeguard("164.312(a)(1)")
async def test_a_token_with_every_scope_opens_three_routes_of_all_that_there_are(
    world: World,
) -> None:
    """Asked over HTTP, with the token alone: what needs somebody answers as to nobody."""
    one = await registered(world)
    headers = {**await one.token(), "Origin": ORIGIN}
    opened = []
    for key, rule in ROUTES.items():
        if rule.audience is None:
            continue
        method, _, path = key.partition(" ")
        path = path.replace("{day}", "2026-02-03").replace("{code}", "AZ")
        path = re.sub(r"\{\w+\}", "0" * 32, path)
        answer = await world.browser().ask(method, path, {}, headers=headers)
        if answer.refusal not in {(401, "not_signed_in"), (404, "not_a_site_device")}:
            opened.append(key)
    assert set(opened) == {
        "POST /api/v1/authorizations/query",
        "POST /api/v1/authorizations/{id}/uses",
        "GET /api/v1/portal/encounters/{id}/fhir",
    }


@pytest.mark.parametrize("made_up", ["", "x", "goodfaith_svc_", "goodfaith_svc_" + "A" * 43])
async def test_what_is_no_token_opens_nothing(world: World, made_up: str) -> None:
    one = await registered(world)
    secret = (await one.token())["Authorization"].removeprefix("Bearer ")
    for wrong in (made_up, f"{secret}x", secret.replace("_svc_", "_spa_"), secret * 2):
        refused = await one.post(QUERY, {}, {"Authorization": f"Bearer {wrong}"})
        assert refused.refusal == (401, "not_signed_in")


# ------------------------------------------------------------------ assertions


async def test_an_assertion_serves_once(world: World) -> None:
    one = await registered(world)
    said = one.software.assertion(one.now_s)
    assert (await one.ask(said)).status == 200
    assert await one.refused(said) == DENIED
    fresh = one.software.assertion(one.now_s, jti="first-1")  # another one, of the same name
    assert await one.refused(fresh) == DENIED
    other = await registered(world, login="lumen-manager")  # a name is one software's own
    assert (await other.ask(other.software.assertion(one.now_s, jti="first-1"))).status == 200


async def test_of_many_at_once_one_gets_a_token(world: World) -> None:
    one = await registered(world)
    said = one.software.assertion(one.now_s)
    answers = await asyncio.gather(*(one.ask(said) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200, 401, 401, 401, 401]


async def test_an_assertion_that_is_over_or_of_times_to_come_is_none(world: World) -> None:
    one = await registered(world)
    said = one.software.assertion(one.now_s, exp=one.now_s + 60)
    world.clock.advance(60)
    assert await one.refused(said) == DENIED
    assert await one.refused(one.software.assertion(one.now_s, exp=one.now_s + 3_600)) == DENIED
    assert await one.refused(one.software.assertion(one.now_s, nbf=one.now_s + 60)) == DENIED


def altered(one: Registered) -> str:
    """Say the same of somebody else, under the signature of before."""
    header, _, signature = one.software.assertion(one.now_s).split(".")
    return f"{header}.{part(one.software.claims(one.now_s, scope='more'))}.{signature}"


def by_another_key(one: Registered) -> str:
    return jwt(one.software.header(), one.software.claims(one.now_s), new_ec())


def unsigned(one: Registered) -> str:
    return jwt(one.software.header(alg="none"), one.software.claims(one.now_s), b"")


def by_hmac(one: Registered) -> str:
    secret = pem(one.software.key)
    return jwt(one.software.header(alg="HS256"), one.software.claims(one.now_s), secret)


def by_hmac_of_bytes(one: Registered) -> str:
    secret = spki(one.software.key)
    return jwt(one.software.header(alg="HS384"), one.software.claims(one.now_s), secret)


def of_no_key(one: Registered) -> str:
    return jwt(one.software.header(kid=None), one.software.claims(one.now_s), one.software.key)


def of_another_name(one: Registered) -> str:
    header = one.software.header(kid="second")
    return jwt(header, one.software.claims(one.now_s), one.software.key)


def for_somebody_else(one: Registered) -> str:
    return one.software.assertion(one.now_s, aud="https://other.example/oauth/token")


def for_the_server_and_another(one: Registered) -> str:
    return one.software.assertion(one.now_s, aud=[ORIGIN + TOKEN, "https://other.example"])


def of_another_issuer(one: Registered) -> str:
    return one.software.assertion(one.now_s, iss="https://issuer.example")


def about_somebody_else(one: Registered) -> str:
    return one.software.assertion(one.now_s, iss="0" * 32, sub="0" * 32)


def without_a_name(one: Registered) -> str:
    return one.software.assertion(one.now_s, jti=None)


@pytest.mark.safeguard("164.312(a)(1)")
@pytest.mark.parametrize(
    "made",
    [
        altered,
        by_another_key,
        unsigned,
        by_hmac,
        by_hmac_of_bytes,
        of_no_key,
        of_another_name,
        for_somebody_else,
        for_the_server_and_another,
        of_another_issuer,
        about_somebody_else,
        without_a_name,
    ],
)
async def test_an_assertion_that_is_not_right_gets_no_token(
    world: World, made: Callable[[Registered], str]
) -> None:
    one = await registered(world)
    answer = await one.ask(made(one))
    assert (answer.status, answer.body["error"]) == (401, "invalid_client")
    assert set(answer.body) == {"error", "error_description"}
    assert (await one.ask()).status == 200


async def test_rs256_is_refused_and_rs384_of_the_same_key_is_not(world: World) -> None:
    one = await registered(world, key=new_rsa())
    claims = one.software.claims(one.now_s)
    for algorithm in ("RS256", "PS384"):
        signed = jwt(one.software.header(alg=algorithm), claims, one.software.key)
        assert await one.refused(signed) == DENIED
    assert (await one.ask()).status == 200


async def test_the_client_id_beside_an_assertion_is_its_own(world: World) -> None:
    one = await registered(world)
    assert (await one.ask(client_id=one.software.client_id)).status == 200
    assert await one.refused(client_id="0" * 32) == DENIED


# ------------------------------------------------------------------ the form, and limits


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"grant_type": None}, "400 invalid_request"),
        ({"grant_type": ""}, "400 invalid_request"),
        ({"grant_type": "password"}, "400 unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "400 unsupported_grant_type"),
        ({"client_assertion_type": None}, "400 invalid_request"),
        ({"client_assertion_type": "urn:other"}, "400 invalid_request"),
        ({"client_assertion": None}, "400 invalid_request"),
        ({"client_assertion": "a" * 5_000}, "400 invalid_request"),
        ({"scope": "x" * 301}, "400 invalid_request"),
    ],
)
async def test_a_form_that_lacks_something_is_said_so(
    world: World, changed: dict[str, str | None], said: str
) -> None:
    one = await registered(world)
    assert await one.refused(**changed) == said


async def test_a_body_is_a_form_with_everything_once(world: World) -> None:
    one = await registered(world)
    good = urlencode(
        {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": one.software.assertion(one.now_s),
        }
    )
    for body, kind in (
        ("", "application/x-www-form-urlencoded"),
        (f"{good}&scope=a&scope=b", "application/x-www-form-urlencoded"),
        (f"{good}&nonsense", "application/x-www-form-urlencoded"),
        (good + "&a=%ff", "application/x-www-form-urlencoded"),
        ("&".join(f"p{n}=1" for n in range(31)), "application/x-www-form-urlencoded"),
        ("{}", "application/json"),
        (good, "text/plain"),
    ):
        answer = await posted(world, body, kind)
        assert (answer.status, answer.body["error"]) == (400, "invalid_request"), body
    too_large = await posted(world, "a=" + "x" * 300_000)
    assert (too_large.status, too_large.body["error"]) == (413, "invalid_request")
    assert (await posted(world, f"{good}&unknown=1&scope=")).status == 200


async def test_who_is_refused_too_often_waits_and_nobody_elses_software_does(
    world: World,
) -> None:
    one = await registered(world)
    for _ in range(world.settings.attempts_per_address_max):
        assert await one.refused(by_another_key(one)) == DENIED
    assert await one.refused() == "429 temporarily_unavailable"
    world.clock.advance(world.settings.attempts_window_s)
    assert (await one.ask()).status == 200


async def test_one_software_gets_only_so_many_tokens(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.service_accounts.tokens.ISSUED_MAX", 3)
    one = await registered(world)
    other = await registered(world, login="lumen-manager")
    for _ in range(3):
        await one.token()
    assert await one.refused() == "429 temporarily_unavailable"
    await other.token()


async def test_every_token_and_every_refusal_is_in_the_audit_log(world: World) -> None:
    one = await registered(world)
    await one.token()
    await one.refused(by_another_key(one))
    await one.refused(about_somebody_else(one))
    await one.refused(scope="admin")
    async with world.services.database.read() as tx:
        query = select(audit_entries).where(audit_entries.c.route == f"POST {TOKEN}")
        told = (await tx.execute(query)).mappings().all()
    own = f"software:{one.software.client_id}"
    assert sorted((row["action"], row["actor"], row["reason"] or "") for row in told) == [
        ("denied", "anonymous", "invalid_client"),
        ("denied", own, "invalid_client"),
        ("denied", own, "invalid_scope"),
        ("signed_in", own, ""),
    ]
    assert [bool(row["network_id"]) for row in told].count(True) == 3


async def test_what_is_over_is_forgotten(world: World) -> None:
    one = await registered(world)
    headers = await one.token()

    async def kept() -> list[int]:
        await one_round(world.services, world.services.hub)
        async with world.services.database.read() as tx:
            tables = (service_tokens, service_assertions)
            counts = [
                await tx.execute(select(func.count()).select_from(each)) for each in tables
            ]
        return [int(count.scalar_one()) for count in counts]

    assert await kept() == [1, 1]
    world.clock.advance(299)
    assert await kept() == [1, 1]
    assert (await one.post(QUERY, {}, headers)).refusal == (400, "invalid_body")
    world.clock.advance(600)
    assert await kept() == [0, 0]


async def test_a_token_is_kept_as_a_hash_alone(world: World) -> None:
    one = await registered(world)
    secret = (await one.token())["Authorization"].removeprefix("Bearer ")
    folder = world.settings.data_dir
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert secret.encode() not in kept
