"""A provider that is rude, or played by somebody else: nothing of it lets anybody in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from tests.identity_providers import Manner
from tests.integration.http.browsing import Browser, World
from tests.integration.http.signing_on import OPS, House, house
from tests.software_keys import Json, jwt, new_ec, pem, public_jwk

REFUSED = (401, "provider_refused")
OVER = (401, "provider_flow_over")
FOREIGN = new_ec("P-256")


@pytest.fixture
async def one(world: World) -> AsyncIterator[House]:
    """The network's provider, and one person whom it may let in."""
    async with house(world) as made:
        await made.linked("mila", "person-1")
        assert (await made.signs_on("person-1"))[1].status == 200
        yield made


def claim(name: str, told: object) -> Manner:
    def manner(_header: Json, claims: Json) -> str | None:
        claims[name] = told
        return None

    return manner


def without(name: str) -> Manner:
    def manner(_header: Json, claims: Json) -> str | None:
        del claims[name]
        return None

    return manner


def aged(by_s: int) -> Manner:
    def manner(_header: Json, claims: Json) -> str | None:
        claims["iat"] -= by_s
        claims["exp"] -= by_s
        return None

    return manner


def none(header: Json, claims: Json) -> str | None:
    return jwt({**header, "alg": "none"}, claims, b"")


def foreign_key(header: Json, claims: Json) -> str | None:
    return jwt(header, claims, FOREIGN)


def foreign_kid(header: Json, claims: Json) -> str | None:
    return jwt({**header, "kid": "foreign"}, claims, FOREIGN)


def brought_key(header: Json, claims: Json) -> str | None:
    return jwt({**header, "jwk": public_jwk(FOREIGN)}, claims, FOREIGN)


def logout(header: Json, _claims: Json) -> str | None:
    header["typ"] = "logout+jwt"
    return None


@pytest.mark.safeguard("164.312(d)")
@pytest.mark.parametrize(
    "manner",
    [
        claim("nonce", "another"),
        without("nonce"),
        claim("iss", "https://other.example"),
        claim("aud", "another client"),
        claim("aud", ["goodfaith", "another client"]),
        claim("azp", "another client"),
        claim("sub", None),
        without("sub"),
        without("exp"),
        aged(3_600),
        none,
        foreign_key,
        foreign_kid,
        brought_key,
        logout,
    ],
)
async def test_a_token_that_is_wrong_lets_nobody_in(one: House, manner: Manner) -> None:
    one.at.manner = manner
    browser, answer = await one.signs_on("person-1")
    assert answer.refusal == REFUSED
    assert (await browser.get(f"{OPS}/session")).status == 401


@pytest.mark.safeguard("164.312(d)")
async def test_a_token_that_was_altered_is_refused(one: House) -> None:
    """Somebody else's token, made to name who may come in."""

    def manner(header: Json, claims: Json) -> str | None:
        own = jwt(header, {**claims, "sub": "person-2"}, one.at.key)
        wanted = jwt(header, claims, one.at.key)
        return ".".join([*wanted.split(".")[:2], own.split(".")[2]])

    one.at.manner = manner
    assert (await one.signs_on("person-1"))[1].refusal == REFUSED


@pytest.mark.safeguard("164.312(d)")
async def test_the_public_key_as_a_secret_signs_nothing(one: House) -> None:
    for secret in (pem(one.at.key), json.dumps(public_jwk(one.at.key)).encode()):

        def manner(header: Json, claims: Json, secret: bytes = secret) -> str | None:
            return jwt({**header, "alg": "HS256"}, claims, secret)

        one.at.manner = manner
        assert (await one.signs_on("person-1"))[1].refusal == REFUSED


@pytest.mark.safeguard("164.312(d)")
async def test_a_code_counts_once(one: House, world: World) -> None:
    """Neither does its flow, were the provider to take the code again."""
    one.at.forgetful = True
    browser = world.browser()
    brought = one.at.signs_on(await one.sent(browser), "person-1")
    assert (await one.finish(browser, brought)).status == 200
    assert (await one.finish(browser, brought)).refusal == OVER
    thief = world.browser()
    stolen = {**brought, "state": one.at.signs_on(await one.sent(thief), "person-2")["state"]}
    assert (await one.finish(thief, stolen)).refusal == REFUSED  # PKCE: it was not theirs


@pytest.mark.safeguard("164.312(d)")
async def test_the_state_of_another_browser_finishes_nothing(one: House, world: World) -> None:
    """Login CSRF: somebody's own answer in somebody else's browser."""
    attacker, victim = world.browser(), world.browser()
    brought = one.at.signs_on(await one.sent(attacker), "person-1")
    assert (await one.finish(victim, brought)).refusal == OVER
    await one.sent(victim)  # it is on its way itself
    assert (await one.finish(victim, brought)).refusal == OVER
    assert (await one.finish(attacker, brought)).status == 200


@pytest.mark.safeguard("164.312(d)")
async def test_an_answer_of_another_provider_is_not_taken(one: House, world: World) -> None:
    """Mix-up (RFC 9207): who sent it has to be who was asked."""
    for sender in ("https://evil.example", f"{one.at.issuer}/", None):
        browser = world.browser()
        brought = one.at.signs_on(await one.sent(browser), "person-1")
        answer = await one.finish(browser, {**brought, "iss": sender})
        assert answer.refusal == REFUSED
        code = str(brought["code"])
        assert not one.at.given[code].used, "it was given to nobody"


async def test_who_takes_too_long_begins_again(one: House, world: World) -> None:
    browser = world.browser()
    brought = one.at.signs_on(await one.sent(browser), "person-1")
    world.clock.advance(600)
    assert (await one.finish(browser, brought)).refusal == OVER


async def test_a_code_that_was_never_given_is_refused_and_counted(
    one: House, world: World
) -> None:
    async def tried() -> tuple[int, str]:
        browser = world.browser()
        brought = one.at.signs_on(await one.sent(browser), "person-1")
        return (await one.finish(browser, {**brought, "code": "made up"})).refusal

    most = world.settings.attempts_per_address_max
    assert {await tried() for _ in range(most)} == {REFUSED}
    assert await tried() == (429, "too_many_attempts")


async def test_a_provider_that_answers_nonsense_is_at_fault_itself(
    one: House, world: World
) -> None:
    one.at.documents = {"issuer": "https://evil.example"}
    world.clock.advance(600)  # what was known of it is asked for again
    browser: Browser = world.browser()
    answer = await browser.post(f"{OPS}/session/provider", {"provider_id": one.id})
    assert answer.refusal == (502, "provider_failed")
    assert answer.body["error"]["retry"] is True


async def test_another_key_is_taken_once_the_provider_publishes_it(
    one: House, world: World
) -> None:
    one.at.key, one.at.kid = new_ec("P-256"), "second"
    assert (await one.signs_on("person-1"))[1].refusal == REFUSED  # asked a moment ago
    world.clock.advance(30)
    assert (await one.signs_on("person-1"))[1].status == 200
