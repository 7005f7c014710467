"""What is asked about authorizations, and what is answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from server.authorizations import jws
from server.authorizations.answering import TOPICS
from server.storage.authorization_tables import authorization_events
from tests.integration.http.browsing import BIRTH_DATE, Answer, Json, World
from tests.integration.http.exams import CONDITION, ORDER, signed_exam
from tests.integration.http.front_desk import CLEAR, NUMBERS, QUERY, Desk, codes

REQUIRED = ("Emergency kit in the room", "Health check on the day, before it begins")
TOXINS = tuple(f"{one}botulinumtoxinA" for one in ("ona", "abo", "daxi", "inco", "pra", "leti"))


@pytest.fixture
async def desk(world: World) -> Desk:
    spa = await world.spa()
    encounter_id = await signed_exam(world, spa)
    return Desk(world, spa, (await world.site(spa))["site_id"], encounter_id)


async def keys_of(world: World) -> list[Ed25519PublicKey]:
    listed = (await world.browser().get("/.well-known/jwks.json")).body["keys"]
    assert all(one["kty"] == "OKP" and one["crv"] == "Ed25519" for one in listed)
    return [Ed25519PublicKey.from_public_bytes(jws._bytes(one["x"])) for one in listed]


# ------------------------------------------------------------------ asking


async def order_text(desk: Desk) -> str:
    """Return the neurotoxin order word for word, as the demo's protocol gives it."""
    sites = (await desk.spa.get("/api/v1/portal/protocols")).body["sites"]
    own = next(one for one in sites if one["site_id"] == desk.site_id)
    protocol = next(
        one for one in own["protocols"] if one["protocol"]["treatment_class"] == "neurotoxin"
    )
    lines = (
        f"Products: {'; '.join(f'{one} up to 64 units' for one in TOXINS)}",
        "Areas: Forehead, Glabella, Crow's feet",
        "May be performed by: MD, DO, NP, PA, RN",
        f"Required: {'; '.join(REQUIRED)}",
        f"Instructions: {ORDER}",
        f"Protocol: {protocol['protocol_id'][:8]} version 1, signed by Sasha Bellweather",
    )
    return "\n".join(lines)


async def test_a_mixed_outcome_is_answered_by_class(desk: Desk) -> None:
    approved = await desk.ask("neurotoxin")
    conditional = await desk.ask("filler")
    deferred = await desk.ask("chemical_peel")
    assert (approved["answer"], codes(approved)) == ("covered", [])
    assert approved["text"] == "Covered by a valid exam."
    assert approved["authorization"]["order"] == await order_text(desk)
    assert (conditional["answer"], codes(conditional)) == ("conditional", ["condition_open"])
    assert conditional["authorization"]["conditions"] == "\n".join(
        (*REQUIRED, f"Condition: {CONDITION} (to be confirmed by NP)")
    )
    assert (deferred["answer"], codes(deferred)) == ("not_covered", ["no_approval"])
    assert deferred["authorization"] is None


async def test_without_a_check_today_it_is_at_most_conditional(desk: Desk) -> None:
    said = await desk.ask(same_day=None)
    assert (said["answer"], codes(said)) == ("conditional", ["same_day_check_missing"])
    assert said["unanswered"] == list(TOPICS)


async def test_yesterdays_check_does_not_count_today(desk: Desk) -> None:
    assert (await desk.ask())["answer"] == "covered"
    await desk.later(days=1)
    assert codes(await desk.ask(same_day=None)) == ["same_day_check_missing"]


async def test_a_patient_who_is_pregnant_months_after_her_exam_is_not_covered(
    desk: Desk,
) -> None:
    await desk.later(days=150)
    assert (await desk.ask(same_day=None))["answer"] == "conditional"
    said = await desk.ask(same_day={**CLEAR, "pregnancy": True})
    assert said["answer"] == "not_covered"
    assert "health_changed" in codes(said)
    # Nor tomorrow, with a clear check: it has ended for every treatment of that exam.
    await desk.later(days=1)
    for name in ("neurotoxin", "filler"):
        later = await desk.ask(name)
        assert later["answer"] == "not_covered"
        assert "revoked" in codes(later)
        assert later["authorization"]["revoked_reason"] == "new_health_information"
    addenda = await desk.addenda()
    assert len(addenda) == 2
    assert "pregnancy" in addenda[0]
    assert desk.encounter_id in [one for one, _ in desk.world.hub.charts]


