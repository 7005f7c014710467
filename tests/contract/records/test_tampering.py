"""What the superuser of the database can do to a chart is found, and the entry is named."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, select, text, update

from server.fhir import gathering as fhir
from server.fhir.refusals import SignatureDoubtful
from server.keyring import Keyring
from server.keystore.shredding import Shred, shred
from server.records.making import record_of
from server.records.record import Holder
from server.records.verifying import Trust, verify
from server.storage import tlog, tlog_appending
from server.storage.database import Tx
from server.storage.tables import (
    chart_entries,
    encounters,
    log_checkpoints,
    log_tiles,
    signatures,
)
from server.tlog.merkle import HASH_BYTES
from tests.contract.records.charts import (
    FIRST,
    LAST,
    SECOND,
    SIGNED_SEQ,
    WRITTEN,
    Charts,
    change,
    row_of,
)
from tests.contract.records.forging import rehashed, signed_with
from tests.contract.storage.rows import BEN, NOW

Tamper = Callable[[Tx], Awaitable[object]]
OF_AN_EXAM = {
    "attestation_sha256": "ab" * 32,
    "authority_sha256": "ab" * 32,
    "rules_version": "2020-01-01.1",
}
HOLDERS: tuple[Holder, ...] = ("network", "spa", "patient")


async def untouched(_tx: Tx) -> None:
    """Do nothing."""


@pytest.mark.safeguard("164.312(c)(2)")
async def test_an_untouched_chart_is_exported_and_its_record_holds_for_every_holder(
    charts: Charts,
) -> None:
    assert await charts.named(untouched) == ""
    for holder in HOLDERS:
        file = await record_of(charts.core, FIRST, holder)
        verdict = verify(file, Trust())
        assert verdict.problem is None
        said = " ".join(verdict.holds)
        assert f"{LAST} entries from" in said
        assert f"signed 2025-06-15 15:06:40 UTC by practitioner:{'practitioner-ana'}" in said
        assert "by network for staff:kim" in said
        assert f"a tree of {2 * LAST} leaves" in said
        opened = [one for one in json.loads(file)["record"]["entries"] if one["payload"]]
        kinds = {one["kind"] for one in opened}
        assert ("note.snapshot" in kinds) == (holder == "patient")


async def test_the_proofs_of_an_exam_outlive_its_key(charts: Charts) -> None:
    core = charts.core
    gone = Shred("encounter", FIRST, "network-1", NOW, "compliance:account-1", "expired")
    await shred(core.database.keystore, [gone])
    forgetful = replace(core, keyring=Keyring(bytes(range(32))))
    for holder in HOLDERS:
        file = await record_of(forgetful, FIRST, holder)
        verdict = verify(file, Trust())
        assert verdict.problem is None
        said = " ".join(verdict.holds)
        assert "by practitioner:practitioner-ana: the chart up to entry" in said
        assert "Every entry is in the log" in said
        entries = json.loads(file)["record"]["entries"]
        assert all(one["payload"] is None for one in entries)
    assert "the key of the exam was destroyed" in " ".join(
        verify(await record_of(forgetful, FIRST, "network"), Trust()).holds
    )


@pytest.mark.safeguard("164.312(c)(1)")
async def test_every_flipped_column_of_an_entry_is_named(charts: Charts) -> None:
    async with charts.core.database.read() as tx:
        row = await row_of(tx, 5)
        other = await row_of(tx, 6)
    sealed = bytearray(bytes(row["sealed_entry"]))  # type: ignore[call-overload]
    sealed[40] ^= 1
    for column, value in {
        "kind": "note.delta",
        "at": 5,
        "actor": "practitioner:practitioner-ben",
        "leaf_version": 2,
        "previous_hash": "ab" * 32,
        "leaf_hash": "ab" * 32,
        "ciphertext_hash": "ab" * 32,
        "commitment": "ab" * 32,
        "sealed_entry": bytes(sealed),
        "log_index": 10_000,
    }.items():

        async def flip(tx: Tx, column: str = column, value: object = value) -> None:
            await change(tx, 5, {column: value})

        assert "entry 5" in await charts.named(flip), column
    assert set(row) == {
        "encounter_id",
        "seq",
        "kind",
        "at",
        "actor",
        "leaf_version",
        "previous_hash",
        "leaf_hash",
        "ciphertext_hash",
        "commitment",
        "sealed_entry",
        "log_index",
    }

    async def swap_places(tx: Tx) -> None:
        await change(tx, 5, {"log_index": None})
        await change(tx, 6, {"log_index": row["log_index"]})
        await change(tx, 5, {"log_index": other["log_index"]})

    assert "entry 5 (note.snapshot): it is not in the tree" in await charts.named(swap_places)


@pytest.mark.safeguard("164.312(c)(1)")
async def test_a_deleted_entry_is_named(charts: Charts) -> None:
    async def drop(tx: Tx, seq: int) -> None:
        where = (chart_entries.c.encounter_id == FIRST, chart_entries.c.seq == seq)
        await tx.execute(delete(chart_entries).where(*where))

    async def first(tx: Tx) -> None:
        await drop(tx, 1)

    async def middle(tx: Tx) -> None:
        await drop(tx, 5)

    async def last(tx: Tx) -> None:
        await drop(tx, LAST)

    assert "entry 1 is missing" in await charts.named(first)
    assert "entry 5 is missing" in await charts.named(middle)
    assert f"the chart ends with entry {LAST - 1}" in await charts.named(last)


@pytest.mark.safeguard("164.312(c)(1)")
async def test_entries_in_another_order_are_named(charts: Charts) -> None:
    async def swap(tx: Tx) -> None:
        for old, new in ((5, 99), (6, 5), (99, 6)):
            await change(tx, old, {"seq": new})

    assert "entry 5 (note.snapshot)" in await charts.named(swap)


async def truncate(tx: Tx, after: int) -> None:
    """Cut a chart off, and have its encounter say that it ends there."""
    kept = await row_of(tx, after)
    for table in (chart_entries, signatures):
        where = (table.c.encounter_id == FIRST, table.c.seq > after)
        await tx.execute(delete(table).where(*where))
    await tx.execute(
        update(encounters)
        .where(encounters.c.id == FIRST)
        .values(chart_seq=after, chart_head=kept["leaf_hash"], visit="in_progress")
    )


@pytest.mark.safeguard("164.312(c)(1)")
async def test_a_truncated_chart_is_found_however_neatly_it_was_cut(charts: Charts) -> None:
    async with charts.core.database.read() as tx:
        places = {seq: (await row_of(tx, seq))["log_index"] for seq in (4, LAST)}

    async def addendum_gone(tx: Tx) -> None:
        await truncate(tx, LAST - 1)

    async def signature_gone(tx: Tx) -> None:
        await truncate(tx, 3)

    found = await charts.named(addendum_gone)
    assert found.startswith(f"leaf {places[LAST]} of the tree has lost its entry")
    found = await charts.named(signature_gone)
    assert found.startswith(f"leaf {places[4]} of the tree has lost its entry")


@pytest.mark.safeguard("164.312(c)(1)")
async def test_a_database_rolled_back_whole_is_found_by_a_kept_checkpoint(
    charts: Charts,
) -> None:
    core = charts.core
    async with core.database.read() as tx:
        newest = await tlog.latest(tx)
    assert newest is not None
    file = await record_of(core, FIRST, "patient", since=newest.note)
    assert verify(file, Trust(since=newest.note)).problem is None

    async def rolled_back(tx: Tx) -> None:
        """Bring back the database of before the second exam: nothing in it is wrong."""
        for table in (chart_entries, signatures):
            await tx.execute(delete(table).where(table.c.encounter_id == SECOND))
        await tx.execute(delete(log_checkpoints).where(log_checkpoints.c.size > LAST))
        hashes = (await tx.execute(select(log_tiles.c.hashes))).scalar_one()
        await tx.execute(update(log_tiles).values(hashes=bytes(hashes)[: LAST * HASH_BYTES]))

    found = await charts.named(rolled_back, since=newest.note)
    assert found == f"the tree was rolled back: it had {2 * LAST} leaves, and has {LAST}"
    assert await charts.named(rolled_back) == ""  # so somebody else must have seen the tree


async def test_a_kept_checkpoint_newer_than_the_cosigned_one_is_no_rollback(
    charts: Charts,
) -> None:
    core = charts.core
    async with core.database.write() as tx:
        newest = await tlog.latest(tx)
        assert await tlog_appending.add_cosignature(tx, LAST, "w", "line", now=0)
    assert newest is not None
    file = await record_of(core, FIRST, "patient", since=newest.note)
    assert verify(file, Trust(since=newest.note)).problem is None


async def test_a_record_verifies_after_the_log_was_renamed(charts: Charts) -> None:
    settings = charts.core.settings.model_copy(update={"log_origin": "new.example/log"})
    file = await record_of(replace(charts.core, settings=settings), FIRST, "patient")
    assert verify(file, Trust()).problem is None


@pytest.mark.safeguard("164.312(c)(1)")
async def test_an_entry_played_again_is_named(charts: Charts) -> None:
    async def replay(tx: Tx, *columns: str) -> None:
        earlier = await row_of(tx, 5)
        await change(tx, 6, {name: earlier[name] for name in columns})

    content = ("kind", "at", "actor", "ciphertext_hash", "commitment", "sealed_entry")

    async def content_again(tx: Tx) -> None:
        await replay(tx, *content)

    async def all_of_it(tx: Tx) -> None:
        await replay(tx, *content, "previous_hash", "leaf_hash")

    async def old_head(tx: Tx) -> None:
        before = await row_of(tx, LAST - 1)
        values = {"chart_seq": LAST - 1, "chart_head": before["leaf_hash"]}
        await tx.execute(update(encounters).where(encounters.c.id == FIRST).values(**values))

    assert "entry 6" in await charts.named(content_again)
    assert "entry 6" in await charts.named(all_of_it)
    assert f"the chart ends with entry {LAST}" in await charts.named(old_head)


async def test_an_entry_or_a_signature_of_another_exam_is_named(charts: Charts) -> None:
    async def splice(tx: Tx, *, hashes: bool) -> None:
        other = await row_of(tx, 5, SECOND)
        kept = {"encounter_id", "seq", "log_index"}
        kept |= set() if hashes else {"previous_hash", "leaf_hash"}
        await change(tx, 5, {name: one for name, one in other.items() if name not in kept})

    async def content(tx: Tx) -> None:
        await splice(tx, hashes=False)

    async def all_of_it(tx: Tx) -> None:
        await splice(tx, hashes=True)

    async def whole_chart(tx: Tx) -> None:
        await tx.execute(delete(chart_entries).where(chart_entries.c.encounter_id == FIRST))
        await tx.execute(
            update(chart_entries)
            .where(chart_entries.c.encounter_id == SECOND)
            .values(encounter_id=FIRST)
        )
        head = (await row_of(tx, LAST))["leaf_hash"]
        await tx.execute(update(encounters).values(chart_head=head))

    async def signature(tx: Tx) -> None:
        query = select(signatures).where(
            signatures.c.encounter_id == SECOND, signatures.c.seq == SIGNED_SEQ
        )
        theirs = dict((await tx.execute(query)).mappings().one())
        del theirs["encounter_id"], theirs["seq"]
        await change(tx, SIGNED_SEQ, theirs, signatures)

    assert "entry 5" in await charts.named(content)
    assert "entry 5" in await charts.named(all_of_it)
    assert await charts.named(whole_chart) != ""
    assert f"the signature of entry {SIGNED_SEQ}" in await charts.named(signature)


@pytest.mark.safeguard("164.312(c)(1)")
async def test_a_chart_hashed_anew_is_found(charts: Charts) -> None:
    """What somebody can do who knows how leaves are made, and has no key."""

    async def without_an_entry(tx: Tx) -> None:
        await rehashed(tx, FIRST, lambda rows: [*rows[:4], *rows[5:]])

    async def later(tx: Tx) -> None:
        await rehashed(tx, FIRST, lambda rows: [*rows[:4], {**rows[4], "at": 5}, *rows[5:]])

    async def by_another(tx: Tx) -> None:
        other = {"actor": "practitioner:practitioner-ben"}
        await rehashed(tx, FIRST, lambda rows: [*rows[:4], {**rows[4], **other}, *rows[5:]])

    assert "leaf 4 of the tree has lost its entry" in await charts.named(without_an_entry)
    assert "entry 5 (note.snapshot): it is not in the tree" in await charts.named(later)
    assert "entry 5 (note.snapshot): it is not in the tree" in await charts.named(by_another)


@pytest.mark.safeguard("164.312(c)(1)")
async def test_every_change_of_a_signature_is_named(charts: Charts) -> None:
    async with charts.core.database.read() as tx:
        of_first = signatures.c.encounter_id == FIRST
        stored = (await tx.execute(select(signatures).where(of_first))).mappings().all()
    assert [one["seq"] for one in stored] == [SIGNED_SEQ, SIGNED_SEQ + 1, LAST]
    for row in stored:
        flipped = bytes([row["signature"][0] ^ 1, *row["signature"][1:]])
        for column, value in {
            "signature": flipped,
            "public_key": b"\1" * 32,
            "signed_at": 5,
            "chart_head": "ab" * 32,
            "practitioner_id": BEN.practitioner_id,
            "context": "exam_v1" if row["context"] == "exam_v2" else "exam_v2",
            **(OF_AN_EXAM if row["context"] == "exam_v2" else {}),
        }.items():

            async def altered(
                tx: Tx, seq: int = row["seq"], column: str = column, value: object = value
            ) -> None:
                await change(tx, seq, {column: value}, signatures)

            found = await charts.named(altered)
            assert f"the signature of entry {row['seq']}" in found, (row["seq"], column)

        async def gone(tx: Tx, seq: int = row["seq"]) -> None:
            where = (signatures.c.encounter_id == FIRST, signatures.c.seq == seq)
            await tx.execute(delete(signatures).where(*where))

        assert "its signature is not here" in await charts.named(gone)

    async def signed_anew(tx: Tx) -> None:
        """Sign the same with a key of one's own: that signature holds."""
        own = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
        await signed_with(tx, charts.core, own)
        with pytest.raises(SignatureDoubtful):  # nor does it go out as FHIR
            await fhir.gather(tx, charts.core, FIRST, b"%PDF")

    assert "is by another key than its signer's" in await charts.named(signed_anew)

    async def invented(tx: Tx) -> None:
        made = {**stored[0], "seq": 3}
        await tx.execute(insert(signatures).values(**made))

    assert "the signature of entry 3" in await charts.named(invented)


