"""Vital signs over HTTP: named staff, bounds, and what cannot be approved without them."""

from __future__ import annotations

from server import charting
from server.chart.entries import VitalsRecorded
from server.chart.state import ChartState
from server.console.examining import chart_state
from server.console.refusals import AnswersUnread, VitalsMissing
from server.errors import GoodfaithError
from signaling.messages import TreatmentRef
from tests.contract.storage.rows import put
from tests.integration.http import exams
from tests.integration.http.browsing import (
    PORTAL,
    Browser,
    Json,
    World,
)
from tests.integration.http.test_result import examiner
from tests.minded import minded

GLP1: Json = {"treatment_class": "glp1", "product": None}


async def state_of(world: World, encounter_id: str) -> ChartState:
    async with world.services.database.read() as tx:
        return await chart_state(tx, world.services, encounter_id)


def vitals_form(world: World, **more: object) -> Json:
    return {
        "measured_by": "Rosa Lind",
        "measured_at_ms": world.clock.now() // 1_000,
        "systolic_mmhg": 118,
        "diastolic_mmhg": 74,
        "pulse_bpm": 68,
        "temperature": 98.2,
        "spo2_percent": 98,
        "height": 65,
        "weight": 203,
        **more,
    }


async def glp1_exam(world: World, spa: Browser) -> str:
    return await exams.intake(world, spa, [GLP1], name="Maria Vega", request_id="request-0031")


async def refusal_of(world: World, encounter_id: str) -> GoodfaithError | None:
    """Return why the treatments cannot be approved; None if they can."""
    services = world.services
    now = services.clock.now()
    try:
        async with services.database.write() as tx:
            await exams.decide(tx, services, encounter_id, {"glp1": "approved"}, 12)
            await put(tx, encounter_id, now)
    except GoodfaithError as refused:
        return refused
    return None


async def accepted(world: World, encounter_id: str) -> None:
    """Have avery in the exam, seen on video, every prompt confirmed."""
    services = world.services
    who = (await examiner(world)).practitioner
    now = services.clock.now()
    async with services.database.write() as tx:
        await exams.taken(tx, encounter_id, who, now)
        actor = charting.practitioner(who.practitioner_id)
        wanted = [TreatmentRef(treatment_class="glp1")]
        await charting.write(
            tx, services.keyring, encounter_id, actor, exams.examined(now, wanted), now=now
        )


async def test_vital_signs_carry_the_name_and_time_of_who_measured(world: World) -> None:
    spa = await world.spa()
    encounter_id = await glp1_exam(world, spa)
    path = f"{PORTAL}/encounters/{encounter_id}"
    before = (await spa.get(path)).body["vitals"]
    assert before["wanted"] == before["missing"]["glp1"]
    taken = await spa.post(f"{path}/vitals", vitals_form(world))
    assert taken.status == 200, taken.body
    shown = taken.body["vitals"]
    assert shown["missing"] == {}
    assert shown["bmi"] == 33.8
    assert not shown["bmi_flagged"]
    texts = {one["name"]: one["text"] for one in shown["taken"]}
    assert texts["height"] == "165 cm (5 ft 5 in)"
    assert texts["temperature"] == "36.8 °C (98.2 °F)"
    assert {one["measured_by"] for one in shown["taken"]} == {"Rosa Lind"}
    async with world.services.database.read() as tx:
        stored, entries = await charting.read(tx, world.services.keyring, encounter_id)
    entry = entries[-1]
    assert isinstance(entry, VitalsRecorded)
    assert entry.weight_kg == 92.1
    assert entry.measured_at == world.clock.now() // 1_000 * 1_000
    assert stored[-1].actor.startswith("staff:")
    assert encounter_id in world.hub.changed


async def test_figures_that_cannot_be_are_refused_by_name(world: World) -> None:
    spa = await world.spa()
    path = f"{PORTAL}/encounters/{await glp1_exam(world, spa)}/vitals"
    slip = await spa.post(path, vitals_form(world, height=5.5))
    assert slip.refusal == (400, "invalid_body")
    assert slip.body["error"]["fields"] == ["height"]
    assert (await spa.post(path, vitals_form(world, pulse_bpm=900))).status == 400
    assert (await spa.post(path, vitals_form(world, measured_by=" "))).status == 400
    other = await world.spa("lumen")
    assert (await other.post(path, vitals_form(world))).refusal == (404, "not_found")


async def test_a_class_that_needs_vital_signs_is_not_approved_without_them(
    world: World,
) -> None:
    spa = await world.spa()
    encounter_id = await glp1_exam(world, spa)
    await accepted(world, encounter_id)
    refused = await refusal_of(world, encounter_id)
    assert isinstance(refused, VitalsMissing)
    assert "weight" in refused.fields
    path = f"{PORTAL}/encounters/{encounter_id}/vitals"
    assert (await spa.post(path, vitals_form(world))).status == 200
    unread = await refusal_of(world, encounter_id)
    assert isinstance(unread, AnswersUnread)
    assert "medicines" in unread.fields
    careful = minded(await state_of(world, encounter_id))
    services = world.services
    async with services.database.write() as tx:
        now = services.clock.now()
        await charting.write(tx, services.keyring, encounter_id, "system", careful, now=now)
    assert await refusal_of(world, encounter_id) is None
    await world.move(encounter_id, "signed")
    late = await spa.post(path, vitals_form(world))
    assert late.refusal == (409, "illegal_transition")
