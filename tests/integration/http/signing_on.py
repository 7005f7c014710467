"""People who sign in at a provider of their own: set up by compliance, linked, and let in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from server.access import Role
from server.storage import directory
from server.storage.directory import Account, AccountAudience
from tests.enrolled import PASSWORD, add_staff
from tests.identity_providers import CLIENT_ID, Provider, provider
from tests.integration.http.browsing import Answer, Browser, Json, World
from tests.integration.http.second_factors import network_of

OPS = "/api/v1/ops"
PROVIDERS = "/api/v1/compliance/providers"
LOCAL = "/api/v1/compliance/local-sign-in"
EMERGENCY = "/api/v1/compliance/emergency-accounts"


@dataclass
class House:
    """A world whose network has a provider.

    Attributes:
        at: the provider.
        id: as we call it.
        officer: compliance, signed in by password.
    """

    world: World
    at: Provider
    id: str
    officer: Browser
    network_id: str

    async def hired(
        self, login: str, role: Role = Role.OPS, audience: AccountAudience = "ops"
    ) -> Account:
        return await add_staff(self.world.services, audience, self.network_id, login, role)

    async def by_password(self, login: str, page: str = "ops") -> tuple[Browser, Answer]:
        browser = self.world.browser()
        form = {"login": login, "password": PASSWORD}
        return browser, await browser.post(f"/api/v1/{page}/session", form)

    async def sent(self, browser: Browser, page: str = "ops", **more: str) -> str:
        """Return where a browser is sent to sign in."""
        form = {"provider_id": self.id, **more}
        answer = await browser.post(f"/api/v1/{page}/session/provider", form)
        assert answer.status == 200, answer.body
        return str(answer.body["url"])

    async def finish(self, browser: Browser, brought: Json, page: str = "ops") -> Answer:
        return await browser.post(f"/api/v1/{page}/session/provider/finish", brought)

    async def signs_on(
        self, subject: str, page: str = "ops", **more: object
    ) -> tuple[Browser, Answer]:
        """Let somebody sign in by the provider, in a browser of their own."""
        browser = self.world.browser()
        brought = self.at.signs_on(await self.sent(browser, page), subject, **more)  # type: ignore[arg-type]  # as named
        return browser, await self.finish(browser, brought, page)

    async def links(self, browser: Browser, subject: str, page: str = "ops") -> Answer:
        """Let somebody who is signed in link their account."""
        path = f"/api/v1/{page}/provider-links"
        asked = await browser.post(path, {"provider_id": self.id})
        assert asked.status == 200, asked.body
        brought = self.at.signs_on(asked.body["url"], subject)
        return await browser.post(f"{path}/finish", brought)

    async def linked(self, login: str, subject: str, role: Role = Role.OPS) -> Account:
        """Hire somebody who has an account and is known to the provider."""
        account = await self.hired(login, role)
        browser, _ = await self.by_password(login)
        answer = await self.links(browser, subject)
        assert answer.status == 200, answer.body
        return account

    async def invited(self, login: str, name: str) -> str:
        """Invite somebody to operations; the secret of their link."""
        invited = await self.officer.post(
            f"{OPS}/people/invitations",
            {
                "organization_id": self.network_id,
                "role": "ops",
                "login": login,
                "display_name": name,
            },
        )
        return str(invited.body["url"]).partition("#invitation=")[2]

    async def joined(self, login: str, subject: str) -> Browser:
        """Let somebody accept an invitation by signing on; they have no password here."""
        secret = await self.invited(login, login.title())
        browser = self.world.browser()
        url = await self.sent(browser, invitation=secret)
        answer = await self.finish(browser, self.at.signs_on(url, subject))
        assert answer.status == 200, answer.body
        return browser

    async def name(self, account: Account, *, emergency: bool = True) -> Answer:
        path = f"{EMERGENCY}/{account.account_id}"
        return await self.officer.put(path, {"emergency": emergency})

    async def close(self, *, only: bool = True) -> Answer:
        """Close local sign-in in the network but for emergencies, or open it again."""
        said = {"organization_id": self.network_id, "emergency_only": only}
        return await self.officer.put(LOCAL, said)

    def described(self, **changed: object) -> Json:
        return {
            "organization_id": self.network_id,
            "name": "Lumen sign-in",
            "issuer": self.at.issuer,
            "client_id": CLIENT_ID,
            "client_secret": self.at.secret,
            "scopes": "profile",
            **changed,
        }


@asynccontextmanager
async def house(world: World, *, rsa: bool = False) -> AsyncIterator[House]:
    """Give the demo's network a provider until the block ends."""
    network_id = await network_of(world)
    await add_staff(world.services, "ops", network_id, "officer", Role.COMPLIANCE)
    async with provider(lambda: world.clock.now() // 1_000_000, rsa=rsa) as at:
        officer = world.browser()
        form = {"login": "officer", "password": PASSWORD}
        assert (await officer.post(f"{OPS}/session", form)).status == 200
        one = House(world, at, "", officer, network_id)
        answer = await officer.post(PROVIDERS, one.described())
        assert answer.status == 200, answer.body
        one.id = network_in(answer)["providers"][0]["id"]
        yield one


def network_in(answer: Answer) -> Json:
    """Return what a page of compliance says of the network."""
    found: Json = next(one for one in answer.body["organizations"] if one["kind"] == "network")
    return found


async def account_of(world: World, login: str) -> Account:
    async with world.services.database.read() as tx:
        found = await directory.account_by_login(tx, "ops", login)
    assert found is not None
    return found
