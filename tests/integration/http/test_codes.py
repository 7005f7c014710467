from __future__ import annotations

import time

import pytest
from sqlalchemy import update

from server.access import Role
from server.proofs.passwords import NO_PASSWORD
from server.storage.tables import accounts
from tests.enrolled import PASSWORD, add_staff, enrolled
from tests.integration.http.browsing import World
from tests.integration.http.second_factors import OPS, Mila, hired, network_of, require


@pytest.fixture
async def mila(world: World) -> Mila:
    return await hired(world)


# ------------------------------------------------------------------ who is asked for what


async def test_a_password_alone_is_enough_where_it_is_optional_and_no_factor_is_enrolled(
    mila: Mila,
) -> None:
    browser = await mila.inside()
    look = await browser.get(f"{OPS}/session")
    assert look.body["complete"] is True
    assert (await browser.get(f"{OPS}/history?days=1")).status == 200
    assert (await browser.get(f"{OPS}/factors")).body == {
        "password": True,
        "passkeys": [],
        "passkey_host": "localhost",
        "code_generators": [],
        "recovery_left": 0,
        "required": False,
    }


async def test_a_password_alone_opens_nothing_where_two_are_required(
    world: World, mila: Mila
) -> None:
    before = await mila.inside()
    assert (await require(world, await network_of(world))).status == 200
    assert (await before.get(f"{OPS}/session")).refusal == (401, "session_expired")
    browser = await mila.inside()
    assert (await browser.get(f"{OPS}/session")).body["complete"] is False
    for method, path, body in (
        ("GET", f"{OPS}/history?days=1", None),
        ("PUT", f"{OPS}/password", {"current": PASSWORD, "password": "x" * 20}),
        ("POST", f"{OPS}/recovery-codes", {}),
        ("DELETE", f"{OPS}/code-generators/any", {}),
    ):
        refused = await browser.ask(method, path, body)
        assert refused.refusal == (403, "enrolment_required"), path
    made = await enrolled(browser, "ops", world.clock)
    assert (await browser.get(f"{OPS}/history?days=1")).status == 200
    world.clock.advance(60)
    assert await mila.refused(None) == (401, "code_required")
    again = await mila.inside(code=made.code(world.clock))
    assert (await again.get(f"{OPS}/session")).body["complete"] is True


async def test_who_has_a_factor_is_always_asked_for_it(world: World, mila: Mila) -> None:
    _, made = await mila.enrolled()
    assert await mila.refused(None) == (401, "code_required")
    assert await mila.refused("000000") == (401, "code_refused")
    browser = await mila.inside(code=made.code(world.clock))
    assert (await browser.get(f"{OPS}/factors")).body["recovery_left"] == 10


async def test_a_code_without_the_password_is_of_no_use(world: World, mila: Mila) -> None:
    _, made = await mila.enrolled()
    code = made.code(world.clock)
    _, answer = await mila.signs_in(code=code, password="wrong")
    assert answer.refusal == (401, "sign_in_failed")
    await mila.inside(code=code)  # nor was it used up


async def test_a_code_cannot_be_replayed(world: World, mila: Mila) -> None:
    _, made = await mila.enrolled()
    code = made.code(world.clock)
    await mila.inside(code=code)
    assert await mila.refused(code) == (401, "code_used")
    world.clock.advance(30)
    assert await mila.refused(code) == (401, "code_used")
    world.clock.advance(30)
    assert await mila.refused(code) == (401, "code_refused")
    await mila.inside(code=made.code(world.clock))


async def test_a_recovery_code_works_once(mila: Mila) -> None:
    browser, made = await mila.enrolled()
    assert len(made.recovery_codes) == 10
    recovered = await mila.inside(code=made.recovery_codes[3])
    assert (await recovered.get(f"{OPS}/factors")).body["recovery_left"] == 9
    assert await mila.refused(made.recovery_codes[3]) == (401, "code_used")
    fresh = await recovered.post(f"{OPS}/recovery-codes", {})
    assert len(fresh.body["codes"]) == fresh.body["factors"]["recovery_left"] == 10
    assert await mila.refused(made.recovery_codes[4]) == (401, "code_refused")
    await mila.inside(code=fresh.body["codes"][0])
    assert (await browser.get(f"{OPS}/session")).status == 200