async def test_it_ends_with_its_last_day(desk: Desk) -> None:
    await desk.later(days=364)
    assert (await desk.ask())["answer"] == "covered"
    await desk.later(days=3)
    assert "expired" in codes(await desk.ask())


async def test_another_site_of_the_spa_is_not_covered(desk: Desk) -> None:
    austin = await desk.world.site(desk.spa, "TX")
    said = await desk.ask(site_id=austin["site_id"], same_day=None)
    assert said["answer"] == "not_covered"
    assert "other_site" in codes(said)


async def test_a_name_or_a_birth_date_that_is_not_exact_finds_nobody(desk: Desk) -> None:
    for who in (("Maria Vegas", BIRTH_DATE), ("Maria Vega", "1990-04-13")):
        said = await desk.ask(patient={"legal_name": who[0], "birth_date": who[1]})
        assert codes(said) == ["patient_unknown"]
        assert said["patient_id"] is None


async def test_another_spa_learns_nothing_of_the_patient(desk: Desk, world: World) -> None:
    patient_id = (await desk.ask())["patient_id"]
    lumen = await world.spa("lumen")
    there = (await world.site(lumen))["site_id"]
    foreign = await lumen.post(
        QUERY, desk.form("neurotoxin", site_id=there, patient={"patient_id": patient_id})
    )
    nobody = await lumen.post(
        QUERY, desk.form("neurotoxin", site_id=there, patient={"patient_id": "f" * 32})
    )
    by_name = await lumen.post(QUERY, desk.form("neurotoxin", site_id=there))
    bodies = [one.body for one in (foreign, nobody, by_name)]
    for one in bodies:
        del one["jws"]
    assert bodies[0] == bodies[1] == bodies[2]
    assert codes(bodies[0]) == ["patient_unknown"]
    assert (await lumen.post(QUERY, desk.form("neurotoxin"))).refusal == (404, "not_found")


async def test_the_same_request_is_answered_once(desk: Desk) -> None:
    form = desk.form("neurotoxin")
    first = await desk.spa.post(QUERY, form)
    again = await desk.spa.post(QUERY, form)
    assert first.body == again.body
    other = await desk.spa.post(QUERY, {**form, "treatment_class": "filler"})
    assert other.refusal == (409, "request_id_reused")
    async with desk.world.services.database.read() as tx:
        rows = (await tx.execute(select(authorization_events))).mappings().all()
    assert [one["kind"] for one in rows if one["request_id"] == form["request_id"]] == [
        "queried"
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"date": "2020-01-01"}, "date_outside"),
        ({"date": "2999-01-01"}, "date_outside"),
        ({"date": "2026-02-31"}, "date_outside"),
        ({"patient": {}}, "invalid_body"),
        ({"patient": {"legal_name": "Maria Vega"}}, "invalid_body"),
        ({"same_day": {"answered_by": "staff"}}, "invalid_body"),
        ({"performer_credential": "wizard"}, "invalid_body"),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    desk: Desk, changed: dict[str, Any], code: str
) -> None:
    answer = await desk.spa.post(QUERY, desk.form("neurotoxin", **changed))
    assert answer.refusal == (400, code)


async def test_a_check_cannot_be_answered_for_another_day(desk: Desk) -> None:
    answer = await desk.spa.post(QUERY, desk.form("neurotoxin", date=desk.today(days=9)))
    assert answer.refusal == (400, "check_not_today")
    ahead = await desk.ask(date=desk.today(days=9), same_day=None)
    assert ahead["answer"] == "conditional"


async def test_a_signed_answer_ends_with_its_day_when_the_clocks_go_forward(
    desk: Desk,
) -> None:
    # 23:00 of 14 March 2027 in the Navajo Nation, an hour earlier in the rest of Arizona.
    late = datetime(2027, 3, 15, 5, tzinfo=UTC).timestamp()
    desk.world.clock.advance(late - desk.world.clock.now() / 1_000_000)
    await desk.later(days=0)
    claims = jws.verified((await desk.ask())["jws"], await keys_of(desk.world))
    assert (claims["date"], claims["exp"]) == ("2027-03-14", late + 3_600)


