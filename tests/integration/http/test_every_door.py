"""Every door that takes a name or a secret: what is unknown looks like what is wrong.

The same status, body and headers, as often as somebody may try and after that as well; and the
same time, which the tests that take long look at.
"""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pytest
from sqlalchemy import update

from server import access, redemption
from server.access import Role
from server.access.scopes import QUERY
from server.clock import ManualClock
from server.http import openapi, wiring
from server.people.ending import close_account
from server.proofs.passwords import NO_PASSWORD
from server.spa_tokens import create
from server.storage import spa_tokens
from server.storage.tables import accounts
from tests.authenticators import RIGHT, Authenticator, Manner, wrongly
from tests.enrolled import add_staff
from tests.integration.http.browsing import (
    BIRTH_DATE,
    JOIN,
    PORTAL,
    Answer,
    Browser,
    World,
    redeem_form,
)
from tests.integration.http.second_factors import OPS, Ava, hired, network_of, spa_of
from tests.ranks import rank_sum_z

# What each takes, by which somebody says who they are.
DOORS: Final = {
    "POST /api/v1/console/session": {"login", "password", "code"},
    "POST /api/v1/portal/session": {"login", "password", "code"},
    "POST /api/v1/ops/session": {"login", "password", "code"},
    "POST /api/v1/console/session/passkey": {"credential_id", "signature"},
    "POST /api/v1/portal/session/passkey": {"credential_id", "signature"},
    "POST /api/v1/ops/session/passkey": {"credential_id", "signature"},
    # What a provider gave a browser: test_bad_tokens.py.
    "POST /api/v1/console/session/provider/finish": {"code"},
    "POST /api/v1/portal/session/provider/finish": {"code"},
    "POST /api/v1/ops/session/provider/finish": {"code"},
    "POST /api/v1/join/session": {"secret", "birth_date"},
    "POST /api/v1/join/kiosk": {"code", "birth_date"},
    "POST /api/v1/invitations/look": {"secret"},
    "POST /api/v1/invitations/accept": {"secret", "password"},
    "POST /api/v1/recoveries": {"login"},  # test_lost_device.py: unknown logins look the same
    "POST /api/v1/recoveries/finish": {"secret", "password"},
}
SECRETS: Final = frozenset(
    {
        *("login", "password", "code", "secret", "token", "birth_date"),
        *("credential_id", "signature"),
    }
)
TOKENS: Final = "/api/v1/authorizations/query"
ROUNDS: Final = 5  # more than one may try
ROUNDS_TIMED: Final = 300
APART_Z: Final = 4.0
OF_THE_MOMENT: Final = frozenset({"Date", "Content-Length"})

Knock = Callable[[Browser], Awaitable[Answer]]


def seen(answer: Answer) -> tuple[int, bytes, frozenset[tuple[str, str]]]:
    """Return everything that whoever knocked can see."""
    headers = ((name, one) for name, one in answer.headers.items() if name not in OF_THE_MOMENT)
    return answer.status, answer.raw, frozenset(headers)


async def look_alike(world: World, knocks: Iterable[Knock], rounds: int = 1) -> None:
    """Knock with each in browsers of their own; nobody can tell by any answer which it was."""
    told = [[seen(await knock(world.browser())) for _ in range(rounds)] for knock in knocks]
    assert len(told) > 1
    assert all(one == told[0] for one in told[1:])
    assert all(status in {401, 404, 409, 429} for status, _, _ in told[0])


def password(page: str, login: str, code: str | None = None) -> Knock:
    form = {"login": login, "password": "wrong", "code": code}
    return lambda browser: browser.post(f"/api/v1/{page}/session", form)


@pytest.fixture(autouse=True)
def _refuse_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redemption, "REFUSAL_S", 0.0)


def test_these_are_all_doors() -> None:
    found = {}
    for one in wiring.all_routes():
        takes = openapi.operation_of(one).takes
        if takes is not None and access.ROUTES[one.key].audience in {None, "site"}:
            found[one.key] = SECRETS & set(takes.model_fields)
    assert {key: names for key, names in found.items() if names} == DOORS