async def test_a_code_of_an_account_is_none_of_another(world: World, mila: Mila) -> None:
    _, made = await mila.enrolled()
    await add_staff(world.services, "ops", mila.account.organization_id, "noa", Role.OPS)
    noa = world.browser()
    form = {"login": "noa", "password": PASSWORD}
    assert (await noa.post(f"{OPS}/session", form)).status == 200
    await enrolled(noa, "ops", world.clock)
    world.clock.advance(60)
    for code in (made.code(world.clock), made.recovery_codes[0]):
        refused = await noa.post(f"{OPS}/session", {**form, "code": code})
        assert refused.refusal == (401, "code_refused")


# ------------------------------------------------------------------ how often one may guess


async def test_wrong_codes_hold_up_the_codes_and_nothing_else(world: World, mila: Mila) -> None:
    _, made = await mila.enrolled()
    for _ in range(5):
        assert await mila.refused("000000") == (401, "code_refused")
    assert await mila.refused(made.code(world.clock)) == (429, "too_many_attempts")
    assert await mila.refused(None) == (401, "code_required")  # the password is not held up
    browser = await mila.inside(code=made.recovery_codes[0])
    assert (await browser.get(f"{OPS}/session")).status == 200
    world.clock.advance(901)
    await mila.inside(code=made.code(world.clock))


async def test_a_right_code_forgives_the_wrong_ones_before(world: World, mila: Mila) -> None:
    _, made = await mila.enrolled()
    for _ in range(2):
        for _ in range(4):
            assert await mila.refused("000000") == (401, "code_refused")
        await mila.inside(code=made.code(world.clock))
        world.clock.advance(60)


async def test_wrong_codes_count_for_where_they_come_from(world: World, mila: Mila) -> None:
    _, made = await mila.enrolled()
    for _ in range(5):
        assert await mila.refused("000000") == (401, "code_refused")
    staff = world.browser()
    for at in range(25):
        form = {"login": f"nobody-{at}", "password": "wrong"}
        assert (await staff.post(f"{OPS}/session", form)).status == 401
    assert await mila.refused(made.recovery_codes[0]) == (429, "too_many_attempts")


async def test_guesses_made_at_once_are_all_counted(world: World, mila: Mila) -> None:
    await mila.enrolled()
    outcomes = [await mila.refused(f"{guess:06}") for guess in range(7)]
    assert [status for status, _ in outcomes] == [401] * 5 + [429] * 2
    assert world.settings.attempts_per_code_max == 5


async def test_unknown_wrong_and_passwordless_cost_the_same(world: World, mila: Mila) -> None:
    await add_staff(world.services, "ops", mila.account.organization_id, "noa", Role.OPS)
    async with world.services.database.write() as tx:
        await tx.execute(
            update(accounts).where(accounts.c.login == "noa").values(password_hash=NO_PASSWORD)
        )
    took: dict[str, list[float]] = {"mila": [], "noa": [], "nobody": []}
    answers = set()
    for login in ("warm-up", *list(took) * 3):
        began = time.perf_counter()
        form = {"login": login, "password": "wrong", "code": "123456"}
        answers.add((await world.browser().post(f"{OPS}/session", form)).raw)
        took.setdefault(login, []).append(time.perf_counter() - began)
    assert len(answers) == 1
    fastest = {login: min(times) for login, times in took.items()}
    for login in ("noa", "nobody"):
        assert fastest[login] > fastest["mila"] / 2
    none = {"login": "noa", "password": NO_PASSWORD}
    assert (await world.browser().post(f"{OPS}/session", none)).status == 401
