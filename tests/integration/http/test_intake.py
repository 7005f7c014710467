"""Health questions over HTTP: signed off or not, vital signs, answers of last time."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from server import charting, prior_answers, redemption
from server.chart.entries import AnswersCarried, IntakeAnswers, QuestionsAsked
from server.chart.state import ChartState
from server.console.answering import since_view
from server.console.examining import chart_state
from server.intake import questionnaire
from server.intake.sets import all_sets, set_named
from server.storage import questionnaire_sign_offs
from server.storage.tables import organizations
from tests.integration.http.browsing import (
    BOTOX,
    JOIN,
    PORTAL,
    Browser,
    Json,
    World,
    answers_form,
    identity_form,
    location_form,
    redeemed,
    through_intake,
)
from tests.integration.http.test_before_care import settle
from tests.integration.http.test_kiosk import code_form, tablet_of
from tests.integration.http.test_result import examiner
from tests.signed_sets import sign_all, signature

GLP1: Json = {"treatment_class": "glp1", "product": None}
SENSITIVE = {"mental_health", "conditions", "nicotine_alcohol", "appearance_worry"}


@pytest.fixture(autouse=True)
def _refuse_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redemption, "REFUSAL_S", 0.0)


async def network_of(world: World) -> str:
    return (await examiner(world)).practitioner.network_id


async def state_of(world: World, encounter_id: str) -> ChartState:
    async with world.services.database.read() as tx:
        return await chart_state(tx, world.services, encounter_id)


async def to_the_questions(patient: Browser, *treatments: Json) -> None:
    await patient.put(f"{JOIN}/identity", identity_form())
    await patient.put(f"{JOIN}/location", location_form())
    chosen = await patient.put(f"{JOIN}/treatments", {"treatments": list(treatments)})
    assert chosen.status == 200, chosen.body


def asked_for(site: Json, *treatments: Json) -> Json:
    return {
        "request_id": "request-0077",
        "patient": {"legal_name": "Maria Vega", "birth_date": "1990-04-12"},
        "site_id": site["site_id"],
        "treatments": list(treatments),
    }


# ------------------------------------------------------------------ signed off, or a draft


async def test_a_demo_asks_by_drafts_and_says_so(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    await to_the_questions(patient, BOTOX)
    assert (await patient.get(f"{JOIN}/questionnaire")).body["draft"]
    await settle(world, sign_all)
    assert not (await patient.get(f"{JOIN}/questionnaire")).body["draft"]


async def test_a_real_network_asks_nobody_by_drafts(real: World) -> None:
    spa = await real.spa()
    site = await real.site(spa)
    refused = await spa.post(f"{PORTAL}/encounters", asked_for(site, BOTOX))
    assert refused.refusal == (403, "questionnaire_unsigned")
    assert refused.body["error"]["fields"] == ["general", "neurotoxin"]
    home = (await spa.get(f"{PORTAL}/home")).body
    assert set(home["unserved"]["AZ"].values()) == {"questionnaire_unsigned"}
    assert len(home["unserved"]["AZ"]) == 17


async def test_one_unsigned_class_closes_itself_alone(real: World) -> None:
    spa = await real.spa()
    site = await real.site(spa)
    network = await network_of(real)
    async with real.services.database.write() as tx:
        await sign_all(tx, network, but=frozenset({"glp1"}))
        await questionnaire_sign_offs.add(tx, signature(network, "glp1", "0" * 64))
    home = (await spa.get(f"{PORTAL}/home")).body
    assert home["unserved"]["AZ"] == {"glp1": "questionnaire_unsigned"}
    refused = await spa.post(f"{PORTAL}/encounters", asked_for(site, BOTOX, GLP1))
    assert refused.refusal == (403, "questionnaire_unsigned")
    assert refused.body["error"]["fields"] == ["glp1"]


async def test_a_withdrawn_signature_is_told_to_the_patient_who_is_being_asked(
    world: World,
) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    await to_the_questions(patient, BOTOX)
    network = await network_of(world)
    async with world.services.database.write() as tx:
        await tx.execute(update(organizations).values(demo=False))
        await sign_all(tx, network)
    assert (await patient.put(f"{JOIN}/answers", answers_form())).status == 200
    async with world.services.database.write() as tx:
        ended = await questionnaire_sign_offs.withdraw(
            tx, network, "neurotoxin", by="Dr. Ines Roth", reference="Memo 4", now=9
        )
    assert ended == 1
    state = (await patient.get(f"{JOIN}/state")).body
    assert state["coverage"] == {
        "permitted": False,
        "reason": "questionnaire_unsigned",
        "places": [],
        "unserved": ["neurotoxin"],
    }
    offered = {one["treatment_class"] for one in state["treatment_options"]}
    assert "neurotoxin" not in offered
    assert "filler" in offered
    unsigned = (403, "questionnaire_unsigned")
    assert (await patient.get(f"{JOIN}/questionnaire")).refusal == unsigned
    assert (await patient.put(f"{JOIN}/answers", answers_form())).refusal == unsigned
    wanted = {"treatments": [BOTOX]}
    assert (await patient.put(f"{JOIN}/treatments", wanted)).refusal == unsigned


async def test_the_chart_names_version_and_hash_of_what_was_asked(world: World) -> None:
    await settle(world, sign_all)
    link = await world.request(await world.spa())
    patient = await redeemed(world, link)
    await through_intake(patient)
    async with world.services.database.read() as tx:
        _, entries = await charting.read(tx, world.services.keyring, link["encounter_id"])
    places = [at for at, one in enumerate(entries) if isinstance(one, QuestionsAsked)]
    asked = entries[places[0]]
    assert isinstance(asked, QuestionsAsked)
    assert isinstance(entries[places[0] + 1], IntakeAnswers)
    known = set_named("neurotoxin")
    assert known is not None
    named = {one.name: one for one in asked.sets}
    assert named["neurotoxin"].sha256 == known.sha256
    assert named["neurotoxin"].version == known.version
    assert named["general"].signed_by == "Dr. Ines Roth"
    assert len(places) == 1  # said once, as long as it is the same


async def test_compliance_sees_which_sets_are_signed_by_whom_and_which_are_not(
    world: World,
) -> None:
    network = await network_of(world)
    found = set_named("filler")
    assert found is not None
    async with world.services.database.write() as tx:
        await questionnaire_sign_offs.add(tx, signature(network, "filler", found.sha256))
        await questionnaire_sign_offs.add(tx, signature(network, "glp1", "0" * 64))
    officer = await world.signed_in("ops", "compliance")
    view = (await officer.get("/api/v1/compliance")).body
    by_name = {one["name"]: one for one in view["questionnaires"]}
    assert len(by_name) == 18
    assert by_name["filler"]["standing"] == "signed"
    assert by_name["filler"]["signed_by"] == "Dr. Ines Roth"
    assert by_name["filler"]["credential"] == "MD, AZ 012345"
    assert by_name["glp1"]["standing"] == "other_version"
    assert by_name["general"]["standing"] == "unsigned"
    assert by_name["general"]["signed_by"] is None


# ------------------------------------------------------------------ from last time


async def back_again(world: World, spa: Browser) -> Json:
    """Have Maria finish an exam's intake, and ask for her next exam."""
    first = await world.request(spa)
    await through_intake(await redeemed(world, first))
    await world.move(first["encounter_id"], "signed")
    return await world.request(spa, request_id="request-0002")


