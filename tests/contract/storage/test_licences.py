"""All rows of one licence are held together, and nobody waits in a ring for them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from server.storage import directory, licences
from server.storage.database import Database
from server.storage.errors import RowMissing
from tests.contract.storage import rows

pytestmark = pytest.mark.usefixtures("clinic")
ANA, BEN = rows.ANA.practitioner_id, rows.BEN.practitioner_id
FIRST = rows.LICENCE
RENEWED = replace(FIRST, authority_id="authority-0", number=" ap-123 ")
OTHERS = (
    replace(FIRST, authority_id="other-number", number="AP1234"),
    replace(FIRST, authority_id="other-place", jurisdiction="NV"),
    replace(FIRST, authority_id="other-kind", kind="permit"),
)


async def entered(database: Database) -> None:
    async with database.write() as tx:
        for one in (RENEWED, *OTHERS):
            await directory.add_authority(tx, ANA, one)
        await directory.add_authority(tx, BEN, replace(FIRST, authority_id="of-ben"))


async def test_rows_of_one_number_place_and_kind_are_one_licence(database: Database) -> None:
    await entered(database)
    async with database.write() as tx:
        for named in (FIRST, RENEWED):
            held = await licences.hold(tx, ANA, named.authority_id)
            assert [one["id"] for one in held] == ["authority-0", FIRST.authority_id]
        (alone,) = await licences.hold(tx, ANA, "other-place")
        assert alone["jurisdiction"] == "NV"


async def test_nobody_holds_what_is_somebody_elses(database: Database) -> None:
    await entered(database)
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await licences.hold(tx, BEN, FIRST.authority_id)


async def test_two_who_name_different_rows_of_a_licence_act_one_after_the_other(
    database: Database, neighbour: Database
) -> None:
    await entered(database)

    async def revoke() -> None:
        async with neighbour.write() as tx:
            for one in await licences.hold(tx, ANA, FIRST.authority_id):
                await directory.set_authority_status(tx, one["id"], "revoked")

    async with database.write() as tx:
        held = await licences.hold(tx, ANA, RENEWED.authority_id)
        revoking = asyncio.create_task(revoke())
        done, _ = await asyncio.wait({revoking}, timeout=0.2)
        assert not done
        for one in held:
            await directory.set_authority_status(tx, one["id"], "suspended")
    await revoking
    async with database.read() as tx:
        file = await directory.practitioner_file(tx, ANA)
    found = {one.authority_id: one.status for one in file.authorities}
    assert found.pop(FIRST.authority_id) == found.pop("authority-0") == "revoked"
    assert set(found.values()) == {"active"}
