"""A signed exam as FHIR: by the portal, by a spa's own software, and from the command line."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from typer.testing import CliRunner

from server import spa_tokens
from server.cli import app
from server.fhir.gathering import bundle_of
from server.storage import encounters
from server.storage.tables import audit_entries
from tests.fhir_charts import of_type
from tests.integration.http.browsing import PORTAL, Json, World
from tests.integration.http.exams import signed_exam
from tests.integration.http.front_desk import Desk


def path(encounter_id: str) -> str:
    return f"{PORTAL}/encounters/{encounter_id}/fhir"


def read(raw: bytes) -> Json:
    found: Json = json.loads(raw)
    return found


async def token(world: World, encounter_id: str, *scopes: str) -> dict[str, str]:
    """Return the header of a token of the spa whose exam it is."""
    services = world.services
    async with services.database.write() as tx:
        spa_id = (await encounters.get(tx, encounter_id)).spa_id
        made = await spa_tokens.create(
            tx, services, spa_id, label="Front desk", scopes=scopes, days=1
        )
    return {"Authorization": f"Bearer {made.secret}"}


async def test_the_portal_gets_a_signed_exam_in_the_spas_view(world: World) -> None:
    spa = await world.spa()
    encounter_id = await signed_exam(world, spa)
    answer = await spa.get(path(encounter_id))
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    bundle = read(answer.raw)
    orders = of_type(bundle, "ServiceRequest")
    assert [one["status"] for one in orders] == ["active", "on-hold", "on-hold"]
    assert b"Seen and spoken with." not in answer.raw
    assert not of_type(bundle, "QuestionnaireResponse")
    assert (await spa.get(path(encounter_id))).raw == answer.raw
    (paper,) = of_type(bundle, "DocumentReference")
    pdf = (await spa.get(f"{PORTAL}/encounters/{encounter_id}/exam.pdf")).raw
    attached = paper["content"][0]["attachment"]
    assert base64.b64decode(attached["data"]) == pdf
    assert attached["url"].endswith(f"{PORTAL}/encounters/{encounter_id}/exam.pdf")
    lumen = await world.spa("lumen")
    assert (await lumen.get(path(encounter_id))).refusal == (404, "not_found")


async def test_software_needs_a_token_with_the_scope(world: World) -> None:
    encounter_id = await signed_exam(world, await world.spa(), {"neurotoxin": "approved"})
    software = world.browser()
    for scopes, status in ((("charts:read",), 200), (("authorizations:query",), 403)):
        headers = await token(world, encounter_id, *scopes)
        asked = await software.ask("GET", path(encounter_id), headers=headers)
        assert asked.status == status
    refused = await software.ask(
        "GET", path("nobody-knows"), headers=await token(world, encounter_id, "charts:read")
    )
    assert refused.refusal == (404, "not_found")


async def test_an_exam_that_is_not_signed_is_not_there(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    assert (await spa.get(path(link["encounter_id"]))).refusal == (404, "not_found")


async def test_the_networks_view_has_the_note_the_answers_and_a_signature(
    world: World,
) -> None:
    encounter_id = await signed_exam(world, await world.spa(), {"neurotoxin": "approved"})
    raw = await bundle_of(world.services, encounter_id, "network")
    assert b"Seen and spoken with." in raw
    bundle = read(raw)
    (answers,) = of_type(bundle, "QuestionnaireResponse")
    items = [item for section in answers["item"] for item in section["item"]]
    assert all(item["text"] for item in items)
    assert sum("answer" in item for item in items) > 20
    signed = of_type(bundle, "Provenance")[0]["signature"][0]
    found = {
        name: base64.b64decode(one)
        for name, one in json.loads(base64.b64decode(signed["data"])).items()
        if name != "algorithm"
    }
    key = Ed25519PublicKey.from_public_bytes(found["public_key"])
    key.verify(found["signature"], found["message"])
    (exam,) = of_type(bundle, "Composition")
    assert exam["status"] == "final"


async def test_a_condition_met_later_amends_the_exam_and_frees_the_order(world: World) -> None:
    spa = await world.spa()
    encounter_id = await signed_exam(world, spa)
    desk = Desk(world, spa, (await world.site(spa))["site_id"], encounter_id)
    before = read((await spa.get(path(encounter_id))).raw)
    answered = await desk.ask("filler")
    authorization = answered["authorization"]["authorization_id"]
    met = await spa.post(
        f"/api/v1/authorizations/{authorization}/satisfy",
        {
            "request_id": "satisfy-0001",
            "name": "Dana Ruiz",
            "credential": "NP",
            "note": "Done.",
        },
    )
    assert met.status == 200, met.body
    after = read((await spa.get(path(encounter_id))).raw)
    assert [one["status"] for one in of_type(after, "ServiceRequest")] == [
        "active",
        "active",
        "on-hold",
    ]
    first, second = of_type(after, "Composition")
    assert [first] == of_type(before, "Composition")
    assert second["status"] == "amended"


async def test_the_command_writes_a_file_for_this_user_alone(
    world: World, tmp_path: Path
) -> None:
    encounter_id = await signed_exam(world, await world.spa(), {"neurotoxin": "approved"})
    expected = await bundle_of(world.services, encounter_id, "network")
    target = tmp_path / "exam.json"
    environment = {
        "GOODFAITH_DATA_DIR": str(world.settings.data_dir),
        "GOODFAITH_ROOT_KEY": base64.b64encode(bytes(range(32))).decode(),
        "GOODFAITH_DEMO": "true",
    }

    def command(*words: str) -> tuple[int, str]:
        result = CliRunner(env=environment).invoke(app, ["chart", "fhir", *words])
        return result.exit_code, result.output

    status, _ = await asyncio.to_thread(command, encounter_id, "-o", str(target))
    assert status == 0
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(expected).digest()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    status, said = await asyncio.to_thread(command, encounter_id, "-o", str(target))
    assert (status, "stays as it is" in said) == (1, True)
    other = tmp_path / "other.json"
    status, said = await asyncio.to_thread(command, "nobody-knows", "-o", str(other))
    assert (status, "Refused" in said) == (1, True)
    assert not other.exists()
    async with world.services.database.read() as tx:
        rows = await tx.execute(
            select(audit_entries.c.action, audit_entries.c.route).where(
                audit_entries.c.encounter_id == encounter_id
            )
        )
        assert ("exported", "cli chart fhir") in [tuple(one) for one in rows]
