from __future__ import annotations

import pytest
from sqlalchemy import select, update

from server.access import Role
from server.attempts import Limited
from server.people.ending import close_account
from server.storage import attempts
from server.storage.audit_tables import audit_entries
from server.storage.tables import accounts, challenges
from tests.authenticators import Authenticator, wrongly
from tests.enrolled import PASSWORD, add_staff, enrolled
from tests.integration.http.browsing import World
from tests.integration.http.second_factors import (
    OPS,
    Ava,
    hired,
    network_of,
    require,
)


@pytest.fixture
async def ava(world: World) -> Ava:
    return Ava(await hired(world))


Entry = tuple[str, str | None, str, str | None]


async def entries(world: World) -> set[Entry]:
    """Give what the audit log has of passkeys: what, why not, who, whose."""
    columns = (audit_entries.c.action, audit_entries.c.reason, audit_entries.c.actor)
    query = select(*columns, audit_entries.c.organization_id)
    ours = query.where(audit_entries.c.route.contains("passkey"))
    async with world.services.database.read() as tx:
        return {tuple(row) for row in await tx.execute(ours)}


def entry(ava: Ava, action: str, reason: str | None = None) -> Entry:
    account = ava.mila.account
    return action, reason, f"ops:{account.account_id}", account.organization_id


# ------------------------------------------------------------------ signing in


@pytest.mark.safeguard("164.312(d)")
async def test_a_passkey_signs_in_without_a_name(world: World, ava: Ava) -> None:
    await ava.registered()
    asked = await ava.asked()
    assert (asked["rp_id"], asked["allow"], asked["timeout_ms"]) == ("localhost", [], 300_000)
    browser = await ava.inside()
    look = (await browser.get(f"{OPS}/session")).body
    assert (look["account_id"], look["complete"]) == (ava.mila.account.account_id, True)
    mine = (await browser.get(f"{OPS}/sessions")).body["sessions"]
    assert next(one["way"] for one in mine if one["here"]) == "passkey"
    (passkey,) = (await browser.get(f"{OPS}/factors")).body["passkeys"]
    assert (passkey["label"], passkey["backed_up"]) == ("Laptop", True)
    assert passkey["last_used_ms"] == world.clock.now() // 1_000
    assert await entries(world) == {entry(ava, "enrolled"), entry(ava, "signed_in")}


@pytest.mark.safeguard("164.312(d)")
async def test_a_passkey_is_enough_where_two_factors_are_required(
    world: World, ava: Ava
) -> None:
    assert (await require(world, await network_of(world))).status == 200
    enrolling = await ava.mila.inside()
    assert (await enrolling.get(f"{OPS}/session")).body["complete"] is False
    done = await ava.registers(enrolling)
    assert len(done.body["codes"]) == 10
    assert (await enrolling.get(f"{OPS}/history?days=1")).status == 200
    browser = await ava.inside()
    assert (await browser.get(f"{OPS}/history?days=1")).status == 200


@pytest.mark.safeguard("164.312(d)")
async def test_a_wrong_answer_is_refused_without_a_word_on_why(ava: Ava) -> None:
    await ava.registered()
    stranger = Authenticator()
    stranger.make({"challenge": "AAAA", "user_id": "AAAA"})
    _, unknown = await ava.signs_in(form=stranger.answer(await ava.asked()))
    assert unknown.refusal == (401, "passkey_refused")
    for manner in (
        wrongly(origin="https://gooodfaith.example"),
        wrongly(host="gooodfaith.example"),
        wrongly(verified=False),
        wrongly(in_a_frame=True),
        wrongly(user_handle="c29tZWJvZHkgZWxzZQ"),
    ):
        _, refused = await ava.signs_in(manner=manner)
        assert refused.raw == unknown.raw, manner
    await ava.inside()  # nothing is held up
    _, copied = await ava.signs_in(manner=wrongly(counts=-1))
    assert copied.raw == unknown.raw


@pytest.mark.safeguard("164.312(d)")
async def test_an_answer_cannot_be_replayed_nor_come_late(world: World, ava: Ava) -> None:
    await ava.registered()
    form = ava.device.answer(await ava.asked())
    browser, entered = await ava.signs_in(form=form)
    assert entered.status == 200
    assert await ava.refused(form=form) == (401, "challenge_over")
    late = ava.device.answer(await ava.asked())
    world.clock.advance(301)
    assert await ava.refused(form=late) == (401, "challenge_over")
    made_up = ava.device.answer({"challenge": "A" * 43})
    assert await ava.refused(form=made_up) == (401, "challenge_over")
    assert (await browser.get(f"{OPS}/session")).status == 200


