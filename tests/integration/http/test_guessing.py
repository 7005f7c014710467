"""Guessing is slowed and locked, and the owner gets in all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any

import pytest

from server import attempts, redemption
from tests.authenticators import wrongly
from tests.enrolled import PASSWORD
from tests.integration.http.browsing import JOIN, PORTAL, Browser, World, redeem_form
from tests.integration.http.invited import LOOK, accept, invited, secret_of
from tests.integration.http.second_factors import OPS, Ava, Mila, hired
from tests.integration.http.signing_on import house

KNOWN = "gf_known_ops"
AGAIN = f"{OPS}/session/step-up/provider"
EACH_MAX, ADDRESS_MAX = 3, 8
# Fewer guesses than by default: each costs a hash.
FEW = {"attempts_per_account_max": EACH_MAX, "attempts_per_address_max": ADDRESS_MAX}


@pytest.fixture
def more_settings(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """Small limits, or what a test wants instead."""
    return getattr(request, "param", FEW)


@pytest.fixture
async def mila(world: World) -> Mila:
    return await hired(world)


async def tries(
    browser: Browser, password: str, *, login: str = "mila", code: str | None = None
) -> tuple[int, str]:
    form = {"login": login, "password": password, "code": code}
    answer = await browser.post(f"{OPS}/session", form)
    return (answer.status, "in") if answer.status == 200 else answer.refusal


async def is_locked_by_strangers(
    world: World, login: str = "mila", *, after: int = EACH_MAX
) -> bool:
    stranger = world.browser()
    for _ in range(after):
        assert await tries(stranger, "wrong", login=login) == (401, "sign_in_failed")
    return await tries(stranger, PASSWORD, login=login) == (429, "too_many_attempts")


async def strangers_guess(world: World) -> None:
    """Have as much wrong from this address as may be."""
    stranger = world.browser()
    for number in range(ADDRESS_MAX):
        assert (await tries(stranger, "wrong", login=f"nobody-{number}"))[0] == 401
    assert await tries(world.browser(), PASSWORD) == (429, "too_many_attempts")


@pytest.mark.safeguard("164.312(d)")
@pytest.mark.parametrize("more_settings", [{}], indirect=True)
async def test_ten_wrong_passwords_of_strangers_lock_strangers_and_not_the_owners_browser(
    world: World, mila: Mila
) -> None:
    own = await mila.inside()
    assert (await own.ask("DELETE", f"{OPS}/session")).status == 204
    assert await is_locked_by_strangers(world, after=10)
    assert await tries(world.browser(), PASSWORD) == (429, "too_many_attempts")
    assert await tries(own, PASSWORD) == (200, "in")
    world.clock.advance(901)
    assert await tries(world.browser(), PASSWORD) == (200, "in")


async def test_who_guessed_too_often_is_told_when_it_is_worth_another_try(
    world: World, mila: Mila
) -> None:
    """The same for a name of nobody, and for an address as for an account."""
    ends = {}
    for login in (mila.account.login, "nobody"):
        stranger, form = world.browser(), {"login": login, "password": "wrong"}
        for _ in range(EACH_MAX):
            assert (await stranger.post(f"{OPS}/session", form)).status == 401
            world.clock.advance(10)
        ends[login] = [await told(stranger, form) for _ in range(2)]
        world.clock.advance(100.5)
        ends[login].append(await told(stranger, form))
        world.clock.advance(768.5)
        ends[login].append(await told(stranger, form))
        world.clock.advance(1)
        assert (await stranger.post(f"{OPS}/session", form)).status == 401
        world.clock.advance(901)
    assert ends["mila"] == ends["nobody"] == ["870", "870", "770", "1"]
    await strangers_guess(world)
    world.clock.advance(300)
    form = {"login": "nobody-else", "password": "wrong"}
    assert await told(world.browser(), form) == "600"


async def told(browser: Browser, form: dict[str, str]) -> str:
    """Return in how many seconds it is worth another try, as the refusal says."""
    answer = await browser.post(f"{OPS}/session", form)
    assert answer.refusal == (429, "too_many_attempts")
    return answer.headers["Retry-After"]


@pytest.mark.safeguard("164.312(d)")
async def test_a_known_browser_has_as_many_guesses_and_no_more(mila: Mila) -> None:
    stolen = await mila.inside()
    for _ in range(EACH_MAX):
        assert await tries(stolen, "wrong") == (401, "sign_in_failed")
    assert await tries(stolen, PASSWORD) == (429, "too_many_attempts")
    other = await mila.inside()  # neither other browsers nor strangers are held up by it
    assert await tries(other, PASSWORD) == (200, "in")


@pytest.mark.safeguard("164.312(d)")
async def test_what_others_guess_from_the_same_address_keeps_no_owner_out(
    world: World, mila: Mila
) -> None:
    own = await mila.inside()
    stranger = world.browser()
    for number in range(ADDRESS_MAX):
        assert (await tries(stranger, "wrong", login=f"nobody-{number}"))[0] == 401
    assert await tries(world.browser(), PASSWORD) == (429, "too_many_attempts")
    assert await tries(own, PASSWORD) == (200, "in")


@pytest.mark.safeguard("164.312(d)")
async def test_a_passkey_opens_while_the_password_is_locked(world: World, mila: Mila) -> None:
    """In a browser that nobody knew, and that is known from then on."""
    ava = Ava(mila)
    await ava.registered()
    assert await is_locked_by_strangers(world)
    browser, entered = await ava.signs_in()
    assert (entered.status, entered.body["complete"]) == (200, True)
    assert await tries(world.browser(), PASSWORD) == (429, "too_many_attempts")
    assert browser.cookie(KNOWN) is not None
    assert await tries(browser, PASSWORD) == (401, "passkey_required")  # it was looked at


@pytest.mark.safeguard("164.312(d)")
async def test_what_others_guess_from_the_same_address_keeps_no_passkey_out(
    world: World, mila: Mila
) -> None:
    ava, stranger = Ava(mila), world.browser()
    await ava.registered()
    own = await ava.inside()
    for number in range(ADDRESS_MAX):
        assert (await tries(stranger, "wrong", login=f"nobody-{number}"))[0] == 401
    unverified = wrongly(verified=False)
    assert await ava.refused(manner=unverified) == (429, "too_many_attempts")
    assert (await ava.signs_in())[1].status == 200  # in a browser that nobody knows
    path = f"{OPS}/session/step-up"
    asked = (await own.post(f"{path}/passkey-options", {})).body
    wrong = ava.device.answer(asked, manner=unverified)
    assert (await own.post(f"{path}/passkey", wrong)).refusal == (401, "passkey_refused")
    asked = (await own.post(f"{path}/passkey-options", {})).body
    assert (await own.post(f"{path}/passkey", ava.device.answer(asked))).status == 200
    _, wrong_again = await ava.signs_in(browser=own, manner=unverified)
    assert wrong_again.refusal == (401, "passkey_refused")
    _, entered = await ava.signs_in(browser=own)
    assert entered.status == 200


@pytest.mark.safeguard("164.312(d)")
async def test_what_others_guess_from_the_same_address_keeps_no_provider_out(
    world: World,
) -> None:
    async with house(world) as one:
        await one.linked("nora", "person-1")
        waiting = world.browser()
        brought = one.at.signs_on(await one.sent(waiting), "person-1")
        await strangers_guess(world)
        assert (await one.finish(waiting, brought)).status == 200
        assert (await one.signs_on("person-1"))[1].status == 200
        made_up = {**brought, "state": "A" * 43}
        answer = await one.finish(world.browser(), made_up)
        assert answer.refusal == (429, "too_many_attempts")


@pytest.mark.safeguard("164.312(d)")
async def test_codes_that_strangers_make_up_hold_up_no_known_browser_and_no_session(
    world: World,
) -> None:
    async with house(world) as one:
        await one.linked("nora", "person-1")
        own, _ = await one.signs_on("person-1")

        async def made_up(browser: Browser) -> tuple[int, str]:
            brought = one.at.signs_on(await one.sent(browser), "person-1")
            return (await one.finish(browser, {**brought, "code": "made up"})).refusal

        for _ in range(ADDRESS_MAX):
            assert await made_up(world.browser()) == (401, "provider_refused")
        _, stranger = await one.signs_on("person-1")
        assert stranger.refusal == (429, "too_many_attempts")
        assert await tries(world.browser(), "wrong") == (401, "sign_in_failed")
        again = one.at.signs_on((await own.post(AGAIN, {})).body["url"], "person-1")
        assert (await own.post(f"{AGAIN}/finish", again)).status == 200
        back = one.at.signs_on(await one.sent(own), "person-1")
        assert (await one.finish(own, back)).status == 200
        for _ in range(ADDRESS_MAX):
            assert await made_up(own) == (401, "provider_refused")
        assert await made_up(own) == (429, "too_many_attempts")


@pytest.mark.safeguard("164.312(d)")
async def test_what_others_guess_from_the_same_address_keeps_no_invitation_closed(
    world: World,
) -> None:
    _, shown = await invited(world)
    stranger, none = world.browser(), {"secret": "A" * 43}
    for _ in range(ADDRESS_MAX):
        assert (await stranger.post(LOOK, none)).refusal == (404, "invitation_unknown")
    assert (await stranger.post(LOOK, none)).refusal == (429, "too_many_attempts")
    secret = {"secret": secret_of(shown)}
    assert (await world.browser().post(LOOK, secret)).status == 200
    assert (await accept(world, shown))[1].status == 200


async def test_the_cookie_of_another_account_is_none_of_this_one(
    world: World, mila: Mila
) -> None:
    assert mila.account.login == "mila"
    other = await world.signed_in("ops", "ops")
    assert other.cookie(KNOWN) is not None
    assert await is_locked_by_strangers(world)
    assert await tries(other, PASSWORD) == (429, "too_many_attempts")


async def test_a_browser_that_is_shared_is_known_to_everybody_who_signed_in(
    world: World, mila: Mila
) -> None:
    front_desk = await mila.inside()
    ops = world.account("ops").password
    assert await tries(front_desk, ops, login="ops") == (200, "in")
    assert await is_locked_by_strangers(world)
    assert await is_locked_by_strangers(world, "ops")
    assert await tries(front_desk, PASSWORD) == (200, "in")
    assert await tries(front_desk, ops, login="ops") == (200, "in")


async def test_a_browser_is_known_once_everything_was_proved(world: World, mila: Mila) -> None:
    owner, made = await mila.enrolled()
    half = world.browser()
    assert await tries(half, PASSWORD) == (401, "code_required")
    assert half.cookie(KNOWN) is None
    assert await tries(owner, PASSWORD, code=made.code(world.clock)) == (200, "in")
    assert owner.cookie(KNOWN) is not None


async def test_wrong_codes_of_who_found_out_the_password_hold_up_no_known_browser(
    world: World, mila: Mila
) -> None:
    owner, made = await mila.enrolled()
    thief = world.browser()
    for _ in range(5):
        assert await tries(thief, PASSWORD, code="000000") == (401, "code_refused")
    code = made.code(world.clock)
    assert await tries(thief, PASSWORD, code=code) == (429, "too_many_attempts")
    assert await tries(owner, PASSWORD, code=code) == (200, "in")


async def test_who_is_signed_in_is_asked_again_whatever_strangers_did(
    world: World, mila: Mila
) -> None:
    browser = await mila.inside()
    assert await is_locked_by_strangers(world)
    form = {"current": PASSWORD, "password": "another password"}
    assert (await browser.put(f"{OPS}/password", form)).status == 204


async def test_the_cookie_is_of_this_site_alone_and_outlives_the_session(
    world: World, mila: Mila
) -> None:
    browser, answer = await mila.signs_in()
    async with browser.http.post(
        world.server.make_url(f"{OPS}/session"),
        json={"login": "mila", "password": PASSWORD},
        headers={"Origin": "http://localhost:8080"},
    ) as again:
        lines = again.headers.getall("Set-Cookie")
    assert answer.status == again.status == 200
    (morsel,) = (SimpleCookie(one)[KNOWN] for one in lines if one.startswith(KNOWN))
    assert (morsel["samesite"], morsel["httponly"], morsel["path"]) == ("Strict", True, "/")
    assert morsel["max-age"] == str(90 * 86_400)
    assert (await browser.ask("DELETE", f"{OPS}/session")).status == 204
    assert browser.cookie(KNOWN) is not None


async def test_a_tablet_that_is_handed_over_is_known_to_no_staff(world: World) -> None:
    browser = await world.spa()
    assert browser.cookie("gf_known_spa") is not None
    site = await world.site(browser)
    registered = await browser.post(f"{PORTAL}/sites/{site['site_id']}/device", {})
    assert registered.status == 200
    assert browser.cookie("gf_known_spa") is None


async def test_guesses_at_once_do_not_slip_through(world: World, mila: Mila) -> None:
    assert mila.account.login == "mila"
    stranger = world.browser()
    outcomes = await asyncio.gather(*(tries(stranger, f"guess {at}") for at in range(12)))
    assert sorted(status for status, _ in outcomes) == [401] * EACH_MAX + [429] * 9


@pytest.mark.parametrize("more_settings", [{}], indirect=True)
async def test_wrong_guesses_are_slowed_alike_for_known_and_unknown_names(
    world: World, mila: Mila, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mila.account.login == "mila"
    slept: list[tuple[int, float]] = []

    def pause_s(count: int, _most_s: float) -> float:
        slept.append((count, before(count, 4.0)))
        return 0.0

    before = attempts.pause_s
    monkeypatch.setattr(attempts, "pause_s", pause_s)
    heard: dict[str, list[tuple[int, float]]] = {}
    for login in ("mila", "nobody"):
        slept.clear()
        for _ in range(10):
            await tries(world.browser(), "wrong", login=login)
        heard[login] = list(slept)
    assert heard["mila"] == heard["nobody"]
    assert [round(pause, 2) for _, pause in heard["mila"]] == [0, 0, 0.25, 0.5, 1, 2, *[4] * 4]


async def test_who_has_the_link_gets_in_whatever_was_guessed_from_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redemption, "REFUSAL_S", 0.0)
    link = await world.request(await world.spa())
    stranger = world.browser()
    for number in range(ADDRESS_MAX):
        form = redeem_form(link) | {"secret": f"{number:A>43}"}
        assert (await stranger.post(f"{JOIN}/session", form)).code == "link_unknown"
    form = redeem_form(link) | {"secret": "B" * 43}
    refused = await stranger.post(f"{JOIN}/session", form)
    assert refused.refusal == (429, "too_many_attempts")
    assert (await stranger.post(f"{JOIN}/session", redeem_form(link))).status == 200


@pytest.mark.parametrize("more_settings", [{"redemptions_per_link_max": 3}], indirect=True)
async def test_a_link_begins_so_many_sessions_and_then_none_for_a_while(world: World) -> None:
    link = await world.request(await world.spa())
    patient = world.browser()
    for _ in range(3):
        assert (await patient.post(f"{JOIN}/session", redeem_form(link))).status == 200
    again = await patient.post(f"{JOIN}/session", redeem_form(link))
    assert again.refusal == (429, "too_many_attempts")
    world.clock.advance(901)
    assert (await patient.post(f"{JOIN}/session", redeem_form(link))).status == 200


@pytest.mark.parametrize("more_settings", [FEW | {"known_browser_days": 0}], indirect=True)
async def test_where_no_browser_is_remembered_everybody_is_a_stranger(
    world: World, mila: Mila
) -> None:
    own = await mila.inside()
    assert own.cookie(KNOWN) is None
    assert await is_locked_by_strangers(world)
    assert await tries(own, PASSWORD) == (429, "too_many_attempts")
