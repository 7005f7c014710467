"""What a transaction relies on is locked, and whoever keeps a copy learns of changes."""

# ruff: noqa: PT012 - a transaction is a block, and how it ends is what is tested

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from server.storage import directory, reliance, versions
from server.storage.database import Database
from server.storage.errors import RowMissing
from server.storage.statements import Tx
from signaling.identifiers import PractitionerId
from tests.contract.storage import rows
from tests.contract.storage.rows import NOW

ANA = PractitionerId(rows.ANA.practitioner_id)
BEN = PractitionerId(rows.BEN.practitioner_id)
NEVADA = replace(rows.LICENCE, authority_id="authority-ana-nv", jurisdiction="NV")


async def test_a_file_relied_upon_is_about_the_jurisdictions_that_matter(
    database: Database, clinic: rows.Clinic
) -> None:
    assert clinic.encounter_id
    async with database.write() as tx:
        await directory.add_authority(tx, ANA, NEVADA)
        await directory.add_authority(tx, BEN, replace(NEVADA, authority_id="authority-ben-nv"))
        wanted: dict[str, frozenset[str]] = {
            ANA: frozenset({"TX"}),
            BEN: frozenset({"TX", "NV"}),
        }
        files = await reliance.files_relied_upon(tx, wanted)
        assert await reliance.files_relied_upon(tx, {}) == {}
    assert files[ANA].authorities == (rows.LICENCE,)
    assert files[ANA].collaborations == (rows.PHYSICIAN,)
    assert [one.authority_id for one in files[BEN].authorities] == ["authority-ben-nv"]
    assert files[BEN].practitioner == rows.BEN


async def test_a_practitioner_who_is_not_there_is_not_relied_upon(database: Database) -> None:
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await reliance.files_relied_upon(tx, {"nobody": frozenset({"TX"})})


async def test_a_licence_relied_upon_is_not_revoked_before_the_commit(
    database: Database, neighbour: Database, clinic: rows.Clinic
) -> None:
    assert clinic.encounter_id

    async def revoke() -> None:
        async with neighbour.write() as tx:
            await directory.set_authority_status(tx, rows.LICENCE.authority_id, "revoked")

    async with database.write() as tx:
        await reliance.files_relied_upon(tx, {ANA: frozenset({"TX"})})
        revoking = asyncio.create_task(revoke())
        done, _ = await asyncio.wait({revoking}, timeout=0.2)
        assert not done
        file = await directory.practitioner_file(tx, ANA)
        assert file.authorities == (rows.LICENCE,)
    await revoking


@pytest.mark.parametrize(
    "change",
    [
        lambda tx: directory.set_authority_status(tx, rows.LICENCE.authority_id, "suspended"),
        lambda tx: directory.set_authority_verified(
            tx, rows.LICENCE.authority_id, verified_at=NOW, verified_by="ops", source="board"
        ),
        lambda tx: directory.set_practitioner_active(tx, ANA, active=False),
        lambda tx: directory.add_authority(tx, ANA, NEVADA),
        lambda tx: directory.add_collaboration(tx, "backing-2", ANA, rows.PHYSICIAN),
    ],
    ids=["status", "verified", "active", "authority", "collaboration"],
)
async def test_whatever_authority_is_decided_from_has_a_version(
    database: Database, clinic: rows.Clinic, change: object
) -> None:
    assert clinic.encounter_id
    async with database.write() as tx:
        before = await versions.version(tx, versions.DIRECTORY)
        await _done(change, tx)
    async with database.read() as tx:
        assert await versions.version(tx, versions.DIRECTORY) > before > 0


async def _done(change: object, tx: Tx) -> None:
    assert callable(change)
    await change(tx)


async def test_a_change_that_is_rolled_back_has_no_version(
    database: Database, clinic: rows.Clinic
) -> None:
    assert clinic.encounter_id
    async with database.read() as tx:
        before = await versions.version(tx, versions.DIRECTORY)
        assert await versions.version(tx, "something_else") == 0
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await directory.set_practitioner_active(tx, ANA, active=False)
            await directory.set_practitioner_active(tx, "nobody", active=False)
    async with database.read() as tx:
        assert await versions.version(tx, versions.DIRECTORY) == before
