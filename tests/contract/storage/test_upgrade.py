"""Databases of releases before, with people in them, are brought to this one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, insert

from server.authority import check_authority
from server.clock import ManualClock
from server.keyring import Keyring
from server.practitioner_files import noticing
from server.services import Core
from server.sessions import hash_of, resolve_session
from server.settings import Settings
from server.storage import directory, encounters, signed_exams
from server.storage.database import Database, Limits
from server.storage.engines import build
from server.storage.revisions import BASELINE
from server.storage.schema import upgrade
from server.storage.signed_exams import Earlier
from tests.contract.storage.rows import DAY, NOW, SECOND
from tests.fakes import InPlace

BEFORE = "0004"
SIGNED_AT = NOW + 60 * SECOND
COOKIE = "of the baseline"


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


STAFF_ROWS: Mapping[str, list[Mapping[str, object]]] = {
    "organizations": [
        {"id": "network-1", "kind": "network", "name": "N", "demo": False, "created_at": NOW},
    ],
    "accounts": [
        {
            "id": "account-1",
            "audience": "practitioner",
            "organization_id": "network-1",
            "login": "ana",
            "password_hash": "hash",
            "display_name": "Ana Ruiz",
            "role": "practitioner",
            "active": True,
            "created_at": NOW,
        }
    ],
    "sessions": [
        {
            "id_hash": hash_of(COOKIE),
            "audience": "practitioner",
            "account_id": "account-1",
            "kiosk": False,
            "device": "",
            "assurance": "password",
            "auth_time": NOW,
            "last_seen_at": NOW,
            "expires_at": NOW + DAY,
        }
    ],
    "practitioners": [
        {
            "id": "practitioner-1",
            "network_id": "network-1",
            "account_id": "account-1",
            "display_name": "Ana Ruiz",
            "profession": "NP",
            "npi": "1234567893",
            "languages": "en",
            "active": True,
        }
    ],
    "authorities": [
        {
            "id": "authority-1",
            "practitioner_id": "practitioner-1",
            "jurisdiction": "TX",
            "kind": "license",
            "number": "AP123",
            "profession": "NP",
            "valid_from": NOW - DAY,
            "valid_until": NOW + DAY,
            "status": "active",
            "verified_at": NOW - DAY,
            "verified_by": "Mila",
            "source": "txbn.gov",
            "independent_practice_verified": False,
        }
    ],
    "collaborations": [
        {
            "id": "collaboration-1",
            "practitioner_id": "practitioner-1",
            "jurisdiction": "TX",
            "physician_name": "Dr. Chen",
            "physician_number": "K1234",
            "active_from": NOW - DAY,
            "active_until": NOW + DAY,
        }
    ],
}


async def made_by(
    url: str,
    revision: str,
    rows: Mapping[str, list[Mapping[str, object]]],
    *,
    without: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Leave a database as a program of that revision would; `without`: what it knows not."""
    whole = command.upgrade

    def to_before(config: Config, _revision: str) -> None:
        whole(config, revision)

    def write(connection: Connection) -> None:
        known = MetaData()
        known.reflect(connection)
        columns = {str(column) for table in known.tables.values() for column in table.c}
        assert without not in {*known.tables, *columns}
        for name, some in rows.items():
            for one in some:
                connection.execute(insert(known.tables[name]).values(**one))

    with monkeypatch.context() as earlier:
        earlier.setattr("alembic.command.upgrade", to_before)
        await asyncio.to_thread(upgrade, url)
    engines = build(url, Limits())
    async with engines.writer.begin() as connection:
        await connection.run_sync(write)
    await engines.dispose()


async def test_people_of_an_earlier_release_are_as_they_were(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await made_by(empty_url, BEFORE, ROWS, without="signed_exams", monkeypatch=monkeypatch)

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


async def test_who_works_at_the_baseline_works_on_after_the_upgrade(
    empty_url: str, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is signed out, and nobody falls out of matching."""
    await made_by(
        empty_url,
        BASELINE,
        STAFF_ROWS,
        without="sessions.secret_hash",
        monkeypatch=monkeypatch,
    )
    await asyncio.to_thread(upgrade, empty_url)
    database = await Database.open(empty_url)
    core = Core(
        settings=Settings(
            _env_file=None, data_dir=tmp_path, public_url="https://exams.example"
        ),
        clock=ManualClock(NOW),
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )
    who = await resolve_session(core, "practitioner", COOKIE)
    assert who is not None
    assert (who.practitioner_id, who.complete) == ("practitioner-1", True)
    async with database.read() as tx:
        file = await directory.practitioner_file(tx, "practitioner-1")
    assert file.practitioner.is_cleared(NOW)
    relied = check_authority(
        file.practitioner.profession,
        file.authorities,
        file.collaborations,
        frozenset({"TX"}),
        now=NOW,
    )
    assert [one.authority_id for one in relied] == ["authority-1"]
    assert [one.physician_id for one in file.collaborations] == [None]
    await noticing.complete(core)
    async with database.read() as tx:
        assert await directory.practitioner_file(tx, "practitioner-1") == file
    await database.close()
