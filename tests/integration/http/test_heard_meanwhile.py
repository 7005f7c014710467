"""A place that the patient says while the practitioner hears of another one."""

from __future__ import annotations

import pytest

from server import charting, patient_intake
from server.chart.entries import LocationHeard
from server.console.examining import chart_state
from server.join_view import opened
from tests.contract.storage.rows import put
from tests.integration.http.browsing import (
    JOIN,
    World,
    location_form,
    redeemed,
    through_intake,
)


async def hear(world: World, encounter_id: str, jurisdiction: str) -> None:
    services = world.services
    async with services.database.write() as tx:
        entry = LocationHeard(jurisdiction=jurisdiction, attested="AZ")
        now = services.clock.now()
        await charting.write(
            tx, services.keyring, encounter_id, charting.SYSTEM, [entry], now=now
        )


async def test_a_place_heard_while_the_patient_says_another_is_not_said_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await world.request(await world.spa())
    patient = await redeemed(world, link)
    await through_intake(patient)
    encounter_id = link["encounter_id"]
    async with world.services.database.write() as tx:
        await put(tx, encounter_id, world.services.clock.now(), visit="in_progress")
    await hear(world, encounter_id, "CO")

    async def looked_up(*args: object, lock: bool = False) -> object:
        found = await opened(*args, lock=lock)  # type: ignore[arg-type]
        if not lock:  # between the look and the lock
            await hear(world, encounter_id, "NV")
        return found

    monkeypatch.setattr(patient_intake, "opened", looked_up)
    colorado = location_form(jurisdiction="CO", at_site=False)
    refused = await patient.put(f"{JOIN}/location", colorado)
    assert (refused.status, refused.body["error"]["fields"]) == (400, ["jurisdiction"])
    async with world.services.database.read() as tx:
        state = await chart_state(tx, world.services, encounter_id)
    assert (state.heard, state.place) == ("NV", "NV")
