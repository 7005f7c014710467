"""Papers are made of a signature that holds and is its practitioner's: of nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete

from server.documents.issuing import SignatureUnproven, signed_exam
from server.errors import NotFound
from server.signing import fingerprint
from server.storage.database import Tx
from server.storage.tables import signatures
from tests.contract.records.charts import (
    FIRST,
    SIGNED_SEQ,
    Charts,
    UndoneAgain,
    change,
)
from tests.contract.records.forging import rehashed, signed_with
from tests.contract.storage.rows import BEN, NOW


async def paper_after(charts: Charts, tamper: Callable[[Tx], Awaitable[object]]) -> None:
    """Do something to the database, and have the paper of the first exam made; undo it."""
    core = charts.core
    try:
        async with core.database.write() as tx:
            await tamper(tx)
            await signed_exam(tx, core, FIRST)
            raise UndoneAgain
    except UndoneAgain:
        return


async def test_a_paper_is_of_the_exams_signature_and_has_its_addenda(charts: Charts) -> None:
    core = charts.core
    async with core.database.read() as tx:
        paper = await signed_exam(tx, core, FIRST)
        key = await core.keyring.signing_key(tx, "practitioner-ana", "network-1")
    assert paper.signed_at == NOW
    assert paper.key_fingerprint == fingerprint(key.public_key().public_bytes_raw())
    assert len(paper.addenda) == 2


async def test_no_paper_is_made_of_a_signature_by_another_key_than_its_signers(
    charts: Charts,
) -> None:
    own = Ed25519PrivateKey.from_private_bytes(b"x" * 32)

    async def own_key(tx: Tx) -> None:
        await signed_with(tx, charts.core, own)

    async def a_colleagues_key(tx: Tx) -> None:
        key = await charts.core.keyring.signing_key(tx, BEN.practitioner_id, "network-1")
        await signed_with(tx, charts.core, key)

    async def key_of_nobody_here(tx: Tx) -> None:
        await signed_with(tx, charts.core, own, practitioner_id=BEN.practitioner_id)

    async def the_right_key(tx: Tx) -> None:
        key = await charts.core.keyring.signing_key(tx, "practitioner-ana", "network-1")
        await signed_with(tx, charts.core, key)

    await paper_after(charts, the_right_key)  # so it is the key that is refused
    for tamper in (own_key, a_colleagues_key, key_of_nobody_here):
        with pytest.raises(SignatureUnproven):
            await paper_after(charts, tamper)


async def exam_unsigned(tx: Tx) -> None:
    """Leave the signatures of the addenda alone."""
    where = (signatures.c.encounter_id == FIRST, signatures.c.seq == SIGNED_SEQ)
    await tx.execute(delete(signatures).where(*where))


async def test_no_paper_is_made_where_an_addendum_alone_is_signed(charts: Charts) -> None:
    with pytest.raises(NotFound):
        await paper_after(charts, exam_unsigned)


async def test_no_paper_is_made_of_an_addendum_called_an_exam(charts: Charts) -> None:
    async def relabelled(tx: Tx) -> None:
        await exam_unsigned(tx)
        await change(tx, SIGNED_SEQ + 1, {"context": "exam_v1"}, signatures)

    with pytest.raises(SignatureUnproven):
        await paper_after(charts, relabelled)


async def test_no_paper_is_made_of_a_chart_hashed_anew(charts: Charts) -> None:
    async def later(tx: Tx) -> None:
        at = {"at": NOW + 1}
        await rehashed(tx, FIRST, lambda rows: [*rows[:4], {**rows[4], **at}, *rows[5:]])

    with pytest.raises(SignatureUnproven):
        await paper_after(charts, later)
