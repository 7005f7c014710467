"""A provider that others wrote: linked, signed in by, asked again, and signed out at."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from server.access import Role
from tests.enrolled import PASSWORD, add_staff
from tests.identity_providers import CLIENT_ID, SECRET
from tests.integration.http.browsing import ORIGIN, World
from tests.integration.http.second_factors import network_of
from tests.integration.http.signing_on import OPS, PROVIDERS, network_in
from tests.real_providers import Person, real_provider

HOME = f"{ORIGIN}/ops"
ARRIVES_S = 10.0


@asynccontextmanager
async def mailbox() -> AsyncIterator[tuple[str, asyncio.Queue[str]]]:
    """An address that logout tokens are posted to, and what came."""
    came: asyncio.Queue[str] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        came.put_nowait(str((await request.post())["logout_token"]))
        return web.Response()

    app = web.Application()
    app.router.add_post("/out", take)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("/out")), came
    finally:
        await server.close()


async def test_the_whole_way_with_a_provider_that_others_wrote(world: World) -> None:
    world.clock.advance(
        time.time() - world.clock.now() / 1_000_000
    )  # it has a clock of its own
    network_id = await network_of(world)
    await add_staff(world.services, "ops", network_id, "officer", Role.COMPLIANCE)
    officer = world.browser()
    form = {"login": "officer", "password": PASSWORD}
    assert (await officer.post(f"{OPS}/session", form)).status == 200
    async with mailbox() as (out, came):
        client = {
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "redirect_uris": [HOME],
            "backchannel_logout_uri": out,
            "backchannel_logout_session_required": True,
        }
        async with real_provider(client) as issuer:
            described = {
                "organization_id": network_id,
                "name": "Lumen sign-in",
                "issuer": issuer,
                "client_id": CLIENT_ID,
                "client_secret": SECRET,
            }
            added = await officer.post(PROVIDERS, described)
            assert added.status == 200, added.body
            own = network_in(added)["providers"][0]
            person = Person("person-1")
            try:
                links = f"{OPS}/provider-links"
                url = (await officer.post(links, {"provider_id": own["id"]})).body["url"]
                linked = await officer.post(f"{links}/finish", await person.goes(url, HOME))
                assert linked.status == 200, linked.body

                browser = world.browser()
                begin = {"provider_id": own["id"]}
                url = (await browser.post(f"{OPS}/session/provider", begin)).body["url"]
                brought = await person.goes(url, HOME)
                done = await browser.post(f"{OPS}/session/provider/finish", brought)
                assert done.status == 200, done.body
                assert done.body["complete"] is True

                again = f"{OPS}/session/step-up/provider"
                url = (await browser.post(again, {})).body["url"]
                fresh = await browser.post(f"{again}/finish", await person.goes(url, HOME))
                assert fresh.status == 200, fresh.body

                await person.leaves(issuer)
                async with asyncio.timeout(ARRIVES_S):
                    token = await came.get()
                path = own["logout_uri"].removeprefix(ORIGIN)
                async with browser.http.post(
                    world.server.make_url(path), data={"logout_token": token}
                ) as answer:
                    assert answer.status == 200, await answer.text()
                assert (await browser.get(f"{OPS}/session")).status == 401
            finally:
                await person.http.close()
