"""A spa's software that is registered at a server, and asks it for tokens and by them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from tests.integration.http.browsing import ORIGIN, PORTAL, Answer, Browser, Json, World
from tests.software_keys import ASSERTION_TYPE, PrivateKey, Software, new_ec

API = f"{PORTAL}/software"
TOKEN = "/oauth/token"
FORM = "application/x-www-form-urlencoded"
ALL = ("authorizations:query", "authorizations:use", "charts:read")


@dataclass
class Registered:
    """Software of a spa, who manages it, and the browser-less client that it is."""

    world: World
    manager: Browser
    software: Software

    @property
    def path(self) -> str:
        return f"{API}/{self.software.client_id}"

    @property
    def now_s(self) -> int:
        return self.world.clock.now() // 1_000_000

    async def page(self) -> Json:
        """Return what the manager sees of it."""
        whole = await self.manager.get(API)
        assert whole.status == 200, whole.body
        found: Json = next(
            one
            for one in whole.body["software"]
            if one["software_id"] == self.software.client_id
        )
        return found

    async def ask(self, assertion: str | None = None, **changed: str | None) -> Answer:
        """Ask for a token, by a good assertion and form unless told otherwise."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.software.assertion(self.now_s),
            **changed,
        }
        body = urlencode({name: value for name, value in form.items() if value is not None})
        return await posted(self.world, body)

    async def token(self, scope: str | None = None) -> dict[str, str]:
        """Return the header of a new token."""
        answer = await self.ask(scope=scope)
        assert answer.status == 200, answer.body
        return {"Authorization": f"Bearer {answer.body['access_token']}"}

    async def refused(self, assertion: str | None = None, **changed: str | None) -> str:
        """Return `status word` of a refusal, as OAuth words it."""
        answer = await self.ask(assertion, **changed)
        return f"{answer.status} {answer.body['error']}"

    async def get(self, path: str, headers: dict[str, str]) -> Answer:
        return await self.world.browser().ask("GET", path, headers=headers)

    async def post(self, path: str, body: object, headers: dict[str, str]) -> Answer:
        sent = {**headers, "Origin": "https://emr.test"}
        return await self.world.browser().ask("POST", path, body, headers=sent)


async def posted(world: World, body: str, content_type: str = FORM) -> Answer:
    """Send a body to the token endpoint, as a program does: without Origin and cookie."""
    headers = {"Content-Type": content_type, "Origin": "https://emr.test"}
    return await world.browser().ask("POST", TOKEN, data=body.encode(), headers=headers)


async def registered(
    world: World, *scopes: str, login: str = "glow-manager", key: PrivateKey | None = None
) -> Registered:
    """Register software with these scopes, or with all."""
    manager = await world.spa(login)
    software = Software(key or new_ec(), ORIGIN + TOKEN)
    form = {"label": "Records", "scopes": list(scopes or ALL), "jwk": software.jwk}
    answer = await manager.post(API, form)
    assert answer.status == 200, answer.body
    software.client_id = answer.body["software"][0]["software_id"]
    return Registered(world, manager, software)
