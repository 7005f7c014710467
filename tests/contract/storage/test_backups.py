"""A backup comes back as it was, on either database and from one to the other."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Table, insert, select, update

from server.backups import restoring
from server.backups.files import Facts, reading, write
from server.backups.loading import DRAFT_SUFFIX
from server.backups.making import KEPT
from server.backups.refusals import (
    BackupTruncated,
    ContentBroken,
    FileExists,
    NotEmpty,
    RestoreFailed,
    SchemaNewer,
)
from server.backups.restoring import BEGUN
from server.backups.rows import End, Head, Row, encoded, encoded_head
from server.backups.seals import new_seal
from server.keyring import Keyring
from server.keystore.store import KeyStore
from server.storage import invitations, recoveries
from server.storage.cluster_tables import CARRIERS
from server.storage.database import Database
from server.storage.errors import StartRefused
from server.storage.invitations import Invitation
from server.storage.outbox_tables import deliveries
from server.storage.recoveries import Recovery
from server.storage.schema import latest_revision, upgrade
from server.storage.tables import METADATA, attempts, commands
from tests.contract.storage.back_and_forth import ROOT_KEY, ROOTS, backed_up, restored
from tests.contract.storage.filled import ROWS, TABLES, everything, fill
from tests.contract.storage.rows import ANA, DAY, NOW, SPA, STAFF
from tests.postgres import PostgresServer

TARGETS = count(1)
OLD = "0004"
TAKEN_BACK = {
    "recoveries": ("used_at", "refused_at"),
    "invitations": ("accepted_at", "withdrawn_at"),
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database to restore into, of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored' / 'goodfaith.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"restored_{next(TARGETS)}"
    yield server.create(name)
    server.drop(name)


ORGANIZATIONS = Head(
    table="organizations",
    columns=(
        ("id", "text"),
        ("kind", "text"),
        ("name", "text"),
        ("network_id", "text"),
        ("demo", "bool"),
        ("created_at", "int"),
    ),
)


async def written(path: Path, organizations: Sequence[Row], schema: str) -> None:
    """Write a backup with nothing but organizations."""
    lines = [
        encoded_head(ORGANIZATIONS),
        *(encoded(ORGANIZATIONS, one) for one in organizations),
        encoded_head(End(end={"organizations": len(organizations)})),
    ]
    facts = Facts(holding="records", database_schema=schema, made_at=NOW)
    write(path, facts, await new_seal(ROOTS.sources[0], os.urandom), lines)


async def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    database = await Database.open(url)
    try:
        return await everything(database)
    finally:
        await database.close()


async def test_every_row_of_every_table_comes_back(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    await fill(database)
    before = await everything(database)
    made = await backed_up(url, tmp_path / "records")
    await restored(tmp_path / "records", target)
    after = await contents(target)
    ended = METADATA.tables["sessions"].c.keys().index("ended_at")
    assert all(row[ended] is not None for row in after.pop("sessions"))
    before.pop("sessions")
    link = METADATA.tables["patient_messages"].c.keys().index("sealed_link")
    assert {row[link] for row in after.pop("patient_messages")} == {None}
    before.pop("patient_messages")
    for table, ends in TAKEN_BACK.items():
        columns = METADATA.tables[table].c.keys()
        places = [columns.index(one) for one in ends]
        assert all(any(row[one] is not None for one in places) for row in after.pop(table))
        before.pop(table)
    for one in BEGUN:
        assert before.pop(one.name)
        assert after.pop(one.name) == []
    assert {"service_assertions", "oidc_logouts"} < set(after), "what was used stays used"
    assert after == before
    assert made.counts.rows == ROWS * len(TABLES)
    assert stat.S_IMODE((tmp_path / "records").stat().st_mode) == 0o600


async def test_what_waited_when_the_backup_was_made_is_not_sent_after_a_restore(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    await fill(database)
    states = ["waiting", "sending", "delivered"]
    table = deliveries.c
    async with database.write() as tx:
        query = select(table.message_id).order_by(table.message_id)
        for one, state in zip((await tx.execute(query)).scalars().all(), states, strict=True):
            values = {"state": state, "outcome": None, "settled_at": None}
            await tx.execute(update(deliveries).where(table.message_id == one).values(values))
    await backed_up(url, tmp_path / "records")
    await restored(tmp_path / "records", target)
    back = await Database.open(target)
    try:
        async with back.read() as tx:
            query = select(table.state, table.outcome, table.settled_at.is_(None)).order_by(
                table.message_id
            )
            found = [tuple(row) for row in await tx.execute(query)]
    finally:
        await back.close()
    ended = ("dead", "restored", False)
    assert found == [ended, ended, ("delivered", None, True)]


@pytest.mark.usefixtures("clinic")
async def test_who_was_to_be_let_in_when_the_backup_was_made_is_not_after_a_restore(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    """Somebody may have refused it since, or taken it back: nobody knows here any more."""
    lost = Recovery(
        id="recovery-1",
        account_id=ANA.account_id,
        secret_hash="a" * 64,
        phrase_hash="b" * 64,
        asked_at=NOW,
        expires_at=NOW + DAY,
    )
    invited = Invitation(
        id="invitation-1",
        organization_id=SPA.organization_id,
        audience="spa",
        role="spa_staff",
        login="noa@glow.test",
        display_name="Noa Vale",
        secret_hash="c" * 64,
        invited_by="ops:1",
        created_at=NOW,
        expires_at=NOW + DAY,
    )
    async with database.write() as tx:
        await recoveries.add(tx, lost)
        assert await recoveries.approve(tx, lost.id, STAFF.account_id, NOW)
        await invitations.add(tx, invited)
        assert await recoveries.approved(tx, lost.secret_hash, NOW) == ANA.account_id
    await backed_up(url, tmp_path / "records")
    await restored(tmp_path / "records", target)
    back = await Database.open(target)
    try:
        async with back.read() as tx:
            assert await recoveries.approved(tx, lost.secret_hash, NOW) is None
            assert not (await invitations.get(tx, invited.id)).is_open(NOW)
    finally:
        await back.close()


async def test_keys_come_back_into_a_keystore_of_their_own(
    database: Database, keyring: Keyring, url: str, target: str, tmp_path: Path
) -> None:
    async with database.write() as tx:
        before = await keyring.encounter_key(tx, "encounter-1", "network-1")
    made = await backed_up(url, tmp_path / "keys", "keys")
    assert set(made.counts.by_table) == {"keys", "shreds", "keystore_state"}
    await restored(tmp_path / "keys", target)
    keystore = KeyStore.beside(target)
    try:
        tree = Keyring(ROOT_KEY).tree
        found = await tree.stored(keystore, "encounter", ["encounter-1"], "network-1")
    finally:
        await keystore.close()
    assert found["encounter-1"].secret == before
    with pytest.raises(NotEmpty):
        await restored(tmp_path / "keys", target)


async def write_pairs(database: Database, stopped: asyncio.Event) -> int:
    """Write a row into each of two tables in one transaction, again and again."""
    for number in count():
        async with database.write() as tx:
            await tx.execute(
                insert(attempts).values(bucket=f"b{number}", window_started_at=1, count=1)
            )
            await tx.execute(
                insert(commands).values(actor="a", id=f"{number}", outcome="x", created_at=1)
            )
        if stopped.is_set():
            return number
    raise AssertionError("unreachable")


async def test_a_backup_is_one_moment_while_others_write(
    database: Database, url: str, tmp_path: Path
) -> None:
    """Two tables that always change together have equally many rows in every backup."""
    stopped = asyncio.Event()
    writing = asyncio.create_task(write_pairs(database, stopped))
    try:
        found = [
            (await asyncio.to_thread(asyncio.run, backed_up(url, tmp_path / name))).counts
            for name in ("first", "second", "last")
        ]
    finally:
        stopped.set()
        written = await writing
    for counts in found:
        assert counts.by_table["attempts"] == counts.by_table["commands"]
    assert 0 < found[-1].by_table["attempts"] <= written + 1


def leave_half(target: str) -> None:
    """Leave what a restore that was killed leaves: on PostgreSQL nothing at all."""
    if target.startswith("sqlite"):
        file = Path(target.removeprefix("sqlite:///"))
        for suffix in ("", "-journal"):
            file.with_name(f"{file.name}{DRAFT_SUFFIX}{suffix}").write_bytes(b"half of it")


def halves(folder: Path) -> list[Path]:
    return list(folder.rglob(f"*{DRAFT_SUFFIX}*"))


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_restore_is_all_of_it_into_an_empty_database_or_nothing(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    await fill(database)
    path = tmp_path / "records"
    await backed_up(url, path)
    (tmp_path / "cut").write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BackupTruncated):
        await restored(tmp_path / "cut", target)
    with pytest.raises(StartRefused):  # there is no schema, let alone a row
        await Database.open(target)
    upgrade(target)  # begun and empty is as good as empty
    leave_half(target)
    await restored(path, target)
    assert halves(tmp_path) == []
    before = await contents(target)
    assert len(before["encounters"]) == ROWS
    with pytest.raises(NotEmpty):
        await restored(path, target)
    assert await contents(target) == before


async def test_a_backup_of_an_older_schema_is_brought_to_this_one(
    target: str, tmp_path: Path
) -> None:
    spa: Row = ["spa-1", "spa", "Glow", "network-1", False, NOW]
    network: Row = ["network-1", "network", "Bluebird", None, True, NOW]
    await written(tmp_path / "records", [spa, network], OLD)
    await restored(tmp_path / "records", target)
    after = await contents(target)
    assert [row[:5] for row in after["organizations"]] == [
        ("network-1", "network", "Bluebird", None, True),
        ("spa-1", "spa", "Glow", "network-1", False),
    ]


async def test_a_backup_of_a_newer_schema_is_refused(target: str, tmp_path: Path) -> None:
    await written(tmp_path / "records", [], "9999")
    with pytest.raises(SchemaNewer):
        await restored(tmp_path / "records", target)


async def test_a_row_that_names_a_missing_row_is_refused(target: str, tmp_path: Path) -> None:
    orphan: Row = ["spa-1", "spa", "Glow", "network-1", False, NOW]
    await written(tmp_path / "records", [orphan], latest_revision())
    with pytest.raises((ContentBroken, RestoreFailed)):
        await restored(tmp_path / "records", target)
    with pytest.raises(StartRefused):
        await Database.open(target)


@pytest.mark.usefixtures("database")
async def test_a_backup_overwrites_nothing(url: str, tmp_path: Path) -> None:
    (tmp_path / "records").write_text("kept")
    with pytest.raises(FileExists):
        await backed_up(url, tmp_path / "records")
    assert (tmp_path / "records").read_text() == "kept"


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_checked_backup_tells_its_rows_and_changes_nothing(
    database: Database, url: str, tmp_path: Path
) -> None:
    await fill(database)
    made = await backed_up(url, tmp_path / "records")
    async with reading(tmp_path / "records", ROOTS) as file:
        restoring.check(file)
    assert file.counts == made.counts
    assert file.header == made.header


@pytest.mark.parametrize("table", CARRIERS, ids=str)
def test_what_nodes_tell_each_other_is_in_no_backup(table: Table) -> None:
    assert table not in KEPT


def test_no_table_counts_its_own_keys() -> None:
    """A restore would have to set such counters too, and does not."""
    counting = [
        column
        for table in METADATA.sorted_tables
        for column in table.c
        if table not in CARRIERS  # of which a backup has nothing
        if column.identity or column is table.autoincrement_column
    ]
    assert counting == []
