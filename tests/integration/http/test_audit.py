"""Who is shown what over HTTP is in the audit log first, and so is every denial."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, text, update

from server import auditing
from server.auditing.event import Action
from server.auditing.floods import DENIALS_MAX, WINDOW_S
from server.auditing.leaf import leaf_hash
from server.auditing.repeats import SAME_READING_S
from server.auditing.writing import leaf_of
from server.http.audit import LATE_S
from server.sequencing.batches import sequence
from server.storage import directory
from server.storage.audit import AuditRow
from server.storage.audit_tables import audit_entries
from server.storage.database import Database
from server.storage.faults import FaultPoint, ScriptedFaults
from tests.integration.http.audit_rows import entries, log_of
from tests.integration.http.browsing import (
    JOIN,
    PORTAL,
    Browser,
    Json,
    World,
    identity_form,
    redeem_form,
    redeemed,
    through_intake,
)
from tests.integration.http.exams import signed_exam

API = "/api/v1/compliance/audit"


async def staff(world: World, login: str) -> str:
    async with world.services.database.read() as tx:
        account = await directory.account_by_login(tx, "spa", login)
    assert account is not None
    return f"staff:{account.account_id}"


async def officer(world: World) -> Browser:
    return await world.signed_in("ops", "compliance")


@pytest.mark.safeguard("164.312(a)(2)(i)")
@pytest.mark.safeguard("164.312(b)")
async def test_a_read_names_who_and_whose_and_by_which_door(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    path = f"{PORTAL}/encounters/{link['encounter_id']}"
    assert (await spa.get(path)).status == 200
    [read] = await entries(world, route=f"GET {PORTAL}/encounters/{{id}}")
    assert (read.action, read.outcome, read.role) == ("read", "done", "spa_staff")
    assert read.actor == await staff(world, "glow")
    assert read.encounter_id == link["encounter_id"]
    assert read.patient_id
    assert read.network_id
    assert read.session
    assert read.address


async def test_a_page_that_reads_itself_again_is_one_reading_until_it_is_not(
    world: World,
) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    path, route = (
        f"{PORTAL}/encounters/{link['encounter_id']}",
        f"GET {PORTAL}/encounters/{{id}}",
    )
    for _ in range(5):
        await spa.get(path)
    assert len(await entries(world, route=route)) == 1
    other = await world.spa()
    await other.get(path)
    assert len(await entries(world, route=route)) == 2, "another session is another reading"
    world.clock.advance(SAME_READING_S)
    await spa.get(path)
    assert len(await entries(world, route=route)) == 3


async def test_a_list_is_one_entry_with_how_many_and_the_first_of_them(world: World) -> None:
    spa = await world.spa()
    asked = [
        (await world.request(spa, request_id=f"request-{one:04}", name=f"Maria {one}"))
        for one in range(3)
    ]
    await spa.get(f"{PORTAL}/home")
    last = (await entries(world, route=f"GET {PORTAL}/home"))[-1]
    assert last.number == 3
    assert set(last.shown) == {one["encounter_id"] for one in asked}


async def test_a_paper_is_downloaded_and_who_comes_in_is_known(world: World) -> None:
    spa = await world.spa()
    encounter_id = await signed_exam(world, spa)
    answer = await spa.get(f"{PORTAL}/encounters/{encounter_id}/exam.pdf")
    assert answer.status == 200
    [paper] = await entries(world, action="downloaded")
    assert paper.encounter_id == encounter_id
    [entered] = await entries(world, action="signed_in", role="spa_staff")
    assert entered.actor == await staff(world, "glow")
    [patient] = await entries(world, action="signed_in", role="patient")
    assert patient.encounter_id == encounter_id


async def test_no_name_answer_or_birth_date_comes_into_the_log(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa, name="Zephyrine Quillfeather")
    patient = await redeemed(world, link)
    await through_intake(patient)
    await patient.put(f"{JOIN}/identity", identity_form(legal_name="Zephyrine Quillfeather"))
    await world.browser().post(f"{JOIN}/session", redeem_form(link, birth_date="1987-03-14"))
    await spa.get(f"{PORTAL}/encounters/Zephyrine-Quillfeather-1987-03-14")
    await spa.get(f"{PORTAL}/home")
    rows = await log_of(world)
    assert len(rows) > 5
    told = repr(rows)
    for canary in ("Zephyrine", "Quillfeather", "1987-", "1990-04-12", "602 555", "127.0.0.1"):
        assert canary not in told


async def test_what_is_somebody_elses_is_a_denial_and_says_whose_it_is(world: World) -> None:
    spa, other = await world.spa(), await world.spa("lumen")
    link = await world.request(spa)
    refused = await other.get(f"{PORTAL}/encounters/{link['encounter_id']}")
    assert refused.refusal == (404, "not_found")
    [denied] = await entries(world, action="denied")
    assert (denied.outcome, denied.reason) == ("refused", "not_found")
    assert denied.actor == await staff(world, "lumen")
    assert denied.encounter_id == link["encounter_id"]


async def test_the_wrong_role_page_and_session_are_denials(world: World) -> None:
    ops = await world.signed_in("ops", "ops")
    assert (await ops.get(API)).refusal == (403, "forbidden")
    spa = await world.spa()
    await spa.ask("POST", f"{PORTAL}/encounters", {}, headers={"Origin": "https://evil.test"})
    kept = spa.cookie("gf_spa")
    await spa.ask("DELETE", f"{PORTAL}/session")
    await world.browser().http.get(
        world.server.make_url(f"{PORTAL}/home"), cookies={"gf_spa": str(kept)}
    )
    reasons = [one.reason for one in await entries(world, action="denied")]
    assert reasons == ["forbidden", "origin_refused", "session_expired"]


async def test_a_wrong_birth_date_or_password_says_whose_link_or_account_was_tried(
    world: World,
) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    await world.browser().post(f"{JOIN}/session", redeem_form(link, birth_date="1990-04-13"))
    form = {"login": "glow", "password": "not this one"}
    await world.browser().post(f"{PORTAL}/session", form)
    await world.browser().post(f"{PORTAL}/session", form | {"login": "nobody at all"})
    born, known, unknown = await entries(world, action="denied")
    assert (born.reason, born.encounter_id) == ("birth_date_wrong", link["encounter_id"])
    assert (known.reason, known.role) == ("sign_in_failed", "spa_staff")
    assert known.actor == await staff(world, "glow")
    assert known.network_id == born.network_id
    assert (unknown.actor, unknown.network_id) == ("anonymous", None)


async def test_a_page_that_asks_who_is_signed_in_is_no_denial(world: World) -> None:
    browser = world.browser()
    await browser.get(f"{PORTAL}/session")
    await browser.get(f"{JOIN}/kiosk")
    await browser.get("/api/v1/no-such-thing")
    assert await log_of(world) == []


async def test_a_flood_of_denials_is_counted_and_does_not_fill_the_disk(world: World) -> None:
    browser = world.browser()
    for _ in range(DENIALS_MAX + 30):
        await browser.get(f"{PORTAL}/home")
    assert len(await log_of(world)) == DENIALS_MAX
    world.clock.advance(WINDOW_S)
    await auditing.settle(world.services)
    rows = await log_of(world)
    assert len(rows) == DENIALS_MAX + 1
    assert (rows[-1].reason, rows[-1].number) == ("not_signed_in", 30)


@pytest.mark.safeguard("164.312(b)")
async def test_a_read_that_cannot_be_entered_is_not_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    faults = ScriptedFaults()
    monkeypatch.setattr(world.services.database, "_faults", faults)
    with faults.failing(FaultPoint.BEFORE_COMMIT):
        refused = await spa.get(f"{PORTAL}/encounters/{link['encounter_id']}")
    assert refused.refusal == (503, "audit_unavailable")
    assert refused.body["error"]["retry"]
    assert b"Maria" not in refused.raw
    assert await entries(world, route=f"GET {PORTAL}/encounters/{{id}}") == []
    again = await spa.get(f"{PORTAL}/encounters/{link['encounter_id']}")
    assert again.status == 200
    assert len(await entries(world, route=f"GET {PORTAL}/encounters/{{id}}")) == 1


@pytest.mark.safeguard("164.312(b)")
async def test_a_change_that_cannot_be_entered_is_not_made(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    faults = ScriptedFaults()
    monkeypatch.setattr(world.services.database, "_faults", faults)
    path = f"{PORTAL}/encounters/{link['encounter_id']}"
    with faults.failing(FaultPoint.BEFORE_COMMIT):
        assert (await spa.post(f"{path}/cancel", {})).status == 503
    assert (await spa.get(path)).body["row"]["visit"] != "cancelled"


async def test_whoever_is_refused_stays_refused_when_it_cannot_be_entered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = ScriptedFaults()
    monkeypatch.setattr(world.services.database, "_faults", faults)
    with faults.failing(FaultPoint.BEFORE_COMMIT, times=3):
        answer = await world.browser().get(f"{PORTAL}/home")
    assert answer.refusal == (401, "not_signed_in")


async def test_compliance_searches_pages_and_opens_an_entry(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    await spa.get(f"{PORTAL}/encounters/{link['encounter_id']}")
    browser = await officer(world)
    people = (await browser.get(f"{API}/people")).body["people"]
    actor = await staff(world, "glow")
    name = {one["actor"]: one["name"] for one in people}[actor]
    found = await search(browser, actor=actor, action="read")
    assert {one["actor_name"] for one in found["entries"]} == {name}
    assert found["next"] is None
    of_one = await search(browser, encounter=link["encounter_id"], action="read")
    entry = of_one["entries"][0]
    proof = (await browser.get(f"{API}/entries/{entry['id']}")).body
    assert proof["holds"]
    assert proof["entry"] == entry
    assert entry["log_index"] is None, "nobody has put it into the tree yet"
    assert (proof["tree_size"], proof["proof"]) == (None, [])
    await sequence(world.services, holder="test")
    placed = (await browser.get(f"{API}/entries/{entry['id']}")).body
    assert placed["holds"]
    assert placed["entry"]["log_index"] < placed["tree_size"]
    assert placed["proof"]
    by_patient = await search(browser, patient=entry["patient_id"], outcome="done")
    assert {one["patient_id"] for one in by_patient["entries"]} == {entry["patient_id"]}
    assert (await search(browser, until=1))["entries"] == []
    assert (await browser.get(f"{API}/entries/{'0' * 32}")).refusal == (404, "not_found")


async def test_an_entry_that_is_put_in_afterwards_entered_the_tree_later_than_it_says(
    world: World,
) -> None:
    spa = await world.spa()
    await world.request(spa)
    await sequence(world.services, holder="test")
    network_id = (await entries(world, action="signed_in"))[0].network_id
    honest, forged = (
        auditing.AuditEvent(
            action=Action.READ,
            actor="practitioner:p",
            role="practitioner",
            network_id=network_id,
            route="GET /api/v1/console/encounters/{id}",
            at=world.clock.now() - seconds * 1_000_000,
        )
        for seconds in (LATE_S, LATE_S + 1)
    )
    browser = await officer(world)
    for event in (honest, forged):
        await auditing.record(world.services, event)
    waiting = (await browser.get(f"{API}/entries/{forged.entry_id}")).body
    assert not waiting["late"], "it is in no tree yet"
    await sequence(world.services, holder="test")
    opened = [
        (await browser.get(f"{API}/entries/{one.entry_id}")).body for one in (honest, forged)
    ]
    assert [one["late"] for one in opened] == [False, True]
    assert all(one["holds"] for one in opened), "its leaf is its own nevertheless"


@pytest.mark.safeguard("164.312(b)")
async def test_an_entry_that_the_databases_owner_alters_does_not_hold(world: World) -> None:
    await world.request(await world.spa())
    await sequence(world.services, holder="test")
    browser = await officer(world)
    one = (await entries(world, action="signed_in"))[0]
    other = {**asdict(one), "actor": "staff:somebody-else"}
    anew = leaf_hash(leaf_of(AuditRow(**other)))
    for values in ({"actor": other["actor"]}, {"actor": other["actor"], "leaf_hash": anew}):
        async with world.services.database.write() as tx:
            await tx.execute(text("DROP TRIGGER IF EXISTS audit_entries_no_change"))
            this = update(audit_entries).where(audit_entries.c.id == one.id)
            await tx.execute(this.values(values))
        assert not (await browser.get(f"{API}/entries/{one.id}")).body["holds"], values


async def search(browser: Browser, **query: object) -> Json:
    answer = await browser.get(f"{API}?{urlencode(query)}")
    assert answer.status == 200, answer.body
    return answer.body


async def test_a_search_is_an_entry_and_a_file_is_an_export(world: World) -> None:
    browser = await officer(world)
    await search(browser, action="denied")
    answer = await browser.get(f"{API}.csv?action=signed_in")
    assert answer.headers["Content-Type"].startswith("text/csv")
    head, first = answer.raw.decode().splitlines()
    assert head.startswith("at,action,outcome,actor,actor_name")
    assert ",signed_in,done,compliance:" in first
    [searched] = await entries(world, action="searched")
    assert searched.route == f"GET {API}"
    [exported] = await entries(world, action="exported")
    assert exported.number == 1
    unusual = (await browser.get(f"{API}/unusual")).body
    assert [one["action"] for one in unusual["departures"]] == ["exported"]


async def test_compliance_of_one_network_never_sees_anothers_entries(world: World) -> None:
    event = auditing.AuditEvent(
        action=Action.READ,
        actor="practitioner:p",
        role="practitioner",
        network_id="another-network",
        route="GET /api/v1/console/encounters/{id}",
        at=world.clock.now(),
    )
    await auditing.record(world.services, event)
    browser = await officer(world)
    found = await search(browser)
    assert event.entry_id not in {one["id"] for one in found["entries"]}
    assert (await browser.get(f"{API}/entries/{event.entry_id}")).status == 404
    assert event.entry_id not in (await browser.get(f"{API}.csv")).raw.decode()


@pytest.mark.parametrize("query", ["below=1", "actor=Maria+Vega", "action=gossip", "since=-1"])
async def test_a_search_for_nonsense_is_refused(world: World, query: str) -> None:
    browser = await officer(world)
    assert (await browser.get(f"{API}?{query}")).refusal == (400, "bad_request")


@pytest.mark.safeguard("164.312(a)(2)(i)")
async def test_somebody_at_the_command_line_is_an_operator(world: World) -> None:
    link = await world.request(await world.spa())
    await auditing.of_cli(
        world.services,
        Action.EXPORTED,
        "chart export",
        encounter_id=link["encounter_id"],
    )
    [entry] = await entries(world, action="exported")
    assert entry.actor.startswith("operator:")
    assert entry.route == "cli chart export"
    unusual = (await (await officer(world)).get(f"{API}/unusual")).body
    assert entry.id in {one["id"] for one in unusual["without_part"]}


async def test_the_entries_outlive_the_process(world: World) -> None:
    await world.spa()
    database = await Database.open(world.settings.database, exclusive=False)
    async with database.read() as tx:
        assert len((await tx.execute(select(audit_entries))).all()) == 1
    await database.close()
