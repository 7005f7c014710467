"""What is destroyed is gone for good, its proofs hold, and what is held stays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import delete, select, update

from server.ages import day_of
from server.chart.leaf import leaf_hash, verify_chain
from server.identities import DESTROYED, identity_of, listed
from server.keyring import Keyring
from server.keystore.shredding import shred, shredded
from server.keystore.tables import keys, shreds
from server.problems import problem, status_of
from server.retention import legal
from server.retention.expiring import let_go, require_clock, standings
from server.retention.legal import Contracted
from server.retention.refusals import ClockDoubted, HoldUnclear
from server.retention.replaying import Replayed, replay_shreds
from server.storage import (
    audit,
    authorizations,
    chart_extract,
    chart_log,
    documents,
    encounters,
    patients,
    retention,
)
from server.storage import uploads as stored_uploads
from server.storage.audit_tables import audit_entries
from server.storage.authorizations import UseRow
from server.storage.database import Database, Tx
from server.storage.errors import KeyShredded, RowMissing
from server.storage.retention_tables import retention_contracts, shred_log
from server.storage.tables import documents as documents_table
from server.storage.tables import uploads as uploads_table
from tests.contract.storage.retained import ACTOR, LATER, Kept
from tests.contract.storage.rows import NOW, encounter
from tests.contract.storage.test_authorizations import ONE as ORDERED
from tests.contract.storage.test_uploads import PHOTO

ROOT = bytes(range(32))


async def assert_gone(kept: Kept, keyring: Keyring, one: str = "encounter-1") -> None:
    async with kept.database.read() as tx:
        with pytest.raises(KeyShredded):
            await chart_log.load(tx, one, keyring=keyring)
        with pytest.raises(KeyShredded):
            await documents.get(tx, one, "exam", keyring=keyring)
        if one == PHOTO.encounter_id:
            with pytest.raises(KeyShredded):
                await stored_uploads.opened(
                    tx, one, PHOTO.upload_id, "sealed_image", keyring=keyring
                )
        found = await tx.execute(
            select(documents_table.c.sealed_pdf, uploads_table.c.sealed_image)
            .select_from(
                documents_table.outerjoin(uploads_table, uploads_table.c.encounter_id == one)
            )
            .where(documents_table.c.encounter_id == one)
        )
        assert [tuple(row) for row in found] == [(b"", None)]


async def test_what_nothing_holds_goes_with_its_keys_and_bytes(kept: Kept) -> None:
    assert await kept.standing() == {
        "encounter-1": (True, "jurisdiction"),
        "encounter-2": (True, "jurisdiction"),
    }
    done = await kept.expire()
    assert [one.named for one in done] == [
        ("encounter", "encounter-1"),
        ("encounter", "encounter-2"),
        ("patient", "patient-1"),
    ]
    for keyring in (kept.core.keyring, Keyring(ROOT)):
        await assert_gone(kept, keyring, "encounter-1")
        await assert_gone(kept, keyring, "encounter-2")
    assert await shredded(kept.database.keystore) == done
    async with kept.database.read() as tx:
        assert await retention.logged(tx) == done
        told = await audit.pending(tx, limit=9)
    assert [(one.action, one.role, one.patient_id) for one in told] == [
        ("shredded", "operator", "patient-1")
    ] * 3
    assert {one.encounter_id for one in told} == {"encounter-1", "encounter-2", None}
    assert {(one.actor, one.reason, one.at) for one in done} == {
        (ACTOR, "retention over", LATER)
    }
    assert await kept.expire() == []
    assert await kept.standing() == {}


async def test_the_chain_and_the_leaf_hashes_of_a_destroyed_chart_still_verify(
    kept: Kept,
) -> None:
    async with kept.database.read() as tx:
        before = await chart_log.leaves(tx, "encounter-1")
        head = (await encounters.get(tx, "encounter-1")).chart_head
    await kept.expire()
    async with kept.database.read() as tx:
        after = await chart_log.leaves(tx, "encounter-1")
        assert (await encounters.get(tx, "encounter-1")).chart_head == head
        assert await documents.digest(tx, "encounter-1", "exam") is not None
    assert after == before
    assert verify_chain(after, head=head) is None
    assert leaf_hash(after[-1]) == head


async def test_a_destroyed_patient_is_shown_as_such_and_found_by_nothing(kept: Kept) -> None:
    await kept.expire()
    async with kept.database.read() as tx:
        one = await encounters.get(tx, "encounter-1")
        with pytest.raises(KeyShredded) as refused:
            await identity_of(tx, kept.core.keyring, one)
        assert (await listed(tx, kept.core.keyring, one)).legal_name == DESTROYED
        assert await patients.by_index(tx, "spa-1", "a" * 64) is None
        found = await chart_extract.of_kinds(
            tx, ["encounter-1"], ["kind.a"], keyring=kept.core.keyring
        )
        assert found == {}
    assert (status_of(refused.value), problem(refused.value).code) == (410, "record_shredded")


async def test_nothing_is_written_under_a_destroyed_key(kept: Kept) -> None:
    await kept.expire()
    with pytest.raises(KeyShredded):
        async with kept.database.write() as tx:
            await chart_log.append(
                tx, "encounter-1", [("k", "a:b", b"x")], keyring=Keyring(ROOT), now=LATER
            )


async def ordered(tx: Tx, number: int) -> None:
    """Add what an exam ordered, and what was given under it."""
    one = replace(
        ORDERED,
        id=f"authorization-{number}",
        encounter_id=f"encounter-{number}",
        sealed_terms=b"the order",
    )
    await authorizations.add(tx, one)
    given = UseRow(f"use-{number}", one.id, "spa:kim", NOW, NOW, "", b"the treatment")
    await authorizations.add_use(tx, given)


async def orders_left(kept: Kept) -> dict[str, tuple[bytes, bytes]]:
    """Return what is left of orders and treatments, by encounter."""
    async with kept.database.read() as tx:
        rows = await authorizations.of_patient(tx, "patient-1")
        uses = [await authorizations.uses_of(tx, row.id) for row in rows]
    return {
        row.encounter_id: (row.sealed_terms, use.sealed_use)
        for row, [use] in zip(rows, uses, strict=True)
    }


async def test_a_hold_keeps_one_chart_and_its_patient_until_it_is_released(kept: Kept) -> None:
    async with kept.database.write() as tx:
        for number in (1, 2):
            await ordered(tx, number)
        row = await legal.hold(
            tx,
            kept.core,
            encounter_id="encounter-1",
            patient_id=None,
            reason="subpoena 12",
            by="Kim, counsel",
        )
    assert (await kept.standing())["encounter-1"] == (False, "legal_hold")
    assert [one.named for one in await kept.expire()] == [("encounter", "encounter-2")]
    async with kept.database.read() as tx:
        assert len(await chart_log.load(tx, "encounter-1", keyring=kept.core.keyring)) == 3
        await identity_of(tx, kept.core.keyring, await encounters.get(tx, "encounter-1"))
    assert await orders_left(kept) == {
        "encounter-1": (b"the order", b"the treatment"),
        "encounter-2": (b"", b""),
    }
    async with kept.database.write() as tx:
        await legal.release(tx, kept.core, row.id, reason="settled", by="Kim, counsel")
    with pytest.raises(RowMissing):
        async with kept.database.write() as tx:
            await legal.release(tx, kept.core, row.id, reason="settled", by="Kim, counsel")
    async with kept.database.read() as tx:
        [kept_row] = await retention.holds(tx, standing=False)
        assert (kept_row.reason, kept_row.released_reason) == ("subpoena 12", "settled")
        assert await retention.holds(tx) == []
    assert [one.purpose for one in await kept.expire()] == ["encounter", "patient"]
    assert set((await orders_left(kept)).values()) == {(b"", b"")}


async def test_with_a_patient_goes_what_was_ordered_and_given(kept: Kept) -> None:
    async with kept.database.write() as tx:
        for number in (1, 2):
            await ordered(tx, number)
        await retention.erase_patients(tx, ["patient-2"])
    assert set((await orders_left(kept)).values()) == {(b"the order", b"the treatment")}
    async with kept.database.write() as tx:
        await retention.erase_patients(tx, ["patient-1"])
    assert set((await orders_left(kept)).values()) == {(b"", b"")}


async def test_a_hold_on_a_patient_holds_every_chart(kept: Kept) -> None:
    async with kept.database.write() as tx:
        await legal.hold(
            tx, kept.core, encounter_id=None, patient_id="patient-1", reason="r", by="k"
        )
    assert await kept.expire() == []


async def test_a_hold_that_is_set_after_the_list_was_made_is_heeded(kept: Kept) -> None:
    found = [one async for one in standings(kept.core, day_of(kept.clock.now()))]
    async with kept.database.write() as tx:
        await legal.hold(
            tx, kept.core, encounter_id=None, patient_id="patient-1", reason="r", by="k"
        )
    assert await let_go(kept.core, found[0], actor=ACTOR) == []


UNCLEAR: list[tuple[str | None, str | None, str, str]] = [
    (None, None, "r", "k"),
    ("encounter-1", "patient-1", "r", "k"),
    ("encounter-1", None, " ", "k"),
    ("encounter-1", None, "r", ""),
    ("encounter-1", None, "r" * 501, "k"),
]


async def test_a_hold_says_what_why_and_who(kept: Kept) -> None:
    async with kept.database.write() as tx:
        for one, patient, reason, by in UNCLEAR:
            with pytest.raises(HoldUnclear):
                await legal.hold(
                    tx, kept.core, encounter_id=one, patient_id=patient, reason=reason, by=by
                )


async def test_a_contract_and_a_later_visit_hold_longer(kept: Kept) -> None:
    async with kept.database.write() as tx:
        await legal.contract(tx, kept.core, "spa-1", years=9, reference="MSA 4", by="Kim")
    assert (await kept.standing())["encounter-1"] == (False, "contract")
    async with kept.database.write() as tx:
        await legal.contract(
            tx, kept.core, "spa-1", years=0, reference="MSA 4", by="Kim", shorter="It ended."
        )
        await encounters.create(tx, encounter(3, requested_at=LATER, changed_at=LATER))
    assert await kept.standing() == {
        "encounter-1": (False, "jurisdiction"),
        "encounter-2": (False, "jurisdiction"),
        "encounter-3": (False, "open"),
    }


async def test_fewer_years_of_a_contract_need_a_reason_which_is_kept(kept: Kept) -> None:
    async with kept.database.write() as tx:
        set_now = partial(legal.contract, tx, kept.core, "spa-1", reference="MSA 4", by="Kim")
        assert await set_now(years=9) == Contracted("network-1", 9, shortened=False)
        for why in (None, " ", "x" * 500):
            with pytest.raises(HoldUnclear):
                await set_now(years=8, shorter=why)
        assert await retention.contracts(tx) == {"spa-1": 9}
        assert await set_now(years=8, shorter="MSA 5") == Contracted(
            "network-1", 8, shortened=True
        )
        [row] = (await tx.execute(select(retention_contracts))).all()
    assert (row.years, row.reference) == (8, "MSA 4 (shorter: MSA 5)")


async def test_a_clock_that_is_years_ahead_destroys_nothing(kept: Kept) -> None:
    with pytest.raises(ClockDoubted):
        await require_clock(kept.core)
    async with kept.database.write() as tx:
        await encounters.create(tx, encounter(3, requested_at=LATER, changed_at=LATER))
    await require_clock(kept.core)


# ------------------------------------------------------------------ after a restore


async def test_a_start_without_a_restore_changes_nothing(kept: Kept) -> None:
    assert await replay_shreds(kept.core) == Replayed(0, 0)
    await kept.expire()
    assert await replay_shreds(kept.core) == Replayed(0, 0)


async def shreds_entered(kept: Kept) -> list[tuple[str, str | None, str | None]]:
    """Return route, encounter and patient of what the audit log says was destroyed."""
    table = audit_entries.c
    query = select(table.route, table.encounter_id, table.patient_id).where(
        table.action == "shredded"
    )
    async with kept.database.read() as tx:
        return sorted((tuple(row) for row in await tx.execute(query)), key=repr)


async def test_killed_between_the_key_and_the_bytes_the_next_start_finishes(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Nothing of the process is left."""

    async def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("server.retention.expiring.record", killed)
        with pytest.raises(Killed):
            await kept.expire()
    async with kept.database.read() as tx:
        assert await retention.logged(tx) == []
    assert await shreds_entered(kept) == []
    assert await replay_shreds(kept.core) == Replayed(0, 3)
    await assert_gone(kept, kept.core.keyring)
    assert await replay_shreds(kept.core) == Replayed(0, 0)
    assert await shreds_entered(kept) == [
        ("replayed shreds", one, "patient-1") for one in ("encounter-1", "encounter-2", None)
    ]


