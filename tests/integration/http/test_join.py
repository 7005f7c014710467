from __future__ import annotations

from dataclasses import replace

from pydantic import SecretStr

from media.call import Side
from server import charting
from server.authority import eligibility_class, jurisdictions_of
from server.errors import Retry
from server.ice_servers import servers_of
from server.storage import encounters
from signaling.events import ClassChanged
from tests.contract.storage.rows import put
from tests.integration.http.browsing import (
    BOTOX,
    FILLER,
    JOIN,
    WORKING,
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


async def test_a_patient_goes_from_the_link_to_ready(world: World) -> None:
    link = await world.request(await world.spa())
    patient = world.browser()
    entered = await patient.post(f"{JOIN}/session", redeem_form(link))
    assert (entered.body["step"], entered.body["visit"]) == ("identity", "intake")
    assert entered.body["suggested_name"] == "Maria Vega"
    assert entered.body["treatments"] == [BOTOX]
    assert entered.body["demo"]

    steps = []
    for path, form in (
        ("identity", identity_form()),
        ("location", location_form()),
        ("treatments", {"treatments": [BOTOX]}),
        ("answers", answers_form(done=False)),
        ("answers", answers_form()),
        ("consents", consents_form(entered.body)),
        ("device-test", WORKING | {"camera": "denied"}),
        ("device-test", WORKING),
    ):
        answer = await patient.put(f"{JOIN}/{path}", form)
        assert answer.status == 200, answer.body
        steps.append(answer.body["step"])
    assert steps == [
        "location",
        "treatments",
        "health",
        "health",
        "consent",
        "device",
        "device",
        "ready",
    ]
    reloaded = await patient.get(f"{JOIN}/state")
    assert (reloaded.body["step"], reloaded.body["device_test_done"]) == ("ready", True)


async def test_every_step_is_one_entry_by_the_patient(world: World) -> None:
    link = await world.request(await world.spa())
    await through_intake(await redeemed(world, link))
    async with world.services.database.read() as tx:
        stored, _ = await charting.read(tx, world.services.keyring, link["encounter_id"])
        encounter = await encounters.get(tx, link["encounter_id"])
    assert [one.kind for one in stored] == [
        "exam.requested",
        "link.redeemed",
        "visit.changed",
        "intake.identity",
        "intake.location",
        "intake.treatments",
        "questions.asked",
        "intake.answers",
        "intake.consents",
        "intake.device_test",
    ]
    assert {one.actor for one in stored[1:]} == {f"patient:{link['encounter_id']}"}
    assert encounter.jurisdiction == "AZ"
    assert link["encounter_id"] in world.hub.changed


async def test_a_step_waits_for_those_before_it(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    for path, form in (
        ("location", location_form()),
        ("treatments", {"treatments": [BOTOX]}),
        ("answers", answers_form()),
        ("device-test", WORKING),
        ("holder", {"holder": "patient"}),
    ):
        assert (await patient.put(f"{JOIN}/{path}", form)).refusal == (409, "wrong_step")
    assert (await patient.get(f"{JOIN}/questionnaire")).refusal == (409, "wrong_step")


async def test_the_device_test_may_say_what_the_network_lets_through(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    await through_intake(patient)
    found = {"path": "turn_tls", "round_trip_ms": 60_000, "loss_percent": 100}
    assert (await patient.put(f"{JOIN}/device-test", WORKING | found)).status == 200
    for wrong in ({"path": "wifi"}, {"round_trip_ms": 60_001}, {"loss_percent": -1}):
        refused = await patient.put(f"{JOIN}/device-test", WORKING | wrong)
        assert refused.refusal == (400, "invalid_body")


async def test_only_a_patient_gets_servers_to_test_the_network_with(world: World) -> None:
    assert (await world.browser().get(f"{JOIN}/ice-servers")).status == 401
    patient = await redeemed(world, await world.request(await world.spa()))
    assert (await patient.get(f"{JOIN}/ice-servers")).body == {"ice_servers": []}


async def test_turn_credentials_are_of_one_side_of_one_encounter(world: World) -> None:
    turn = {"turn_urls": ("turn:t.example.org:3478",), "turn_secret": SecretStr("s" * 16)}
    settings = world.settings.model_copy(update=turn)
    services = replace(world.services, settings=settings)
    (server,) = servers_of(services, "encounter-1", Side.PATIENT)
    ends_at_s = world.clock.now() // 1_000_000 + settings.turn_ttl_s
    assert server.username == f"{ends_at_s}:encounter-1-patient"


async def test_another_birth_date_than_the_proven_one_is_refused(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    answer = await patient.put(f"{JOIN}/identity", identity_form(birth_date="1990-04-13"))
    assert answer.refusal == (400, "invalid_body")
    assert answer.body["error"]["fields"] == ["birth_date"]


async def test_a_minor_is_refused_with_a_clear_sentence(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    answer = await patient.put(f"{JOIN}/identity", identity_form(birth_date="2012-01-01"))
    assert answer.refusal == (403, "minor_not_served")
    assert "18" in answer.body["error"]["message"]


async def test_the_questions_come_in_the_language_of_the_patient(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    await patient.put(f"{JOIN}/identity", identity_form(language="es"))
    await patient.put(f"{JOIN}/location", location_form())
    chosen = await patient.put(f"{JOIN}/treatments", {"treatments": [BOTOX]})
    assert {one["language"] for one in chosen.body["consent_texts"]} == {"es"}
    spanish = (await patient.get(f"{JOIN}/questionnaire")).body
    english = (await patient.get(f"{JOIN}/questionnaire?language=en")).body
    assert spanish["sections"][0]["title"] == "Su salud"
    assert english["sections"][0]["title"] == "Your health"
    refused = await patient.get(f"{JOIN}/questionnaire?language=xx")
    assert refused.refusal == (400, "bad_request")


async def test_other_treatments_open_the_health_questions_again(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    await through_intake(patient)
    answer = await patient.put(f"{JOIN}/treatments", {"treatments": [BOTOX, FILLER]})
    assert answer.body["step"] == "health"
    assert not answer.body["answers_done"]
    assert answer.body["answers"]


async def test_an_emergency_stops_the_intake(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    await through_intake(patient)
    asked = (await patient.get(f"{JOIN}/questionnaire")).body
    general = {one["id"] for one in asked["sections"][0]["questions"]}
    urgent = next(one for one in general if "emergency" in one)
    form = answers_form()
    question = next(one for one in asked["sections"][0]["questions"] if one["id"] == urgent)
    values = [one["value"] for one in question["choices"] if one["value"] != "none"]
    form["answers"][urgent] = values[:1] if question["kind"] == "multi" else True
    answer = await patient.put(f"{JOIN}/answers", form)
    assert (answer.body["emergency"], answer.body["step"]) == (True, "health")


async def test_consent_to_another_text_is_refused(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    state = await through_intake(patient)
    form = consents_form(state)
    form["consents"][0]["sha256"] = "0" * 64
    answer = await patient.put(f"{JOIN}/consents", form)
    assert answer.refusal == (400, "invalid_body")


async def test_a_place_must_exist_and_be_the_sites_when_it_says_so(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    await patient.put(f"{JOIN}/identity", identity_form())
    for form in (
        location_form(jurisdiction="ZZ", at_site=False),
        location_form(jurisdiction="CO"),
        location_form(attested=False),
    ):
        refused = await patient.put(f"{JOIN}/location", form)
        assert refused.refusal == (400, "invalid_body")
    at_home = location_form(jurisdiction="CO", at_site=False)
    assert (await patient.put(f"{JOIN}/location", at_home)).status == 200


async def waiting(world: World) -> tuple[Json, Browser]:
    """Return the link and the browser of a patient who waits for somebody licensed in AZ."""
    link = await world.request(await world.spa())
    patient = await redeemed(world, link)
    await through_intake(patient)
    async with world.services.database.write() as tx:
        encounter = await encounters.get(tx, link["encounter_id"])
        await put(
            tx,
            link["encounter_id"],
            world.clock.now(),
            eligibility=eligibility_class(encounter.network_id, frozenset({"AZ"})),
            place=1,
            ready_at=world.clock.now(),
        )
    await world.move(link["encounter_id"], "waiting")
    return link, patient


def classes(world: World) -> list[str]:
    """Return the places that the desk was told to ask licences for, in order."""
    events = [event for _, event in world.desk.submitted if isinstance(event, ClassChanged)]
    return ["+".join(sorted(jurisdictions_of(one.eligibility))) for one in events]


IN_COLORADO = location_form(jurisdiction="CO", at_site=False)


async def test_who_waits_may_correct_the_place_and_is_offered_to_others(world: World) -> None:
    _, patient = await waiting(world)
    refused = await patient.put(f"{JOIN}/answers", answers_form())
    assert refused.refusal == (409, "wrong_step")
    moved = await patient.put(f"{JOIN}/location", IN_COLORADO)
    assert moved.body["location"]["jurisdiction"] == "CO"
    assert set(classes(world)) == {"AZ+CO"}


async def test_the_same_jurisdiction_again_leaves_the_line_alone(world: World) -> None:
    _, patient = await waiting(world)
    moved = await patient.put(f"{JOIN}/location", location_form(street="Suite 4"))
    assert moved.status == 200
    assert classes(world) == []


async def test_a_correction_asks_for_both_places_until_the_new_one_is_written(
    world: World,
) -> None:
    link, patient = await waiting(world)
    await patient.put(f"{JOIN}/location", IN_COLORADO)
    async with world.services.database.write() as tx:
        encounter = await encounters.get(tx, link["encounter_id"])
        await put(
            tx,
            link["encounter_id"],
            world.clock.now(),
            eligibility=eligibility_class(encounter.network_id, frozenset({"AZ", "CO"})),
            place=1,
            ready_at=world.clock.now(),
        )
    world.desk.submitted.clear()
    florida = location_form(jurisdiction="FL", at_site=False)
    await patient.put(f"{JOIN}/location", florida)
    assert classes(world) == ["AZ+CO+FL", "AZ+FL"]


async def test_a_correction_that_the_desk_cannot_take_changes_nothing(world: World) -> None:
    link, patient = await waiting(world)
    world.desk.refusal = Retry()
    answer = await patient.put(f"{JOIN}/location", IN_COLORADO)
    assert answer.refusal == (503, "retry")
    async with world.services.database.read() as tx:
        encounter = await encounters.get(tx, link["encounter_id"])
    assert encounter.jurisdiction == "AZ"


async def test_privacy_is_one_request_and_is_taken_back_by_another(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    asked = await patient.put(f"{JOIN}/privacy", {"alone": False})
    assert asked.body["privacy_requested"]
    alone = await patient.put(f"{JOIN}/privacy", {"alone": True})
    assert not alone.body["privacy_requested"]


async def test_who_left_the_line_goes_on_with_the_intake(world: World) -> None:
    link = await world.request(await world.spa())
    patient = await redeemed(world, link)
    await through_intake(patient)
    await world.move(link["encounter_id"], "left")
    again = await patient.put(f"{JOIN}/device-test", WORKING)
    assert (again.body["visit"], again.body["step"]) == ("intake", "ready")


async def test_nothing_is_written_after_the_visit(world: World) -> None:
    link = await world.request(await world.spa())
    patient = await redeemed(world, link)
    state = await through_intake(patient)
    for visit in ("wrap_up", "signed", "cancelled", "no_show"):
        await world.move(link["encounter_id"], visit)
        assert (await patient.get(f"{JOIN}/state")).body["step"] == "done"
        for path, form in (
            ("identity", identity_form()),
            ("consents", consents_form(state)),
            ("privacy", {"alone": True}),
        ):
            refused = await patient.put(f"{JOIN}/{path}", form)
            assert refused.refusal == (409, "wrong_step")


async def test_there_is_no_copy_before_the_signature(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    assert (await patient.get(f"{JOIN}/copy.pdf")).refusal == (404, "not_found")


async def test_end_forgets_the_session_here_and_on_the_server(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    kept = patient.cookie("gf_patient")
    assert (await patient.post(f"{JOIN}/end", {})).status == 204
    assert patient.cookie("gf_patient") is None
    assert (await patient.get(f"{JOIN}/state")).refusal == (401, "not_signed_in")
    headers = {"Cookie": f"gf_patient={kept}"}
    stolen = await world.browser().ask("GET", f"{JOIN}/state", headers=headers)
    assert stolen.refusal == (401, "session_expired")
    assert world.hub.ended[-1][1] == "signed_out"
