from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from io import BytesIO
from typing import TypeVar

import pytest
from pypdf import PdfReader

from server import addenda, charting
from server.attestation import EXAMINED
from server.chart import entries as chart
from server.documents.issuing import SignatureUnproven, document, issue
from server.errors import Retry
from server.keystore.shredding import Shred, shred
from server.retention.replaying import Replayed, replay_shreds
from server.signing import SignedFacts, authority_hash, sign
from server.storage import directory, encounters, signatures, tables
from server.storage.directory import PractitionerFile
from server.storage.signatures import Signature
from server.waiting.authorities import checked_entry
from signaling.messages import TreatmentRef
from tests.contract.storage.rows import put
from tests.integration.http.browsing import (
    JOIN,
    PORTAL,
    Browser,
    Json,
    World,
    redeem_form,
    redeemed,
    through_intake,
)

T = TypeVar("T")
PRIVATE = "Spoke with her about her sister."
ORDER = "onabotulinumtoxinA, frown lines, up to 20 units"


async def examiner(world: World) -> PractitionerFile:
    async with world.services.database.read() as tx:
        account = await directory.account_by_login(tx, "practitioner", "avery")
        assert account is not None
        who = await directory.practitioner_of_account(tx, account.account_id)
        assert who is not None
        return await directory.practitioner_file(tx, who.practitioner_id)


def exam_entries(checked: chart.AuthorityChecked, now: int) -> list[chart.AnyEntry]:
    return [
        chart.CallStarted(generation=1, mode="direct"),
        chart.CallConnected(
            generation=1,
            patient_first_frame_at=now,
            practitioner_first_frame_at=now,
            connect_ms=9_000,
        ),
        chart.NoteSnapshot(revision=1, text=PRIVATE),
        chart.GateConfirmed(gate="seen_on_video", confirmed=True),
        chart.DispositionDecided(
            treatment=TreatmentRef(treatment_class="neurotoxin"),
            disposition="approved",
            rationale="No contraindication.",
            order=ORDER,
            conditions="",
            valid_months=12,
        ),
        checked,
        chart.Attestation(
            version=EXAMINED.version,
            sha256=EXAMINED.sha256,
            text=EXAMINED.text,
            practitioner=checked.practitioner,
        ),
    ]


async def examine(world: World, encounter_id: str) -> None:
    """Write the exam of a patient who went through the intake, and sign it as avery."""
    services = world.services
    now = services.clock.now()
    who = (await examiner(world)).practitioner
    async with services.database.write() as tx:
        await put(
            tx, encounter_id, now, eligibility=f"{who.network_id}:AZ", place=1, ready_at=now
        )
        await put(
            tx,
            encounter_id,
            now,
            practitioner_id=who.practitioner_id,
            accepted_at=now,
            parked=False,
        )
        encounter = await encounters.get(tx, encounter_id, lock=True)
        checked = await checked_entry(tx, encounter, who.practitioner_id, "sign", now)
        written = exam_entries(checked, now)
        actor = charting.practitioner(who.practitioner_id)
        appended = await charting.append(
            tx, services.keyring, encounter_id, actor, written, now=now
        )
        key = await services.keyring.signing_key(tx, who.practitioner_id, who.network_id)
        facts = SignedFacts(
            encounter_id=encounter_id,
            chart_head=appended.head,
            seq=appended.seqs[-1],
            practitioner_id=who.practitioner_id,
            signed_at=now,
            attestation_sha256=EXAMINED.sha256,
            authority_sha256=authority_hash(checked.authorities),
        )
        signature = Signature(
            encounter_id=encounter_id,
            seq=facts.seq,
            chart_head=facts.chart_head,
            practitioner_id=who.practitioner_id,
            public_key=key.public_key().public_bytes_raw(),
            signature=sign(key.private_bytes_raw(), facts),
            signed_at=now,
        )
        await signatures.add(tx, signature)
        await encounters.set_visit(tx, encounter_id, "signed", now=now)
        await put(tx, encounter_id, now, signed_at=now, parked=False)


@pytest.fixture
async def signed(world: World) -> tuple[Json, Browser, Browser]:
    """Return a signed exam's link, its spa and its patient."""
    spa = await world.spa()
    link = await world.request(spa)
    patient = await redeemed(world, link)
    await through_intake(patient)
    await examine(world, link["encounter_id"])
    return link, spa, patient


