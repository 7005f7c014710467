"""A link written to the patient: by mail, by text message, and when it cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select

from server.delivery.worker import DeliveryWorker
from server.patient_messages.opening import patient_channels
from server.patient_messages.putting import PER_DAY_MAX, put_if_asked
from server.storage import encounters, links
from server.storage import patient_messages as stored
from server.storage.outbox_tables import deliveries, destinations
from server.storage.tables import patient_messages
from tests.integration.http.browsing import (
    BIRTH_DATE,
    BOTOX,
    JOIN,
    PORTAL,
    Answer,
    Browser,
    Json,
    World,
    redeem_form,
)
from tests.integration.http.carriers import MailServer, SmsGateway, mail_server, sms_gateway

MARIA = {
    "legal_name": "Maria Vega",
    "birth_date": BIRTH_DATE,
    "phone": "512 555 0188",
    "email": "maria@mail.test",
}
DAY_S = 86_400


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as serving:
        yield serving


@pytest.fixture
async def sms() -> AsyncIterator[SmsGateway]:
    async with sms_gateway() as serving:
        yield serving


@pytest.fixture
def more_settings(mail: MailServer, sms: SmsGateway) -> Mapping[str, Any]:
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": mail.port,
        "smtp_tls": "none",
        "mail_from": "care@glow.test",
        "sms_url": sms.url,
        "sms_token": "a-token-of-the-gateway",
    }


async def asked(world: World, spa: Browser, **patient: str) -> Json:
    answer = await spa.post(
        f"{PORTAL}/encounters",
        {
            "request_id": "request-0001",
            "patient": MARIA | patient,
            "site_id": (await world.site(spa))["site_id"],
            "treatments": [BOTOX],
        },
    )
    assert answer.status == 200, answer.body
    return answer.body


async def write(spa: Browser, link: Json, channel: str = "email") -> Answer:
    path = f"{PORTAL}/encounters/{link['encounter_id']}/message"
    return await spa.post(path, {"channel": channel})


@asynccontextmanager
async def delivering(world: World) -> AsyncIterator[DeliveryWorker]:
    async with patient_channels(world.services) as channels:
        worker = DeliveryWorker(
            world.services,
            {one.name: one for one in channels},
            holder="here",
            chance=lambda: 0.0,
        )
        try:
            yield worker
        finally:
            await worker.close()


async def deliver(world: World) -> None:
    async with delivering(world) as worker:
        while await worker.step():
            await worker.drained()


async def sent(spa: Browser, link: Json) -> list[Json]:
    shown = await spa.get(f"{PORTAL}/encounters/{link['encounter_id']}")
    found: list[Json] = shown.body["messages"]
    return found


async def test_a_link_is_written_by_mail_and_opens_the_visit(
    world: World, mail: MailServer
) -> None:
    spa = await world.spa()
    first = await asked(world, spa)
    assert first["ways"] == [
        {"channel": "email", "to": "ma…@mail.test"},
        {"channel": "sms", "to": "…0188"},
    ]
    written = (await write(spa, first)).body
    assert [one["state"] for one in await sent(spa, first)] == ["waiting"]
    await deliver(world)
    [message] = mail.mails
    assert mail.recipients == ["maria@mail.test"]
    assert message["From"] == "care@glow.test"
    text = message.get_content()
    assert written["url"] in text.splitlines()
    whole = f"{message.as_string()}{text}".lower()
    assert not any(word in whole for word in ("vega", "neurotoxin", "botox", BIRTH_DATE))
    assert [one["state"] for one in await sent(spa, first)] == ["delivered"]
    patient = world.browser()
    stopped = await patient.post(f"{JOIN}/session", redeem_form(first))
    assert stopped.refusal == (404, "link_unknown")
    opened = await patient.post(f"{JOIN}/session", redeem_form(written))
    assert opened.status == 200


async def kept_link(world: World) -> bytes | None:
    """Let housekeeping forget what it may, then give what is kept."""
    async with world.services.database.write() as tx:
        await stored.erase_expired(tx, world.clock.now(), 10)
        [kept] = (await tx.execute(select(patient_messages.c.sealed_link))).scalars()
    return None if kept is None else bytes(kept)


async def test_the_link_is_forgotten_once_it_is_sent(world: World, mail: MailServer) -> None:
    spa = await world.spa()
    await write(spa, await asked(world, spa))
    assert await kept_link(world) is not None
    await deliver(world)
    assert await kept_link(world) is None
    assert len(mail.mails) == 1


async def test_a_crash_after_the_carrier_took_a_message_sends_it_again(
    world: World, mail: MailServer
) -> None:
    spa = await world.spa()
    await write(spa, await asked(world, spa))
    async with delivering(world) as worker:
        assert await worker.step() == 1
        async with asyncio.timeout(10):
            await mail.taken.wait()
        await worker.kill()
    await deliver(world)
    assert len({one["Message-ID"] for one in mail.mails}) == 1
    async with world.services.database.read() as tx:
        [told] = (await tx.execute(select(deliveries.c.outcome))).scalars()
    assert told == "delivered"


@pytest.mark.parametrize("act", ["link", "cancel"])
async def test_a_link_that_stopped_before_it_was_sent_is_not_sent(
    world: World, mail: MailServer, act: str
) -> None:
    spa = await world.spa()
    link = await asked(world, spa)
    await write(spa, link)
    stopped = await spa.post(f"{PORTAL}/encounters/{link['encounter_id']}/{act}", {})
    assert stopped.status == 200, stopped.body
    await deliver(world)
    assert mail.mails == []
    async with world.services.database.read() as tx:
        [told] = await stored.of_encounter(tx, link["encounter_id"], 5)
    assert (told.state, told.outcome) == ("dead", "expired")


async def test_a_link_that_works_longer_is_sent_later(world: World, mail: MailServer) -> None:
    spa = await world.spa()
    link = await asked(world, spa)
    await write(spa, link)
    ttl_s = world.settings.link_ttl_h * 3_600
    async with world.services.database.write() as tx:
        until = world.clock.now() + 2 * ttl_s * 1_000_000
        await links.extend(tx, link["encounter_id"], expires_at=until)
    world.clock.advance(ttl_s + 1.0)
    assert await kept_link(world) is not None
    await deliver(world)
    assert len(mail.mails) == 1


async def test_wrong_numbers_do_not_disable_the_gateway(world: World, sms: SmsGateway) -> None:
    link = await asked(world, await world.spa())
    sms.status = 422
    for _ in range(2):
        assert (await write(await world.spa(), link, "sms")).status == 200
        await deliver(world)
        world.clock.advance(4.0 * DAY_S)
    async with world.services.database.read() as tx:
        query = select(destinations.c.state, destinations.c.failing_since)
        [gateway] = await tx.execute(query.where(destinations.c.channel == "sms"))
    assert tuple(gateway) == ("active", None)


async def test_a_link_is_written_as_a_text_message(world: World, sms: SmsGateway) -> None:
    spa = await world.spa()
    link = await asked(world, spa)
    written = (await write(spa, link, "sms")).body
    await deliver(world)
    [taken] = sms.taken
    assert taken["to"] == "+15125550188"
    assert taken["text"].splitlines()[-1] == written["url"]
    assert sms.tokens == ["Bearer a-token-of-the-gateway"]


@pytest.mark.parametrize(
    ("refusal", "state"), [("550 no such mailbox", "dead"), ("451 later", "waiting")]
)
async def test_what_a_mail_server_refuses_is_over_or_tried_again(
    world: World, mail: MailServer, refusal: str, state: str
) -> None:
    spa = await world.spa()
    link = await asked(world, spa)
    mail.refusal = refusal
    await write(spa, link)
    await deliver(world)
    [told] = await sent(spa, link)
    assert (told["state"], told["outcome"]) == (state, "answered")
    assert mail.mails == []


@pytest.mark.parametrize(("status", "state"), [(422, "dead"), (503, "waiting")])
async def test_what_a_gateway_refuses_is_over_or_tried_again(
    world: World, sms: SmsGateway, status: int, state: str
) -> None:
    spa = await world.spa()
    link = await asked(world, spa)
    sms.status = status
    await write(spa, link, "sms")
    await deliver(world)
    assert [one["state"] for one in await sent(spa, link)] == [state]


async def test_a_link_that_ran_out_is_not_sent_late(world: World, mail: MailServer) -> None:
    spa = await world.spa()
    link = await asked(world, spa)
    await write(spa, link)
    world.clock.advance((world.settings.link_ttl_h * 3_600 + 1) * 1.0)
    await deliver(world)
    assert mail.mails == []
    async with world.services.database.read() as tx:
        [told] = await stored.of_encounter(tx, link["encounter_id"], 5)
    assert (told.state, told.outcome) == ("dead", "expired")


async def test_without_an_address_the_link_is_handed_over(world: World) -> None:
    spa = await world.spa()
    link = await asked(world, spa, email="", phone="555 0188")
    assert link["ways"] == []
    for channel in ("email", "sms"):
        assert (await write(spa, link, channel)).refusal == (409, "no_way_to_patient")


async def test_a_patient_is_not_flooded(world: World) -> None:
    spa = await world.spa()
    link = await asked(world, spa)
    for _ in range(PER_DAY_MAX):
        assert (await write(spa, link)).status == 200
    assert (await write(spa, link)).refusal == (429, "messages_spent")


async def test_only_who_was_written_to_is_written_to_again(
    world: World, mail: MailServer
) -> None:
    spa = await world.spa()
    link = await asked(world, spa)
    core = world.services

    async def answered() -> bool:
        async with core.database.write() as tx:
            row = await encounters.get(tx, link["encounter_id"], lock=True)
            return await put_if_asked(tx, core, row, "answer", language="es")

    assert not await answered()
    await write(spa, link)
    assert await answered()
    await deliver(world)  # the invitation's link has been replaced: only the answer goes out
    [message] = mail.mails
    assert "respuesta" in message["Subject"]


async def test_another_spa_writes_to_nobody_here(world: World) -> None:
    link = await asked(world, await world.spa())
    other = await world.spa("lumen")
    assert (await write(other, link)).refusal == (404, "not_found")
