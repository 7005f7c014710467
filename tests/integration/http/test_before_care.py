from __future__ import annotations

from collections.abc import Awaitable, Callable

from server import charting
from server.chart.entries import AnyEntry
from server.consenting.library import all_parts
from server.rulebooks import minors
from server.rulebooks.changing import Act
from server.rules.words import TreatmentClass
from server.storage import directory, gate_settings
from server.storage.database import Tx
from server.storage.gate_settings import Review
from tests.integration.http.browsing import (
    BOTOX,
    FILLER,
    JOIN,
    PORTAL,
    Browser,
    Json,
    World,
    answers_form,
    consents_form,
    identity_form,
    location_form,
    redeem_form,
    redeemed,
    through_intake,
)
from tests.signed_sets import sign_all

CHILD = "2012-01-01"
GUARDIAN = {
    "legal_name": "Luz Vega",
    "birth_date": "1980-05-06",
    "relationship": "parent",
    "phone": "+1 602 555 0103",
    "present": True,
}


async def settle(world: World, write: Callable[[Tx, str], Awaitable[None]]) -> None:
    async with world.services.database.write() as tx:
        (network,) = [
            one for one in await directory.all_organizations(tx) if one.kind == "network"
        ]
        await write(tx, network.organization_id)


async def open_for_minors(world: World, treatment_class: str = "neurotoxin") -> None:
    async def write(tx: Tx, network_id: str) -> None:
        act = Act(network_id, "Compliance", 1, "ticket 1", lambda: treatment_class)
        await minors.enable(tx, act, TreatmentClass(treatment_class))

    await settle(world, write)


async def entries_of(world: World, encounter_id: str) -> list[AnyEntry]:
    async with world.services.database.read() as tx:
        return (await charting.read(tx, world.services.keyring, encounter_id))[1]


async def kinds_of(world: World, encounter_id: str) -> list[str]:
    return [one.kind for one in await entries_of(world, encounter_id)]


async def child_request(world: World, *treatments: Json) -> tuple[Json, int]:
    spa = await world.spa()
    site = await world.site(spa)
    form = {
        "request_id": "request-0033",
        "patient": {"legal_name": "Maria Vega", "birth_date": CHILD},
        "site_id": site["site_id"],
        "treatments": list(treatments or (BOTOX,)),
    }
    answer = await spa.post(f"{PORTAL}/encounters", form)
    return answer.body, answer.status


async def child(world: World) -> tuple[Browser, Json]:
    link, status = await child_request(world)
    assert status == 200, link
    browser = world.browser()
    entered = await browser.post(f"{JOIN}/session", {**redeem_form(link), "birth_date": CHILD})
    assert entered.status == 200, entered.body
    return browser, link


async def test_a_minor_is_refused_where_nothing_is_open_for_minors(world: World) -> None:
    answer, status = await child_request(world)
    assert (status, answer["error"]["code"]) == (403, "minor_not_served")
    assert "guardian" in answer["error"]["message"]


async def test_a_minor_is_refused_a_treatment_that_is_not_open_for_minors(world: World) -> None:
    await open_for_minors(world)
    answer, status = await child_request(world, BOTOX, FILLER)
    assert (status, answer["error"]["code"]) == (403, "minor_not_served")


async def test_a_guardian_is_named_present_and_signs_for_a_minor(world: World) -> None:
    await open_for_minors(world)
    patient, link = await child(world)
    identified = await patient.put(f"{JOIN}/identity", identity_form(birth_date=CHILD))
    assert (identified.body["step"], identified.body["minor"]) == ("guardian", True)
    early = await patient.put(f"{JOIN}/location", location_form())
    assert early.refusal == (409, "wrong_step")
    too_young = await patient.put(f"{JOIN}/guardian", {**GUARDIAN, "birth_date": "2010-01-01"})
    assert too_young.refusal == (400, "invalid_body")
    absent = await patient.put(f"{JOIN}/guardian", {**GUARDIAN, "present": False})
    assert absent.refusal == (400, "invalid_body")
    named = await patient.put(f"{JOIN}/guardian", GUARDIAN)
    assert named.body["step"] == "location"
    await patient.put(f"{JOIN}/location", location_form())
    more = await patient.put(f"{JOIN}/treatments", {"treatments": [BOTOX, FILLER]})
    assert more.refusal == (403, "minor_not_served")
    chosen = await patient.put(f"{JOIN}/treatments", {"treatments": [BOTOX]})
    await patient.put(f"{JOIN}/answers", answers_form())
    texts = [one["kind"] for one in chosen.body["consent_texts"]]
    assert texts == ["privacy_notice", "telehealth", "guardian"]
    form = consents_form(chosen.body)
    self_signed = await patient.put(f"{JOIN}/consents", form)
    assert self_signed.refusal == (400, "invalid_body")
    assert self_signed.body["error"]["fields"] == ["signed_name"]
    signed = await patient.put(f"{JOIN}/consents", {**form, "signed_name": "luz  vega"})
    assert signed.body["step"] == "device"
    assert {"minor.admitted", "guardian.identified"} <= set(
        await kinds_of(world, link["encounter_id"])
    )


