from __future__ import annotations

import asyncio
from typing import Any

import pytest

from server.rehearsal.live_socket import new_command_id
from server.rehearsal.patient import Patient
from server.rehearsal.spa import BIRTH_DATE
from signaling import messages as wire
from tests.clients import Scene


def code_of(ack: wire.Ack) -> str | None:
    return ack.error.code if ack.error else None


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ({"v": 1, "id": "aaaaaaaa", "type": "queue.jump"}, []),
        ({"v": 1, "id": "aaaaaaaa", "type": "sync", "extra": 1}, []),
        ({"v": 2, "id": "aaaaaaaa", "type": "sync"}, ["v"]),
        ({"v": "1", "id": "aaaaaaaa", "type": "sync"}, ["v"]),
        ({"v": 1, "id": 12345678, "type": "sync"}, ["id"]),
        ({"v": 1, "id": "short", "type": "sync"}, ["id"]),
        ({"v": 1, "id": "aaaaaaaa", "type": "offer.accept", "offer_id": "b" * 12}, []),
        ({"v": 1, "id": "aaaaaaaa", "type": "call.media", "encounter_id": "c" * 12}, ["audio"]),
    ],
    ids=[
        "unknown command",
        "extra field",
        "later version",
        "version as text",
        "id as number",
        "id too short",
        "somebody else's command",
        "missing field",
    ],
)
async def test_a_command_that_is_none_is_refused_and_the_connection_lives(
    clinic: Scene, command: dict[str, Any], fields: list[str]
) -> None:
    ana = await clinic.ready_patient()
    ack = await ana.socket.send(command)
    assert code_of(ack) == "invalid_body"
    assert ack.error is not None
    assert ack.error.message
    assert set(fields) <= set(ack.error.fields)
    await ana.socket.ask("sync")


async def test_another_patients_encounter_is_not_found(clinic: Scene) -> None:
    ana = await clinic.ready_patient("Ana Ortiz")
    eve = await clinic.ready_patient("Eve Stone")
    ack = await eve.socket.command("call.retry", encounter_id=ana.encounter_id)
    assert code_of(ack) == "not_found"


async def test_commands_of_one_connection_take_effect_in_their_order(clinic: Scene) -> None:
    """Each save is based on the one before it, so any other order is refused as stale."""
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    await clinic.accepted(casey, ana)
    saves = [
        casey.socket.command(
            "note.save",
            encounter_id=ana.encounter_id,
            base_revision=number,
            text=f"Line {number}.",
        )
        for number in range(50)
    ]
    acks = await asyncio.gather(*saves)
    assert [code_of(ack) for ack in acks] == [None] * 50
    assert (await casey.read_chart(ana.encounter_id)).note == "Line 49."


async def test_the_same_command_twice_has_one_effect_and_one_answer(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    await clinic.accepted(casey, ana)
    save = {
        "v": 1,
        "id": new_command_id(),
        "type": "note.save",
        "encounter_id": ana.encounter_id,
        "base_revision": 0,
        "text": "Once.",
    }
    first, second = await casey.socket.send(save), await casey.socket.send(save)
    assert first == second
    assert first.ok
    assert (await casey.read_chart(ana.encounter_id)).note_revision == 1


async def test_joining_twice_with_one_id_is_joining_once(clinic: Scene) -> None:
    ana = await clinic.ready_patient()
    join = {"v": 1, "id": new_command_id(), "type": "queue.join"}
    first, second = await ana.socket.send(join), await ana.socket.send(join)
    assert first.ok
    assert first == second
    assert code_of(await ana.socket.command("queue.join")) == "already_waiting"


async def test_a_command_is_answered_from_its_record_on_another_connection(
    clinic: Scene,
) -> None:
    ana = await clinic.ready_patient()
    join = {"v": 1, "id": new_command_id(), "type": "queue.join"}
    first = await ana.socket.send(join)
    again = await clinic.listening(ana.patient.page, "/patient")
    assert await again.send(join) == first


async def test_who_talks_too_fast_is_told_so(clinic: Scene) -> None:
    ana = await clinic.ready_patient()
    acks = await asyncio.gather(*(ana.socket.command("sync") for _ in range(120)))
    assert code_of(acks[0]) is None
    assert {code_of(ack) for ack in acks} == {None, "rate_limited"}
    assert all(ack.error.retry for ack in acks if ack.error)


async def test_a_patient_who_has_not_finished_the_intake_cannot_wait(clinic: Scene) -> None:
    link = await clinic.request()
    async with Patient.visiting(clinic.server.url, "Ana Ortiz", BIRTH_DATE) as patient:
        await patient.redeem(link.url)
        socket = await clinic.listening(patient.page, "/patient")
        assert code_of(await socket.command("queue.join")) == "wrong_step"
