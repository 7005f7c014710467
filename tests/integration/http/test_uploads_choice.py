"""Choosing the exam without a live visit: where it is offered, and the way back."""

from __future__ import annotations

from server.rulebooks import changing
from server.storage import encounters
from tests import photos
from tests.admitted import act_of
from tests.integration.http.browsing import (
    BOTOX,
    JOIN,
    WORKING,
    World,
    redeem_form,
    through_intake,
)
from tests.integration.http.test_uploads import PEEL, all_photos, asked, chosen, send, sending


async def test_a_patient_may_change_their_mind_before_submitting(world: World) -> None:
    _, patient = await sending(world)
    await send(patient, photos.jpeg())
    live = await chosen(patient, "live_video")
    assert (live.body["step"], live.body["forward"]["active"]) == ("consent", False)
    assert (await send(patient, photos.jpeg(), file_id="file-other")).refusal == (
        409,
        "wrong_step",
    )
    back = await chosen(patient)
    assert back.body["step"] == "photos"
    assert len(back.body["forward"]["uploads"]) == 1


async def test_it_is_not_offered_for_what_nobody_signed_off(world: World) -> None:
    _, patient = await asked(world, treatments=[BOTOX])
    assert (await patient.get(f"{JOIN}/state")).body["forward"] is None
    assert (await chosen(patient)).refusal == (403, "store_and_forward_not_permitted")
    both = [PEEL, BOTOX]
    _, other = await asked(world, treatments=both, request_id="request-0002")
    assert (await other.get(f"{JOIN}/state")).body["forward"] is None
    assert (await chosen(other)).refusal == (403, "store_and_forward_not_permitted")


async def test_it_is_not_chosen_before_the_health_questions(world: World) -> None:
    link = await world.request(await world.spa())
    patient = world.browser()
    await patient.post(f"{JOIN}/session", redeem_form(link))
    assert (await chosen(patient)).refusal == (409, "wrong_step")
    await through_intake(patient)
    await world.move(link["encounter_id"], "waiting")
    assert (await chosen(patient)).refusal == (409, "wrong_step")


async def test_a_sign_off_that_is_withdrawn_closes_the_way_to_a_packet_too(
    world: World,
) -> None:
    encounter_id, patient = await sending(world)
    await all_photos(patient)
    async with world.services.database.write() as tx:
        network_id = (await encounters.get(tx, encounter_id)).network_id
        act = act_of(network_id, world.clock.now())
        assert await changing.withdraw(tx, act, "AZ", "store_and_forward")
    refused = await patient.post(f"{JOIN}/submit", {})
    assert refused.refusal == (403, "store_and_forward_not_permitted")
    assert refused.body["error"]["fields"] == ["R999"]
    state = (await patient.get(f"{JOIN}/state")).body
    assert (state["visit"], state["forward"]["offered"]) == ("intake", False)
    live = await chosen(patient, "live_video")
    assert live.body["step"] == "consent"


async def test_nobody_waits_for_a_call_who_sends_photos(world: World) -> None:
    _, patient = await sending(world)
    device = await patient.put(f"{JOIN}/device-test", WORKING)
    assert device.refusal == (409, "wrong_step")
