from __future__ import annotations

import asyncio

import pytest

from server.errors import Retry
from signaling.events import EncounterCancelled
from tests.integration.http.browsing import (
    BIRTH_DATE,
    BOTOX,
    JOIN,
    PORTAL,
    Json,
    World,
    redeem_form,
    redeemed,
    through_intake,
)


def exam_form(site_id: str, **changed: object) -> Json:
    return {
        "request_id": "request-0009",
        "patient": {"legal_name": "Maria Vega", "birth_date": BIRTH_DATE},
        "site_id": site_id,
        "treatments": [BOTOX],
        **changed,
    }


async def test_a_new_exam_gives_a_link_a_code_and_a_row(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    assert link["kiosk_code"][4] == "-"
    assert link["encounter"]["patient_name"] == "Maria Vega"
    assert link["encounter"]["treatments"] == [BOTOX]
    home = (await spa.get(f"{PORTAL}/home")).body
    assert [one["encounter_id"] for one in home["encounters"]] == [link["encounter_id"]]
    assert {one["jurisdiction"] for one in home["sites"]} == {"AZ", "TX"}
    assert world.hub.changed == [link["encounter_id"]]


async def test_the_same_request_makes_one_encounter_and_a_fresh_link(world: World) -> None:
    spa = await world.spa()
    first, second = await world.request(spa), await world.request(spa)
    assert first["encounter_id"] == second["encounter_id"]
    assert first["url"] != second["url"]
    assert len((await spa.get(f"{PORTAL}/home")).body["encounters"]) == 1
    old = await world.browser().post(f"{JOIN}/session", redeem_form(first))
    assert old.refusal == (404, "link_unknown")


async def test_requests_sent_at_once_make_one_encounter(world: World) -> None:
    spa = await world.spa()
    links = await asyncio.gather(*(world.request(spa) for _ in range(4)))
    assert len({one["encounter_id"] for one in links}) == 1


async def test_a_request_id_is_not_for_two_patients(world: World) -> None:
    spa = await world.spa()
    await world.request(spa)
    site = await world.site(spa)
    form = exam_form(
        site["site_id"],
        request_id="request-0001",
        patient={"legal_name": "Ana Ruiz", "birth_date": BIRTH_DATE},
    )
    answer = await spa.post(f"{PORTAL}/encounters", form)
    assert answer.refusal == (400, "invalid_body")
    assert answer.body["error"]["fields"] == ["request_id"]
    assert len((await spa.get(f"{PORTAL}/home")).body["encounters"]) == 1


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"treatments": [BOTOX, BOTOX]}, 400, "invalid_body"),
        ({"treatments": [{"treatment_class": "potion"}]}, 400, "invalid_body"),
        ({"treatments": []}, 400, "invalid_body"),
        ({"patient": {"legal_name": "A", "birth_date": "1990-02-30"}}, 400, "invalid_body"),
        ({"patient": {"legal_name": "A", "birth_date": "2990-01-01"}}, 400, "invalid_body"),
        ({"patient": {"legal_name": " ", "birth_date": BIRTH_DATE}}, 400, "invalid_body"),
        ({"patient": {"legal_name": "A", "birth_date": "2012-01-01"}}, 403, "minor_not_served"),
        ({"site_id": "nowhere"}, 404, "not_found"),
    ],
)
async def test_a_request_that_cannot_be(
    world: World, changed: Json, status: int, code: str
) -> None:
    spa = await world.spa()
    site = await world.site(spa)
    answer = await spa.post(f"{PORTAL}/encounters", exam_form(site["site_id"]) | changed)
    assert answer.refusal == (status, code)
    assert (await spa.get(f"{PORTAL}/home")).body["encounters"] == []


async def test_cancelling_before_the_waiting_room(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    path = f"{PORTAL}/encounters/{link['encounter_id']}/cancel"
    for _ in range(2):
        assert (await spa.post(path, {})).body["row"]["visit"] == "cancelled"
    assert world.desk.submitted == []
    refused = await world.browser().post(f"{JOIN}/session", redeem_form(link))
    assert refused.refusal == (410, "link_cancelled")
    again = await spa.post(f"{PORTAL}/encounters/{link['encounter_id']}/link", {})
    assert again.refusal == (409, "illegal_transition")


async def test_cancelling_while_the_patient_waits_is_for_the_desk(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    await world.move(link["encounter_id"], "waiting")
    path = f"{PORTAL}/encounters/{link['encounter_id']}/cancel"
    world.desk.refusal = Retry()
    assert (await spa.post(path, {})).refusal == (503, "retry")
    world.desk.refusal = None
    assert (await spa.post(path, {})).status == 200
    ((_, event),) = world.desk.submitted
    assert event == EncounterCancelled(link["encounter_id"])


async def test_an_exam_that_began_is_not_cancelled(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    for visit in ("in_progress", "wrap_up", "signed"):
        await world.move(link["encounter_id"], visit)
        path = f"{PORTAL}/encounters/{link['encounter_id']}/cancel"
        assert (await spa.post(path, {})).refusal == (409, "illegal_transition")


async def test_the_spa_sees_flags_and_outcomes_only_once_they_are_signed(
    world: World,
) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    await through_intake(await redeemed(world, link))
    view = (await spa.get(f"{PORTAL}/encounters/{link['encounter_id']}")).body
    assert view["row"]["visit"] == "intake"
    assert (view["flags"], view["outcomes"]) == ([], [])
    assert (view["pdf_ready"], view["modality"]) == (False, None)
    assert view["link_expires_at_ms"] == link["expires_at_ms"]
    pdf = await spa.get(f"{PORTAL}/encounters/{link['encounter_id']}/exam.pdf")
    assert pdf.refusal == (404, "not_found")


async def test_another_spa_finds_nothing(world: World) -> None:
    glow, lumen = await world.spa("glow"), await world.spa("lumen")
    link = await world.request(glow)
    site = await world.site(glow)
    encounter = f"{PORTAL}/encounters/{link['encounter_id']}"
    missing = f"{PORTAL}/encounters/{'0' * 32}"
    for path in (encounter, missing, f"{encounter}/exam.pdf", f"{missing}/exam.pdf"):
        assert (await lumen.get(path)).refusal == (404, "not_found")
    for path in (
        f"{encounter}/link",
        f"{encounter}/cancel",
        f"{missing}/cancel",
        f"{PORTAL}/sites/{site['site_id']}/device",
    ):
        assert (await lumen.post(path, {})).refusal == (404, "not_found")
    stolen = await lumen.post(f"{PORTAL}/encounters", exam_form(site["site_id"]))
    assert stolen.refusal == (404, "not_found")
    home = (await lumen.get(f"{PORTAL}/home")).body
    assert home["encounters"] == []
    assert {one["jurisdiction"] for one in home["sites"]} == {"CO", "FL"}
    assert (await glow.get(encounter)).body["row"]["visit"] == "requested"


async def test_the_same_patient_at_two_spas_is_two_patients(world: World) -> None:
    glow, lumen = await world.spa("glow"), await world.spa("lumen")
    await world.request(glow)
    await world.request(lumen)
    for spa in (glow, lumen):
        assert len((await spa.get(f"{PORTAL}/home")).body["encounters"]) == 1


async def test_a_practitioner_reads_no_chart_that_is_not_theirs(world: World) -> None:
    link = await world.request(await world.spa())
    avery = await world.signed_in("console", "avery")
    for path in ("", "/exam.pdf"):
        answer = await avery.get(f"/api/v1/console/encounters/{link['encounter_id']}{path}")
        assert answer.refusal == (404, "not_found")
