"""Compliance over HTTP, and what its openings mean for a spa and a patient."""

from __future__ import annotations

import pytest

from server.compliance import publishing
from server.rulebooks.standing import shipped_book
from server.rules.snapshot import instant_of
from server.rules.words import Basis, Minimum
from tests.integration.http.browsing import (
    BOTOX,
    JOIN,
    PORTAL,
    Browser,
    Json,
    World,
    consents_form,
    identity_form,
    location_form,
    redeemed,
    through_intake,
)
from tests.integration.http.exams import signed_exam
from tests.integration.http.packets import signed_off, submitted
from tests.rule_cases import Asked, book_of, law_of

API = "/api/v1/compliance"
OPENING = {
    "jurisdiction": "NV",
    "professions": ["MD", "NP"],
    "treatment_classes": ["neurotoxin"],
    "reference": "Memo 12",
}
SWITCHES = {
    "store_and_forward_enabled": True,
    "audio_only_enabled": False,
    "controlled_enabled": False,
    "minors_enabled": [],
    "live_only_classes": ["other"],
    "low_risk_classes": ["chemical_peel"],
    "no_visual_classes": [],
    "hard_stop_on_stale_rules": False,
}
IN_NEVADA = location_form(jurisdiction="NV", at_site=False)


async def officer(world: World) -> Browser:
    return await world.signed_in("ops", "compliance")


def row_of(view: Json, code: str) -> Json:
    return next(one for one in view["jurisdictions"] if one["code"] == code)


async def test_everything_ships_closed_but_what_the_demo_needs(world: World) -> None:
    view = (await (await officer(world)).get(API)).body
    assert [one["code"] for one in view["jurisdictions"] if one["opened"]] == [
        *("AZ", "CO", "FL", "TX")
    ]
    assert len(view["jurisdictions"]) == 51
    assert view["may_change"]


async def test_an_opening_says_who_when_and_by_what_and_closing_deletes_nothing(
    world: World,
) -> None:
    browser = await officer(world)
    opened = await browser.post(f"{API}/openings", OPENING)
    assert row_of(opened.body, "NV")["opened"] == 2
    nevada = (await browser.get(f"{API}/jurisdictions/NV")).body
    told = {(one["profession"], one["opened_by"], one["reference"]) for one in nevada["opened"]}
    assert told == {
        ("MD", "Lena Fischer", "Memo 12"),
        ("NP", "Lena Fischer", "Memo 12"),
    }
    again = await browser.post(f"{API}/openings", OPENING)
    assert len(again.body["changes"]) == len(opened.body["changes"]), "nothing was done"
    closed = await browser.post(f"{API}/closings", OPENING | {"reference": "Memo 13"})
    assert row_of(closed.body, "NV")["opened"] == 0
    assert [(one["what"], one["reference"]) for one in closed.body["changes"][:2]] == [
        ("closed", "Memo 13"),
        ("opened", "Memo 12"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "  "},
        {"professions": ["RN"]},
        {"treatment_classes": ["tattoo"]},
        {"jurisdiction": "ZZ"},
    ],
    ids=["no reference", "never examines", "no such class", "none of the 51"],
)
async def test_an_opening_that_cannot_be_is_refused(world: World, change: Json) -> None:
    refused = await (await officer(world)).post(f"{API}/openings", OPENING | change)
    assert refused.refusal == (400, "invalid_body")


async def test_a_jurisdiction_shows_its_law_with_sources_and_age(world: World) -> None:
    texas = (await (await officer(world)).get(f"{API}/jurisdictions/TX")).body
    known = {one["id"] for one in texas["sources"]}
    values = [value for rule in texas["rules"] for value in rule["values"]]
    assert {name for value in values for name in value["citations"]} <= known
    assert all(value["verified_on"] and value["review_by"] for value in values)
    unknown = await (await officer(world)).get(f"{API}/jurisdictions/ZZ")
    assert unknown.refusal == (404, "not_found")


async def test_counsel_signs_off_each_form_apart_and_may_withdraw(world: World) -> None:
    browser = await officer(world)
    form = {"jurisdiction": "TX", "what": "store_and_forward", "reference": "Opinion 4"}
    signed = await browser.post(f"{API}/sign-offs", form | {"signed_by": "Counsel of Texas"})
    assert row_of(signed.body, "TX")["sign_offs"] == ["store_and_forward"]
    withdrawn = await browser.post(f"{API}/withdrawals", form)
    assert row_of(withdrawn.body, "TX")["sign_offs"] == []
    assert withdrawn.body["changes"][0]["what"] == "sign_off_withdrawn"


async def test_the_operator_may_only_be_stricter(world: World) -> None:
    browser = await officer(world)
    form = {"layer": "operator", "switches": SWITCHES, "reference": "Memo 14"}
    refused = await browser.put(f"{API}/policy", form)
    assert refused.refusal == (409, "policy_looser")
    assert (await browser.put(f"{API}/policy", form | {"layer": "compliance"})).status == 200
    allowed = await browser.put(f"{API}/policy", form)
    assert allowed.body["operator"]["low_risk_classes"] == ["chemical_peel"]