async def test_answers_of_last_time_are_shown_and_count_for_nothing(world: World) -> None:
    link = await back_again(world, await world.spa())
    patient = await redeemed(world, link)
    await to_the_questions(patient, BOTOX)
    carried = (await patient.get(f"{JOIN}/questionnaire")).body["carried"]
    assert carried["answers"]["medicines"] == ["No medicines"]
    assert "emergency_symptoms" not in carried["answers"]
    state = (await patient.get(f"{JOIN}/state")).body
    assert state["answers"] == {}
    done = await patient.put(f"{JOIN}/answers", {"answers": {}, "done": True})
    assert done.status == 200
    chart = await state_of(world, link["encounter_id"])
    assert not questionnaire.complete(chart.answers, chart.treatments)
    assert isinstance(chart.carried, AnswersCarried)
    assert (chart.carried.confirmed, chart.carried.changed) == ([], [])


async def test_the_chart_says_what_was_confirmed_and_what_changed(world: World) -> None:
    link = await back_again(world, await world.spa())
    patient = await redeemed(world, link)
    await to_the_questions(patient, BOTOX)
    answers = dict(answers_form()["answers"])
    answers["medicines"] = ["Warfarin"]
    answers.pop("surgery")
    await patient.put(f"{JOIN}/answers", {"answers": answers, "done": True})
    chart = await state_of(world, link["encounter_id"])
    carried = chart.carried
    assert carried is not None
    assert [one.question_id for one in carried.changed] == ["medicines"]
    assert "goals" in carried.confirmed
    assert "surgery" in carried.carried
    assert "surgery" not in carried.confirmed
    since = since_view(chart)
    assert since is not None
    (changed,) = since.changed
    assert (changed.before, changed.now) == ("No medicines", "Warfarin")
    assert since.left_out == 1


