"""A database of the release before the rules, with people in it, is brought to this one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, insert

from server.storage import encounters, signed_exams
from server.storage.database import Database, Limits
from server.storage.engines import build
from server.storage.schema import upgrade
from server.storage.signed_exams import Earlier
from tests.contract.storage.rows import NOW, SECOND

BEFORE = "0004"
SIGNED_AT = NOW + 60 * SECOND


def row(name: str, **changes: object) -> Mapping[str, object]:
    """Return an encounter as that release wrote it."""
    return {
        "id": name,
        "network_id": "network-1",
        "spa_id": "spa-1",
        "site_id": "site-1",
        "patient_id": "patient-1",
        "request_id": f"request-{name}",
        "visit": "left",
        "presence": "absent",
        "parked": False,
        "chart_seq": 0,
        "chart_head": "0" * 64,
        "requested_at": NOW,
        "changed_at": NOW,
        **changes,
    }


ROWS: Mapping[str, list[Mapping[str, object]]] = {
    "organizations": [
        {"id": "network-1", "kind": "network", "name": "N", "demo": False, "created_at": NOW},
        {"id": "spa-1", "kind": "spa", "name": "S", "demo": False, "created_at": NOW},
    ],
    "sites": [
        {
            "id": "site-1",
            "spa_id": "spa-1",
            "name": "Glow",
            "street": "1 Elm St",
            "city": "Austin",
            "postal_code": "78701",
            "jurisdiction": "TX",
        }
    ],
    "patients": [
        {
            "id": "patient-1",
            "spa_id": "spa-1",
            "blind_index": "a" * 64,
            "sealed_identity": b"sealed",
            "created_at": NOW,
        }
    ],
    "encounters": [
        row("signed-1", visit="signed", signed_at=SIGNED_AT, connected_at=NOW + SECOND),
        row("no-show-1", visit="no_show", ended_at=NOW),
        row("waiting-1", visit="waiting", jurisdiction="TX", place=1, ready_at=NOW),
    ],
}


def write(connection: Connection) -> None:
    known = MetaData()
    known.reflect(connection)
    assert "signed_exams" not in known.tables
    for table, rows in ROWS.items():
        for one in rows:
            connection.execute(insert(known.tables[table]).values(**one))


async def test_people_of_an_earlier_release_are_as_they_were(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = command.upgrade

    def to_before(config: Config, _revision: str) -> None:
        whole(config, BEFORE)

    with monkeypatch.context() as earlier:
        earlier.setattr("alembic.command.upgrade", to_before)
        await asyncio.to_thread(upgrade, empty_url)
    engines = build(empty_url, Limits())
    async with engines.writer.begin() as connection:
        await connection.run_sync(write)
    await engines.dispose()

    await asyncio.to_thread(upgrade, empty_url)
    database = await Database.open(empty_url)
    async with database.read() as tx:
        ids = ["signed-1", "no-show-1", "waiting-1"]
        held = [await encounters.get(tx, one) for one in ids]
        assert [one.visit for one in held] == ["signed", "no_show", "waiting"]
        assert {one.requested_modality for one in held} == {"live_video"}
        assert {one.submitted_at for one in held} == {None}
        # Nobody looked at the evidence of what was signed then: no live video is claimed.
        assert await signed_exams.earlier_than(tx, ids) == {
            "no-show-1": Earlier(1, None),
            "waiting-1": Earlier(1, None),
        }
    await database.close()