async def test_an_older_database_brings_no_bytes_back(kept: Kept) -> None:
    async with kept.database.read() as tx:
        old_pdf = (await tx.execute(select(documents_table))).mappings().all()
    await kept.expire()
    async with kept.database.write() as tx:  # as a restore leaves it
        await tx.execute(delete(shred_log))
        for row in old_pdf:
            await tx.execute(
                update(documents_table)
                .where(documents_table.c.encounter_id == row["encounter_id"])
                .values(sealed_pdf=row["sealed_pdf"])
            )
    assert await replay_shreds(kept.core) == Replayed(0, 3)
    await assert_gone(kept, kept.core.keyring)


async def test_nodes_that_start_at_once_enter_what_a_restore_lost_once(
    kept: Kept, neighbour: Database
) -> None:
    await kept.expire()
    async with kept.database.write() as tx:  # as a restore leaves it
        await tx.execute(delete(shred_log))
    before = await shreds_entered(kept)
    other = replace(kept.core, database=neighbour)
    await asyncio.gather(replay_shreds(kept.core), replay_shreds(other))
    assert len(await shreds_entered(kept)) == len(before) + 3


async def test_two_that_destroy_a_key_which_is_not_stored_at_once_both_succeed(
    kept: Kept, neighbour: Database
) -> None:
    await kept.expire()
    stores = kept.database.keystore, neighbour.keystore
    wanted = await shredded(stores[0])
    for _ in range(5):
        async with stores[0].write() as tx:  # as the restore of an older one leaves it
            await tx.execute(delete(keys))
            await tx.execute(delete(shreds))
        await asyncio.gather(*(shred(store, wanted) for store in stores))
    assert await shredded(stores[0]) == wanted


async def test_an_older_keystore_brings_no_key_back(kept: Kept) -> None:
    async with kept.database.keystore.read() as tx:
        old = [dict(row) for row in (await tx.execute(select(keys))).mappings()]
    await kept.expire()
    async with kept.database.keystore.write() as tx:  # as a restore leaves it
        await tx.execute(delete(keys))
        await tx.execute(delete(shreds))
        await tx.execute(keys.insert(), old)
    assert await replay_shreds(kept.core) == Replayed(3, 3)
    await assert_gone(kept, Keyring(ROOT))
    assert await replay_shreds(kept.core) == Replayed(0, 0)


async def test_a_key_that_came_back_beside_its_entry_is_destroyed_again(kept: Kept) -> None:
    async with kept.database.keystore.read() as tx:
        old = (await tx.execute(select(keys).where(keys.c.subject == "encounter-1"))).mappings()
        sealed = old.one()["sealed_key"]
    await kept.expire()
    async with kept.database.keystore.write() as tx:
        await tx.execute(
            update(keys)
            .where(keys.c.subject == "encounter-1")
            .values(sealed_key=sealed, shredded_at=None)
        )
    assert await replay_shreds(kept.core) == Replayed(1, 0)
    await assert_gone(kept, Keyring(ROOT))