async def test_a_passkey_of_another_page_is_none_here(ava: Ava) -> None:
    await ava.registered()
    assert await ava.refused(page="portal") == (401, "passkey_refused")
    elsewhere = ava.device.answer(await ava.asked("portal"))
    assert await ava.refused(form=elsewhere) == (401, "challenge_over")


async def test_a_closed_account_has_no_passkeys(world: World, ava: Ava) -> None:
    await ava.registered()
    await close_account(world.services, ava.mila.account.account_id)
    assert await ava.refused() == (401, "passkey_refused")
    assert entry(ava, "denied", "passkey_refused") in await entries(world)


async def test_what_is_asked_tells_nothing_about_accounts(world: World, ava: Ava) -> None:
    before = await ava.asked()
    await ava.registered()
    after = await ava.asked()
    assert before | {"challenge": ""} == after | {"challenge": ""}
    assert before["challenge"] != after["challenge"]
    async with world.services.database.read() as tx:
        kept = (await tx.execute(select(challenges))).mappings().all()
    assert not [one for one in kept if after["challenge"] in str(dict(one))]


async def counted(world: World, kind: str, times: int, by: str = "127.0.0.1") -> None:
    """Have something been tried, from here or by somebody."""
    bucket = Limited(kind, by, 1).bucket
    window_s, now = world.settings.attempts_window_s, world.clock.now()
    async with world.services.database.write() as tx:
        for _ in range(times):
            await attempts.count(tx, bucket, window_s=window_s, now=now)


async def rows_of_challenges(world: World) -> int:
    async with world.services.database.read() as tx:
        return len((await tx.execute(select(challenges))).all())


@pytest.mark.safeguard("164.312(d)")
async def test_whoever_is_wrong_too_often_from_one_address_waits_and_who_is_right_does_not(
    world: World, ava: Ava
) -> None:
    await ava.registered()
    await counted(world, "sign_in_address", world.settings.attempts_per_address_max - 1)
    late = ava.device.answer({"challenge": "A" * 43})
    assert await ava.refused(form=late) == (401, "challenge_over")  # nobody's guess
    unverified, too_many = wrongly(verified=False), (429, "too_many_attempts")
    assert await ava.refused(manner=unverified) == (401, "passkey_refused")
    kept = await rows_of_challenges(world)
    assert await ava.refused(manner=unverified) == too_many
    never_made = Authenticator()
    never_made.make({"challenge": "AAAA", "user_id": "AAAA"})
    assert await ava.refused(form=never_made.answer(await ava.asked())) == too_many
    assert await rows_of_challenges(world) == kept  # nothing is written of what goes no further
    await ava.inside()
    world.clock.advance(901)
    assert await ava.refused(manner=unverified) == (401, "passkey_refused")


@pytest.mark.safeguard("164.312(d)")
async def test_however_often_is_asked_from_one_address_a_passkey_signs_in_there(
    world: World, ava: Ava
) -> None:
    await ava.registered()
    own = ava.device.answer(await ava.asked())
    phone, path = world.browser(), f"{OPS}/session/passkey-options"
    asked = [await phone.post(path, {}) for _ in range(world.settings.challenges_max + 100)]
    assert {one.status for one in asked} == {200}
    assert len({one.body["challenge"] for one in asked}) == len(asked)
    assert await rows_of_challenges(world) == 0  # and nothing is kept of it
    assert (await ava.signs_in(form=own))[1].status == 200
    await ava.inside()
    assert await rows_of_challenges(world) == 2  # of the two that counted


async def test_whoever_asks_too_often_in_a_session_waits(world: World, ava: Ava) -> None:
    browser = await ava.registered()  # one
    account_id = ava.mila.account.account_id
    await counted(world, "challenge", world.settings.challenges_max - 2, account_id)
    path = f"{OPS}/passkeys/options"
    assert (await browser.post(path, {})).status == 200
    assert (await browser.post(path, {})).refusal == (429, "too_many_attempts")
    await ava.inside()  # who is yet to sign in is not counted


# ------------------------------------------------------------------ beside the password


@pytest.mark.safeguard("164.312(d)")
async def test_a_password_alone_is_not_enough_for_who_has_a_passkey(ava: Ava) -> None:
    browser = await ava.mila.inside()
    codes = (await ava.registers(browser)).body["codes"]
    assert await ava.mila.refused(None) == (401, "passkey_required")
    assert await ava.mila.refused("123456") == (401, "code_refused")
    _, wrong = await ava.mila.signs_in(password="wrong")
    assert wrong.refusal == (401, "sign_in_failed")
    recovered = await ava.mila.inside(code=codes[0])
    assert (await recovered.get(f"{OPS}/factors")).body["recovery_left"] == 9


