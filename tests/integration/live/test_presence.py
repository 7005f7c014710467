from __future__ import annotations

import asyncio

from server.rehearsal.live_socket import LiveSocket
from signaling import messages as wire
from tests.clients import Attendee, Scene

AWAY_S = 5.0


async def ops_socket(clinic: Scene) -> LiveSocket:
    socket = await clinic.listening(await clinic.staff_page("ops", "ops"), "/ops")
    await socket.expect(wire.OpsSync)
    return socket


async def seen_by_ops(
    ops: LiveSocket, attendee: Attendee, presence: str, within_s: float
) -> wire.OpsWaiting:
    def waits(event: wire.OpsSync) -> bool:
        return any(
            one.encounter_id == attendee.encounter_id and one.presence == presence
            for one in event.now.waiting
        )

    event = await ops.expect(wire.OpsSync, waits, within_s=within_s)
    (found,) = [one for one in event.now.waiting if one.encounter_id == attendee.encounter_id]
    return found


async def test_a_closed_tab_shows_as_away_within_five_seconds_and_keeps_its_place(
    clinic: Scene,
) -> None:
    ops = await ops_socket(clinic)
    portal = await clinic.listening(await clinic.staff_page("portal", "glow"), "/spa")
    ana = await clinic.waiting_patient("Ana Ortiz")
    before = await seen_by_ops(ops, ana, "present", AWAY_S)
    await ana.socket.drop()
    async with asyncio.timeout(AWAY_S):
        away = await seen_by_ops(ops, ana, "away", AWAY_S)
        await portal.expect(
            wire.EncounterChanged, lambda event: event.encounter.presence == "away"
        )
    assert away.ready_at_ms == before.ready_at_ms

    ben = await clinic.waiting_patient("Ben Soto")
    casey = await clinic.practitioner("casey")
    ringing = await casey.socket.expect(wire.OfferRinging)
    assert ringing.offer.encounter_id == ben.encounter_id, "who is away is not offered"

    again = await clinic.listening(ana.patient.page, "/patient")
    assert (await again.expect(wire.PatientSync)).visit == "waiting"
    back = await seen_by_ops(ops, ana, "present", AWAY_S)
    assert back.ready_at_ms == before.ready_at_ms
    blake = await clinic.practitioner("blake")
    offer = await blake.offer_for(ana.encounter_id, 20)
    assert offer.waiting_since_ms == before.ready_at_ms


async def test_who_does_not_come_back_leaves_the_line(impatient_clinic: Scene) -> None:
    ana = await impatient_clinic.waiting_patient()
    page = await impatient_clinic.staff_page("portal", "glow")
    portal = await impatient_clinic.listening(page, "/spa")
    await ana.socket.drop()
    await portal.expect(
        wire.EncounterChanged, lambda event: event.encounter.visit == "left", within_s=15
    )


async def test_a_quick_reload_is_no_absence(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    offer = await casey.offer_for(ana.encounter_id, 20)
    await ana.socket.drop()
    await clinic.listening(ana.patient.page, "/patient")
    await casey.accept(offer)
    await casey.give_up(ana.encounter_id)


async def test_leaving_on_purpose_gives_the_place_up(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    await ana.socket.ask("queue.leave")
    spa = await clinic.spa()
    assert (await spa.result(ana.encounter_id)).row.visit == "left"
