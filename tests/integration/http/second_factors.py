"""Somebody with an account of their own, and compliance, who says what is required."""

from __future__ import annotations

from dataclasses import dataclass, field

from server.access import Role
from server.storage import directory
from server.storage.directory import Account
from tests.authenticators import RIGHT, Authenticator, Json, Manner
from tests.enrolled import PASSWORD, Enrolled, add_staff, enrolled
from tests.integration.http.browsing import Answer, Browser, World

OPS = "/api/v1/ops"
POLICY = "/api/v1/compliance/sign-in-policy"


@dataclass
class Mila:
    """Somebody of operations, with an account that nobody else uses."""

    world: World
    account: Account

    async def signs_in(
        self, *, code: str | None = None, password: str = PASSWORD
    ) -> tuple[Browser, Answer]:
        browser = self.world.browser()
        form = {"login": "mila", "password": password, "code": code}
        return browser, await browser.post(f"{OPS}/session", form)

    async def inside(self, *, code: str | None = None) -> Browser:
        browser, answer = await self.signs_in(code=code)
        assert answer.status == 200, answer.body
        return browser

    async def enrolled(self) -> tuple[Browser, Enrolled]:
        browser = await self.inside()
        made = await enrolled(browser, "ops", self.world.clock)
        self.world.clock.advance(60)
        return browser, made

    async def refused(self, code: str | None) -> tuple[int, str]:
        _, answer = await self.signs_in(code=code)
        return answer.refusal


@dataclass
class Ava:
    """Somebody who signs in with a passkey."""

    mila: Mila
    device: Authenticator = field(default_factory=Authenticator)

    async def registers(self, browser: Browser, label: str = "Laptop") -> Answer:
        asked = await browser.post(f"{OPS}/passkeys/options", {})
        assert asked.status == 200, asked.body
        return await browser.post(f"{OPS}/passkeys", self.device.make(asked.body, label=label))

    async def registered(self) -> Browser:
        browser = await self.mila.inside()
        answer = await self.registers(browser)
        assert answer.status == 200, answer.body
        return browser

    async def asked(self, page: str = "ops") -> Json:
        path = f"/api/v1/{page}/session/passkey-options"
        return (await self.mila.world.browser().post(path, {})).body

    async def signs_in(
        self,
        *,
        form: Json | None = None,
        page: str = "ops",
        manner: Manner = RIGHT,
        browser: Browser | None = None,
    ) -> tuple[Browser, Answer]:
        browser = browser or self.mila.world.browser()
        sent = form or self.device.answer(await self.asked(page), manner=manner)
        return browser, await browser.post(f"/api/v1/{page}/session/passkey", sent)

    async def inside(self) -> Browser:
        browser, answer = await self.signs_in()
        assert answer.status == 200, answer.body
        return browser

    async def refused(
        self, *, form: Json | None = None, page: str = "ops", manner: Manner = RIGHT
    ) -> tuple[int, str]:
        _, answer = await self.signs_in(form=form, page=page, manner=manner)
        return answer.refusal


async def network_of(world: World) -> str:
    async with world.services.database.read() as tx:
        account = await directory.account_by_login(tx, "ops", "ops")
    assert account is not None
    return account.organization_id


async def spa_of(world: World) -> str:
    async with world.services.database.read() as tx:
        account = await directory.account_by_login(tx, "spa", "glow")
    assert account is not None
    return account.organization_id


async def hired(world: World) -> Mila:
    """Enrol somebody of operations whom no other test knows."""
    network_id = await network_of(world)
    account = await add_staff(world.services, "ops", network_id, "mila", Role.OPS)
    return Mila(world, account)


async def require(world: World, organization_id: str, word: str = "required") -> Answer:
    """Say it once, as an officer of compliance who has a second factor."""
    network_id = await network_of(world)
    await add_staff(world.services, "ops", network_id, "officer", Role.COMPLIANCE)
    browser = world.browser()
    form = {"login": "officer", "password": PASSWORD}
    assert (await browser.post(f"{OPS}/session", form)).status == 200
    await enrolled(browser, "ops", world.clock)
    said = {"organization_id": organization_id, "second_factor": word}
    return await browser.put(POLICY, said)
