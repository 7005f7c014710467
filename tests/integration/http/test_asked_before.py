"""Who is closed, or something else, by the time that a body has come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from server.access import Role
from server.people.ending import close_account
from server.storage import invitations
from tests.integration.http.browsing import Browser, World
from tests.integration.http.invited import form_of, glow, inside, people_of, somebody

INVITATIONS = f"{people_of('portal')}/invitations"


async def in_two_parts(
    content: bytes, begun: asyncio.Event, go_on: asyncio.Event
) -> AsyncIterator[bytes]:
    yield content[:10]
    begun.set()
    await go_on.wait()
    yield content[10:]


async def open_invitations(world: World) -> int:
    async with world.services.database.read() as tx:
        return await invitations.count_open(tx, await glow(world), world.clock.now())


@pytest.mark.safeguard("164.312(a)(1)")
@pytest.mark.parametrize("meanwhile", ["closed", "of another role", "signed out"])
async def test_what_was_asked_for_slowly_is_refused_to_who_may_not_any_more(
    world: World, meanwhile: str
) -> None:
    rae = await somebody(world, Role.SPA_MANAGER, "rae")
    browser = await inside(world, rae)
    body = json.dumps(form_of(await glow(world), Role.SPA_STAFF, "noa")).encode()
    begun, go_on = asyncio.Event(), asyncio.Event()
    content = in_two_parts(body, begun, go_on)
    asking = asyncio.create_task(browser.ask("POST", INVITATIONS, data=content))
    await begun.wait()
    await meanwhile_is(world, browser, rae.account_id, meanwhile)
    go_on.set()
    assert (await asking).refusal == (401, "session_expired")
    assert await open_invitations(world) == 0


async def meanwhile_is(world: World, browser: Browser, account_id: str, what: str) -> None:
    officer = await world.signed_in("ops", "compliance")
    if what == "closed":
        await close_account(world.services, account_id)
    elif what == "of another role":
        path = f"{people_of('ops')}/{account_id}/role"
        answer = await officer.put(path, {"role": "spa_staff"})
        assert answer.status == 200, answer.body
    else:
        answer = await browser.ask("DELETE", "/api/v1/portal/session")
        assert answer.status == 204, answer.body
