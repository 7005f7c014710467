"""Records over HTTP: the patient's and the spa's own, bounded, and addenda beside the exam."""

from __future__ import annotations

import base64
import json

import pytest
from sqlalchemy import update

from server import addenda, charting
from server.http.records import MEDIA, PER_EXAM_MAX
from server.keystore import tables
from server.records.verifying import Trust, verify
from server.sequencing.batches import sequence
from server.signing import fingerprint
from server.storage.tables import chart_entries
from tests.integration.http.browsing import (
    JOIN,
    PORTAL,
    Browser,
    Json,
    World,
    redeemed,
    through_intake,
)
from tests.integration.http.test_result import PRIVATE, examine, examiner, words

ADDED = "Swelling reported by phone; advised ice."
CONFIRMED = "Condition confirmed by Kim, RN."


@pytest.fixture
async def signed(world: World) -> tuple[Json, Browser, Browser]:
    """Return a signed exam's link, its spa and its patient; all of it is in the log."""
    spa = await world.spa()
    link = await world.request(spa)
    patient = await redeemed(world, link)
    await through_intake(patient)
    assert (await patient.get(f"{JOIN}/record.json")).refusal == (404, "not_found")
    await examine(world, link["encounter_id"])
    await sequence(world.services, holder="test")
    return link, spa, patient


async def add(world: World, encounter_id: str) -> None:
    who = (await examiner(world)).practitioner
    actors = (charting.practitioner(who.practitioner_id), charting.staff("kim"))
    now = world.clock.now()
    async with world.services.database.write() as tx:
        for actor, said in zip(actors, (ADDED, CONFIRMED), strict=True):
            await addenda.write(tx, world.services, encounter_id, actor, said, now=now)


def readable(raw: bytes) -> set[str]:
    entries = json.loads(raw)["record"]["entries"]
    return {one["kind"] for one in entries if one["payload"] is not None}


async def test_patient_and_spa_take_records_that_verify_and_read_what_is_theirs(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    link, spa, patient = signed
    own = await patient.get(f"{JOIN}/record.json")
    assert own.headers["Content-Type"].startswith(MEDIA)
    assert own.headers["Cache-Control"] == "no-store"
    assert own.headers["Content-Disposition"].startswith("attachment;")
    theirs = await spa.get(f"{PORTAL}/encounters/{link['encounter_id']}/record.json")
    for answer in (own, theirs):
        assert verify(answer.raw, Trust()).problem is None
        assert json.loads(answer.raw)["record"]["key"] is None
    assert {"note.snapshot", "intake.answers", "disposition.set"} <= readable(own.raw)
    assert readable(theirs.raw) & {"note.snapshot", "intake.answers"} == set()
    assert "disposition.set" in readable(theirs.raw)
    keys = (await world.browser().get("/.well-known/jwks.json")).body["keys"]
    assert len(keys) == 1  # what signs records is what signs answers: published already


async def test_the_key_of_who_signed_is_published_and_is_that_of_the_record(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    _, _, patient = signed
    file = (await patient.get(f"{JOIN}/record.json")).raw
    record = json.loads(file)["record"]
    (signature,) = record["signatures"]
    name = signature["signer"].removeprefix("practitioner:")
    answer = await world.browser().get(f"/practitioners/{name}/jwks.json")
    (key,) = answer.body["keys"]
    x = base64.urlsafe_b64decode(f"{key['x']}=")
    assert (key["kid"], x.hex()) == (fingerprint(x), signature["public_key"])
    assert verify(file, Trust(practitioner_keys=(x,))).problem is None
    gone = update(tables.keys).where(tables.keys.c.subject == name)
    async with world.services.database.keystore.write() as tx:
        await tx.execute(gone.values(sealed_key=b"", shredded_at=1))
    again = await world.browser().get(f"/practitioners/{name}/jwks.json")
    assert again.body["keys"] == [key]  # what it signed stays


async def test_keys_of_nobody_of_networks_and_of_directors_are_no_practitioners(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    assert (await signed[2].get(f"{JOIN}/record.json")).status == 200  # makes the network's
    store = world.services.database.keystore
    subjects = {one.subject for one in await store.all_of("signing")}
    avery = (await examiner(world)).practitioner.practitioner_id
    assert any(one.startswith("issuer:") for one in subjects)
    for one in subjects - {avery} | {"nobody"}:
        answer = await world.browser().get(f"/practitioners/{one}/jwks.json")
        assert (answer.status, answer.body) == (200, {"keys": []})


async def test_nobody_else_has_a_record(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    link, _, _ = signed
    path = f"{PORTAL}/encounters/{link['encounter_id']}/record.json"
    lumen = await world.spa("lumen")
    assert (await lumen.get(path)).refusal == (404, "not_found")
    assert (await world.browser().get(path)).status == 401
    assert (await world.browser().get(f"{JOIN}/record.json")).status == 401


async def test_records_are_limited(world: World, signed: tuple[Json, Browser, Browser]) -> None:
    _, _, patient = signed
    for _ in range(PER_EXAM_MAX):
        assert (await patient.get(f"{JOIN}/record.json")).status == 200
    assert (await patient.get(f"{JOIN}/record.json")).refusal == (429, "too_many_attempts")
    world.clock.advance(world.settings.attempts_window_s + 1)
    assert (await patient.get(f"{JOIN}/record.json")).status in {200, 401}


async def test_a_chart_that_does_not_hold_is_not_handed_out(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    link, _, patient = signed
    async with world.services.database.write() as tx:
        where = (
            chart_entries.c.encounter_id == link["encounter_id"],
            chart_entries.c.seq == 3,
        )
        await tx.execute(update(chart_entries).where(*where).values(actor="system:other"))
    assert (await patient.get(f"{JOIN}/record.json")).refusal == (409, "record_broken")


async def test_every_page_and_paper_shows_the_exam_and_what_was_added(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    link, spa, patient = signed
    path = f"{PORTAL}/encounters/{link['encounter_id']}"
    before = words((await spa.get(f"{path}/exam.pdf")).raw)
    assert "Added after the signature" not in before
    await add(world, link["encounter_id"])
    view = (await spa.get(path)).body
    assert [(one["text"], one["author"], one["by_examiner"]) for one in view["addenda"]] == [
        (ADDED, "practitioner", True),
        (CONFIRMED, "staff", False),
    ]
    result = (await patient.get(f"{JOIN}/state")).body["result"]
    assert [one["text"] for one in result["addenda"]] == [ADDED, CONFIRMED]
    avery = await world.signed_in("console", "avery")
    console = f"/api/v1/console/encounters/{link['encounter_id']}"
    chart = (await avery.get(console)).body
    assert [one["text"] for one in chart["addenda"]] == [ADDED, CONFIRMED]
    papers = [
        (await spa.get(f"{path}/exam.pdf")).raw,
        (await patient.get(f"{JOIN}/copy.pdf")).raw,
        (await avery.get(f"{console}/exam.pdf")).raw,
    ]
    for paper in map(words, papers):
        assert "2027-09-21" in paper
        assert f"Avery Quinn: {ADDED}" in paper
        assert f"the staff of the spa: {CONFIRMED}" in paper
    assert PRIVATE not in words(papers[0])
    await sequence(world.services, holder="test")
    said = " ".join(verify((await patient.get(f"{JOIN}/record.json")).raw, Trust()).holds)
    assert said.count("Addendum, entry") == 2
    assert "by network for staff:kim" in said
