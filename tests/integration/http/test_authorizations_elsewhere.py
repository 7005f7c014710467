"""What leaves the house, and what stays in it: signed answers, and a row for every act."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from server.sealing import unseal
from server.storage import directory
from server.storage.authorization_events import outcome_place
from server.storage.authorization_tables import authorization_events
from tests.integration.http.browsing import Browser, Json, World
from tests.integration.http.exams import signed_exam
from tests.integration.http.front_desk import CLEAR, Desk, codes
from tests.node_peers import NODE, ROOT

SCRIPT: Final = ROOT / "tests" / "node" / "verify.js"
TERMS: Final = "/api/v1/portal/protocols"


@pytest.fixture
async def desk(world: World) -> Desk:
    spa = await world.spa()
    encounter_id = await signed_exam(world, spa)
    return Desk(world, spa, (await world.site(spa))["site_id"], encounter_id)


# ------------------------------------------------------------------ verified by another library


def verified_by_node(token: str, keys: list[Json]) -> Json | None:
    """Return the claims as Node's crypto verifies them with published keys, or None."""
    done = subprocess.run(
        [os.environ.get("NODE", str(NODE) if Path(NODE).exists() else "node"), str(SCRIPT)],
        input=json.dumps({"token": token, "keys": keys}),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    found: Json | None = json.loads(done.stdout)
    return found


async def test_a_third_party_verifies_with_another_library(desk: Desk) -> None:
    said = await desk.ask()
    keys = (await desk.world.browser().get("/.well-known/jwks.json")).body["keys"]
    claims = verified_by_node(said["jws"], keys)
    assert claims is not None
    assert (claims["answer"], claims["sub"]) == ("covered", said["patient_id"])
    header, _, signature = said["jws"].split(".")
    _, other, _ = (await desk.ask("chemical_peel"))["jws"].split(".")
    assert verified_by_node(f"{header}.{other}.{signature}", keys) is None
    assert verified_by_node(said["jws"], []) is None


# ------------------------------------------------------------------ a protocol that lapses


async def director(desk: Desk) -> tuple[Browser, Json]:
    """Return the site's director, and the protocol of the order."""
    browser = await desk.world.spa("glow-director")
    sites = (await browser.get(TERMS)).body["sites"]
    own = next(one for one in sites if one["site_id"] == desk.site_id)
    protocol = next(
        one for one in own["protocols"] if one["protocol"]["treatment_class"] == "neurotoxin"
    )
    return browser, protocol


async def test_a_protocol_that_is_withdrawn_bars_what_rests_on_it(desk: Desk) -> None:
    assert (await desk.ask())["answer"] == "covered"
    browser, protocol = await director(desk)
    gone = await browser.post(
        f"{TERMS}/{protocol['protocol_id']}/withdraw",
        {"version": protocol["version"]},
    )
    assert gone.status == 200, gone.body
    said = await desk.ask()
    assert (said["answer"], codes(said)) == ("not_covered", ["protocol_lapsed"])
    # It bars for as long as it is lapsed; it has ended nothing.
    assert said["authorization"]["revoked_at_ms"] is None
    assert (await desk.ask("filler"))["answer"] == "conditional"


async def test_a_newer_protocol_leaves_it_open_whether_the_order_still_fits(desk: Desk) -> None:
    browser, protocol = await director(desk)
    drafted = await browser.post(
        TERMS, {"site_id": desk.site_id, "protocol": protocol["protocol"]}
    )
    assert drafted.status == 200, drafted.body
    sites = drafted.body["sites"]
    own = next(one for one in sites if one["site_id"] == desk.site_id)
    draft = next(
        one
        for one in own["protocols"]
        if one["protocol"]["treatment_class"] == "neurotoxin" and one["standing"] == "draft"
    )
    signed = await browser.post(
        f"{TERMS}/{draft['protocol_id']}/sign",
        {"version": draft["version"], "sha256": draft["sha256"]},
    )
    assert signed.status == 200, signed.body
    said = await desk.ask()
    assert (said["answer"], codes(said)) == ("conditional", ["protocol_unknown"])


# ------------------------------------------------------------------ everything is kept


async def events(desk: Desk) -> list[tuple[str, str, dict[str, Any]]]:
    """Return kind, role of the actor, and what was answered, of every act in order."""
    services = desk.world.services
    found = []
    async with services.database.read() as tx:
        table = authorization_events
        rows = (await tx.execute(select(table).order_by(table.c.at, table.c.id))).mappings()
        for row in rows.all():
            spa = await directory.organization(tx, row["spa_id"])
            key = await services.keyring.patient_key(
                tx, row["patient_id"], spa.network_id or ""
            )
            place = outcome_place(row["id"], row["spa_id"])
            outcome = json.loads(unseal(key, row["sealed_outcome"], place=place))
            found.append((row["kind"], row["actor"].partition(":")[0], outcome))
    return found


async def test_every_act_is_kept_with_who_and_what_was_answered(desk: Desk) -> None:
    desk.world.clock.advance(1)
    said = await desk.ask("filler")
    desk.world.clock.advance(1)
    one = said["authorization"]["authorization_id"]
    path = f"/api/v1/authorizations/{one}"
    note = {"name": "Noor Haddad", "credential": "NP", "note": "Test negative."}
    await desk.spa.post(f"{path}/satisfy", {"request_id": "satisfy-000001", **note})
    desk.world.clock.advance(1)
    given = {"performer_name": "Robin Vale", "performer_credential": "RN"}
    at = desk.world.clock.now() // 1_000
    await desk.spa.post(
        f"{path}/uses", {"request_id": "use-000001", "performed_at_ms": at, **given}
    )
    desk.world.clock.advance(1)
    console = await desk.world.signed_in("console", "avery")
    why = {"reason": "practitioner_decision", "note": "Recall."}
    ended = f"/api/v1/console/authorizations/{one}/revoke"
    await console.post(ended, {"request_id": "revoke-000001", **why})
    desk.world.clock.advance(1)
    await desk.ask(same_day={**CLEAR, "pregnancy": True})
    kept = await events(desk)
    assert [kind for kind, _, _ in kept[:2]] == ["signed", "signed"]
    acts = [(kind, actor) for kind, actor, _ in kept[2:]]
    assert acts[:3] == [("queried", "staff"), ("satisfied", "staff"), ("used", "staff")]
    # An end is an event of its own; its request is another, to be answered again.
    assert acts[3:5] == [("revoked", "practitioner")] * 2
    assert sorted(acts[5:]) == [("queried", "staff"), ("revoked", "staff")]
    assert kept[2][2]["jws"] == said["jws"]
    reasons = [outcome.get("reason") for kind, _, outcome in kept if kind == "revoked"]
    assert sorted(filter(None, reasons)) == ["new_health_information", "practitioner_decision"]


async def test_an_answer_that_an_older_release_sealed_is_given_again(desk: Desk) -> None:
    """It is under the spa's key, and the patient's does not open it."""
    said = await desk.ask("filler", request_id="request-0001")
    services, table = desk.world.services, authorization_events
    async with services.database.write() as tx:
        query = select(table).where(table.c.request_id == "request-0001")
        row = (await tx.execute(query)).mappings().one()
        kept = [outcome for kind, _, outcome in await events(desk) if kind == "queried"]
        key = await services.keyring.tenant_key(tx, row["spa_id"])
        place = outcome_place(row["id"], row["spa_id"])
        older = services.keyring.seal(key, json.dumps(kept[0]).encode(), place)
        changed = update(table).where(table.c.id == row["id"])
        await tx.execute(changed.values(sealed_outcome=older))
    assert await desk.ask("filler", request_id="request-0001") == said
