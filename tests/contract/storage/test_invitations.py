"""Invitations and recoveries against both databases: each is used once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from server.storage import directory, invitations, people, recoveries
from server.storage.database import Database
from server.storage.invitations import Invitation
from server.storage.recoveries import Recovery
from tests.contract.storage.rows import ANA, NOW, STAFF, Clinic

HOUR = 3_600_000_000
INVITED = Invitation(
    id="invitation-1",
    organization_id="spa-1",
    audience="spa",
    role="spa_staff",
    login="noa",
    display_name="Noa Vale",
    secret_hash="a" * 64,
    invited_by="compliance:account-1",
    created_at=NOW,
    expires_at=NOW + HOUR,
)
ASKED = Recovery(
    id="recovery-1",
    account_id=STAFF.account_id,
    secret_hash="b" * 64,
    phrase_hash="c" * 64,
    asked_at=NOW,
    expires_at=NOW + HOUR,
)


async def add(database: Database, *every: Invitation | Recovery) -> None:
    async with database.write() as tx:
        for one in every:
            if isinstance(one, Invitation):
                await invitations.add(tx, one)
            else:
                await recoveries.add(tx, one)


async def test_an_invitation_is_found_by_its_secret_and_promises_a_login(
    database: Database, clinic: Clinic
) -> None:
    assert clinic.encounter_id
    await add(database, INVITED)
    async with database.read() as tx:
        assert await invitations.by_secret(tx, "a" * 64) == INVITED
        assert await invitations.by_secret(tx, "d" * 64) is None
        assert await invitations.open_of(tx, ["spa-1", "spa-2"], NOW, 5) == [INVITED]
        assert await invitations.open_of(tx, ["spa-2"], NOW, 5) == []
        assert await invitations.count_open(tx, "spa-1", NOW) == 1
        assert await invitations.is_promised(tx, "spa", "noa", NOW)
        assert not await invitations.is_promised(tx, "ops", "noa", NOW)
        assert not await invitations.is_promised(tx, "spa", "noa", NOW + HOUR)
    assert "a" * 64 not in repr(INVITED)


async def test_of_two_who_accept_at_once_one_does(
    database: Database, neighbour: Database, clinic: Clinic
) -> None:
    assert clinic.encounter_id
    await add(database, INVITED)

    async def accept(where: Database) -> bool:
        async with where.write() as tx:
            return await invitations.accept(tx, INVITED.id, STAFF.account_id, NOW)

    done = await asyncio.gather(*map(accept, (database, neighbour, database, neighbour)))
    assert sorted(done) == [False, False, False, True]
    async with database.write() as tx:
        assert not await invitations.withdraw(tx, INVITED.id, NOW)
        assert (await invitations.get(tx, INVITED.id)).account_id == STAFF.account_id


async def test_what_somebody_invited_is_taken_back_together(
    database: Database, clinic: Clinic
) -> None:
    assert clinic.encounter_id
    second = replace(INVITED, id="invitation-2", login="pia", secret_hash="d" * 64)
    others = replace(
        INVITED,
        id="invitation-3",
        login="mia",
        secret_hash="e" * 64,
        invited_by="operator:root",
    )
    await add(database, INVITED, second, others)
    async with database.write() as tx:
        assert await invitations.withdraw_of(tx, INVITED.invited_by, NOW) == 2
        assert await invitations.withdraw_of(tx, INVITED.invited_by, NOW) == 0
        assert await invitations.open_of(tx, ["spa-1"], NOW, 5) == [others]
        assert await invitations.forget_before(tx, NOW + 2 * HOUR, 2) == 2
        assert await invitations.forget_before(tx, NOW + 2 * HOUR, 2) == 1


async def test_a_recovery_is_used_once_and_only_when_approved(
    database: Database, neighbour: Database, clinic: Clinic
) -> None:
    assert clinic.encounter_id
    await add(database, ASKED)

    async def use(where: Database) -> bool:
        async with where.write() as tx:
            return await recoveries.use(tx, ASKED.secret_hash, NOW)

    assert not await use(database)
    async with database.write() as tx:
        assert await recoveries.approved(tx, ASKED.secret_hash, NOW) is None
        assert await recoveries.approve(tx, ASKED.id, ANA.account_id, NOW)
        assert not await recoveries.approve(tx, ASKED.id, ANA.account_id, NOW)
        assert await recoveries.approved(tx, ASKED.secret_hash, NOW) == STAFF.account_id
        assert await recoveries.approved(tx, ASKED.secret_hash, NOW + HOUR) is None
    done = await asyncio.gather(*map(use, (database, neighbour, database, neighbour)))
    assert sorted(done) == [False, False, False, True]
    async with database.read() as tx:
        assert await recoveries.going_on(tx, [STAFF.account_id], NOW) == []


async def test_what_is_refused_is_over(database: Database, clinic: Clinic) -> None:
    assert clinic.encounter_id
    late = replace(ASKED, id="recovery-2", secret_hash="d" * 64, asked_at=NOW + 1)
    await add(database, late, ASKED)
    async with database.write() as tx:
        assert await recoveries.going_on(tx, [STAFF.account_id], NOW) == [ASKED, late]
        assert await recoveries.refuse(tx, [ASKED.id], NOW) == 1
        assert await recoveries.refuse(tx, [ASKED.id, late.id], NOW) == 1
        assert not await recoveries.approve(tx, late.id, ANA.account_id, NOW)
        assert await recoveries.forget_before(tx, NOW + 2 * HOUR, 5) == 2


async def test_people_are_listed_by_name_the_closed_ones_last(
    database: Database, clinic: Clinic
) -> None:
    assert clinic.encounter_id
    async with database.write() as tx:
        await directory.set_account_active(tx, ANA.account_id, active=False)
        await directory.set_account_role(tx, STAFF.account_id, "spa_manager")
        where = ["network-1", "spa-1"]
        found = await people.accounts_among(tx, where, limit=5)
        assert [one.display_name for one in found] == ["Ben Okoro", "Front", "Ana Ruiz"]
        assert found[1].role == "spa_manager"
        assert len(await people.accounts_among(tx, where, limit=2)) == 2
        named = await people.accounts_among(tx, where, words="RUI", limit=5)
        assert [one.display_name for one in named] == ["Ana Ruiz"]
        assert await people.accounts_among(tx, where, words="%", limit=5) == []
        ids = [one.account_id for one in found]
        assert await people.standings(tx, ids, now=NOW, idle_s=900) == {}
