"""The whole server is killed between a receiver's answer and what it would have written."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from server.rehearsal.page import Page
from server.views import NewSecretView
from tests.integration.delivery.receivers import receiving
from tests.servers import running_server

PORTAL = "/api/v1/portal"


async def posted(page: Page, path: str, body: object) -> bytes:
    status, answer = await page.request("POST", f"{PORTAL}{path}", json.dumps(body))
    assert status == 200, answer
    return answer


@pytest.mark.long
async def test_a_server_that_is_killed_while_it_delivers_sends_the_same_message_again(
    tmp_path: Path,
) -> None:
    async with receiving("hang") as receiver:
        with running_server(tmp_path) as server:
            who = server.people["glow-manager"]
            async with Page.opened(server.url) as page:
                await posted(page, "/session", {"login": who.login, "password": who.password})
                form = {"url": receiver.url, "topics": ["encounter.signed"]}
                made = NewSecretView.model_validate_json(await posted(page, "/endpoints", form))
                await posted(page, f"/endpoints/{made.endpoint_id}/ping", {})
            await receiver.wait_for(1)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            await receiver.wait_for(2)
            assert len(receiver.effects) == 1