async def test_on_a_tablet_sensitive_answers_of_last_time_are_not_shown(world: World) -> None:
    link = await back_again(world, await world.spa())
    phone = await redeemed(world, link)
    await to_the_questions(phone, BOTOX)
    on_phone = (await phone.get(f"{JOIN}/questionnaire")).body["carried"]["answers"]
    assert set(on_phone) >= SENSITIVE
    tablet = await tablet_of(world)
    form = code_form(link, take_over=True)
    assert (await tablet.post(f"{JOIN}/kiosk", form)).status == 200
    await tablet.put(f"{JOIN}/holder", {"holder": "patient"})
    on_tablet = (await tablet.get(f"{JOIN}/questionnaire")).body["carried"]["answers"]
    assert SENSITIVE.isdisjoint(on_tablet)
    assert "medicines" in on_tablet


async def test_another_patients_answers_are_nobodys(world: World) -> None:
    spa = await world.spa()
    await back_again(world, spa)
    other = await world.request(spa, request_id="request-0003", name="Ana Ruiz")
    patient = await redeemed(world, other)
    await to_the_questions(patient, BOTOX)
    assert (await patient.get(f"{JOIN}/questionnaire")).body["carried"] is None


@pytest.mark.parametrize(("name", "shown"), [("Ana Vega", False), ("maria  VEGA", True)])
async def test_a_twin_for_whom_the_spa_named_the_other_sees_none_of_their_answers(
    world: World, name: str, *, shown: bool
) -> None:
    link = await back_again(world, await world.spa())
    patient = await redeemed(world, link)
    await to_the_questions(patient, BOTOX)
    await patient.put(f"{JOIN}/identity", identity_form(legal_name=name))
    carried = (await patient.get(f"{JOIN}/questionnaire")).body["carried"]
    assert (carried is not None) is shown


async def test_an_answer_to_a_question_that_changed_since_is_not_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await back_again(world, await world.spa())
    patient = await redeemed(world, link)
    await to_the_questions(patient, BOTOX)
    names = [one for one in (await carried_names(patient)) if one.startswith("ntx_")]
    assert names
    others = [one for one in all_sets() if one.name != "neurotoxin"]
    monkeypatch.setattr(prior_answers, "all_sets", lambda: tuple(others))
    left = await carried_names(patient)
    assert left
    assert not [one for one in left if one.startswith("ntx_")]


async def carried_names(patient: Browser) -> list[str]:
    return list((await patient.get(f"{JOIN}/questionnaire")).body["carried"]["answers"])