async def test_an_adult_has_no_step_for_a_guardian(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    await patient.put(f"{JOIN}/identity", identity_form())
    assert (await patient.put(f"{JOIN}/guardian", GUARDIAN)).refusal == (409, "wrong_step")


async def test_consent_is_asked_again_where_a_jurisdiction_adds_to_it(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    state = await through_intake(patient)
    assert state["step"] == "ready"
    moved = await patient.put(
        f"{JOIN}/location",
        location_form(jurisdiction="TX", at_site=False, city="Austin", postal_code="78704"),
    )
    assert (moved.body["step"], moved.body["consents_done"]) == ("consent", False)
    assert [one["kind"] for one in moved.body["consent_texts"]][-1] == "complaint_notice"
    done = await patient.put(f"{JOIN}/consents", consents_form(moved.body))
    assert done.body["step"] == "ready"


async def test_who_is_in_the_room_is_said_and_shown(world: World) -> None:
    link = await world.request(await world.spa())
    patient = await redeemed(world, link)
    before = await through_intake(patient)
    assert before["room"] is None
    people = [{"who": "partner", "name": "Sam"}, {"who": "staff", "name": ""}]
    said = await patient.put(f"{JOIN}/room", {"people": people})
    assert (said.body["room"], said.body["room_confirmed"]) == (people, False)
    assert (await kinds_of(world, link["encounter_id"]))[-1] == "room.declared"
    crowd = await patient.put(f"{JOIN}/room", {"people": people * 5})
    assert crowd.refusal == (400, "invalid_body")


async def test_an_emergency_in_the_answers_reaches_the_portal_with_address_and_steps(
    world: World,
) -> None:
    spa = await world.spa()
    site = await world.site(spa)
    async with world.services.database.write() as tx:
        await gate_settings.set_steps(tx, site["site_id"], "Red button by the door.", now=1)
    link = await world.request(spa)
    patient = await redeemed(world, link)
    state = await through_intake(patient)
    assert state["emergency_steps"] == "Red button by the door."
    asked = (await patient.get(f"{JOIN}/questionnaire")).body["sections"][0]["questions"]
    question = next(one for one in asked if "emergency" in one["id"])
    named = [one["value"] for one in question["choices"] if one["value"] != "none"]
    form = answers_form()
    calm = form["answers"][question["id"]]
    form["answers"][question["id"]] = named[:1] if question["kind"] == "multi" else True
    raised = await patient.put(f"{JOIN}/answers", form)
    assert (raised.body["emergency"], raised.body["emergency_raised"]) == (True, True)
    (row,) = (await spa.get(f"{PORTAL}/home")).body["encounters"]
    assert row["emergency"]["flags"]
    assert row["emergency"]["street"] == location_form()["street"]
    assert row["emergency"]["steps"] == "Red button by the door."
    assert world.hub.changed[-1] == link["encounter_id"]
    form["answers"][question["id"]] = calm
    over = await patient.put(f"{JOIN}/answers", form)
    assert over.body["emergency_raised"] is False
    (row,) = (await spa.get(f"{PORTAL}/home")).body["encounters"]
    assert row["emergency"] is None


async def test_drafts_do_not_leave_the_demo(real: World) -> None:
    spa = await real.spa()
    site = await real.site(spa)
    form = {
        "request_id": "request-0044",
        "patient": {"legal_name": "Maria Vega", "birth_date": "1990-04-12"},
        "site_id": site["site_id"],
        "treatments": [BOTOX],
    }
    await settle(real, sign_all)
    refused = await spa.post(f"{PORTAL}/encounters", form)
    assert refused.refusal == (403, "consent_unreviewed")
    assert refused.body["error"]["fields"] == ["privacy_notice.en", "telehealth.en"]

    async def write(tx: Tx, network_id: str) -> None:
        for part in all_parts():
            if part.language == "en" and not part.jurisdiction:
                done = Review(network_id, part.name, part.sha256, "Counsel", "memo 7", 1)
                await gate_settings.add_review(tx, done)

    await settle(real, write)
    taken = await spa.post(f"{PORTAL}/encounters", form)
    assert taken.status == 200
    patient = await redeemed(real, taken.body)
    await patient.put(f"{JOIN}/identity", identity_form(language="es"))
    await patient.put(f"{JOIN}/location", location_form())
    chosen = await patient.put(f"{JOIN}/treatments", {"treatments": [BOTOX]})
    await patient.put(f"{JOIN}/answers", answers_form())
    spanish = await patient.put(f"{JOIN}/consents", consents_form(chosen.body))
    assert spanish.refusal == (403, "consent_unreviewed")
