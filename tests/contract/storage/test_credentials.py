"""A file's instant is written with every change, and no two changes miss one another."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from server.credentials import (
    DAY_US,
    NOT_CLEARED,
    Employment,
    ExclusionCheck,
    Malpractice,
    Missing,
    Parts,
    Standard,
    Training,
)
from server.storage import credentials, directory, expiry_notices, versions
from server.storage.credentials import AuthorityCheck
from server.storage.database import Database
from server.storage.errors import RowMissing
from server.storage.expiry_notices import Notice, Unseen
from server.storage.statements import Tx
from tests.contract.storage import rows

pytestmark = pytest.mark.usefixtures("clinic")
ANA, BEN = rows.ANA.practitioner_id, rows.BEN.practitioner_id
NETWORK = rows.NETWORK.organization_id
NOW, ZONE = rows.NOW, rows.ZONE
CHECK = ExclusionCheck(
    part_id="check",
    entered_at=NOW,
    entered_by="compliance:mila",
    verified_at=NOW,
    verified_by="Mila",
    source="exclusions.oig.hhs.gov",
    list_name="leie",
    outcome="clear",
    checked_at=NOW,
)
COVER = Malpractice(
    part_id="cover",
    entered_at=NOW,
    entered_by="compliance:mila",
    verified_at=NOW,
    verified_by="Mila",
    source="the insurer",
    document_id="paper",
    insurer="Saguaro Mutual",
    policy_number="SM-1",
    per_claim_usd=1_000_000,
    aggregate_usd=3_000_000_000,
    valid_from=NOW - DAY_US,
    valid_until=NOW + 20 * DAY_US,
)
CONTRACT = Employment(
    part_id="contract",
    entered_at=NOW,
    entered_by="compliance:mila",
    verified_at=NOW,
    verified_by="Mila",
    source="the contract",
    kind="contractor",
    title="NP",
    valid_from=NOW - DAY_US,
)
TRAINING = Training(
    part_id="training",
    entered_at=NOW,
    entered_by=f"practitioner:{ANA}",
    topic="Exams",
    provider="Academy",
    minutes=2_400,
    completed_at=NOW - DAY_US,
)
ALL = (CHECK, COVER, CONTRACT, TRAINING)


async def until(database: Database, who: str = ANA) -> int | None:
    async with database.read() as tx:
        return (await directory.practitioner(tx, who)).cleared_until


async def ask(database: Database, standard: Standard) -> None:
    async with database.write() as tx:
        await credentials.set_standard(
            tx, NETWORK, standard, now=NOW, time_zone=ZONE, by="compliance:mila"
        )


async def test_parts_come_back_as_they_were(database: Database) -> None:
    async with database.write() as tx:
        for one in ALL:
            await credentials.add_part(tx, ANA, one)
        expected = Parts((CHECK,), (COVER,), (CONTRACT,), (TRAINING,))
        assert await credentials.parts_of(tx, ANA) == expected
        assert await credentials.parts_of(tx, BEN) == Parts()
        assert await credentials.parts_of_network(tx, NETWORK) == {ANA: expected}
        assert await credentials.parts_of_network(tx, "network-2") == {}
        assert (
            await credentials.claims_of(tx, ANA) == 1
        )  # the training; her licence is verified


async def test_nobody_is_touched_before_their_network_asks_for_something(
    database: Database,
) -> None:
    async with database.write() as tx:
        assert (await credentials.settle(tx, ANA, now=NOW, time_zone=ZONE)).until is None
    assert await until(database) is None
    await ask(database, Standard())
    assert (await until(database), await until(database, BEN)) == (NOT_CLEARED, NOT_CLEARED)
    async with database.write() as tx:
        await credentials.drop_standard(tx, NETWORK, now=NOW, time_zone=ZONE)
        assert await credentials.standard(tx, NETWORK) is None
    assert (await until(database), await until(database, BEN)) == (None, None)


async def test_how_long_a_look_counts_is_written_with_every_licence_of_the_network(
    database: Database,
) -> None:
    seen, licence = rows.LICENCE.verified_at or 0, rows.LICENCE.authority_id

    async def again() -> int | None:
        async with database.read() as tx:
            (held,) = (await directory.practitioner_file(tx, ANA)).authorities
        return held.verify_again_at

    async with database.read() as tx:
        before = await versions.version(tx, versions.DIRECTORY)
    await ask(database, Standard(verify_again_days=180))
    assert await again() == seen + 180 * DAY_US
    async with database.write() as tx:
        assert await versions.version(tx, versions.DIRECTORY) > before
        assert await credentials.look_counts_until(tx, licence, NOW) == NOW + 180 * DAY_US
    await ask(database, Standard(verify_again_days=90))
    assert await again() == seen + 90 * DAY_US
    async with database.write() as tx:
        await credentials.drop_standard(tx, NETWORK, now=NOW, time_zone=ZONE)
        assert await credentials.look_counts_until(tx, licence, NOW) is None
    assert await again() is None


async def test_a_file_is_settled_with_its_changes_and_others_are_told_to_look(
    database: Database,
) -> None:
    await ask(database, Standard(exclusion_days=10))
    async with database.write() as tx:
        for one in (CHECK, COVER, CONTRACT):
            await credentials.add_part(tx, ANA, one)
        await credentials.add_part(tx, ANA, TRAINING)
        assert (await credentials.settle(tx, ANA, now=NOW, time_zone=ZONE)).missing == (
            Missing.TRAINING,
        )
    async with database.write() as tx:
        before = await versions.version(tx, versions.DIRECTORY)
        verified = {"verified_at": NOW, "verified_by": "Mila", "source": "certificate"}
        await credentials.change_part(tx, Training, ANA, "training", verified)
        await credentials.settle(tx, ANA, now=NOW, time_zone=ZONE)
        grown = await versions.version(tx, versions.DIRECTORY)
        await credentials.settle(
            tx, ANA, now=NOW, time_zone=ZONE
        )  # nothing new: nobody has to look
        assert before < grown == await versions.version(tx, versions.DIRECTORY)
    assert await until(database) == NOW + 10 * DAY_US
    await ask(database, Standard(exclusion_days=366))
    assert await until(database) == COVER.valid_until


async def test_somebody_elses_part_and_one_that_was_taken_back_cannot_be_changed(
    database: Database,
) -> None:
    async with database.write() as tx:
        await credentials.add_part(tx, ANA, COVER)
    for who, kind, part_id in ((BEN, Malpractice, "cover"), (ANA, Training, "cover")):
        with pytest.raises(RowMissing):
            async with database.write() as tx:
                await credentials.change_part(tx, kind, who, part_id, {"ended_at": NOW})
    async with database.write() as tx:
        await credentials.change_part(tx, Malpractice, ANA, "cover", {"ended_at": NOW})
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await credentials.change_part(tx, Malpractice, ANA, "cover", {"ended_at": NOW})


async def test_of_two_changes_at_once_the_later_sees_the_earlier(database: Database) -> None:
    """Each enters half of what is missing; whoever settles last has to find the file whole."""
    await ask(database, Standard(training_minutes_min=0))

    async def enter(*parts: ExclusionCheck | Malpractice | Employment) -> None:
        async with database.write() as tx:
            for one in parts:
                await credentials.add_part(tx, ANA, one)
            await asyncio.sleep(0)
            await credentials.settle(tx, ANA, now=NOW, time_zone=ZONE)

    await asyncio.gather(enter(CHECK), enter(COVER), enter(CONTRACT))
    assert await until(database) == COVER.valid_until


async def test_what_begins_later_is_found_when_it_has_begun(database: Database) -> None:
    await ask(database, Standard(training_minutes_min=0, employment=False))
    begins = NOW + 5 * DAY_US
    async with database.write() as tx:
        await credentials.add_part(tx, ANA, CHECK)
        await credentials.add_part(tx, ANA, replace(COVER, valid_from=begins))
        await credentials.settle(tx, ANA, now=NOW, time_zone=ZONE)

    async def found(tx: Tx, now: int) -> list[str]:
        lapsed = await credentials.lapsed(tx, now, 10)
        assert lapsed == [ANA, BEN]
        return [
            one
            for one in lapsed
            if await credentials.would_clear(tx, one, now=now, time_zone=ZONE)
        ]

    async with database.write() as tx:
        assert await found(tx, begins - 1) == []
        assert await found(tx, begins) == [ANA]
        await credentials.settle(tx, ANA, now=begins, time_zone=ZONE)
        assert await credentials.lapsed(tx, begins, 10) == [BEN]
        await directory.set_practitioner_active(tx, BEN, active=False)
        assert await credentials.lapsed(tx, begins, 10) == []


async def test_a_licence_keeps_its_history_and_its_owner(database: Database) -> None:
    licence = rows.LICENCE.authority_id
    looked = AuthorityCheck(
        "check-1",
        licence,
        NOW,
        "confirmed",
        "person",
        "compliance:mila",
        "Mila",
        "txbn.gov",
        "p",
    )
    revoked = AuthorityCheck("check-2", licence, NOW + 1, "revoked", "person", "operator:root")
    async with database.write() as tx:
        for one in (revoked, looked):
            await credentials.add_check(tx, one)
        assert await credentials.checks_of(tx, ANA) == [looked, revoked]
        assert await credentials.checks_of(tx, BEN) == []
        assert (await credentials.holder_of(tx, licence)).practitioner_id == ANA
        assert (await credentials.authority_row(tx, ANA, licence))["status"] == "active"
        await credentials.set_independent(tx, licence, independent=True)
        file = await directory.practitioner_file(tx, ANA)
        assert file.authorities[0].independent_practice_verified
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await credentials.authority_row(tx, BEN, licence)


async def test_a_collaboration_ends_at_once_and_only_its_own(database: Database) -> None:
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await credentials.end_collaboration(tx, BEN, "collaboration-1", at=NOW)
    async with database.write() as tx:
        await credentials.end_collaboration(tx, ANA, "collaboration-1", at=NOW)
        (backing,) = (await credentials.collaborations_of(tx, NETWORK))[ANA]
        assert (backing.collaboration_id, backing.active_until) == ("collaboration-1", NOW)
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await credentials.end_collaboration(tx, ANA, "collaboration-1", at=NOW)


async def test_a_notice_is_there_once_until_it_is_seen(database: Database) -> None:
    one = Notice("authority", "licence", NOW + 30 * DAY_US, 30, ANA, NETWORK, NOW)
    later = replace(one, valid_until=NOW + 90 * DAY_US, days=90, noticed_at=NOW + 5)
    async with database.write() as tx:
        assert await expiry_notices.add(tx, one)
        assert not await expiry_notices.add(tx, replace(one, noticed_at=NOW + 9))
        assert await expiry_notices.add(tx, later)
    async with database.write() as tx:
        assert await expiry_notices.of_network(tx, NETWORK, ends_after=NOW) == [one, later]
        assert await expiry_notices.of_network(tx, NETWORK, ends_after=NOW + 30 * DAY_US) == [
            later
        ]
        both = [NETWORK, "network-2"]
        assert await expiry_notices.unseen(tx, both) == {NETWORK: Unseen(2, NOW)}
        assert await expiry_notices.unseen(tx, []) == {}
        await expiry_notices.see(tx, NETWORK, noticed_until=NOW, at=NOW + 7)
        assert await expiry_notices.unseen(tx, both) == {NETWORK: Unseen(1, NOW + 5)}
        seen = await expiry_notices.of_network(tx, NETWORK, ends_after=NOW)
    assert [one.seen_at for one in seen] == [NOW + 7, None]