@pytest.mark.safeguard("164.312(c)(1)")
async def test_a_changed_tree_is_found(charts: Charts) -> None:
    async def tile(tx: Tx) -> None:
        hashes = (await tx.execute(select(log_tiles.c.hashes))).scalars().first()
        assert hashes is not None
        altered = bytes([*hashes[:-1], hashes[-1] ^ 1])
        await tx.execute(update(log_tiles).values(hashes=altered))

    async def note(tx: Tx) -> None:
        newest = await tlog.latest(tx)
        assert newest is not None
        forged = newest.note.replace("log", "fog", 1)
        await tx.execute(update(log_checkpoints).values(note=forged))

    async def unsequenced(tx: Tx) -> None:
        await change(tx, 5, {"log_index": None})

    async def tiles_gone(tx: Tx) -> None:
        await tx.execute(text("DELETE FROM log_tiles"))

    assert "it is not in the tree" in await charts.named(tile)
    assert "the checkpoint" in await charts.named(note)
    assert "entry 5 is not in the tree yet" in await charts.named(unsequenced)
    assert "the tree is not as large as was signed" in await charts.named(tiles_gone)


def test_the_exam_has_the_entries_that_these_tests_name() -> None:
    assert [one.kind for one in WRITTEN[4:6]] == ["note.snapshot"] * 2
