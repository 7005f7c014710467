"""Operations see what was pushed to a record system, and push it again, by commands."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from sqlalchemy import select
from typer.testing import CliRunner, Result

from server.cli import app
from server.storage import directory
from server.storage.tables import audit_entries
from tests.integration.http.browsing import World
from tests.integration.http.exams import signed_exam
from tests.integration.http.record_systems import Connected, connected_spa

ROOT_KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
async def connected(world: World) -> AsyncIterator[Connected]:
    async with connected_spa(world) as here:
        yield here


async def command(here: Connected, *words: str) -> Result:
    environment = {
        "GOODFAITH_DATA_DIR": str(here.world.settings.data_dir),
        "GOODFAITH_ROOT_KEY": ROOT_KEY,
        "GOODFAITH_DEMO": "true",
    }

    def run() -> Result:
        return CliRunner(env=environment).invoke(app, ["emr", *words])

    return await asyncio.to_thread(run)


async def listed(here: Connected, connection: str) -> list[dict[str, str]]:
    said = await command(here, "deliveries", connection, "--json")
    assert said.exit_code == 0, said.output
    rows: list[dict[str, str]] = json.loads(said.stdout)
    return rows


async def resent(here: Connected, *words: str) -> list[str]:
    """Send again by a command, and deliver once the clocks of both agree."""
    said = await command(here, "resend", *words)
    assert said.exit_code == 0, said.output
    behind_s = time.time() - here.world.clock.now() / 1_000_000
    here.world.clock.advance(max(behind_s, 0.0) + 1.0)
    await here.deliver()
    return said.stdout.split()


async def test_pushes_of_a_network_are_seen_and_sent_again_by_commands(
    connected: Connected,
) -> None:
    here = connected
    async with here.world.services.database.read() as tx:
        network_id = (await directory.organization(tx, here.spa_id)).network_id or ""
    connection = await here.connect(network_id, client_id=here.system.client_id)
    await here.trust(network_id)
    here.system.answers.append(lambda: web.Response(status=422))
    exam = await signed_exam(here.world, here.spa, {"neurotoxin": "approved"})
    await here.deliver()
    (row,) = await listed(here, connection)
    assert (row["state"], row["outcome"], row["status"]) == ("dead", "refused", "422")
    assert (row["encounter"], row["topic"], row["next"]) == (exam, "encounter.signed", "")
    assert await resent(here, connection, "--dead") == [row["message"]]
    (taken,) = await listed(here, connection)
    assert (taken["message"], taken["state"]) == (row["message"], "delivered")
    assert len(here.kinds("Encounter")) == 1
    assert await resent(here, connection, "--dead") == []
    assert await resent(here, connection, row["message"]) == [row["message"]]
    assert len(here.kinds("Encounter")) == 1
    async with here.world.services.database.read() as tx:
        query = select(audit_entries.c.network_id, audit_entries.c.encounter_id)
        entries = await tx.execute(query.where(audit_entries.c.route == "cli emr resend"))
        assert [tuple(one) for one in entries] == [(network_id, exam)] * 2


async def test_what_cannot_be_sent_again_is_said(connected: Connected) -> None:
    here = connected
    connection = await here.connect(here.spa_id)
    await signed_exam(here.world, here.spa, {"neurotoxin": "approved"})
    (row,) = await listed(here, connection)
    cases = {
        (connection,): (2, "Name one message, or say --dead."),
        (connection, row["message"], "--dead"): (2, "Name one message, or say --dead."),
        (connection, row["message"]): (1, "Refused: The message still waits"),
        (connection, "msg_nobody"): (1, "Not found:"),
        ("nobody", "--dead"): (1, "Not found:"),
    }
    for words, (status, sentence) in cases.items():
        said = await command(here, "resend", *words)
        assert said.exit_code == status, words
        assert sentence in said.stderr
    assert (await command(here, "deliveries", "nobody")).exit_code == 1
    await command(here, "disconnect", connection)
    said = await command(here, "resend", connection, "--dead")
    assert said.exit_code == 1
    assert "Refused: it is disabled." in said.stderr
