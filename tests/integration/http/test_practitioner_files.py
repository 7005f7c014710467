"""Files over HTTP: what compliance enters and decides, and what practitioners claim."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from server.access import practitioner_files
from server.auditing.event import ROUTE_CHARS_MAX
from server.errors import Retry
from server.http import own_file
from server.storage import directory
from server.storage.tables import audit_entries, practitioners
from server.waiting.authorities import in_force
from signaling.events import TimePassed
from tests.integration.http.browsing import World
from tests.integration.http.files import (
    COVER,
    EVIDENCE,
    FILES,
    LICENCE,
    OWN,
    STANDARD,
    TRAINING,
    Casey,
    casey_of,
    day,
    who,
)


@pytest.fixture
async def casey(world: World) -> Casey:
    return await casey_of(world)


async def places(world: World) -> frozenset[str]:
    """Return where Casey may see patients now."""
    async with world.services.database.read() as tx:
        file = await directory.practitioner_file(tx, (await who(world)).practitioner_id)
    return in_force(file, world.clock.now())


async def test_everybody_of_the_demo_is_cleared_and_the_list_says_what_ends(
    world: World, casey: Casey
) -> None:
    view = (await casey.browser.get(FILES)).body
    assert view["standard"] == {
        "training_minutes_min": 2_400,
        "exclusion_days": 31,
        "malpractice": True,
        "employment": True,
        "verify_again_days": None,
    }
    assert [one["cleared"] for one in view["people"]] == [True] * 6
    assert {one["login"] for one in view["people"]} >= {"casey", "finley"}
    rows = {one["login"]: one for one in view["people"]}
    assert rows["casey"]["jurisdictions"] == ["AZ", "CO"]
    assert rows["casey"]["ends"] == []  # a look that is to be renewed in a month is no news
    # A licence that is over since 30 days is not named any more; its file says so itself.
    finley = await casey_of(world, "finley")
    over = await finley.licence("AZ")
    assert over["valid_until_ms"] < view["now_ms"]


async def test_a_file_shows_all_that_is_in_it(casey: Casey) -> None:
    file = await casey.file()
    assert (file["cleared"], file["missing"], file["trained_minutes"]) == (True, [], 2_400)
    assert [one["counts"] for one in file["malpractice"] + file["employments"]] == [True, True]
    assert file["exclusion_checks"][0]["list_name"] == "leie"
    assert [one["jurisdiction"] for one in file["authorities"]] == ["AZ", "CO"]


async def test_a_licence_counts_once_compliance_says_who_looked_and_where(
    world: World, casey: Casey
) -> None:
    file = await casey.send("authorities", LICENCE)
    (entered,) = [one for one in file["authorities"] if one["jurisdiction"] == "NV"]
    assert entered["verified_at_ms"] is None
    assert "NV" not in await places(world)
    verify = f"authorities/{entered['id']}/verify"
    await casey.send(verify, {**EVIDENCE, "independent": True})
    assert "NV" in await places(world)
    licence = await casey.licence("NV")
    (look,) = licence["checks"]
    assert (look["outcome"], look["method"]) == ("confirmed", "person")
    assert (look["checked_by"], look["source"]) == ("R. Alvarez", "azbn.gov")
    assert look["actor"].startswith("compliance:")
    assert licence["independent"]


async def test_a_revoked_licence_counts_no_more_and_the_waiting_room_looks_at_once(
    world: World, casey: Casey
) -> None:
    licence = await casey.licence()
    status = f"{casey.path}/authorities/{licence['id']}/status"
    assert "AZ" in await places(world)
    answer = await casey.browser.put(status, {"status": "revoked"})
    assert answer.status == 200
    assert "AZ" not in await places(world)
    network = (await who(world)).network_id
    assert world.desk.submitted[-1] == (network, TimePassed())
    assert [one["outcome"] for one in (await casey.licence())["checks"]] == ["revoked"]
    await casey.browser.put(status, {"status": "active"})
    assert "AZ" in await places(world)


async def test_a_waiting_room_that_cannot_be_reached_bars_no_revocation(
    world: World, casey: Casey
) -> None:
    licence = await casey.licence()
    world.desk.refusal = Retry()
    status = f"{casey.path}/authorities/{licence['id']}/status"
    assert (await casey.browser.put(status, {"status": "suspended"})).status == 200
    assert "AZ" not in await places(world)


async def test_a_match_takes_somebody_off_until_a_later_look_is_clear(
    world: World, casey: Casey
) -> None:
    looked = {"list_name": "sam", "outcome": "match", "checked_on": day(world, -1)}
    file = await casey.send("exclusion-checks", {**looked, "evidence": EVIDENCE})
    assert (file["cleared"], file["missing"]) == (False, ["excluded"])
    assert await places(world) == frozenset()
    again = {**looked, "outcome": "clear", "checked_on": day(world)}
    file = await casey.send("exclusion-checks", {**again, "evidence": EVIDENCE})
    assert (file["cleared"], file["missing"]) == (True, [])
    assert await places(world) == {"AZ", "CO"}


async def test_a_match_in_a_states_list_bars_until_it_is_taken_back(
    world: World, casey: Casey
) -> None:
    looked = {"list_name": "state", "evidence": EVIDENCE}
    match = {**looked, "outcome": "match", "checked_on": day(world, -9)}
    await casey.send("exclusion-checks", match)
    clear = {**looked, "outcome": "clear", "checked_on": day(world)}
    file = await casey.send("exclusion-checks", clear)
    assert (file["cleared"], file["missing"]) == (False, ["excluded"])
    (one,) = [one for one in file["exclusion_checks"] if one["outcome"] == "match"]
    file = await casey.send(f"parts/exclusion-checks/{one['id']}/end", {})
    assert (file["cleared"], file["missing"]) == (True, [])
    assert await places(world) == {"AZ", "CO"}


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("malpractice", "malpractice"),
        ("employments", "employment"),
        ("trainings", "training"),
        ("exclusion-checks", "exclusion_check"),
    ],
)
async def test_what_is_taken_back_is_missing(
    world: World, casey: Casey, kind: str, what: str
) -> None:
    (part,) = (await casey.file())[kind.replace("-", "_")]
    file = await casey.send(f"parts/{kind}/{part['id']}/end", {})
    assert (file["cleared"], file["missing"]) == (False, [what])
    assert await places(world) == frozenset()
    twice = await casey.post(f"parts/{kind}/{part['id']}/end", {})
    assert twice.refusal == (404, "not_found")


async def test_collaborations_and_dea_registrations_are_entered_and_end_at_once(
    world: World, casey: Casey
) -> None:
    devon = await casey_of(world, "devon")
    term = {"since": "2020-01-01", "until": "2030-01-01"}
    backed = {"jurisdiction": "AZ", "physician": "Imani Rowe, MD", "number": "MD-7", **term}
    file = await devon.send("collaborations", backed)
    (one,) = [one for one in file["collaborations"] if one["jurisdiction"] == "AZ"]
    file = await devon.send(f"parts/collaborations/{one['id']}/end", {})
    (one,) = [one for one in file["collaborations"] if one["jurisdiction"] == "AZ"]
    assert one["active_until_ms"] == world.clock.now() // 1_000
    listed = {"jurisdiction": "AZ", "number": "AB1234563", "until": "2030-01-01"}
    file = await casey.send("dea", {**listed, "evidence": EVIDENCE})
    (entered,) = file["dea"]
    file = await casey.send(f"parts/dea/{entered['id']}/end", {})
    assert file["dea"][0]["ended_at_ms"] == world.clock.now() // 1_000
    assert (
        await casey.post("dea", {**listed, "number": "AB1234564", "evidence": EVIDENCE})
    ).refusal == (
        400,
        "invalid_body",
    )


async def test_a_physician_who_answers_for_somebody_is_one_of_the_network(
    world: World, casey: Casey
) -> None:
    blake = await casey_of(world, "blake")
    term = {"since": "2020-01-01", "until": "2030-01-01"}
    backed = {"jurisdiction": "NV", "physician": "Blake Moreno, DO", "number": "DO-1", **term}
    file = await casey.send("collaborations", {**backed, "physician_id": blake.id})
    (one,) = [one for one in file["collaborations"] if one["jurisdiction"] == "NV"]
    assert (one["physician"], one["physician_id"]) == ("Blake Moreno, DO", blake.id)
    for nobody in (casey.id, (await casey_of(world, "devon")).id, "0" * 32):
        refused = await casey.post("collaborations", {**backed, "physician_id": nobody})
        assert refused.refusal == (400, "invalid_body")
        assert refused.body["error"]["fields"] == ["physician_id"]
    async with world.services.database.write() as tx:
        network = (await directory.practitioner(tx, casey.id)).network_id
        other = replace(await directory.organization(tx, network), organization_id="heron")
        await directory.add_organization(tx, replace(other, name="Heron Medical"))
        await tx.execute(
            update(practitioners)
            .where(practitioners.c.id == blake.id)
            .values(network_id="heron")
        )
    foreign = await casey.post("collaborations", {**backed, "physician_id": blake.id})
    assert foreign.refusal == (400, "invalid_body"), "as if there were no such person"
    outside = await casey.send("collaborations", {**backed, "jurisdiction": "UT"})
    (one,) = [one for one in outside["collaborations"] if one["jurisdiction"] == "UT"]
    assert one["physician_id"] is None


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("authorities", {**LICENCE, "jurisdiction": "ZZ"}, "jurisdiction"),
        ("authorities", {**LICENCE, "until": "2019-01-01"}, "until"),
        ("authorities", {**LICENCE, "since": "2020-02-30"}, "since"),
        ("authorities", {**LICENCE, "since": "0001-01-01"}, "since"),
        ("malpractice", {**COVER, "until": "2026-01-01"}, "until"),
        ("trainings", {**TRAINING, "completed_on": "2100-01-01"}, "completed_on"),
    ],
)
async def test_what_cannot_be_is_named_by_its_field(
    casey: Casey, path: str, body: object, field: str
) -> None:
    answer = await casey.post(path, body)
    assert answer.refusal == (400, "invalid_body")
    assert answer.body["error"]["fields"] == [field]


async def test_a_practitioner_claims_and_compliance_lets_it_count(
    world: World, casey: Casey
) -> None:
    own = await world.signed_in("console", "casey")
    assert (await own.get(OWN)).body["cleared"] is True
    file = (await own.post(f"{OWN}/trainings", TRAINING)).body
    (claim,) = [one for one in file["trainings"] if one["minutes"] == 90]
    assert (claim["counts"], file["trained_minutes"]) == (False, 2_400)
    assert claim["entered_by"] == f"practitioner:{casey.id}"
    await casey.send(f"parts/trainings/{claim['id']}/verify", EVIDENCE)
    twice = await casey.post(f"parts/trainings/{claim['id']}/verify", EVIDENCE)
    assert twice.refusal == (404, "not_found")  # who looked first stays
    assert (await own.get(OWN)).body["trained_minutes"] == 2_490
    claimed = await own.post(f"{OWN}/authorities", LICENCE)
    assert claimed.status == 200
    assert "NV" not in await places(world)
    for path, body in (("malpractice", COVER), ("trainings", TRAINING)):
        refused = await own.post(f"{OWN}/{path}", {**body, "evidence": EVIDENCE})
        assert refused.refusal == (400, "bad_request")
    assert (await own.post(f"{OWN}/malpractice", COVER)).status == 200


async def test_practitioners_of_another_network_do_not_exist(
    world: World, casey: Casey
) -> None:
    async with world.services.database.write() as tx:
        network = await directory.organization(tx, (await who(world)).network_id)
        other = replace(network, organization_id="other-network", name="Heron Medical")
        await directory.add_organization(tx, other)
        await tx.execute(
            update(practitioners)
            .where(practitioners.c.id == casey.id)
            .values(network_id="other-network")
        )
    assert (await casey.browser.get(casey.path)).refusal == (404, "not_found")
    assert (await casey.post("authorities", LICENCE)).refusal == (404, "not_found")
    assert (await casey.browser.get(f"{FILES}/nobody")).refusal == (404, "not_found")
    listed = (await casey.browser.get(FILES)).body["people"]
    assert casey.id not in {one["practitioner_id"] for one in listed}


async def test_somebody_elses_parts_are_not_there(world: World, casey: Casey) -> None:
    blake = await casey_of(world, "blake")
    licence, (cover,) = await blake.licence(), (await blake.file())["malpractice"]
    for path, body in (
        (f"authorities/{licence['id']}/verify", EVIDENCE),
        (f"parts/malpractice/{cover['id']}/end", {}),
        (f"parts/malpractice/{cover['id']}/verify", EVIDENCE),
        ("parts/pets/1/end", {}),
        ("parts/collaborations/1/end", {}),
        ("parts/dea/1/end", {}),
        (f"parts/dea/{'1' * 65}/end", {}),
    ):
        assert (await casey.post(path, body)).refusal == (404, "not_found"), path
    unknown = {**TRAINING, "evidence": {**EVIDENCE, "document_id": "1" * 32}}
    assert (await casey.post("trainings", unknown)).refusal == (404, "not_found")
    assert (await blake.file())["malpractice"][0]["ended_at_ms"] is None


async def test_operations_and_spas_see_no_files(world: World, casey: Casey) -> None:
    for page, login in (("ops", "ops"), ("portal", "glow-manager"), ("console", "casey")):
        browser = await world.signed_in(page, login)
        answer = await browser.get(casey.path)
        assert answer.status in {401, 403}, page


async def test_a_standard_takes_effect_for_everybody_at_once(
    world: World, casey: Casey
) -> None:
    asked = {
        "training_minutes_min": 3_000,
        "exclusion_days": 31,
        "malpractice": True,
        "employment": True,
    }
    view = (await casey.browser.put(STANDARD, asked)).body
    assert {tuple(one["missing"]) for one in view["people"]} == {("training",)}
    assert await places(world) == frozenset()
    more = {**TRAINING, "minutes": 600, "evidence": EVIDENCE}
    assert (await casey.send("trainings", more))["cleared"] is True
    assert await places(world) == {"AZ", "CO"}


async def test_a_look_at_a_licence_counts_as_long_as_the_network_says(
    world: World, casey: Casey
) -> None:
    asked = (await casey.browser.get(FILES)).body["standard"]
    answer = await casey.browser.put(STANDARD, {**asked, "verify_again_days": 20})
    assert answer.body["standard"]["verify_again_days"] == 20
    licence = await casey.licence()
    assert licence["verify_again_at_ms"] - licence["verified_at_ms"] == 20 * 86_400_000
    world.clock.advance(20 * 86_400.0)
    casey = await casey_of(world)
    assert await places(world) == frozenset()
    rows = {one["login"]: one for one in (await casey.browser.get(FILES)).body["people"]}
    assert rows["casey"]["unverified"] == 2
    ends = [(one["kind"], one["jurisdiction"]) for one in rows["casey"]["ends"]]
    assert ("verification", "AZ") in ends
    await casey.send(f"authorities/{licence['id']}/verify", EVIDENCE)
    assert await places(world) == {"AZ"}
    wrong = await casey.browser.put(STANDARD, {**asked, "verify_again_days": 0})
    assert (wrong.status, wrong.code) == (400, "invalid_body")


async def test_every_change_has_an_entry_in_the_audit_log(world: World, casey: Casey) -> None:
    licence = await casey.licence()
    await casey.send("trainings", {**TRAINING, "evidence": EVIDENCE})
    await casey.send(f"authorities/{licence['id']}/verify", EVIDENCE)
    async with world.services.database.read() as tx:
        query = select(audit_entries).where(audit_entries.c.action == "file_changed")
        entries = (await tx.execute(query.order_by(audit_entries.c.at))).mappings().all()
    routes = {str(one["route"]) for one in entries if "POST" in one["route"]}
    assert routes == {
        f"POST /practitioners/{casey.id}/trainings",
        f"POST /practitioners/{casey.id}/authorities/{{part}}/verify",
    }
    assert {one["network_id"] for one in entries} == {(await who(world)).network_id}


async def test_the_entry_of_every_route_has_room_for_whose_file_it_is(casey: Casey) -> None:
    changes = [one for one in practitioner_files.ROUTES if "{id}" in one and "GET" not in one]
    assert len(changes) == 13
    for key in changes:
        named = key.replace("/api/v1/compliance", "").replace("{id}", casey.id)
        assert len(named) <= ROUTE_CHARS_MAX


async def test_claims_that_were_taken_back_make_room_for_others(
    world: World, casey: Casey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_file, "CLAIMS_MAX", 2)
    own = await world.signed_in("console", "casey")
    await own.post(f"{OWN}/authorities", LICENCE)
    file = (await own.post(f"{OWN}/trainings", TRAINING)).body
    refused = await own.post(f"{OWN}/trainings", TRAINING)
    assert refused.refusal == (409, "claims_full")
    (claim,) = [one for one in file["trainings"] if one["minutes"] == 90]
    await casey.send(f"parts/trainings/{claim['id']}/end", {})
    assert (await own.post(f"{OWN}/trainings", TRAINING)).status == 200