async def test_who_has_a_code_generator_too_may_use_either(world: World, ava: Ava) -> None:
    browser = await ava.registered()
    made = await enrolled(browser, "ops", world.clock)
    assert made.recovery_codes == []  # the ones that came with the passkey go on
    world.clock.advance(60)
    assert await ava.mila.refused(None) == (401, "code_required")
    await ava.mila.inside(code=made.code(world.clock))
    await ava.inside()


async def test_the_password_may_change_while_a_passkey_is_used(world: World, ava: Ava) -> None:
    await ava.registered()
    form = ava.device.answer(await ava.asked())
    async with world.services.database.write() as tx:
        mine = accounts.c.id == ava.mila.account.account_id
        await tx.execute(update(accounts).where(mine).values(password_hash="!"))
    assert (await ava.signs_in(form=form))[1].status == 200


# ------------------------------------------------------------------ registering, giving up


async def test_registering_rotates_the_cookie_and_ends_the_others(
    world: World, ava: Ava
) -> None:
    other, browser = await ava.mila.inside(), await ava.mila.inside()
    before, name = browser.cookie("gf_ops"), f"{OPS}/session"
    done = await ava.registers(browser)
    assert len(done.body["codes"]) == done.body["factors"]["recovery_left"] == 10
    assert browser.cookie("gf_ops") != before
    assert (await browser.get(name)).status == 200
    stolen = await world.browser().ask("GET", name, headers={"Cookie": f"gf_ops={before}"})
    assert stolen.refusal == (401, "session_expired")
    assert (await other.get(name)).refusal == (401, "session_expired")
    assert [reason for _, reason in world.hub.ended] == ["revoked"]
    assert await entries(world) == {entry(ava, "enrolled")}


async def test_a_browser_is_told_whose_passkey_it_makes_and_which_there_are(ava: Ava) -> None:
    browser = await ava.registered()
    asked = (await browser.post(f"{OPS}/passkeys/options", {})).body
    assert (asked["rp_id"], asked["user_name"]) == ("localhost", "mila")
    assert asked["user_display_name"].startswith("Mila, ")
    assert [one["transports"] for one in asked["exclude"]] == [["internal", "hybrid"]]
    assert asked["algorithms"] == [-8, -7, -257]


@pytest.mark.safeguard("164.312(d)")
async def test_what_was_made_wrongly_is_not_registered(ava: Ava) -> None:
    browser = await ava.mila.inside()
    for manner in (
        *(wrongly(origin="https://gooodfaith.example"), wrongly(host="a")),
        wrongly(verified=False),
    ):
        asked = (await browser.post(f"{OPS}/passkeys/options", {})).body
        form = ava.device.make(asked, manner=manner)
        refused = await browser.post(f"{OPS}/passkeys", form)
        assert refused.refusal == (401, "passkey_refused")
        right = ava.device.make(asked)
        late = await browser.post(f"{OPS}/passkeys", right)
        assert late.refusal == (401, "challenge_over")
    assert (await browser.get(f"{OPS}/factors")).body["passkeys"] == []


async def test_what_one_was_asked_to_make_nobody_else_registers(world: World, ava: Ava) -> None:
    browser, second = await ava.mila.inside(), await ava.mila.inside()
    await add_staff(world.services, "ops", ava.mila.account.organization_id, "noa", Role.OPS)
    noa = world.browser()
    await noa.post(f"{OPS}/session", {"login": "noa", "password": PASSWORD})
    asked = (await browser.post(f"{OPS}/passkeys/options", {})).body
    form = ava.device.make(asked)
    for other in (noa, second):
        refused = await other.post(f"{OPS}/passkeys", form)
        assert refused.refusal == (401, "challenge_over")
    assert (await browser.post(f"{OPS}/passkeys", form)).status == 200
    assert (await browser.post(f"{OPS}/passkeys", form)).refusal == (401, "challenge_over")


async def test_a_passkey_is_called_something_else_and_given_up(world: World, ava: Ava) -> None:
    browser = await ava.registered()
    (one,) = (await browser.get(f"{OPS}/factors")).body["passkeys"]
    path = f"{OPS}/passkeys/{one['id']}"
    noa = await world.signed_in("ops", "ops")
    assert (await noa.put(path, {"label": "Mine"})).refusal == (404, "not_found")
    assert (await noa.ask("DELETE", path, {})).refusal == (404, "not_found")
    named = await browser.put(path, {"label": "  Work laptop "})
    assert [one["label"] for one in named.body["passkeys"]] == ["Work laptop"]
    left = await browser.ask("DELETE", path, {})
    assert (left.body["passkeys"], left.body["recovery_left"]) == ([], 0)
    assert entry(ava, "unenrolled") in await entries(world)
    assert await ava.refused() == (401, "passkey_refused")
    await ava.mila.inside()


