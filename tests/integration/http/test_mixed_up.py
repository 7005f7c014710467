"""A provider that sends its people on to another one is shown nobody else's code."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.identity_providers import NAMES_ITSELF, provider
from tests.integration.http.browsing import World
from tests.integration.http.signing_on import (
    PROVIDERS,
    House,
    house,
    network_in,
)

REFUSED = (401, "provider_refused")


def returns_to(url: str) -> str:
    return parse_qs(urlsplit(url).query)["redirect_uri"][0]


async def forgets_to_name_itself(world: World, one: House) -> None:
    """Let the provider say nothing of `iss` any more, and us know it."""
    one.at.documents = {NAMES_ITSELF: False}
    world.clock.advance(601)  # until it is asked anew
    one.officer, _ = await one.by_password("officer")  # with a fresh proof


async def second_one(one: House, issuer: str) -> str:
    """Let the network have another provider, and return its id."""
    answer = await one.officer.post(PROVIDERS, one.described(name="Other", issuer=issuer))
    assert answer.status == 200, answer.body
    every = network_in(answer)["providers"]
    return str(next(each["id"] for each in every if each["issuer"] == issuer))


@pytest.mark.parametrize("names_itself", [False, True])
async def test_a_code_is_shown_to_no_provider_but_the_one_that_gave_it(
    world: World, *, names_itself: bool
) -> None:
    """Somebody presses the button of a provider that sends them on to the other one.

    With them goes what that one was asked for by the thief, so that the code, once stolen,
    would sign the thief in (RFC 9700, 4.4).
    """
    async with (
        house(world) as one,
        provider(lambda: world.clock.now() // 1_000_000) as thief,
    ):
        await forgets_to_name_itself(world, one)
        await one.linked("mila", "person-1")
        thief.documents = {NAMES_ITSELF: names_itself}
        other = await second_one(one, thief.issuer)
        for more in ({}, {"iss": thief.issuer}):
            stolen = await one.sent(world.browser())  # the thief begins, in their own browser
            mila = world.browser()
            begun = await mila.post("/api/v1/ops/session/provider", {"provider_id": other})
            hers = parse_qs(urlsplit(begun.body["url"]).query)
            asked = {**parse_qs(urlsplit(stolen).query), "state": hers["state"]}
            on = f"{one.at.url}/authorize?{urlencode(asked, doseq=True)}"
            brought = one.at.signs_on(on, "person-1")
            assert (await one.finish(mila, {**brought, **more})).refusal == REFUSED
        assert "/token" not in thief.asked
        assert (await one.signs_on("person-1"))[1].status == 200


async def test_a_provider_that_does_not_name_itself_has_addresses_of_its_own(
    world: World,
) -> None:
    async with house(world) as one:
        account = await one.linked("mila", "person-1")
        shown = network_in(await one.officer.get(PROVIDERS))["providers"][0]["redirect_uris"]
        plain = await one.sent(world.browser())
        assert returns_to(plain) == shown[1] == "http://localhost:8080/ops"
        await forgets_to_name_itself(world, one)
        marked = await one.sent(world.browser())
        assert returns_to(marked) == shown[3]
        assert shown[3].startswith("http://localhost:8080/ops?provider=")
        browser = world.browser()
        brought = one.at.signs_on(await one.sent(browser), "person-1")
        assert "iss" not in brought
        answer = await one.finish(browser, brought)
        assert (answer.status, answer.body["account_id"]) == (200, account.account_id)
        for mark in (None, "", "0" * 32):
            brought = one.at.signs_on(await one.sent(browser), "person-1")
            changed = {**brought, "provider": mark}
            assert (await one.finish(browser, changed)).refusal == REFUSED, mark


async def test_a_provider_that_names_itself_has_no_other_address(world: World) -> None:
    async with house(world) as one:
        await one.linked("mila", "person-1")
        browser = world.browser()
        brought = one.at.signs_on(await one.sent(browser), "person-1")
        changed = {**brought, "provider": "0" * 32}
        assert (await one.finish(browser, changed)).refusal == REFUSED
