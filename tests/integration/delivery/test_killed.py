"""The whole server is killed between a receiver's answer and what it would have written."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from server.clock import SystemClock
from server.rehearsal.encounter import Rehearsed, Waits
from server.rehearsal.page import Page
from server.rehearsal.peer import loopback_as_last_resort
from server.views import DeliveryTopic, NewEndpointForm, NewSecretView
from tests.clients import SITES, Scene, scene
from tests.integration.delivery.receivers import Receiver, receiving
from tests.servers import RunningServer, running_server

PORTAL = "/api/v1/portal"


async def posted(page: Page, path: str, body: object) -> bytes:
    status, answer = await page.request("POST", f"{PORTAL}{path}", json.dumps(body))
    assert status == 200, answer
    return answer


async def told(clinic: Scene, receiver: Receiver, *topics: DeliveryTopic) -> None:
    """Have the receiver told of these."""
    manager = await clinic.staff_page("portal", "glow-manager")
    form = NewEndpointForm(url=receiver.url, topics=list(topics))
    await manager.send("POST", f"{PORTAL}/endpoints", form, NewSecretView)


async def signed(clinic: Scene) -> str:
    """Play a whole exam of Casey's; return which."""
    spa, casey = await clinic.spa(), await clinic.practitioner("casey")
    with loopback_as_last_resort():
        outcome = await Rehearsed(
            clinic.server.url,
            spa,
            casey,
            SystemClock(),
            waits=Waits(),
            site_name=SITES["glow"],
        ).play("Ana Ortiz")
    assert outcome.signed, outcome.error
    return outcome.encounter_id


async def killed(server: RunningServer) -> None:
    """Kill it, as a power cut would, and start it again."""
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)


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


@pytest.mark.long
async def test_two_messages_of_an_encounter_have_two_effects_in_order_whenever_it_is_killed(
    tmp_path: Path,
) -> None:
    async with receiving("hang") as receiver:
        with running_server(tmp_path) as server:
            async with scene(server) as clinic:
                await told(clinic, receiver, "encounter.signed", "encounter.amended")
                encounter_id = await signed(clinic)
                await receiver.wait_for(1)
            await killed(server)
            await receiver.wait_for(2)
            receiver.answers.append("hang")
            async with scene(server) as clinic:
                casey = await clinic.practitioner("casey", on_duty=False)
                await casey.socket.ask(
                    "addendum.add", encounter_id=encounter_id, text="Itching since Tuesday."
                )
                await receiver.wait_for(3)
            await killed(server)
            await receiver.wait_for(4)
    first, second = receiver.effects
    assert [one.message_id for one in receiver.got] == [first, first, second, second]
    assert [(one.told["type"], one.told["data"]["sequence"]) for one in receiver.got] == [
        *[("encounter.signed", 1)] * 2,
        *[("encounter.amended", 2)] * 2,
    ]
    assert {one.told["data"]["encounter_id"] for one in receiver.got} == {encounter_id}
