"""The spa calls an exam off that the patient sent photos for."""

from __future__ import annotations

from server.storage import encounters
from tests.integration.http.browsing import JOIN, PORTAL, World
from tests.integration.http.test_uploads import all_photos, sending


async def test_the_spa_may_call_it_off_until_somebody_reviews_it(world: World) -> None:
    encounter_id, patient = await sending(world)
    await all_photos(patient)
    await patient.post(f"{JOIN}/submit", {})
    spa = await world.spa()
    await world.move(encounter_id, "in_review")
    late = await spa.post(f"{PORTAL}/encounters/{encounter_id}/cancel", {})
    assert late.refusal == (409, "illegal_transition")
    again = await spa.post(f"{PORTAL}/encounters/{encounter_id}/link", {})
    assert again.status == 200
    await world.move(encounter_id, "submitted")
    cancelled = await spa.post(f"{PORTAL}/encounters/{encounter_id}/cancel", {})
    assert cancelled.status == 200, cancelled.body
    async with world.services.database.read() as tx:
        assert (await encounters.get(tx, encounter_id)).visit == "cancelled"
