"""After a restore, a rollback is named with figures, and told from a fork."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from server.app import running_core
from server.backups import comparing
from server.backups.comparing import NoCheckpoint
from server.backups.files import reading
from server.backups.header import Stand
from server.backups.making import stand_of
from server.backups.standing import Finding, Verdict
from server.clock import SystemClock
from server.commands.enrolment import beside_server
from server.keyring import Keyring
from server.log_settings import Witness
from server.sequencing import asking
from server.storage import chart_log, leases, tlog_appending
from server.storage.database import Database
from server.storage.errors import RootKeyRefused
from server.storage.tables import chart_entries
from server.storage.tlog import Checkpoint
from server.tlog.checkpoints import TreeHead, sign_head
from server.tlog.signed_notes import COSIGNATURE, Signer, VerifierKey
from server.witness.folder import WitnessFolder
from server.witness.service import WitnessService
from tests.contract.storage.back_and_forth import (
    ROOT_KEY,
    ROOTS,
    backed_up,
    restored,
    settings_of,
)
from tests.contract.storage.rows import NOW, Clinic

ORIGIN = "localhost:8080/log"


@dataclass
class Log:
    """A log that can be written on, and who witnesses it."""

    database: Database
    keyring: Keyring
    clinic: Clinic
    witness: Witness | None = None

    async def signer(self) -> Signer:
        async with self.database.write() as tx:
            return Signer(ORIGIN, await self.keyring.log_key(tx))

    async def write(self, count: int, word: bytes = b"x") -> str:
        """Append entries to a chart and to the tree; return the checkpoint."""
        signer = await self.signer()

        async def sign(_newest: Checkpoint | None, size: int, root: bytes) -> str:
            return sign_head(TreeHead(ORIGIN, size, root), signer)

        async with self.database.write() as tx:
            entries = [("note.delta", "practitioner:ana", word)] * count
            await chart_log.append(
                tx, self.clinic.encounter_id, entries, keyring=self.keyring, now=NOW
            )
        async with self.database.write() as tx:
            lease = await leases.acquire(tx, "log", "a", 60)
        assert lease is not None
        async with self.database.write() as tx:
            newest = await tlog_appending.append(tx, lease, sign, limit=1_000, now=NOW)
        assert newest is not None
        return newest.note

    async def asked(self, database: Database, stand: Stand) -> Finding:
        """Ask the witness about a database that says it stands there."""
        assert self.witness is not None
        async with asking.open_session() as session, database.read() as tx:
            return await comparing.with_witness(tx, session, stand, self.witness)


@pytest.fixture
async def log(
    database: Database, keyring: Keyring, clinic: Clinic, tmp_path: Path
) -> AsyncIterator[Log]:
    found = Log(database, keyring, clinic)
    folder = WitnessFolder(tmp_path / "witness")
    signer = Signer("witness.test/w", Ed25519PrivateKey.generate(), COSIGNATURE)
    service = WitnessService(folder, signer, [(await found.signer()).verifier_key], lambda: NOW)
    async with TestServer(service.app()) as server:
        found.witness = Witness(str(server.make_url("")).rstrip("/"), signer.verifier_key)
        yield found
    folder.close()


async def stand_in(path: Path) -> Stand:
    async with reading(path, ROOTS) as file:
        assert file.header.stand is not None
        return file.header.stand


async def test_what_a_restore_lost_is_named_with_figures(
    log: Log, url: str, tmp_path: Path
) -> None:
    early = await log.write(5)
    await backed_up(url, tmp_path / "backup")
    late = await log.write(4)
    async with log.database.read() as tx:
        now = await stand_of(tx, log.keyring)
    assert now is not None
    assert (await log.asked(log.database, now)).verdict is Verdict.CONTINUES
    assert (await log.asked(log.database, now)).verdict is Verdict.SAME

    target = f"sqlite:///{tmp_path / 'restored' / 'goodfaith.db'}"
    await restored(tmp_path / "backup", target)
    stand = await stand_in(tmp_path / "backup")
    behind = await Database.open(target)
    try:
        async with behind.read() as tx:
            assert (await comparing.with_entries(tx, stand)).verdict is Verdict.SAME
            same = await comparing.with_checkpoint(tx, stand, early, "early")
            lost = await comparing.with_checkpoint(tx, stand, late, "late")
        asked = await log.asked(behind, stand)
    finally:
        await behind.close()
    assert same.verdict is Verdict.SAME
    assert (lost.verdict, lost.ours, lost.theirs, lost.lost) == (Verdict.ROLLED_BACK, 5, 9, 4)
    assert (asked.verdict, asked.lost) == (Verdict.ROLLED_BACK, 4)


async def test_a_log_that_goes_on_otherwise_after_a_restore_is_a_fork(
    log: Log, url: str, tmp_path: Path
) -> None:
    await log.write(5)
    await backed_up(url, tmp_path / "backup")
    seen = await log.write(2, b"one end of the story")
    async with log.database.read() as tx:
        before = await stand_of(tx, log.keyring)
    assert before is not None
    assert (await log.asked(log.database, before)).verdict is Verdict.CONTINUES

    target = f"sqlite:///{tmp_path / 'restored' / 'goodfaith.db'}"
    await restored(tmp_path / "backup", target)
    await backed_up(url, tmp_path / "keys", "keys")
    await restored(tmp_path / "keys", target)
    other = await Database.open(target)
    try:
        rewritten = Log(other, log.keyring, log.clinic, log.witness)
        await rewritten.write(2, b"another end")
        async with other.read() as tx:
            after = await stand_of(tx, log.keyring)
            assert after is not None
            kept = await comparing.with_checkpoint(tx, after, seen, "kept")
        asked = await rewritten.asked(other, after)
        await rewritten.write(1)
        async with other.read() as tx:
            longer = await stand_of(tx, log.keyring)
        assert longer is not None
        asked_longer = await rewritten.asked(other, longer)
    finally:
        await other.close()
    assert {kept.verdict, asked.verdict, asked_longer.verdict} == {Verdict.FORKED}


async def test_records_without_their_keys_are_refused_before_a_key_is_made(
    log: Log, url: str, tmp_path: Path
) -> None:
    await log.write(1)
    await backed_up(url, tmp_path / "backup")
    target = f"sqlite:///{tmp_path / 'restored' / 'goodfaith.db'}"
    await restored(tmp_path / "backup", target)
    alone = settings_of(target, tmp_path / "restored")
    with pytest.raises(RootKeyRefused, match="restore the keys first"):
        async with running_core(alone, SystemClock()):
            pass
    with pytest.raises(RootKeyRefused, match="restore the keys first"):
        async with beside_server(alone):
            pass
    await backed_up(url, tmp_path / "keys", "keys")
    await restored(tmp_path / "keys", target)  # it is empty, or this would be refused
    database = await Database.open(target)
    try:
        async with database.read() as tx:
            await Keyring(ROOT_KEY).check(tx)
    finally:
        await database.close()


async def test_an_entry_that_was_changed_in_the_database_is_found(log: Log) -> None:
    await log.write(3)
    async with log.database.write() as tx:
        stand = await stand_of(tx, log.keyring)
        await tx.execute(
            update(chart_entries).where(chart_entries.c.seq == 2).values(leaf_hash="0" * 64)
        )
        assert stand is not None
        assert (await comparing.with_entries(tx, stand)).verdict is Verdict.FORKED


async def test_a_checkpoint_of_another_log_is_none(log: Log) -> None:
    await log.write(1)
    stranger = Signer(ORIGIN, Ed25519PrivateKey.generate())
    note = sign_head(TreeHead(ORIGIN, 99, bytes(32)), stranger)
    async with log.database.read() as tx:
        stand = await stand_of(tx, log.keyring)
        assert stand is not None
        with pytest.raises(NoCheckpoint):
            await comparing.with_checkpoint(tx, stand, note, "a stranger's")
        nobody = stand.model_copy(update={"log_key": None})
        with pytest.raises(NoCheckpoint):
            await comparing.with_entries(tx, nobody)


async def test_a_witness_that_does_not_answer_is_no_verdict(log: Log) -> None:
    await log.write(1)
    async with log.database.read() as tx:
        stand = await stand_of(tx, log.keyring)
    assert stand is not None
    assert log.witness is not None
    key = VerifierKey("w", bytes(32), COSIGNATURE)
    log.witness = Witness("http://127.0.0.1:9", key)
    found = await log.asked(log.database, stand)
    assert found.verdict is Verdict.UNHEARD
    assert "no answer" in found.sentence
