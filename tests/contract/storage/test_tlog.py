"""The tree over all charts: nothing is lost, nothing twice, and only the holder writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, func, select, update

from server.keyring import Keyring
from server.storage import chart_log, encounters, leases, tlog, tlog_appending
from server.storage.database import Database
from server.storage.errors import CommitFailed, CommitOutcomeUnknown, LogBroken
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.leases import Lease, LeaseLost
from server.storage.tables import chart_entries, log_checkpoints, log_tiles
from server.storage.tables import leases as lease_rows
from server.storage.tlog import Checkpoint
from server.tlog import merkle
from server.tlog.checkpoints import TreeHead, open_checkpoint, sign_head
from server.tlog.merkle import TreeTooSmall
from server.tlog.signed_notes import COSIGNATURE, Signer, sign
from tests.contract.storage import rows
from tests.contract.storage.rows import NOW, SECOND, Clinic

LOG = Signer("localhost:8080/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = Signer(
    "witness.test/w", Ed25519PrivateKey.from_private_bytes(b"\2" * 32), COSIGNATURE
)


async def signed(_newest: Checkpoint | None, size: int, root: bytes) -> str:
    return sign_head(TreeHead(LOG.name, size, root), LOG)


async def take(database: Database, holder: str = "a") -> Lease:
    async with database.write() as tx:
        lease = await leases.acquire(tx, "log", holder, 60)
    assert lease is not None
    return lease


async def sequence(
    database: Database, lease: Lease, *, limit: int = 1_000, now: int = NOW
) -> Checkpoint | None:
    async with database.write() as tx:
        return await tlog_appending.append(tx, lease, signed, limit=limit, now=now)


async def write(
    database: Database, keyring: Keyring, encounter_id: str, count: int, *, now: int = NOW
) -> None:
    async with database.write() as tx:
        entries = [("note.delta", "practitioner:ana", b"%d" % one) for one in range(count)]
        await chart_log.append(tx, encounter_id, entries, keyring=keyring, now=now)


async def leaves(database: Database) -> list[bytes]:
    """Return the leaf hashes in the order of the tree, having looked that none is missing."""
    async with database.read() as tx:
        query = select(chart_entries.c.log_index, chart_entries.c.leaf_hash).where(
            chart_entries.c.log_index.is_not(None)
        )
        found = (await tx.execute(query.order_by(chart_entries.c.log_index))).all()
    assert [index for index, _ in found] == list(range(len(found)))
    return [bytes.fromhex(hashed) for _, hashed in found]


async def require_whole(database: Database, expected: int) -> Checkpoint:
    """Look that the newest checkpoint is over exactly the entries there are."""
    hashes = await leaves(database)
    async with database.read() as tx:
        newest = await tlog.latest(tx)
        assert not await tlog.anything_waits(tx)
    assert newest is not None
    assert newest.size == len(hashes) == expected
    assert newest.root == merkle.root_of(hashes)
    head, _ = open_checkpoint(newest.note, LOG.verifier_key)
    assert (head.size, head.root) == (newest.size, newest.root)
    return newest


async def test_an_empty_log_has_no_checkpoint(database: Database) -> None:
    assert await sequence(database, await take(database)) is None
    async with database.read() as tx:
        assert await tlog.latest(tx) is None
        assert await tlog.latest_cosigned(tx) is None
        assert await tlog.tile(tx, 0, 0) is None
        with pytest.raises(TreeTooSmall):
            await tlog.consistency(tx, 0, 1)


async def test_every_entry_is_a_leaf_and_proves_it(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    lease = await take(database)
    roots: dict[int, bytes] = {}
    for count in (1, 2, 300, 7):
        await write(database, keyring, clinic.encounter_id, count)
        made = await sequence(database, lease)
        assert made is not None
        roots[made.size] = made.root
    newest = await require_whole(database, 310)
    hashes = await leaves(database)
    async with database.read() as tx:
        places = await tlog.indexes(tx, clinic.encounter_id)
        assert sorted(one for one in places.values() if one is not None) == list(range(310))
        proofs = await tlog.inclusions(tx, range(310), 310)
        for index, proof in proofs.items():
            assert merkle.verify_inclusion(hashes[index], index, 310, proof, newest.root)
        assert await tlog.inclusion(tx, 299, 310) == proofs[299]
        for old, root in roots.items():
            proof = await tlog.consistency(tx, old, 310)
            assert merkle.verify_consistency(old, 310, proof, root, newest.root)
        with pytest.raises(TreeTooSmall):
            await tlog.inclusion(tx, 310, 311)


async def test_what_was_there_before_the_log_is_taken_in_by_bounded_batches(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    for second in range(5):
        now = NOW + second * SECOND
        await write(database, keyring, clinic.encounter_id, 10, now=now)
    async with database.read() as tx:
        assert await tlog.waiting(tx) == tlog.Waiting(50, NOW)
    lease = await take(database)
    sizes = []
    while (made := await sequence(database, lease, limit=12)) is not None:
        sizes.append(made.size)
    assert sizes == [12, 24, 36, 48, 50]
    await require_whole(database, 50)
    async with database.read() as tx:
        assert await tlog.waiting(tx) == tlog.Waiting(0, None)
        places = await tlog.indexes(tx, clinic.encounter_id)
    assert [places[seq] for seq in range(1, 51)] == list(range(50))


async def test_a_paused_sequencer_that_wakes_writes_nothing(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    asleep = await take(database, "asleep")
    await write(database, keyring, clinic.encounter_id, 3)
    async with database.write() as tx:
        await tx.execute(update(lease_rows).values(expires_at=0))
    awake = await take(database, "awake")
    with pytest.raises(LeaseLost):
        await sequence(database, asleep)
    async with database.read() as tx:
        assert await tlog.latest(tx) is None
    assert await sequence(database, awake) is not None
    with pytest.raises(LeaseLost):
        await sequence(database, asleep)
    await require_whole(database, 3)


async def test_charts_that_grow_at_once_lose_nothing_and_wait_for_nobody(
    database: Database, neighbour: Database, keyring: Keyring, clinic: Clinic
) -> None:
    async with database.write() as tx:
        others = [await encounters.create(tx, rows.encounter(number)) for number in range(2, 6)]
    charts: Sequence[str] = [clinic.encounter_id, *(one.encounter_id for one in others)]
    done = asyncio.Event()

    async def grow(encounter_id: str) -> None:
        for number in range(8):
            await write(database, keyring, encounter_id, 3, now=NOW + number)

    async def keep_sequencing() -> None:
        lease = await take(neighbour)
        while not done.is_set() or await sequence(neighbour, lease, limit=7) is not None:
            await sequence(neighbour, lease, limit=7)

    sequencing = asyncio.create_task(keep_sequencing())
    await asyncio.gather(*map(grow, charts))
    done.set()
    await sequencing
    await require_whole(database, 5 * 8 * 3)


@pytest.mark.parametrize("point", list(FaultPoint))
async def test_a_batch_that_broke_off_is_whole_or_not_at_all(
    database: Database,
    faults: ScriptedFaults,
    keyring: Keyring,
    clinic: Clinic,
    point: FaultPoint,
) -> None:
    lease = await take(database)
    await write(database, keyring, clinic.encounter_id, 300)
    with faults.failing(point), pytest.raises((CommitFailed, CommitOutcomeUnknown)):
        await sequence(database, lease)
    await write(database, keyring, clinic.encounter_id, 5)
    made = await sequence(database, lease)
    assert made is not None
    await require_whole(database, 305)


async def test_a_tree_that_is_not_as_it_was_left_is_not_continued(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    lease = await take(database)
    await write(database, keyring, clinic.encounter_id, 3)
    await sequence(database, lease)
    await write(database, keyring, clinic.encounter_id, 1)
    async with database.write() as tx:
        kept = (await tx.execute(select(log_tiles.c.hashes))).scalar_one()
        await tx.execute(update(log_tiles).values(hashes=bytes(32) + bytes(kept)[32:]))
    with pytest.raises(LogBroken, match="another root"):
        await sequence(database, lease)
    async with database.write() as tx:
        await tx.execute(delete(log_tiles))
    with pytest.raises(LogBroken, match="not as it was left"):
        await sequence(database, lease)


async def test_an_altered_place_has_no_proof(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    lease = await take(database)
    await write(database, keyring, clinic.encounter_id, 5)
    made = await sequence(database, lease)
    assert made is not None
    third = chart_entries.c.seq == 3
    async with database.read() as tx:
        hashed = (await tx.execute(select(chart_entries.c.leaf_hash).where(third))).scalar_one()
    for log_index in (5, 77, None):
        async with database.write() as tx:
            await tx.execute(update(chart_entries).where(third).values(log_index=log_index))
        async with database.read() as tx:
            place = (await tlog.indexes(tx, clinic.encounter_id))[3]
            assert place == log_index
            if place is not None:
                with pytest.raises(TreeTooSmall):
                    await tlog.inclusion(tx, place, made.size)
            proof = await tlog.inclusion(tx, 3, made.size)
        assert not merkle.verify_inclusion(bytes.fromhex(hashed), 3, 5, proof, made.root)
    # Taken out of the tree it comes in once more, behind all others; the tree stays whole.
    again = await sequence(database, lease)
    assert again is not None
    async with database.read() as tx:
        proof = await tlog.consistency(tx, 5, 6)
    assert merkle.verify_consistency(5, 6, proof, made.root, again.root)


async def test_a_cosignature_stands_behind_its_checkpoint(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    lease = await take(database)
    name = str(WITNESS.verifier_key)
    for _ in range(2):
        await write(database, keyring, clinic.encounter_id, 2)
        await sequence(database, lease)
    async with database.read() as tx:
        newest = await tlog.latest(tx)
        assert await tlog.cosigned_size(tx, name) == 0
    assert newest is not None
    text = newest.note.partition("\n\n")[0] + "\n"
    line = sign(text, WITNESS, time=NOW // SECOND)
    async with database.write() as tx:
        assert await tlog_appending.add_cosignature(tx, 4, name, line, now=NOW)
        assert await tlog_appending.add_cosignature(tx, 4, name, line, now=NOW)
        assert not await tlog_appending.add_cosignature(tx, 3, name, line, now=NOW)
    await write(database, keyring, clinic.encounter_id, 1)
    await sequence(database, lease)
    async with database.read() as tx:
        assert await tlog.cosigned_size(tx, name) == 4
        cosigned, newest = await tlog.latest_cosigned(tx), await tlog.latest(tx)
    assert cosigned is not None
    assert newest is not None
    assert (cosigned.size, newest.size) == (4, 5)
    _, opened = open_checkpoint(cosigned.note, LOG.verifier_key, [WITNESS.verifier_key])
    assert len(opened.signatures) == 2


async def test_old_checkpoints_are_thinned_out_and_the_newest_never(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    lease = await take(database)
    for second in range(10):
        await write(database, keyring, clinic.encounter_id, 1)
        await sequence(database, lease, now=second * SECOND)
    async with database.write() as tx:
        line = "\u2014 w AAAA\n"
        await tlog_appending.add_cosignature(tx, 3, "w", line, now=NOW)
    after, total = 0, 0
    for _ in range(12):
        async with database.write() as tx:
            after, gone = await tlog_appending.thin_out(
                tx, after=after, before=NOW, every_us=5 * SECOND, limit=4
            )
        total += gone
    async with database.read() as tx:
        kept = (await tx.execute(select(log_checkpoints.c.size))).scalars().all()
        count = (await tx.execute(select(func.count()).select_from(log_tiles))).scalar_one()
    # Of each five seconds the last, and the last that a witness cosigned.
    assert sorted(kept) == [3, 5, 10]
    assert total == 7
    assert count == 1
    await require_whole(database, 10)
