"""Two signed exams in a database, and what a superuser may do to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Table, select, update

from server import addenda, charting
from server.attestation import EXAMINED
from server.chart import entries as e
from server.records.exporting import file_for
from server.records.gathering import gather
from server.records.refusals import ExportRefused
from server.sequencing.batches import sequence
from server.services import Core
from server.signing import Bound, SignedFacts, authority_hash, sign
from server.storage import chart_log, encounters, signatures
from server.storage.database import Tx
from server.storage.signatures import Signature
from server.storage.tables import chart_entries
from tests.contract.storage.rows import ANA, NOW, encounter, put
from tests.unit.server.chart_of_ana import CONSENTS, IDENTITY, LOCATION, NEUROTOXIN, ONE_OF_EACH
from tests.unit.server.records.record_of_ana import ATTESTED, CHECKED, HELD, RULES

EXAMINER = f"practitioner:{ANA.practitioner_id}"
FIRST, SECOND = "encounter-1", "encounter-2"
CONSENTED = e.IntakeConsents(consents=CONSENTS)
REQUESTED = next(one for one in ONE_OF_EACH if isinstance(one, e.ExamRequested))
WRITTEN: tuple[e.AnyEntry, ...] = (
    REQUESTED,
    e.IntakeIdentity(identity=IDENTITY),
    e.IntakeLocation(location=LOCATION),
    CONSENTED,
    e.NoteSnapshot(revision=1, text="Brow symmetric."),
    e.NoteSnapshot(revision=2, text="Brow symmetric. No ptosis."),
    e.IntakeTreatments(treatments=[NEUROTOXIN]),
    RULES,
    CHECKED,
    HELD,
    ATTESTED,
)
SIGNED_SEQ = len(WRITTEN)
LAST = SIGNED_SEQ + 2


class UndoneAgain(Exception):
    """Rolls back what was done."""


@dataclass(frozen=True, slots=True)
class Charts:
    """Two signed exams, `FIRST` and `SECOND`, and the core that they are in."""

    core: Core

    async def named(
        self, tamper: Callable[[Tx], Awaitable[object]], *, since: str | None = None
    ) -> str:
        """Do something to the database, and return what an export of the first says of it.

        It is undone again, so that one database serves for everything that can be done.
        """
        said = ""
        try:
            async with self.core.database.write() as tx:
                await tamper(tx)
                said = await self.exported(tx, since=since)
                raise UndoneAgain
        except UndoneAgain:
            return said

    async def exported(self, tx: Tx, *, since: str | None = None) -> str:
        """Return why no record is made of the first exam; empty: one is made."""
        try:
            record = await gather(tx, self.core, FIRST, now=NOW, since=since, whole=True)
            file_for(record, "spa", await self.core.keyring.issuer_key(tx, "network-1"))
        except ExportRefused as error:
            return str(error)
        return ""


async def change(
    tx: Tx, where: int, values: Mapping[str, object], table: Table = chart_entries
) -> None:
    """Change columns of the row of the first exam that has this sequence number."""
    rows = (table.c.encounter_id == FIRST, table.c.seq == where)
    await tx.execute(update(table).where(*rows).values(dict(values)))


async def row_of(tx: Tx, seq: int, one: str = FIRST) -> dict[str, object]:
    """Return a row of a chart."""
    query = select(chart_entries).where(
        chart_entries.c.encounter_id == one, chart_entries.c.seq == seq
    )
    return dict((await tx.execute(query)).mappings().one())


async def signed_charts(core: Core) -> Charts:
    async with core.database.write() as tx:
        await encounters.create(tx, encounter(2))
    for one in (FIRST, SECOND):
        await sign_chart(core, one)
        await sequence(core, holder="test")
    return Charts(core)


async def committed(tx: Tx, one: str, kind: str) -> str:
    return await chart_log.last_commitment(tx, one, kind) or ""


async def sign_chart(core: Core, one: str) -> None:
    async with core.database.write() as tx:
        written = [entry for entry in WRITTEN if entry is not ATTESTED]
        await charting.append(tx, core.keyring, one, "system", written, now=NOW)
        signed = await charting.append(tx, core.keyring, one, EXAMINER, [ATTESTED], now=NOW)
        facts = SignedFacts(
            encounter_id=one,
            chart_head=signed.head,
            seq=signed.last,
            practitioner_id=ANA.practitioner_id,
            signed_at=NOW,
            attestation_sha256=EXAMINED.sha256,
            authority_sha256=authority_hash(CHECKED.authorities),
            bound=Bound(
                evidence_sha256=await committed(tx, one, "modality.computed"),
                rules_version=RULES.rules_version,
                consents_sha256=await committed(tx, one, "intake.consents"),
            ),
        )
        key = await core.keyring.signing_key(tx, ANA.practitioner_id, "network-1")
        signature = Signature(
            encounter_id=one,
            seq=facts.seq,
            chart_head=facts.chart_head,
            practitioner_id=facts.practitioner_id,
            public_key=key.public_key().public_bytes_raw(),
            signature=sign(key.private_bytes_raw(), facts),
            signed_at=NOW,
            context=facts.context,
            attestation_sha256=facts.attestation_sha256,
            authority_sha256=facts.authority_sha256,
            rules_version=RULES.rules_version,
        )
        await signatures.add(tx, signature)
        await put(tx, one, NOW, visit="signed", signed_at=NOW)
        await addenda.write(tx, core, one, EXAMINER, "Called back.", now=NOW + 1)
        await addenda.write(tx, core, one, "staff:kim", "Condition confirmed.", now=NOW + 2)