@pytest.mark.safeguard("164.312(d)")
@pytest.mark.parametrize(
    ("page", "login"), [("console", "avery"), ("portal", "glow"), ("ops", "ops")]
)
@pytest.mark.parametrize(
    "more_settings", [{"attempts_per_address_max": 1_000, "attempts_per_account_max": 3}]
)
async def test_a_name_that_is_not_there_looks_like_a_wrong_password(
    world: World, page: str, login: str
) -> None:
    """Neither is one told from the other, nor from what is closed or has no password."""
    organization_id = await spa_of(world) if page == "portal" else await network_of(world)
    audience, role = {
        "console": ("practitioner", Role.PRACTITIONER),
        "portal": ("spa", Role.SPA_STAFF),
        "ops": ("ops", Role.OPS),
    }[page]
    for name in ("closed", "passwordless"):
        await add_staff(world.services, audience, organization_id, name, role)  # type: ignore[arg-type]
    async with world.services.database.write() as tx:
        changed = update(accounts)
        await tx.execute(changed.where(accounts.c.login == "closed").values(active=False))
        gone = changed.where(accounts.c.login == "passwordless")
        await tx.execute(gone.values(password_hash=NO_PASSWORD))
    elsewhere = "ops" if page != "ops" else "avery"
    names = (login, "nobody", "closed", "passwordless", elsewhere)
    await look_alike(world, [password(page, one) for one in names], ROUNDS)


@pytest.mark.safeguard("164.312(d)")
async def test_a_code_tells_nothing_about_a_name(world: World) -> None:
    await look_alike(world, [password("ops", one, "123456") for one in ("ops", "nobody")], 3)


@pytest.mark.safeguard("164.312(d)")
async def test_a_passkey_that_was_never_made_looks_like_a_wrong_one(world: World) -> None:
    """Nor is it told from one of a closed account."""
    ava = Ava(await hired(world))
    await ava.registered()
    made_up, path = Authenticator(), f"{OPS}/session/passkey"
    made_up.make({"challenge": "AAAA", "user_id": "AAAA"})

    def answer(device: Authenticator, manner: Manner) -> Knock:
        async def knock(browser: Browser) -> Answer:
            asked = await browser.post(f"{path}-options", {})
            return await browser.post(path, device.answer(asked.body, manner=manner))

        return knock

    unverified = wrongly(verified=False)
    await look_alike(world, [answer(made_up, RIGHT), answer(ava.device, unverified)], 3)
    await close_account(world.services, ava.mila.account.account_id)
    await look_alike(world, [answer(made_up, RIGHT), answer(ava.device, RIGHT)], 3)


@pytest.mark.safeguard("164.312(d)")
async def test_a_link_that_was_never_made_looks_like_one_that_was_replaced(
    world: World,
) -> None:
    spa = await world.spa()
    old = await world.request(spa)
    await spa.post(f"{PORTAL}/encounters/{old['encounter_id']}/link", {})

    def redeem(secret: str) -> Knock:
        form = redeem_form(old) | {"secret": secret}
        return lambda browser: browser.post(f"{JOIN}/session", form)

    replaced = redeem_form(old)["secret"]
    await look_alike(world, [redeem("A" * 43), redeem(replaced)], 3)


