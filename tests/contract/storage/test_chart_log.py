"""The chart never forks, and nothing in it can be changed unnoticed."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from sqlalchemy import LargeBinary, delete, insert, select, update
from sqlalchemy.sql import ColumnElement

from media.call import Call, CallState
from server.chart.leaf import GENESIS, ciphertext_hash, commitment, leaf_hash, verify_chain
from server.keyring import Keyring
from server.sealing import SealBroken
from server.storage import chart_extract, chart_log, documents, encounters, roster, signatures
from server.storage.chart_log import Appended, StoredEntry
from server.storage.database import Database
from server.storage.errors import ChartBroken, CommitFailed, KeyMissing, RowMissing
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.signatures import Signature
from server.storage.tables import chart_entries
from server.storage.tables import documents as document_rows
from server.storage.tables import encounters as encounter_rows
from tests.contract.storage import rows
from tests.contract.storage.rows import NOW, Clinic, encounter

TEXTS = [b'{"n": 1}', b'{"n": 2}', b"", b'{"n": 4}']
HEX = "5" * 64


async def append(
    database: Database,
    keyring: Keyring,
    *texts: bytes,
    one: str = "encounter-1",
    now: int = NOW,
) -> Appended:
    async with database.write() as tx:
        entries = [("note_snapshot", "practitioner:ana", text) for text in texts]
        return await chart_log.append(tx, one, entries, keyring=keyring, now=now)


async def load(
    database: Database, keyring: Keyring, one: str = "encounter-1"
) -> list[StoredEntry]:
    async with database.read() as tx:
        return await chart_log.load(tx, one, keyring=keyring)


@pytest.fixture
async def charted(database: Database, keyring: Keyring, clinic: Clinic) -> Clinic:
    await append(database, keyring, *TEXTS)
    return clinic


@pytest.mark.parametrize("count", [1, 3, 9])
async def test_the_last_entries_of_a_kind_are_given_in_order(
    database: Database, keyring: Keyring, charted: Clinic, count: int
) -> None:
    async with database.write() as tx:
        other = [("call_started", "practitioner:ana", b"{}")]
        await chart_log.append(tx, charted.encounter_id, other, keyring=keyring, now=NOW)
    async with database.read() as tx:
        found = await chart_extract.latest_of_kinds(
            tx, charted.encounter_id, ["note_snapshot"], count=count, keyring=keyring
        )
        none = await chart_extract.latest_of_kinds(
            tx, charted.encounter_id, ["addendum"], count=count, keyring=keyring
        )
    assert found == [(NOW, text) for text in TEXTS[-count:]]
    assert none == []


async def test_what_is_appended_is_loaded_in_order(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    first = await append(database, keyring, *TEXTS[:2])
    second = await append(database, keyring, *TEXTS[2:], now=NOW + 1)
    assert (list(first.seqs), list(second.seqs)) == ([1, 2], [3, 4])
    loaded = await load(database, keyring)
    assert [one.plaintext for one in loaded] == TEXTS
    assert [one.seq for one in loaded] == [1, 2, 3, 4]
    assert [one.at for one in loaded] == [NOW, NOW, NOW + 1, NOW + 1]
    assert {(one.kind, one.actor) for one in loaded} == {("note_snapshot", "practitioner:ana")}
    assert loaded[-1].leaf_hash == second.head == leaf_hash(loaded[-1].leaf)
    async with database.read() as tx:
        stored = await encounters.get(tx, clinic.encounter_id)
        leaves = await chart_log.leaves(tx, clinic.encounter_id)
    assert (stored.chart_seq, stored.chart_head) == (4, second.head)
    assert verify_chain(leaves, head=second.head) is None


async def test_an_empty_chart_is_whole(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    del clinic
    assert await load(database, keyring) == []
    nothing = await append(database, keyring)
    assert (list(nothing.seqs), nothing.head) == ([], GENESIS)


async def test_a_chart_belongs_to_an_encounter(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    del clinic
    with pytest.raises(RowMissing):
        await append(database, keyring, b"x", one="nothing")
    with pytest.raises(RowMissing):
        await load(database, keyring, one="nothing")


async def test_a_failed_commit_leaves_the_chart_as_it_was(
    database: Database, keyring: Keyring, charted: Clinic, faults: ScriptedFaults
) -> None:
    del charted
    with faults.failing(FaultPoint.BEFORE_COMMIT), pytest.raises(CommitFailed):
        await append(database, keyring, b"lost")
    await append(database, keyring, b"kept")
    assert [one.plaintext for one in await load(database, keyring)] == [*TEXTS, b"kept"]


async def test_writers_at_once_never_fork_a_chart(
    database: Database, neighbour: Database, keyring: Keyring, clinic: Clinic
) -> None:
    """Two processes, each with its own keyring, begin a chart that has no key yet."""
    del clinic
    theirs = Keyring(bytes(range(32)), random_bytes=rows.seeded_bytes(7))
    homes = [(database, keyring), (neighbour, theirs)] * 6
    texts = [f"entry {number}".encode() for number in range(len(homes))]
    got = await asyncio.gather(
        *(append(home, ring, text) for (home, ring), text in zip(homes, texts, strict=True))
    )
    assert sorted(one.seqs[0] for one in got) == list(range(1, 13))
    for ring in (keyring, theirs):
        loaded = await load(database, ring)
        assert sorted(one.plaintext for one in loaded) == sorted(texts)
        chain = [one.leaf_hash for one in loaded]
        assert [one.leaf.previous_hash for one in loaded] == [GENESIS, *chain[:-1]]
        assert all(before != after for before, after in pairwise(chain))


async def test_writers_who_refer_to_an_encounter_and_then_append_do_not_deadlock(
    database: Database, neighbour: Database, keyring: Keyring, charted: Clinic
) -> None:
    referred = asyncio.Event()

    async def refer_and_append(home: Database, generation: int) -> None:
        call = Call(generation, CallState.CONNECTING, NOW)
        entry = ("call_started", "system", b"%d" % generation)
        async with home.write() as tx:
            await roster.save_call(tx, charted.encounter_id, call, outcome="connecting")
            if generation == 1:
                theirs.append(asyncio.create_task(refer_and_append(neighbour, 2)))
                await asyncio.wait({asyncio.create_task(referred.wait())}, timeout=0.2)
            referred.set()
            await chart_log.append(tx, charted.encounter_id, [entry], keyring=keyring, now=NOW)

    theirs: list[asyncio.Task[None]] = []
    await refer_and_append(database, 1)
    await asyncio.gather(*theirs)
    added = {one.plaintext for one in (await load(database, keyring))[len(TEXTS) :]}
    assert added == {b"1", b"2"}


# ------------------------------------------------------------------ tampering

ALTERED: dict[str, object] = {
    "kind": "addendum",
    "at": NOW + 1,
    "actor": "practitioner:ben",
    "leaf_version": 2,
    "previous_hash": HEX,
    "leaf_hash": HEX,
    "ciphertext_hash": HEX,
    "commitment": HEX,
    "seq": 9,
    "encounter_id": "encounter-2",
}
ELSEWHERE = {"log_index"}  # not of the chart: an altered place has no proof (test_tlog)


def third() -> ColumnElement[bool]:
    return (chart_entries.c.encounter_id == "encounter-1") & (chart_entries.c.seq == 3)


def test_every_column_of_an_entry_is_altered_below() -> None:
    sealed = {one.name for one in chart_entries.columns if isinstance(one.type, LargeBinary)}
    columns = {one.name for one in chart_entries.columns}
    assert set(ALTERED) | sealed | ELSEWHERE == columns


@pytest.mark.parametrize("column", ALTERED)
async def test_an_altered_column_is_found(
    database: Database, keyring: Keyring, charted: Clinic, column: str
) -> None:
    del charted
    async with database.write() as tx:
        await encounters.create(tx, encounter(2))
        await tx.execute(update(chart_entries).where(third()).values({column: ALTERED[column]}))
    with pytest.raises(ChartBroken) as broken:
        await load(database, keyring)
    assert (broken.value.encounter_id, broken.value.seq) == ("encounter-1", 3)


@pytest.mark.parametrize("offset", [0, 4, 10, 40, -1])
async def test_an_altered_ciphertext_is_found(
    database: Database, keyring: Keyring, charted: Clinic, offset: int
) -> None:
    del charted
    async with database.write() as tx:
        query = select(chart_entries.c.sealed_entry).where(third())
        sealed = bytearray((await tx.execute(query)).scalar_one())
        sealed[offset] ^= 1
        await tx.execute(
            update(chart_entries).where(third()).values(sealed_entry=bytes(sealed))
        )
    with pytest.raises(ChartBroken) as broken:
        await load(database, keyring)
    assert broken.value.seq == 3


@pytest.mark.parametrize("seq", [1, 3, 4])
async def test_a_removed_entry_is_found(
    database: Database, keyring: Keyring, charted: Clinic, seq: int
) -> None:
    del charted
    async with database.write() as tx:
        await tx.execute(delete(chart_entries).where(chart_entries.c.seq == seq))
    with pytest.raises(ChartBroken) as broken:
        await load(database, keyring)
    assert broken.value.seq == seq


async def test_an_added_entry_is_found(
    database: Database, keyring: Keyring, charted: Clinic
) -> None:
    del charted
    async with database.write() as tx:
        row = (await tx.execute(select(chart_entries).where(third()))).mappings().one()
        await tx.execute(insert(chart_entries).values({**row, "seq": 5}))
    with pytest.raises(ChartBroken) as broken:
        await load(database, keyring)
    assert broken.value.seq == 5


async def test_an_older_head_is_found(
    database: Database, keyring: Keyring, charted: Clinic
) -> None:
    del charted
    async with database.write() as tx:
        await tx.execute(update(encounter_rows).values(chart_head=HEX))
    with pytest.raises(ChartBroken) as broken:
        await load(database, keyring)
    assert broken.value.seq == 4


@pytest.mark.parametrize(
    ("ours", "why"), [(False, "does not open"), (True, "opens as another text")]
)
async def test_an_entry_with_a_perfect_chain_is_not_believed_for_that(
    database: Database, keyring: Keyring, charted: Clinic, *, ours: bool, why: str
) -> None:
    """Forged with a strange key, or with ours but for another text than was committed to."""
    async with database.write() as tx:
        key = await keyring.encounter_key(tx, charted.encounter_id, "network-1")
        place = chart_log.entry_place(charted.encounter_id, 5, "network-1")
        sealed = keyring.seal(key if ours else b"k" * 32, b"s" * 32 + b"forged", place)
        head = (await tx.execute(select(encounter_rows.c.chart_head))).scalar_one()
        await tx.execute(insert(chart_entries).values(_forged(head, sealed)))
        forged = leaf_hash((await chart_log.leaves(tx, charted.encounter_id))[-1])
        last = chart_entries.c.seq == 5
        await tx.execute(update(chart_entries).where(last).values(leaf_hash=forged))
        await tx.execute(update(encounter_rows).values(chart_seq=5, chart_head=forged))
    with pytest.raises(ChartBroken, match=why) as broken:
        await load(database, keyring)
    assert broken.value.seq == 5


def _forged(head: str, sealed: bytes) -> dict[str, object]:
    return {
        "encounter_id": "encounter-1",
        "seq": 5,
        "kind": "addendum",
        "at": NOW,
        "actor": "practitioner:ana",
        "leaf_version": 1,
        "previous_hash": head,
        "leaf_hash": HEX,
        "ciphertext_hash": ciphertext_hash(sealed),
        "commitment": commitment(b"s" * 32, b"committed to"),
        "sealed_entry": sealed,
    }


async def test_a_read_never_makes_a_key(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    async with database.read() as tx:
        with pytest.raises(KeyMissing):
            await keyring.encounter_key(tx, clinic.encounter_id, "network-1")


# ------------------------------------------------------------------ what is made from it


async def test_signatures_are_kept_with_what_they_sign(
    database: Database, charted: Clinic
) -> None:
    signed = Signature(
        charted.encounter_id, 4, HEX, rows.ANA.practitioner_id, b"p" * 32, b"s" * 64, NOW
    )
    async with database.write() as tx:
        assert await signatures.of_encounter(tx, charted.encounter_id) == []
        await signatures.add(tx, signed)
        assert await signatures.of_encounter(tx, charted.encounter_id) == [signed]


async def test_a_document_is_sealed_and_comes_back(
    database: Database, keyring: Keyring, charted: Clinic
) -> None:
    one = charted.encounter_id
    async with database.write() as tx:
        assert await documents.get(tx, one, "exam", keyring=keyring) is None
        assert await documents.digest(tx, one, "exam") is None
        await documents.put(tx, one, "exam", b"%PDF old", keyring=keyring, now=NOW)
        digest = await documents.put(tx, one, "exam", b"%PDF new", keyring=keyring, now=NOW)
        assert await documents.get(tx, one, "exam", keyring=keyring) == b"%PDF new"
        assert await documents.digest(tx, one, "exam") == digest
        await tx.execute(update(document_rows).values(kind="patient_copy"))
        with pytest.raises(SealBroken):
            await documents.get(tx, one, "patient_copy", keyring=keyring)


async def test_a_document_that_shows_more_of_the_chart_is_not_replaced(
    database: Database, keyring: Keyring, charted: Clinic
) -> None:
    one = charted.encounter_id
    async with database.write() as tx:
        for text, shown in ((b"%PDF 5", 5), (b"%PDF 4", 4)):
            await documents.put(
                tx, one, "exam", text, keyring=keyring, now=NOW, chart_seq=shown
            )
        assert await documents.get(tx, one, "exam", keyring=keyring) == b"%PDF 5"
        await documents.put(tx, one, "exam", b"%PDF 6", keyring=keyring, now=NOW, chart_seq=6)
        assert await documents.get(tx, one, "exam", keyring=keyring) == b"%PDF 6"
