from __future__ import annotations

import pytest

from server.rehearsal.live_socket import new_command_id
from server.rehearsal.practitioner import Practitioner
from signaling import messages as wire
from tests.clients import Attendee, Scene, an_offer


def code_of(ack: wire.Ack) -> str | None:
    return ack.error.code if ack.error else None


async def in_call(clinic: Scene) -> tuple[Attendee, Practitioner]:
    ana = await clinic.waiting_patient()
    avery = await clinic.practitioner("avery")
    await clinic.accepted(avery, ana)
    return ana, avery


async def failed_for_both(ana: Attendee, avery: Practitioner) -> set[str | None]:
    told = [
        await socket.expect(wire.CallChanged, lambda event: event.call.state == "failed")
        for socket in (ana.socket, avery.socket)
    ]
    return {event.call.reason for event in told}


def describe(encounter_id: str, generation: int, sdp: str) -> dict[str, object]:
    return {
        "encounter_id": encounter_id,
        "generation": generation,
        "description": {"type": "offer", "sdp": sdp},
    }


async def test_a_description_reaches_the_other_side_unchanged(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    sdp = an_offer()
    await avery.socket.ask("call.description", **describe(ana.encounter_id, 1, sdp))
    assert (await ana.socket.expect(wire.PeerDescription)).description.sdp == sdp


@pytest.mark.safeguard("V17.2.8")
async def test_a_description_without_a_fingerprint_ends_the_attempt_for_both(
    clinic: Scene,
) -> None:
    ana, avery = await in_call(clinic)
    ack = await avery.socket.command(
        "call.description", **describe(ana.encounter_id, 1, an_offer(fingerprint=False))
    )
    assert code_of(ack) == "sdp_fingerprint_missing"
    assert await failed_for_both(ana, avery) == {"description_rejected"}
    assert ana.socket.of(wire.PeerDescription) == []


@pytest.mark.safeguard("V17.2.8")
@pytest.mark.parametrize("reader", ["patient", "practitioner"])
async def test_whoever_reads_other_words_ends_a_connected_call_for_both_and_the_chart_says_why(
    clinic: Scene, reader: str
) -> None:
    ana, avery = await in_call(clinic)
    attempt = {"encounter_id": ana.encounter_id, "generation": 1}
    for socket in (ana.socket, avery.socket):
        await socket.ask("call.first_frame", **attempt, since_accept_ms=120)
    for socket in (ana.socket, avery.socket):
        await socket.expect(wire.CallChanged, lambda event: event.call.state == "connected")
    page = ana.socket if reader == "patient" else avery.socket
    await page.ask("call.failed", **attempt, reason="fingerprint_mismatch")
    assert await failed_for_both(ana, avery) == {"fingerprint_mismatch"}
    chart = await avery.read_chart(ana.encounter_id)
    summaries = [line.summary for line in chart.entries]
    assert "Call failed: fingerprint mismatch" in summaries


async def test_after_a_failure_either_side_may_try_again(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    await avery.socket.ask(
        "call.failed", encounter_id=ana.encounter_id, generation=1, reason="ice_failed"
    )
    assert await failed_for_both(ana, avery) == {"ice_failed"}
    await ana.socket.ask("call.retry", encounter_id=ana.encounter_id)
    for socket in (ana.socket, avery.socket):
        assert (await socket.expect(wire.CallStarted)).setup.generation == 2
    late = await avery.socket.command(
        "call.description", **describe(ana.encounter_id, 1, an_offer())
    )
    assert code_of(late) == "stale_generation"


async def test_without_media_in_time_the_call_fails_for_both(impatient_clinic: Scene) -> None:
    ana, avery = await in_call(impatient_clinic)
    assert await failed_for_both(ana, avery) == {"connect_timeout"}


async def test_media_counts_once_both_sides_have_seen_it(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    report = {"encounter_id": ana.encounter_id, "generation": 1, "since_accept_ms": 120}
    await avery.socket.ask("call.first_frame", **report)
    await ana.socket.ask("call.media", encounter_id=ana.encounter_id, audio=True, video=False)
    states = {event.call.state for event in avery.socket.of(wire.CallChanged)}
    assert "connected" not in states
    await ana.socket.ask("call.first_frame", **report)
    for socket in (ana.socket, avery.socket):
        await socket.expect(wire.CallChanged, lambda event: event.call.state == "connected")


async def test_whoever_sees_nobody_any_more_may_leave_the_call_for_a_callback(
    clinic: Scene,
) -> None:
    ana, avery = await in_call(clinic)
    attempt = {"encounter_id": ana.encounter_id, "generation": 1}
    for socket in (ana.socket, avery.socket):
        await socket.ask("call.first_frame", **attempt, since_accept_ms=120)
    early = await ana.socket.command("callback.request")
    assert code_of(early) == "not_waiting"
    await ana.socket.ask("call.interrupted", **attempt)
    await ana.socket.ask("callback.request")
    await avery.socket.expect(wire.CallChanged, lambda event: event.call.state == "ended")
    row = (await (await clinic.spa()).result(ana.encounter_id)).row
    assert row.visit == "left"
    assert row.callback is not None


async def test_a_call_that_is_not_yours_is_not_found(clinic: Scene) -> None:
    ana, _ = await in_call(clinic)
    blake = await clinic.practitioner("blake", on_duty=False)
    ack = await blake.socket.command("call.hang_up", encounter_id=ana.encounter_id)
    assert code_of(ack) == "not_found"


async def test_the_first_offer_travels_with_the_accept(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    avery = await clinic.practitioner("avery")
    offer = await avery.offer_for(ana.encounter_id, 20)
    sdp = an_offer()
    proposal = {"type": "offer", "sdp": sdp}
    await avery.socket.ask("offer.accept", offer_id=offer.offer_id, description=proposal)
    begun = await ana.socket.expect(wire.CallStarted)
    assert begun.description is not None
    assert begun.description.sdp == sdp
    assert (await avery.socket.expect(wire.CallStarted)).description is None
    await avery.give_up(ana.encounter_id)


@pytest.mark.safeguard("V17.2.8")
async def test_an_accept_with_an_unsafe_offer_is_refused_and_still_rings(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    avery = await clinic.practitioner("avery")
    offer = await avery.offer_for(ana.encounter_id, 20)
    unsafe = {"type": "offer", "sdp": an_offer(fingerprint=False)}
    refused = await avery.socket.command(
        "offer.accept", offer_id=offer.offer_id, description=unsafe
    )
    assert code_of(refused) == "sdp_fingerprint_missing"
    assert ana.socket.of(wire.CallStarted) == []
    await avery.accept(offer)
    assert (await ana.socket.expect(wire.CallStarted)).description is None
    await avery.give_up(ana.encounter_id)


async def test_a_description_sent_twice_under_one_id_is_passed_on_once(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    described = describe(ana.encounter_id, 1, an_offer())
    command = {"v": 1, "id": new_command_id(), "type": "call.description", **described}
    for _ in range(2):
        assert (await avery.socket.send(command)).ok
    last = describe(ana.encounter_id, 1, an_offer(bytes_about=900))
    await avery.socket.ask("call.description", **last)
    await ana.socket.expect(
        wire.PeerDescription, lambda event: event.description.sdp == sdp_of(last)
    )
    assert len(ana.socket.of(wire.PeerDescription)) == 2


def sdp_of(described: dict[str, object]) -> str:
    description = described["description"]
    assert isinstance(description, dict)
    return str(description["sdp"])
