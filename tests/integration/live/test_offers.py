from __future__ import annotations

import asyncio
import json

from signaling import messages as wire
from tests.clients import Scene


def code_of(ack: wire.Ack) -> str | None:
    return ack.error.code if ack.error else None


async def test_an_offer_says_nothing_that_names_the_patient(clinic: Scene) -> None:
    ana = await clinic.waiting_patient("Ana Ortiz")
    casey = await clinic.practitioner("casey")
    offer = await casey.offer_for(ana.encounter_id, 20)
    said = offer.model_dump_json()
    assert "Ana" not in said
    assert "Ortiz" not in said
    assert offer.jurisdiction == offer.site_jurisdiction == "AZ"


async def test_a_second_accept_is_told_that_it_is_settled(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    offer = await casey.offer_for(ana.encounter_id, 20)
    first, second = await asyncio.gather(
        casey.socket.command("offer.accept", offer_id=offer.offer_id),
        casey.socket.command("offer.accept", offer_id=offer.offer_id),
    )
    assert first.ok
    assert code_of(second) == "offer_settled"
    await casey.give_up(ana.encounter_id)


async def test_somebody_elses_offer_cannot_be_accepted(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    offer = await casey.offer_for(ana.encounter_id, 20)
    blake = await clinic.practitioner("blake")
    ack = await blake.socket.command("offer.accept", offer_id=offer.offer_id)
    assert code_of(ack) == "offer_not_yours"
    await casey.accept(offer)
    await casey.give_up(ana.encounter_id)


async def test_an_offer_that_never_was_cannot_be_accepted(clinic: Scene) -> None:
    casey = await clinic.practitioner("casey")
    ack = await casey.socket.command("offer.accept", offer_id="0" * 32)
    assert not ack.ok
    assert code_of(ack) in {"offer_unknown", "offer_settled", "not_found"}


async def test_a_declined_patient_is_offered_to_the_next_at_the_original_place(
    clinic: Scene,
) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    offer = await casey.offer_for(ana.encounter_id, 20)
    blake = await clinic.practitioner("blake")
    await casey.socket.ask("offer.decline", offer_id=offer.offer_id, reason="busy")
    again = await blake.offer_for(ana.encounter_id, 20)
    assert again.waiting_since_ms == offer.waiting_since_ms
    closed = await casey.socket.expect(wire.OfferClosed)
    assert closed.state == "declined"


async def test_a_missed_offer_goes_to_the_next(impatient_clinic: Scene) -> None:
    ana = await impatient_clinic.waiting_patient()
    casey = await impatient_clinic.practitioner("casey")
    offer = await casey.offer_for(ana.encounter_id, 20)
    blake = await impatient_clinic.practitioner("blake")
    assert (await casey.socket.expect(wire.OfferClosed)).state == "missed"
    await blake.offer_for(ana.encounter_id, 20)
    ack = await casey.socket.command("offer.accept", offer_id=offer.offer_id)
    assert code_of(ack) == "offer_settled"


async def test_a_practitioner_without_authority_there_is_never_offered(
    clinic: Scene,
) -> None:
    """Emery may examine in CO and FL: the patient in AZ is not theirs, the one in CO is."""
    emery = await clinic.practitioner("emery")
    in_arizona = await clinic.waiting_patient("Ana Ortiz", "glow")
    in_colorado = await clinic.waiting_patient("Ben Soto", "lumen")
    ringing = await emery.socket.expect(wire.OfferRinging)
    assert ringing.offer.encounter_id == in_colorado.encounter_id
    assert in_arizona.encounter_id not in {
        event.offer.encounter_id for event in emery.socket.of(wire.OfferRinging)
    }


async def test_an_authority_revoked_while_it_rings_is_not_relied_upon(clinic: Scene) -> None:
    """Revoked by a command beside the server; the accept event is then called directly."""
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    offer = await casey.offer_for(ana.encounter_id, 20)
    listed = await asyncio.to_thread(
        clinic.server.command, "practitioner", "authority", "list", "casey", "--json"
    )
    (authority,) = [one for one in json.loads(listed) if one["jurisdiction"] == "AZ"]
    change = ("practitioner", "authority")
    await asyncio.to_thread(clinic.server.command, *change, "suspend", authority["id"])
    try:
        ack = await casey.socket.command("offer.accept", offer_id=offer.offer_id)
        assert code_of(ack) in {"not_authorized_here", "offer_settled"}
        spa = await clinic.spa()
        assert (await spa.result(ana.encounter_id)).row.visit == "waiting"
        assert ana.socket.of(wire.CallStarted) == []
    finally:
        await asyncio.to_thread(clinic.server.command, *change, "restore", authority["id"])


async def test_a_patient_cannot_call_what_practitioners_may(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    for command in ("offer.accept", "duty.available", "encounter.sign"):
        assert code_of(await ana.socket.command(command)) == "invalid_body"