def words(raw: bytes) -> str:
    pages = PdfReader(BytesIO(raw)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def test_the_patient_reads_the_result_and_takes_a_copy(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    link, _, patient = signed
    state = (await patient.get(f"{JOIN}/state")).body
    assert (state["step"], state["visit"]) == ("done", "signed")
    assert state["result"]["practitioner_name"] == "Avery Quinn"
    (outcome,) = state["result"]["outcomes"]
    assert (outcome["disposition"], outcome["valid_until"]) == ("approved", "2027-09-21")
    copy = await patient.get(f"{JOIN}/copy.pdf")
    assert copy.headers["Content-Type"] == "application/pdf"
    assert copy.headers["Cache-Control"] == "no-store"
    assert "Maria Vega" in words(copy.raw)
    assert PRIVATE not in words(copy.raw)
    later = world.browser()
    form = redeem_form(link, device="device-b", take_over=True)
    assert (await later.post(f"{JOIN}/session", form)).body["result"] == state["result"]


async def test_the_spa_reads_outcome_orders_and_the_paper_but_not_the_note(
    signed: tuple[Json, Browser, Browser],
) -> None:
    link, spa, _ = signed
    path = f"{PORTAL}/encounters/{link['encounter_id']}"
    answer = await spa.get(path)
    assert PRIVATE.encode() not in answer.raw
    view = answer.body
    assert view["row"]["dispositions"] == {"neurotoxin": "approved"}
    assert (view["pdf_ready"], view["modality"]) == (True, "live_video")
    assert view["practitioner_name"] == "Avery Quinn"
    assert view["outcomes"][0]["order"] == ORDER
    paper = words((await spa.get(f"{path}/exam.pdf")).raw)
    assert ORDER in paper
    assert PRIVATE not in paper


async def test_only_the_examiner_has_the_exam_with_its_note(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    link, _, _ = signed
    path = f"/api/v1/console/encounters/{link['encounter_id']}"
    avery = await world.signed_in("console", "avery")
    assert PRIVATE in words((await avery.get(f"{path}/exam.pdf")).raw)
    assert (await avery.get(path)).status == 200
    blake = await world.signed_in("console", "blake")
    for colleague in (path, f"{path}/exam.pdf"):
        assert (await blake.get(colleague)).refusal == (404, "not_found")


async def test_another_spa_has_nothing_of_a_signed_exam(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    link, _, _ = signed
    lumen = await world.spa("lumen")
    path = f"{PORTAL}/encounters/{link['encounter_id']}"
    for foreign in (path, f"{path}/exam.pdf"):
        assert (await lumen.get(foreign)).refusal == (404, "not_found")


async def test_a_destroyed_record_is_said_to_be_destroyed_wherever_it_is_read(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    link, spa, patient = signed
    one = link["encounter_id"]
    avery = await world.signed_in("console", "avery")
    async with world.services.database.read() as tx:
        row = await encounters.get(tx, one)
    now = world.clock.now()
    gone = [
        Shred("encounter", one, row.network_id, now, "compliance:Robin", "retention over"),
        Shred("patient", row.patient_id, row.network_id, now, "compliance:Robin", "retention"),
    ]
    await shred(world.services.database.keystore, gone)
    assert await replay_shreds(world.services) == Replayed(0, 2)
    portal, console = f"{PORTAL}/encounters/{one}", f"/api/v1/console/encounters/{one}"
    for browser, path in (
        (spa, portal),
        (spa, f"{portal}/exam.pdf"),
        (avery, console),
        (avery, f"{console}/exam.pdf"),
        (patient, f"{JOIN}/state"),
        (patient, f"{JOIN}/copy.pdf"),
    ):
        assert (await browser.get(path)).refusal == (410, "record_shredded"), path
    rows = (await spa.get(f"{PORTAL}/home")).body
    assert [it["patient_name"] for it in rows["encounters"] if it["encounter_id"] == one] == [
        "(record destroyed)"
    ]
    exams = await avery.get("/api/v1/console/signed")
    assert [it["patient_name"] for it in exams.body["exams"]] == ["(record destroyed)"]
    again = await world.request(
        spa, request_id="request-0002"
    )  # the same name and date of birth: somebody new
    async with world.services.database.read() as tx:
        assert (await encounters.get(tx, again["encounter_id"])).patient_id != row.patient_id


async def test_no_paper_is_made_of_a_signature_that_was_altered(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    link, _, patient = signed
    async with world.services.database.write() as tx:
        later = tables.signatures.c.signed_at + 1
        await tx.execute(tables.signatures.update().values(signed_at=later))
        await tx.execute(tables.documents.delete())
    refused = await patient.get(f"{JOIN}/copy.pdf")
    assert refused.status == 500
    with pytest.raises(SignatureUnproven):
        await issue(world.services, link["encounter_id"])


async def add(world: World, encounter_id: str, text: str) -> None:
    core = world.services
    async with core.database.write() as tx:
        await addenda.write(tx, core, encounter_id, "staff:kim", text, now=core.clock.now())


async def test_an_addendum_that_comes_while_a_paper_is_set_is_on_the_paper(
    world: World, signed: tuple[Json, Browser, Browser]
) -> None:
    one = signed[0]["encounter_id"]
    comes = ["First.", "Second.", "Third."]

    def slowly(work: Callable[[], T], /) -> Awaitable[T]:
        async def done() -> T:
            if comes:
                await add(world, one, comes.pop(0))
            return work()

        return done()

    slow = replace(world.services, blocking=slowly)
    with pytest.raises(Retry):
        await document(slow, one, "spa_copy")
    paper = words(await document(slow, one, "spa_copy"))
    assert "Third." in paper


async def test_a_minor_who_answered_alone_is_not_shown_what_was_added(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    one = link["encounter_id"]
    patient = await redeemed(world, link)
    await through_intake(patient)
    entries: list[chart.AnyEntry] = [
        chart.MinorAdmitted(treatment_classes=["neurotoxin"]),
        chart.PrivacyRequested(alone=True),
    ]
    core = world.services
    async with core.database.write() as tx:
        await charting.append(tx, core.keyring, one, "system", entries, now=core.clock.now())
    await examine(world, one)
    await add(world, one, "Asked about contraception.")
    assert (await patient.get(f"{JOIN}/state")).body["result"]["addenda"] == []
    assert "contraception" not in words((await patient.get(f"{JOIN}/copy.pdf")).raw)
    paper = await spa.get(f"{PORTAL}/encounters/{one}/exam.pdf")
    assert "contraception" in words(paper.raw)
