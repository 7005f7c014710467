"""Who there is, and what holds a licence still while somebody relies on it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from server.storage import directory
from server.storage.database import Database
from server.storage.errors import ConstraintBroken, RowMissing
from tests.contract.storage import rows

pytestmark = pytest.mark.usefixtures("clinic")
ANA = rows.ANA.practitioner_id


async def test_everybody_comes_back_as_they_were(database: Database) -> None:
    async with database.read() as tx:
        assert await directory.organization(tx, "spa-1") == rows.SPA
        assert len(await directory.all_organizations(tx)) == 4
        assert await directory.site(tx, "site-1") == rows.SITE
        assert await directory.sites_of(tx, "spa-1") == [rows.SITE]
        assert await directory.account(tx, "account-staff") == rows.STAFF
        assert await directory.accounts_of(tx, "spa-1") == [rows.STAFF]
        assert await directory.practitioner(tx, ANA) == rows.ANA
        assert await directory.practitioner_of_account(tx, "account-ana") == rows.ANA
        assert await directory.practitioner_of_account(tx, "account-staff") is None
        assert await directory.practitioners_of(tx, "network-1") == [rows.ANA, rows.BEN]
        assert await directory.practitioners_of(tx, "network-2") == []


async def test_a_login_belongs_to_one_audience(database: Database) -> None:
    async with database.read() as tx:
        assert await directory.account_by_login(tx, "spa", "front@glow.test") == rows.STAFF
        assert await directory.account_by_login(tx, "ops", "front@glow.test") is None
    with pytest.raises(ConstraintBroken):
        async with database.write() as tx:
            await directory.add_account(tx, replace(rows.STAFF, account_id="account-2"))


async def test_a_file_has_all_that_authority_is_decided_from(database: Database) -> None:
    expected = directory.PractitionerFile(rows.ANA, (rows.LICENCE,), (rows.PHYSICIAN,))
    empty = directory.PractitionerFile(rows.BEN, (), ())
    async with database.write() as tx:
        assert await directory.practitioner_file(tx, ANA, lock=True) == expected
        assert await directory.practitioner_files(tx, "network-1") == [expected, empty]


async def test_changes_are_written(database: Database) -> None:
    async with database.write() as tx:
        await directory.set_authority_status(tx, rows.LICENCE.authority_id, "revoked")
        await directory.set_authority_verified(
            tx,
            rows.LICENCE.authority_id,
            verified_at=rows.NOW,
            verified_by="ben",
            source="board",
        )
        await directory.set_practitioner_active(tx, ANA, active=False)
        await directory.set_account_active(tx, "account-staff", active=False)
        await directory.set_password_hash(tx, "account-staff", "other")
    async with database.read() as tx:
        file = await directory.practitioner_file(tx, ANA)
        assert file.authorities[0] == replace(
            rows.LICENCE,
            status="revoked",
            verified_at=rows.NOW,
            verified_by="ben",
            source="board",
        )
        assert not file.practitioner.active
        staff = await directory.account(tx, "account-staff")
    assert (staff.active, staff.password_hash) == (False, "other")
    assert "other" not in repr(staff)


async def test_what_is_not_there_is_said_to_be_missing(database: Database) -> None:
    async with database.write() as tx:
        for look in (
            directory.organization,
            directory.site,
            directory.account,
            directory.practitioner,
            directory.practitioner_file,
        ):
            with pytest.raises(RowMissing):
                await look(tx, "nobody")
        with pytest.raises(RowMissing):
            await directory.set_authority_status(tx, "nothing", "revoked")


async def test_a_licence_cannot_end_while_somebody_relies_on_it(
    database: Database, neighbour: Database
) -> None:
    async def revoke() -> None:
        async with neighbour.write() as tx:
            await directory.set_authority_status(tx, rows.LICENCE.authority_id, "revoked")

    async with database.write() as tx:
        file = await directory.practitioner_file(tx, ANA, lock=True)
        revoking = asyncio.create_task(revoke())
        done, _ = await asyncio.wait({revoking}, timeout=0.2)
        assert not done
        again = await directory.practitioner_file(tx, ANA, lock=True)
        assert again == file
    await revoking
    async with database.write() as tx:
        file = await directory.practitioner_file(tx, ANA, lock=True)
    assert file.authorities[0].status == "revoked"