async def test_a_signed_answer_says_for_which_product_and_performer_it_is(desk: Desk) -> None:
    said = await desk.ask(performer_credential="MD", product=TOXINS[0])
    claims = jws.verified(said["jws"], await keys_of(desk.world))
    assert (claims["answer"], claims["product"]) == ("covered", TOXINS[0])
    assert claims["performer_credential"] == "MD"
    open_ended = await desk.ask(performer_credential=None)
    claims = jws.verified(open_ended["jws"], await keys_of(desk.world))
    assert claims["answer"] == "conditional"
    assert "performer_credential" not in claims


async def test_a_third_party_verifies_the_answer_with_the_published_keys(desk: Desk) -> None:
    said = await desk.ask()
    claims = jws.verified(said["jws"], await keys_of(desk.world))
    cover = said["authorization"]
    assert claims["answer"] == "covered"
    assert claims["iss"] == desk.world.settings.origin
    assert claims["sub"] == said["patient_id"]
    assert claims["authorization"] == cover["authorization_id"]
    assert isinstance(claims["iat"], int)
    assert isinstance(claims["exp"], int)
    assert claims["iat"] < claims["exp"] <= claims["iat"] + 12 * 3_600
    assert claims["performer_credential"] == "RN"
    assert "product" not in claims
    text = str(claims)
    assert "Vega" not in text
    assert BIRTH_DATE not in text
    assert ORDER not in text


# ------------------------------------------------------------------ a later exam


async def test_a_later_exam_that_does_not_approve_ends_the_class(desk: Desk) -> None:
    await desk.later(days=1)
    await signed_exam(
        desk.world, desk.spa, {"neurotoxin": "deferred"}, request_id="request-0002"
    )
    said = await desk.ask("neurotoxin")
    assert said["authorization"]["revoked_reason"] == "not_approved_later"
    assert (await desk.ask("filler"))["answer"] == "conditional"


async def test_a_new_class_ends_what_older_exams_allowed(desk: Desk) -> None:
    await desk.later(days=1)
    await signed_exam(desk.world, desk.spa, {"prp": "approved"}, request_id="request-0002")
    said = await desk.ask("neurotoxin")
    assert said["authorization"]["revoked_reason"] == "new_class"
    assert (await desk.ask("prp"))["answer"] == "covered"


async def test_a_renewal_takes_the_place_of_the_old_approval_only(desk: Desk) -> None:
    await desk.later(days=1)
    await signed_exam(
        desk.world, desk.spa, {"neurotoxin": "approved"}, request_id="request-0002"
    )
    assert (await desk.ask("neurotoxin"))["answer"] == "covered"
    assert (await desk.ask("filler"))["answer"] == "conditional"


# ------------------------------------------------------------------ conditions


def satisfaction(**changed: object) -> Json:
    return {
        "request_id": f"satisfy-{next(NUMBERS):06}",
        "name": "Noor Haddad",
        "credential": "NP",
        "note": "Test negative at 9:40.",
        **changed,
    }


async def satisfied(desk: Desk, form: Json, *, treatment_class: str = "filler") -> Answer:
    cover = (await desk.ask(treatment_class))["authorization"]
    path = f"/api/v1/authorizations/{cover['authorization_id']}/satisfy"
    return await desk.spa.post(path, form)


async def test_a_condition_is_met_when_somebody_named_says_so(desk: Desk) -> None:
    form = satisfaction()
    answer = await satisfied(desk, form)
    assert answer.status == 200, answer.body
    assert (await satisfied(desk, form)).body == answer.body
    assert (await desk.ask("filler"))["answer"] == "covered"
    (addendum,) = await desk.addenda()
    assert "Noor Haddad, NP" in addendum


async def test_only_a_credential_that_the_exam_names_can_confirm(desk: Desk) -> None:
    refused = await satisfied(desk, satisfaction(credential="esthetician"))
    assert refused.refusal == (403, "credential_refused")
    assert (await desk.ask("filler"))["answer"] == "conditional"


async def test_nothing_is_confirmed_where_nothing_is_open(desk: Desk) -> None:
    refused = await satisfied(desk, satisfaction(), treatment_class="neurotoxin")
    assert refused.refusal == (409, "no_condition_open")


