"""What leaves at the command line, by itself or once more is in the audit log as well."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from server.cli import app
from server.fhir.pushing import bundle_for
from server.storage import audit, encounters
from server.storage.audit import AuditRow
from server.storage.audit_tables import audit_entries
from server.storage.destinations import Destination
from tests.integration.http.browsing import World
from tests.integration.http.exams import signed_exam
from tests.integration.http.test_deliveries import API, added, endpoint

ROOT_KEY = base64.b64encode(bytes(range(32))).decode()


async def command(world: World, *words: str) -> str:
    environment = {
        "GOODFAITH_DATA_DIR": str(world.settings.data_dir),
        "GOODFAITH_ROOT_KEY": ROOT_KEY,
        "GOODFAITH_DEMO": "true",
    }

    def run() -> str:
        result = CliRunner(env=environment).invoke(app, list(words))
        assert result.exit_code == 0, result.output
        return result.stdout

    return await asyncio.to_thread(run)


async def by_role(world: World, role: str) -> list[AuditRow]:
    async with world.services.database.read() as tx:
        query = select(audit_entries).where(audit_entries.c.role == role).order_by("at", "id")
        return [audit.row_of(one) for one in (await tx.execute(query)).mappings()]


@pytest.fixture
async def signed(world: World) -> str:
    return await signed_exam(world, await world.spa())


async def test_what_an_operator_exports_holds_and_rotates_is_entered(
    world: World, signed: str, tmp_path: Path
) -> None:
    async with world.services.database.read() as tx:
        network_id = (await encounters.get(tx, signed)).network_id
    await command(world, "chart", "export", signed, "-o", str(tmp_path / "record.json"))
    await command(world, "chart", "fhir", signed, "-o", str(tmp_path / "bundle.json"))
    await command(world, "chart", "pdf", signed, "-o", str(tmp_path / "exam.pdf"))
    why = ("--reason", "litigation", "--by", "Counsel")
    held = await command(world, "records", "hold", "--encounter", signed, *why)
    await command(world, "records", "release", held.strip(), *why)
    await command(world, "keys", "rotate", "--tenant", network_id)
    await command(world, "backup", "-o", str(tmp_path / "records.backup"))
    await command(world, "backup", "--keys", "-o", str(tmp_path / "keys.backup"))
    told = await by_role(world, "operator")
    assert {(one.action, one.route, one.encounter_id) for one in told} == {
        ("exported", "cli chart export", signed),
        ("exported", "cli chart fhir", signed),
        ("exported", "cli chart pdf", signed),
        ("hold_set", "cli records hold", signed),
        ("hold_lifted", "cli records release", signed),
        ("key_rotated", "cli keys rotate", None),
        ("backed_up", "cli backup", None),
        ("backed_up", "cli backup keys", None),
    }
    assert len(told) == 8
    assert {one.network_id for one in told} == {network_id}
    assert {one.actor.partition(":")[0] for one in told} == {"operator"}


async def test_a_bundle_that_the_server_delivers_is_an_export_before_it_leaves(
    world: World, signed: str
) -> None:
    async with world.services.database.read() as tx:
        spa_id = (await encounters.get(tx, signed)).spa_id
    to = Destination(
        id="ab" * 16,
        organization_id=spa_id,
        channel="emr",
        address="https://ehr.glow.test/fhir",
        topics=(),
        scheme="v1",
        created_by="operations",
        created_at=0,
        changed_at=0,
    )
    assert await bundle_for(world.services, signed, to)
    [entry] = await by_role(world, "system")
    assert (entry.action, entry.actor) == ("exported", "system")
    assert (entry.encounter_id, entry.route) == (signed, f"delivery emr {to.id}")


async def test_what_is_sent_again_is_entered_with_the_sending(world: World) -> None:
    manager = await world.spa("glow-manager")
    endpoint_id = (await added(manager))["endpoint_id"]
    await manager.post(f"{API}/{endpoint_id}/ping", {})
    (row,) = (await endpoint(manager, endpoint_id))["deliveries"]
    path, form = f"{API}/{endpoint_id}/resend", {"message_id": row["message_id"]}
    await manager.post(path, form)
    await manager.post(f"{API}/{endpoint_id}/disable", {})
    await manager.post(f"{API}/{endpoint_id}/enable", {})
    assert (await manager.post(path, form)).status == 200
    resent = [one for one in await by_role(world, "spa_manager") if one.action == "resent"]
    assert [one.route for one in resent] == [f"POST {API}/{{id}}/resend"]
