"""An exam signed before hashes stood beside signatures has its proofs after its key is gone."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, select, update

from server.ages import day_of
from server.attestation import EXAMINED
from server.clock import ManualClock
from server.keyring import Keyring
from server.records.lasting import keep_bound
from server.records.making import record_of
from server.records.verifying import Trust, verify
from server.retention.expiring import let_go, standings
from server.services import Core
from server.signing import SignedFacts, authority_hash, sign
from server.storage.database import Tx
from server.storage.tables import chart_entries, signatures
from signaling.identifiers import Instant
from tests.contract.records.charts import FIRST, SIGNED_SEQ, Charts, change
from tests.contract.storage.rows import ANA, DAY, NOW
from tests.unit.server.records.record_of_ana import CHECKED

LATER = Instant(NOW + 8 * 366 * DAY)
ATTESTED = (EXAMINED.sha256, authority_hash(CHECKED.authorities))


async def sign_as_version_1(tx: Tx, core: Core) -> None:
    """Sign the first exam as earlier releases did: its hashes stand in the chart alone."""
    mine = (signatures.c.encounter_id == FIRST, signatures.c.seq == SIGNED_SEQ)
    head = (await tx.execute(select(signatures.c.chart_head).where(*mine))).scalar_one()
    facts = SignedFacts(FIRST, head, SIGNED_SEQ, ANA.practitioner_id, NOW, *ATTESTED)
    key = await core.keyring.signing_key(tx, ANA.practitioner_id, "network-1")
    values = {
        "context": facts.context,
        "signature": sign(key.private_bytes_raw(), facts),
        "attestation_sha256": None,
        "authority_sha256": None,
        "rules_version": None,
    }
    await tx.execute(update(signatures).where(*mine).values(values))


async def kept(tx: Tx) -> tuple[str | None, str | None]:
    columns = signatures.c.attestation_sha256, signatures.c.authority_sha256
    mine = (signatures.c.encounter_id == FIRST, signatures.c.seq == SIGNED_SEQ)
    attestation, authority = (await tx.execute(select(*columns).where(*mine))).one()
    return attestation, authority


async def test_the_proofs_of_an_exam_of_version_1_outlive_its_key(charts: Charts) -> None:
    core = replace(charts.core, clock=ManualClock(LATER))
    async with core.database.write() as tx:
        await sign_as_version_1(tx, core)
    gone = []
    async for one in standings(core, day_of(LATER)):
        gone += await let_go(core, one, actor="compliance:Robin")
    assert ("encounter", FIRST) in [one.named for one in gone]
    async with core.database.read() as tx:
        assert await kept(tx) == ATTESTED
    forgetful = replace(core, keyring=Keyring(bytes(range(32))))
    verdict = verify(await record_of(forgetful, FIRST, "network"), Trust())
    assert verdict.problem is None
    said = " ".join(verdict.holds)
    assert "bound to its authority and attestation;" in said
    assert "the key of the exam was destroyed" in said


async def test_nothing_is_kept_of_a_signature_that_does_not_hold(charts: Charts) -> None:
    core = charts.core
    async with core.database.write() as tx:
        await sign_as_version_1(tx, core)
        await change(tx, SIGNED_SEQ, {"signed_at": 5}, signatures)
        assert await keep_bound(tx, core, FIRST) == 0
        assert await kept(tx) == (None, None)
        await change(tx, SIGNED_SEQ, {"signed_at": NOW}, signatures)
        assert await keep_bound(tx, core, FIRST) == 1
        assert await keep_bound(tx, core, FIRST) == 0
        await change(tx, SIGNED_SEQ, {"attestation_sha256": None}, signatures)
        await tx.execute(delete(chart_entries).where(chart_entries.c.encounter_id == FIRST))
        assert await keep_bound(tx, core, FIRST) == 0