@pytest.mark.safeguard("164.312(d)")
async def test_a_code_that_was_never_made_looks_like_one_of_another_site(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    site = await world.site(spa, "TX")
    tablet = await world.spa()
    assert (await tablet.post(f"{PORTAL}/sites/{site['site_id']}/device", {})).status == 200

    def redeem(code: str) -> Knock:
        form = {"code": code, "birth_date": BIRTH_DATE, "take_over": False}
        return lambda _: tablet.post(f"{JOIN}/kiosk", form)

    await look_alike(world, [redeem("0000-0000"), redeem(link["kiosk_code"])], 3)


@pytest.mark.safeguard("164.312(d)")
async def test_a_recovery_that_was_never_asked_for_looks_like_one_that_nobody_approved(
    world: World,
) -> None:
    form = {"audience": "ops", "login": "ops"}
    asked = await world.browser().post("/api/v1/recoveries", form)
    assert asked.status == 200

    def finish(secret: str) -> Knock:
        chosen = {"secret": secret, "password": "a password that is new"}
        return lambda browser: browser.post("/api/v1/recoveries/finish", chosen)

    await look_alike(world, [finish("A" * 43), finish(asked.body["secret"])], 3)


@pytest.mark.safeguard("164.312(d)")
async def test_a_token_that_was_never_made_looks_like_one_that_is_over(world: World) -> None:
    spa_id, services = await spa_of(world), world.services
    async with services.database.write() as tx:
        old, revoked = [
            await create(tx, services, spa_id, label=label, scopes=[QUERY], days=days)
            for label, days in (("old", 1), ("revoked", 100))
        ]
        await spa_tokens.revoke(tx, revoked.token_id, now=services.clock.now())
    world.clock.advance(2 * 86_400)

    def ask(token: str) -> Knock:
        headers = {"Authorization": f"Bearer {token}"}
        return lambda browser: browser.ask("POST", TOKENS, {}, headers=headers)

    never = "goodfaith_spa_" + "A" * 43
    await look_alike(world, [ask(one) for one in (never, "x", old.secret, revoked.secret)])


@pytest.mark.safeguard("164.312(d)")
async def test_a_cookie_that_was_never_given_looks_like_one_that_is_over(world: World) -> None:
    staff = await world.signed_in("ops", "ops")
    over = staff.cookie("gf_ops") or ""
    assert (await staff.ask("DELETE", "/api/v1/ops/session")).status == 204

    def ask(value: str) -> Knock:
        cookie = {"Cookie": f"gf_ops={value}"}
        return lambda browser: browser.ask("GET", "/api/v1/ops/session", headers=cookie)

    await look_alike(world, [ask("A" * 43), ask(over)])


# ------------------------------------------------------------------ times


MANY = {
    "attempts_per_address_max": 10_000,
    "attempts_per_account_max": 1_000,
    "attempts_per_link_max": 100,
}


@dataclass
class Took:
    """How long each of several took: to who waits, and of the processor alone."""

    waited: list[list[float]]
    worked: list[list[float]]


async def timed(world: World, knocks: Sequence[Knock], rounds: int) -> Took:
    """Knock in an order of chance, and return how long each of them took."""
    order = [at for at in range(len(knocks)) for _ in range(rounds)]
    random.Random(8).shuffle(order)
    browser, took = world.browser(), Took([[] for _ in knocks], [[] for _ in knocks])
    for knock in (*knocks, *knocks):  # what is slow the first time
        await knock(browser)
    for at in order:
        began, worked = time.perf_counter(), time.process_time()
        await knocks[at](browser)
        took.worked[at].append(time.process_time() - worked)
        took.waited[at].append(time.perf_counter() - began)
    return took


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("more_settings", [MANY])
async def test_times_of_known_and_unknown_names_cannot_be_told_apart(world: World) -> None:
    took = await timed(world, [password("ops", one) for one in ("ops", "nobody")], ROUNDS_TIMED)
    assert abs(rank_sum_z(*took.waited)) < APART_Z
    # On a machine that does other things besides, only this can tell anything apart.
    assert abs(rank_sum_z(*took.worked)) < APART_Z


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("more_settings", [MANY])
async def test_times_of_unknown_and_replaced_links_cannot_be_told_apart(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redemption, "REFUSAL_S", 0.25)
    # How long the work took is made up for, which a clock that stands still cannot tell.
    monkeypatch.setattr(ManualClock, "elapsed_s", lambda _: time.perf_counter())
    spa = await world.spa()
    old = await world.request(spa)
    await spa.post(f"{PORTAL}/encounters/{old['encounter_id']}/link", {})
    replaced = redeem_form(old)

    def redeem(secret: str) -> Knock:
        return lambda browser: browser.post(f"{JOIN}/session", replaced | {"secret": secret})

    took = await timed(world, [redeem("A" * 43), redeem(replaced["secret"])], 100)
    assert abs(rank_sum_z(*took.waited)) < APART_Z