async def test_what_has_ended_cannot_be_confirmed(desk: Desk) -> None:
    await desk.ask("filler", same_day={**CLEAR, "new_medication": True})
    refused = await satisfied(desk, satisfaction())
    assert refused.refusal == (409, "authorization_ended")


# ------------------------------------------------------------------ the practitioner


async def test_the_practitioner_ends_what_their_exam_allowed(desk: Desk) -> None:
    console = await desk.world.signed_in("console", "avery")
    path = f"/api/v1/console/encounters/{desk.encounter_id}/authorizations"
    listed = (await console.get(path)).body["authorizations"]
    assert [one["disposition"] for one in listed] == ["conditional", "approved"]
    form = {
        "request_id": "end-000001",
        "reason": "practitioner_decision",
        "note": "Recall of a lot",
    }
    ended = f"/api/v1/console/authorizations/{listed[1]['authorization_id']}/revoke"
    assert (await console.post(ended, form)).status == 200
    assert (await console.post(ended, form)).status == 200
    said = await desk.ask()
    assert (said["answer"], codes(said)) == ("not_covered", ["revoked"])
    (addendum,) = await desk.addenda()
    assert "Recall of a lot" in addendum


async def test_who_signed_an_exam_finds_it_again(desk: Desk) -> None:
    console = await desk.world.signed_in("console", "avery")
    (exam,) = (await console.get("/api/v1/console/signed")).body["exams"]
    assert exam["encounter_id"] == desk.encounter_id
    assert exam["patient_name"] == "Maria Vega"
    assert exam["treatment_classes"] == ["filler", "neurotoxin"]
    earlier = await console.get(f"/api/v1/console/signed?before={exam['signed_at_ms']}")
    assert earlier.body == {"exams": [], "more": False}
    other = await desk.world.signed_in("console", "casey")
    assert (await other.get("/api/v1/console/signed")).body["exams"] == []


async def test_another_practitioner_does_not_see_it(desk: Desk) -> None:
    cover = (await desk.ask())["authorization"]
    console = await desk.world.signed_in("console", "casey")
    form = {"request_id": "end-000001", "reason": "practitioner_decision", "note": "no"}
    path = f"/api/v1/console/authorizations/{cover['authorization_id']}/revoke"
    assert (await console.post(path, form)).refusal == (404, "not_found")


# ------------------------------------------------------------------ request ids


async def test_a_request_id_is_of_one_authorization(desk: Desk) -> None:
    console = await desk.world.signed_in("console", "avery")
    listed = await console.get(f"/api/v1/console/encounters/{desk.encounter_id}/authorizations")
    one, other = [each["authorization_id"] for each in listed.body["authorizations"]]
    form = {"request_id": "end-000001", "reason": "practitioner_decision", "note": "Recall"}
    path = "/api/v1/console/authorizations"
    assert (await console.post(f"{path}/{one}/revoke", form)).status == 200
    refused = await console.post(f"{path}/{other}/revoke", form)
    assert refused.refusal == (409, "request_id_reused")


async def test_an_old_answer_is_not_given_again(desk: Desk) -> None:
    form = desk.form("neurotoxin")
    assert (await desk.spa.post(QUERY, form)).body["answer"] == "covered"
    desk.world.clock.advance(11 * 60)
    assert (await desk.spa.post(QUERY, form)).refusal == (409, "request_id_reused")


async def test_an_answer_from_before_the_end_is_not_given_again(desk: Desk) -> None:
    form = desk.form("neurotoxin")
    assert (await desk.spa.post(QUERY, form)).body["answer"] == "covered"
    desk.world.clock.advance(1)
    await desk.ask(same_day={**CLEAR, "pregnancy": True})
    assert (await desk.spa.post(QUERY, form)).refusal == (409, "request_id_reused")


async def test_no_request_id_keeps_an_authorization_from_being_ended(desk: Desk) -> None:
    cover = (await desk.ask())["authorization"]
    await desk.ask(request_id=f"revoked-{cover['authorization_id']}")
    said = await desk.ask(same_day={**CLEAR, "new_allergy": True})
    assert "revoked" in codes(said)
