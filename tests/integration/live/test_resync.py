from __future__ import annotations

from collections.abc import Callable

import pytest

from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.page import Page
from signaling import messages as wire
from tests.clients import Scene

ENOUGH = 3


def about(encounter_id: str) -> Callable[[wire.EncounterChanged], bool]:
    return lambda event: event.encounter.encounter_id == encounter_id


async def portal_socket(clinic: Scene) -> tuple[Page, LiveSocket]:
    page = await clinic.staff_page("portal", "glow")
    socket = await clinic.listening(page, "/spa")
    await socket.expect(wire.SpaSync)
    return page, socket


async def test_events_are_numbered_without_a_gap(clinic: Scene) -> None:
    _, socket = await portal_socket(clinic)
    for _ in range(ENOUGH):
        link = await clinic.request()
        await socket.expect(wire.EncounterChanged, about(link.encounter_id))
    first, *others = socket.received
    numbers = [event.seq for event in others]
    assert numbers == list(range(first.seq + 1, first.seq + 1 + len(others)))
    assert len({event.stream for event in socket.received}) == 1


async def test_who_comes_back_gets_exactly_what_was_missed(clinic: Scene) -> None:
    page, socket = await portal_socket(clinic)
    await clinic.request("Before Leaving")
    await socket.expect(wire.EncounterChanged)
    witness = await clinic.listening(page, "/spa")
    await witness.expect(wire.SpaSync)
    stream, last_seq = socket.last
    await socket.drop()
    for name in ("Missed One", "Missed Two", "Missed Three"):
        link = await clinic.request(name)
        await witness.expect(wire.EncounterChanged, about(link.encounter_id))
    again = LiveSocket(page, "/spa")
    await again.connect(stream, last_seq)
    try:
        for event in [one for one in witness.received if one.seq > (last_seq or 0)]:
            replayed = await again.expect(type(event))
            assert replayed == event
        assert again.of(wire.SpaSync) == []
    finally:
        await again.close()


async def test_a_patient_in_line_who_missed_nothing_is_told_the_wait(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    await ana.socket.expect(wire.QueueChanged)
    again = LiveSocket(ana.patient.page, "/patient")
    await again.connect(*ana.socket.last)  # before the other one is missed
    try:
        await again.expect(wire.QueueChanged)
        assert again.of(wire.PatientSync) == []
    finally:
        await again.close()


@pytest.mark.parametrize(("stream", "ahead"), [("no-such-stream", 0), (None, 0), (None, 1_000)])
async def test_who_names_an_unknown_past_gets_the_whole_state(
    clinic: Scene, stream: str | None, ahead: int
) -> None:
    page, socket = await portal_socket(clinic)
    await clinic.request()
    await socket.expect(wire.EncounterChanged)
    known, last_seq = socket.last
    again = LiveSocket(page, "/spa")
    await again.connect(stream or (known if ahead else None), (last_seq or 0) + ahead)
    try:
        first = await again.expect(wire.SpaSync)
        link = await clinic.request()
        await again.expect(wire.EncounterChanged, about(link.encounter_id))
    finally:
        await again.close()
    # Others may be changed meanwhile: the state may be newer than what was seen before.
    assert again.received[0] is first
    assert first.seq >= (last_seq or 0)
    assert again.received[1].seq == first.seq + 1


async def test_asking_for_the_state_gives_it(clinic: Scene) -> None:
    _, socket = await portal_socket(clinic)
    link = await clinic.request()
    await socket.ask("sync")
    state = await socket.expect(wire.SpaSync)
    assert link.encounter_id in {row.encounter_id for row in state.encounters}


async def test_a_patient_who_reloads_while_waiting_still_waits(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    await ana.socket.drop()
    again = await clinic.listening(ana.patient.page, "/patient")
    assert (await again.expect(wire.PatientSync)).visit == "waiting"


async def test_a_patient_who_reloads_during_the_call_begins_a_new_attempt(
    clinic: Scene,
) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    await clinic.accepted(casey, ana)
    await ana.socket.drop()
    again = await clinic.listening(ana.patient.page, "/patient")
    assert (await again.expect(wire.PatientSync)).visit == "in_progress"
    restarted = await casey.socket.expect(wire.CallStarted)
    assert restarted.setup.generation == 2