async def test_operations_read_and_cannot_change(world: World) -> None:
    browser = await world.signed_in("ops", "ops")
    assert not (await browser.get(API)).body["may_change"]
    refused = await browser.post(f"{API}/openings", OPENING)
    assert refused.refusal == (403, "forbidden")


async def test_compliance_sees_no_queue(world: World) -> None:
    refused = await (await officer(world)).get("/api/v1/ops/history?days=1")
    assert refused.refusal == (403, "forbidden")


async def test_publishing_is_by_name_and_only_while_the_rules_hold(world: World) -> None:
    browser = await officer(world)
    before = (await browser.get(API)).body
    assert not before["rules"]["published"], "the clock stands before they hold"
    assert before["rules"]["fault"] == "not_yet_effective"
    sha256 = (await browser.get(f"{API}/release")).body["sha256"]
    form = {"sha256": sha256, "reference": "Memo 15"}
    early = await browser.post(f"{API}/publications", form)
    assert early.refusal == (409, "snapshot_refused")
    begins = instant_of(shipped_book().signed.snapshot.effective_from)
    world.clock.advance((begins - world.clock.now()) / 1_000_000 + 1)
    browser = await officer(world)
    other = await browser.post(f"{API}/publications", form | {"sha256": "0" * 64})
    assert other.refusal == (409, "release_moved")
    done = await browser.post(f"{API}/publications", form)
    assert (done.body["rules"]["published"], done.body["rules"]["fault"]) == (True, None)
    assert done.body["release"] is None


async def test_a_spa_is_told_before_it_sends_somebody_in_vain(world: World) -> None:
    browser, spa = await officer(world), await world.spa()
    assert (await spa.get(f"{PORTAL}/home")).body["unserved"] == {"AZ": {}, "TX": {}}
    everyone = ["MD", "DO", "NP", "PA"]
    closing = OPENING | {"jurisdiction": "AZ", "professions": everyone}
    assert (await browser.post(f"{API}/closings", closing)).status == 200
    home = (await spa.get(f"{PORTAL}/home")).body
    assert home["unserved"]["AZ"] == {"neurotoxin": "not_served"}
    refused = await spa.post(
        f"{PORTAL}/encounters",
        {
            "request_id": "request-0001",
            "patient": {"legal_name": "Maria Vega", "birth_date": "1990-04-12"},
            "site_id": (await world.site(spa))["site_id"],
            "treatments": [BOTOX],
        },
    )
    assert refused.refusal == (403, "not_served")


async def test_a_patient_is_told_what_is_not_served_once_place_and_treatments_are_known(
    world: World,
) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    await patient.put(f"{JOIN}/identity", identity_form())
    located = await patient.put(f"{JOIN}/location", IN_NEVADA)
    assert located.body["coverage"] is None
    chosen = await patient.put(f"{JOIN}/treatments", {"treatments": [BOTOX]})
    assert chosen.body["coverage"] == {
        "permitted": False,
        "reason": "not_served",
        "places": ["NV"],
        "unserved": ["neurotoxin"],
    }
    await (await officer(world)).post(f"{API}/openings", OPENING)
    assert (await patient.get(f"{JOIN}/state")).body["coverage"]["permitted"]


async def test_another_jurisdiction_asks_for_consent_again(world: World) -> None:
    patient = await redeemed(world, await world.request(await world.spa()))
    state = await through_intake(patient)
    assert state["step"] == "ready"
    at_home = location_form(jurisdiction="CO", at_site=False)
    moved = await patient.put(f"{JOIN}/location", at_home)
    assert (moved.body["step"], moved.body["consents_done"]) == ("consent", False)
    agreed = await patient.put(f"{JOIN}/consents", consents_form(moved.body))
    assert agreed.body["step"] == "ready"


async def test_publishing_lists_the_authorizations_that_it_touches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter_id = await signed_exam(world, await world.spa(), {"neurotoxin": "approved"})
    browser = await officer(world)
    assert (await browser.get(f"{API}/release")).body["touched_total"] == 0
    stricter = book_of(AZ=law_of("AZ", [Asked(Minimum.IN_PERSON, Basis.EXPLICIT)]))
    monkeypatch.setattr(publishing, "shipped_book", lambda: stricter)
    body = (await browser.get(f"{API}/release")).body
    (one,) = body["touched"]
    assert body["touched_total"] == 1
    assert (one["stage"], one["encounter_id"]) == ("authorized", encounter_id)
    assert one["authorization_id"]
    assert (one["after"], one["action"]) == ("not_permitted", "review_authorization")


async def test_publishing_lists_what_was_sent_days_ago_and_still_may_be_reviewed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await signed_off(world)
    encounter_id = await submitted(world, await world.spa())
    world.clock.advance(2 * 86_400)
    browser = await officer(world)
    assert (await browser.get(f"{API}/release")).body["touched_total"] == 0
    stricter = book_of(AZ=law_of("AZ", [Asked(Minimum.IN_PERSON, Basis.EXPLICIT)]))
    monkeypatch.setattr(publishing, "shipped_book", lambda: stricter)
    (one,) = (await browser.get(f"{API}/release")).body["touched"]
    assert (one["stage"], one["encounter_id"]) == ("waiting", encounter_id)
    assert (one["after"], one["action"]) == ("not_permitted", "tell_it_is_not_possible")
