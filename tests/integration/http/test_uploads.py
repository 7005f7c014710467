"""An exam without a live visit over HTTP: choosing it, files, submitting, being refused."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping

import pytest
from PIL import Image

from server import charting
from server.chart.entries import AnyEntry, PacketSubmitted, RulesDecided, UploadAdded
from server.chart.entries import UploadRemoved as Removed
from server.forward import limits
from server.forward.wanted import wanted_views
from server.intake import questionnaire
from server.rulebooks.standing import shipped_book
from server.rules.snapshot import instant_of
from server.storage import encounters, uploads
from server.storage.reviews import DUE_AFTER_S
from signaling.messages import TreatmentRef
from tests import photos
from tests.integration.http.browsing import (
    JOIN,
    PORTAL,
    WORKING,
    Answer,
    Browser,
    Json,
    World,
    consents_form,
    identity_form,
    location_form,
    redeemed,
)

# The rules that ship are in force from then on.
IN_FORCE = instant_of(shipped_book().signed.snapshot.effective_from) + 1
PEEL = {"treatment_class": "chemical_peel", "product": None}
WANTED = wanted_views([TreatmentRef(treatment_class="chemical_peel")])
UPLOADS = f"{JOIN}/uploads"
FACE = "face_front_relaxed"


async def asked(
    world: World, *, treatments: list[Json] | None = None, request_id: str = "request-0001"
) -> tuple[str, Browser]:
    """Ask for a peel in Arizona and go through the questions; return encounter and patient."""
    wanted = treatments or [PEEL]
    world.clock.advance(max(0, IN_FORCE - world.clock.now()) / 1_000_000 + 1)
    spa = await world.spa()
    link = await spa.post(
        f"{PORTAL}/encounters",
        {
            "request_id": request_id,
            "patient": {"legal_name": "Maria Vega", "birth_date": "1990-04-12"},
            "site_id": (await world.site(spa))["site_id"],
            "treatments": wanted,
        },
    )
    patient = await redeemed(world, link.body, device=f"device-{request_id}")
    await patient.put(f"{JOIN}/identity", identity_form())
    await patient.put(f"{JOIN}/location", location_form())
    await patient.put(f"{JOIN}/treatments", {"treatments": wanted})
    refs = [TreatmentRef.model_validate(one) for one in wanted]
    answers = dict(questionnaire.benign_answers(refs))
    last = await patient.put(f"{JOIN}/answers", {"answers": answers, "done": True})
    assert last.body["step"] == "consent", last.body
    return str(link.body["encounter_id"]), patient


async def chosen(patient: Browser, modality: str = "store_and_forward") -> Answer:
    return await patient.put(f"{JOIN}/modality", {"modality": modality})


async def sending(world: World) -> tuple[str, Browser]:
    """Go on to where photos are sent."""
    encounter_id, patient = await asked(world)
    state = await chosen(patient)
    assert state.status == 200, state.body
    after = await patient.put(f"{JOIN}/consents", consents_form(state.body))
    assert after.body["step"] == "photos", after.body
    return encounter_id, patient


async def send(
    patient: Browser,
    content: bytes | io.BytesIO | AsyncIterator[bytes],
    *,
    file_id: str = "file-00000001",
    kind: str = "image",
    view: str | None = FACE,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    told = {
        "Content-Type": "application/octet-stream",
        "X-Goodfaith-File": file_id,
        "X-Goodfaith-Kind": kind,
        **({"X-Goodfaith-View": view} if view else {}),
        **(headers or {}),
    }
    return await patient.ask("POST", UPLOADS, headers=told, data=content)


async def all_photos(patient: Browser) -> None:
    photo = photos.jpeg(600, 500)
    for number, view in enumerate(WANTED):
        sent = await send(patient, photo, file_id=f"file-{number:08}", view=view)
        assert sent.status == 200, sent.body


async def entries_of(world: World, encounter_id: str) -> list[AnyEntry]:
    async with world.services.database.read() as tx:
        return (await charting.read(tx, world.services.keyring, encounter_id))[1]


async def test_a_patient_sends_photos_and_submits_them(world: World) -> None:
    encounter_id, patient = await asked(world)
    offered = (await patient.get(f"{JOIN}/state")).body["forward"]
    assert (offered["offered"], offered["chosen"], offered["active"]) == (True, False, False)
    assert offered["wanted"] == offered["missing"] == WANTED

    state = (await chosen(patient)).body
    kinds = [one["kind"] for one in state["consent_texts"]]
    assert kinds == ["privacy_notice", "store_and_forward"]
    assert (await send(patient, photos.jpeg())).refusal == (409, "wrong_step")
    after = await patient.put(f"{JOIN}/consents", consents_form(state))
    assert after.body["step"] == "photos"

    await all_photos(patient)
    record = await send(patient, photos.pdf(2), file_id="file-record", kind="record", view=None)
    assert [one["page"] for one in record.body["uploads"]][-2:] == [1, 2]
    reloaded = (await patient.get(f"{JOIN}/state")).body
    assert (reloaded["step"], reloaded["forward"]["missing"]) == ("photos", [])

    sent = await patient.post(f"{JOIN}/submit", {})
    assert (sent.status, sent.body["visit"], sent.body["step"]) == (200, "submitted", "done")
    now_ms = world.clock.now() // 1_000
    assert sent.body["forward"]["submitted_at_ms"] == now_ms
    assert sent.body["forward"]["due_at_ms"] == now_ms + DUE_AFTER_S * 1_000
    assert (await patient.post(f"{JOIN}/submit", {})).body["visit"] == "submitted"
    assert encounter_id in world.hub.changed
    await _is_in_the_chart(world, encounter_id)


async def _is_in_the_chart(world: World, encounter_id: str) -> None:
    entries = await entries_of(world, encounter_id)
    (packet,) = [one for one in entries if isinstance(one, PacketSubmitted)]
    added = [one for one in entries if isinstance(one, UploadAdded)]
    assert [one.sha256 for one in packet.items] == [one.sha256 for one in added]
    assert len(added) == len(WANTED) + 2
    ruling = entries[packet.ruling_seq - 1]
    assert isinstance(ruling, RulesDecided)
    assert (ruling.moment, ruling.decision) == ("submit", "store_and_forward_permitted")
    async with world.services.database.read() as tx:
        row = await encounters.get(tx, encounter_id)
    assert (row.visit, row.requested_modality) == ("submitted", "store_and_forward")
    assert row.submitted_at == world.clock.now()
    assert row.eligibility


async def test_what_is_kept_is_clean_and_only_the_patients_own(world: World) -> None:
    _, patient = await sending(world)
    sent = await send(patient, photos.phone_jpeg())
    (one,) = sent.body["uploads"]
    assert (one["width_px"], one["height_px"], one["view"]) == (900, 1_200, FACE)
    for part, side in (("image", 1_200), ("thumbnail", 320)):
        got = await patient.get(f"{UPLOADS}/{one['upload_id']}/{part}")
        assert got.headers["Content-Type"] == "image/jpeg"
        assert got.headers["Cache-Control"] == "no-store"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        with Image.open(io.BytesIO(got.raw)) as opened:
            assert max(opened.size) == side
            assert not opened.getexif()
        assert photos.COMMENT not in got.raw
    _, other = await asked(world, request_id="request-0002")
    theirs = await other.get(f"{UPLOADS}/{one['upload_id']}/image")
    assert theirs.refusal == (404, "not_found")
    nobody = await world.browser().get(f"{UPLOADS}/{one['upload_id']}/image")
    assert nobody.status == 401


async def test_the_same_file_sent_again_is_there_once(world: World) -> None:
    encounter_id, patient = await sending(world)
    first = await send(patient, photos.jpeg())
    again = await send(patient, photos.jpeg())
    assert again.body == first.body
    assert (
        len(
            [one for one in await entries_of(world, encounter_id) if one.kind == "upload.added"]
        )
        == 1
    )


async def test_a_photo_that_is_taken_again_takes_the_place_of_the_first(world: World) -> None:
    encounter_id, patient = await sending(world)
    first = (await send(patient, photos.jpeg())).body["uploads"][0]
    second = await send(patient, photos.jpeg(800, 700), file_id="file-00000002")
    (kept,) = second.body["uploads"]
    assert kept["upload_id"] != first["upload_id"]
    gone = [one for one in await entries_of(world, encounter_id) if isinstance(one, Removed)]
    assert [one.upload_id for one in gone] == [first["upload_id"]]
    missing = await patient.get(f"{UPLOADS}/{first['upload_id']}/image")
    assert missing.refusal == (404, "not_found")


async def test_pages_of_one_record_are_removed_together(world: World) -> None:
    encounter_id, patient = await sending(world)
    await send(patient, photos.jpeg())
    sent = await send(patient, photos.pdf(3), file_id="file-record", kind="record", view=None)
    page = sent.body["uploads"][2]
    left = await patient.ask("DELETE", f"{UPLOADS}/{page['upload_id']}")
    assert [one["kind"] for one in left.body["uploads"]] == ["image"]
    assert (await patient.get(UPLOADS)).body == left.body
    again = await patient.ask("DELETE", f"{UPLOADS}/{page['upload_id']}")
    assert again.refusal == (404, "not_found")
    async with world.services.database.read() as tx:
        rows = await uploads.of_encounter(tx, encounter_id, removed=True)
    assert [one.removed_at is None for one in rows] == [True, False, False, False]


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"GIF89a and more", "image", 400, "upload_unknown_type"),
        (photos.pdf(1), "image", 400, "upload_unknown_type"),
        (b"\x00\x00\x00\x18ftypheic and more", "image", 400, "upload_heic"),
        (photos.jpeg(300, 300), "image", 400, "upload_too_small"),
        (photos.jpeg()[:5_000], "image", 400, "upload_unreadable"),
        (photos.animated("WEBP"), "image", 400, "upload_animated"),
        (photos.pdf(limits.RECORD_PAGES_MAX + 1), "record", 400, "upload_too_many_pages"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_what_is_no_photo_is_refused_with_the_reason(
    world: World, content: bytes, kind: str, status: int, code: str
) -> None:
    _, patient = await sending(world)
    view = FACE if kind == "image" else None
    refused = await send(patient, content, kind=kind, view=view)
    assert refused.refusal == (status, code)
    assert (await patient.get(UPLOADS)).body == {"uploads": []}


async def test_a_file_that_is_too_long_is_not_read_to_its_end(world: World) -> None:
    _, patient = await sending(world)

    too_long = bytes(limits.FILE_BYTES_MAX + 65_536)

    async def unannounced() -> AsyncIterator[bytes]:
        for start in range(0, len(too_long), 65_536):
            yield too_long[start : start + 65_536]

    for content in (io.BytesIO(too_long), unannounced()):
        refused = await send(patient, content)
        assert refused.refusal == (413, "upload_too_large")


async def test_what_is_not_wanted_is_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READ_S", 0.2)
    _, patient = await asked(world)
    ended = asyncio.Event()

    async def unending() -> AsyncIterator[bytes]:
        yield photos.jpeg()
        await ended.wait()

    refused = await send(patient, unending())
    ended.set()
    assert refused.refusal == (409, "wrong_step")


async def test_where_no_more_may_be_sent_what_came_before_is_still_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IMAGES_MAX", 2)
    _, patient = await sending(world)
    await send(patient, photos.jpeg(), file_id="file-00000001", view="more")
    last = await send(patient, photos.jpeg(), file_id="file-00000002", view="more")
    again = await send(patient, photos.jpeg(), file_id="file-00000002", view="more")
    assert (again.status, again.body) == (200, last.body)
    more = await send(patient, photos.jpeg(), file_id="file-00000003", view="more")
    assert more.refusal == (409, "uploads_full")


async def test_a_file_says_what_it_is_to_be(world: World) -> None:
    _, patient = await sending(world)
    photo = photos.jpeg()
    assert (await send(patient, photo, view="legs_front")).refusal == (404, "not_found")
    assert (await send(patient, photo, kind="video")).refusal == (400, "invalid_body")
    assert (await send(patient, photo, file_id="x")).refusal == (400, "invalid_body")
    as_json = {"Content-Type": "application/json"}
    assert (await send(patient, photo, headers=as_json)).refusal == (400, "bad_request")
    elsewhere = {"Origin": "https://elsewhere.test"}
    assert (await send(patient, photo, headers=elsewhere)).refusal == (403, "origin_refused")
    assert (await send(patient, photo, view="more")).status == 200


async def test_files_of_one_visit_come_one_at_a_time(world: World) -> None:
    _, patient = await sending(world)
    both = await asyncio.gather(
        send(patient, photos.jpeg()),
        send(patient, photos.jpeg(), file_id="file-00000002", view="face_left_profile"),
    )
    assert sorted(one.status for one in both) == [200, 409]
    (refused,) = [one for one in both if one.status == 409]
    assert refused.code == "upload_busy"
    later = await send(patient, photos.jpeg(), file_id="file-00000003", view="more")
    assert later.status == 200


async def test_nothing_is_submitted_before_all_is_there(world: World) -> None:
    _, patient = await sending(world)
    await send(patient, photos.jpeg())
    refused = await patient.post(f"{JOIN}/submit", {})
    assert refused.refusal == (409, "packet_incomplete")
    assert refused.body["error"]["fields"] == [one for one in WANTED if one != FACE]


async def test_after_submitting_nothing_is_added_or_taken_out(world: World) -> None:
    _, patient = await sending(world)
    await all_photos(patient)
    upload = (await patient.get(UPLOADS)).body["uploads"][0]["upload_id"]
    await patient.post(f"{JOIN}/submit", {})
    more = await send(patient, photos.jpeg(), file_id="file-more", view="more")
    assert more.refusal == (409, "wrong_step")
    removed = await patient.ask("DELETE", f"{UPLOADS}/{upload}")
    assert removed.refusal == (409, "wrong_step")
    assert (await patient.get(f"{UPLOADS}/{upload}/thumbnail")).status == 200
    answers = await patient.put(f"{JOIN}/answers", {"answers": {}, "done": False})
    assert answers.refusal == (409, "wrong_step")


@pytest.mark.parametrize("visit", ["submitted", "in_review"])
async def test_what_was_submitted_may_go_on_live_and_never_back(
    world: World, visit: str
) -> None:
    encounter_id, patient = await sending(world)
    await all_photos(patient)
    await patient.post(f"{JOIN}/submit", {})
    await world.move(encounter_id, visit)
    live = await chosen(patient, "live_video")
    assert (live.body["visit"], live.body["step"]) == ("intake", "consent")
    assert (live.body["forward"]["upgraded"], live.body["forward"]["active"]) == (True, False)
    assert [one["kind"] for one in live.body["consent_texts"]][1] == "telehealth"
    assert (await chosen(patient)).refusal == (409, "modality_is_live")
    await patient.put(f"{JOIN}/consents", consents_form(live.body))
    ready = await patient.put(f"{JOIN}/device-test", WORKING)
    assert ready.body["step"] == "ready"
    async with world.services.database.read() as tx:
        row = await encounters.get(tx, encounter_id)
    assert (row.requested_modality, row.practitioner_id) == ("live_video", None)
