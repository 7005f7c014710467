"""What is told of an encounter from end to end: each happening, in order, and nobody named."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text

from server.rulebooks.changing import Act
from server.storage.outbox_tables import deliveries, outbox_messages
from tests.integration.http.browsing import BIRTH_DATE, PORTAL, Browser, Json, World
from tests.integration.http.exams import signed_exam
from tests.integration.http.packets import Reviewer, reviewer, submitted

TOPICS = [
    "encounter.requested",
    "encounter.signed",
    "encounter.amended",
    "review.answered",
    "authorization.ended",
]
# Whatever is known of the patient, of what they want or have, and of what was written.
CANARIES = [
    "Zephyrine",
    "Quillfeather",
    "Maria",
    "Vega",
    BIRTH_DATE,
    "neurotoxin",
    "filler",
    "approved",
    "Seen and spoken with",
    "Itching since Tuesday",
    "Recall of a lot",
    "I want to see it move",
    "peel",
]


async def told_everything(world: World) -> Browser:
    manager = await world.spa("glow-manager")
    form = {"url": "https://hooks.glow.example.com/in", "topics": TOPICS}
    assert (await manager.post(f"{PORTAL}/endpoints", form)).status == 200
    return manager


async def messages(world: World) -> list[Json]:
    """What was put, by encounter and place."""
    query = (
        select(outbox_messages, deliveries.c.place)
        .join(deliveries, deliveries.c.message_id == outbox_messages.c.id)
        .order_by(deliveries.c.stream, deliveries.c.place)
    )
    async with world.services.database.read() as tx:
        return [dict(row) for row in (await tx.execute(query)).mappings()]


async def of_encounter(world: World, encounter_id: str) -> list[tuple[int, str]]:
    return [
        (one["place"], one["topic"])
        for one in await messages(world)
        if one["encounter_id"] == encounter_id
    ]


async def chart_head(world: World, encounter_id: str) -> str:
    query = text("SELECT chart_head FROM encounters WHERE id = :id")
    async with world.services.database.read() as tx:
        return str((await tx.execute(query, {"id": encounter_id})).scalar_one())


async def ended_authorization(world: World, encounter_id: str) -> str:
    console = await world.signed_in("console", "avery")
    path = f"/api/v1/console/encounters/{encounter_id}/authorizations"
    first = (await console.get(path)).body["authorizations"][0]["authorization_id"]
    form = {
        "request_id": "revoke-1",
        "reason": "practitioner_decision",
        "note": "Recall of a lot",
    }
    done = await console.post(f"/api/v1/console/authorizations/{first}/revoke", form)
    assert done.status == 200, done.body
    return str(first)


@pytest.fixture
async def signed(world: World) -> str:
    await told_everything(world)
    return await signed_exam(
        world, await world.spa(), {"filler": "approved"}, name="Zephyrine Quillfeather"
    )


async def test_each_happening_is_told_in_its_order(world: World, signed: str) -> None:
    avery = await reviewer(world, "avery", signed)
    await avery.ask("addendum.add", text="Itching since Tuesday")
    head = await chart_head(world, signed)
    ended = await ended_authorization(world, signed)
    assert await of_encounter(world, signed) == [
        (1, "encounter.requested"),
        (2, "encounter.signed"),
        (3, "encounter.amended"),
        (4, "authorization.ended"),
    ]
    bodies = {one["topic"]: json.loads(one["body"]) for one in await messages(world)}
    assert bodies["encounter.amended"]["chart_head"] == head
    assert bodies["encounter.signed"]["chart_head"] != head
    assert bodies["encounter.signed"]["request_id"] == "request-0001"
    assert bodies["authorization.ended"]["authorization_id"] == ended


async def test_nothing_that_is_told_says_anything_of_the_patient(
    world: World, signed: str, act: Act
) -> None:
    assert act.reference
    avery = await reviewer(world, "avery", signed)
    await avery.ask("addendum.add", text="Itching since Tuesday")
    await ended_authorization(world, signed)
    sent = await submitted(world, await world.spa(), request_id="request-0002")
    packet = await reviewer(world, "avery", sent)
    await packet.ask("review.begin")
    await packet.ask("review.upgrade", reason="I want to see it move.")
    put = await messages(world)
    assert {one["topic"] for one in put} == set(TOPICS)
    # The identifier of a message is a hash in letters, which may spell anything.
    everything = json.dumps([{**one, "id": None} for one in put])
    assert [one for one in CANARIES if one.lower() in everything.lower()] == []
    fields = {"encounter_id", "request_id", "site_id", "chart_head", "authorization_id"}
    assert {name for one in put for name in json.loads(one["body"])} == fields


async def test_a_review_that_is_signed_is_answered(world: World, avery: Reviewer) -> None:
    await told_everything(world)
    await avery.ask("review.begin")
    await avery.review()
    await avery.sign()
    assert await of_encounter(world, avery.encounter_id) == [
        (1, "encounter.signed"),
        (2, "review.answered"),
    ]


async def test_a_review_that_goes_on_live_is_answered(world: World, avery: Reviewer) -> None:
    await told_everything(world)
    await avery.ask("review.begin")
    await avery.ask("review.upgrade", reason="I want to see it move.")
    assert await of_encounter(world, avery.encounter_id) == [(1, "review.answered")]


async def test_an_addendum_of_the_same_command_is_told_once(world: World, signed: str) -> None:
    avery = await reviewer(world, "avery", signed)
    for _ in range(2):
        avery.asked = 0
        await avery.ask("addendum.add", text="Itching since Tuesday")
    topics = [topic for _, topic in await of_encounter(world, signed)]
    assert topics.count("encounter.amended") == 1