async def test_the_last_second_factor_stays_where_one_is_required(
    world: World, ava: Ava
) -> None:
    browser = await ava.registered()
    await require(world, await network_of(world))
    (one,) = (await browser.get(f"{OPS}/factors")).body["passkeys"]
    path = f"{OPS}/passkeys/{one['id']}"
    assert (await browser.ask("DELETE", path, {})).refusal == (409, "last_factor")
    made = await enrolled(browser, "ops", world.clock)
    assert (await browser.ask("DELETE", path, {})).status == 200
    generator = f"{OPS}/code-generators/{made.generator_id}"
    assert (await browser.ask("DELETE", generator, {})).refusal == (409, "last_factor")
    again = (await ava.registers(browser)).body
    assert again["codes"] == []  # the ones of before are there
    assert (await browser.ask("DELETE", generator, {})).status == 200


async def test_every_page_of_staff_has_passkeys(world: World) -> None:
    for page, login in (("console", "avery"), ("portal", "glow"), ("ops", "compliance")):
        browser, device = await world.signed_in(page, login), Authenticator()
        path = f"/api/v1/{page}"
        asked = await browser.post(f"{path}/passkeys/options", {})
        form = device.make(asked.body)
        assert (await browser.post(f"{path}/passkeys", form)).status == 200
        fresh = world.browser()
        question = await fresh.post(f"{path}/session/passkey-options", {})
        entered = await fresh.post(f"{path}/session/passkey", device.answer(question.body))
        assert entered.status == 200
        assert (await fresh.get(f"{path}/session")).body["display_name"]


async def test_compliance_counts_who_has_a_passkey_as_having_a_second_factor(
    world: World, ava: Ava
) -> None:
    compliance = await world.signed_in("ops", "compliance")
    policy = "/api/v1/compliance/sign-in-policy"

    async def without() -> int:
        listed = (await compliance.get(policy)).body["organizations"]
        return next(int(one["without"]) for one in listed if one["kind"] == "network")

    before = await without()
    await ava.registered()
    assert await without() == before - 1


# ------------------------------------------------------------------ proving it again


@pytest.mark.safeguard("164.312(d)")
async def test_a_passkey_proves_it_again_in_its_own_session_alone(
    world: World, ava: Ava
) -> None:
    browser = await ava.registered()
    second = await ava.inside()
    world.clock.advance(301)
    stale = await browser.post(f"{OPS}/passkeys/options", {})
    assert stale.refusal == (403, "step_up_required")
    path = f"{OPS}/session/step-up"
    assert (await browser.get(path)).body["ways"] == ["passkey", "code"]
    asked = (await browser.post(f"{path}/passkey-options", {})).body
    assert len(asked["allow"]) == 1
    form = ava.device.answer(asked)
    assert (await second.post(f"{path}/passkey", form)).refusal == (401, "challenge_over")
    to_sign_in = ava.device.answer(await ava.asked())
    refused = await browser.post(f"{path}/passkey", to_sign_in)
    assert refused.refusal == (401, "challenge_over")
    before = browser.cookie("gf_ops")
    asked = (await browser.post(f"{path}/passkey-options", {})).body
    done = await browser.post(f"{path}/passkey", ava.device.answer(asked))
    assert done.status == 200
    assert browser.cookie("gf_ops") != before
    assert (await ava.registers(browser, "Phone")).status == 200
    assert entry(ava, "step_up") in await entries(world)


async def test_a_passkey_of_somebody_else_proves_nothing_again(world: World, ava: Ava) -> None:
    browser = await ava.registered()
    await add_staff(world.services, "ops", ava.mila.account.organization_id, "noa", Role.OPS)
    noa, device = world.browser(), Authenticator()
    await noa.post(f"{OPS}/session", {"login": "noa", "password": PASSWORD})
    asked = (await noa.post(f"{OPS}/passkeys/options", {})).body
    assert (await noa.post(f"{OPS}/passkeys", device.make(asked))).status == 200
    path = f"{OPS}/session/step-up"
    asked = (await browser.post(f"{path}/passkey-options", {})).body
    refused = await browser.post(f"{path}/passkey", device.answer(asked))
    assert refused.refusal == (401, "passkey_refused")
