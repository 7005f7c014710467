"""A bundle is made of signatures that hold and are their signers': of nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete

from server.fhir.gathering import gather
from server.fhir.refusals import SignatureDoubtful
from server.fhir.signed_chart import SignedChart
from server.storage.database import Tx
from server.storage.tables import signatures
from tests.contract.records.charts import FIRST, LAST, SIGNED_SEQ, Charts, UndoneAgain
from tests.contract.records.forging import rehashed, signed_with
from tests.contract.storage.rows import ANA, BEN, NOW

OWN = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
BY_HER, BY_STAFF = SIGNED_SEQ + 1, LAST


async def bundled_after(charts: Charts, tamper: Callable[[Tx], Awaitable[object]]) -> None:
    """Do something to the database, and gather a bundle of the first exam; undo it."""
    try:
        async with charts.core.database.write() as tx:
            await tamper(tx)
            await gather(tx, charts.core, FIRST, b"%PDF")
            raise UndoneAgain
    except UndoneAgain:
        return


async def gathered(charts: Charts) -> SignedChart:
    async with charts.core.database.read() as tx:
        return await gather(tx, charts.core, FIRST, b"%PDF")


async def test_a_bundle_has_the_signatures_of_the_exam_and_of_its_addenda(
    charts: Charts,
) -> None:
    found = await gathered(charts)
    async with charts.core.database.read() as tx:
        hers = await charts.core.keyring.signing_key(tx, ANA.practitioner_id, "network-1")
        networks = await charts.core.keyring.issuer_key(tx, "network-1")
    keys = [one.signature.public_key for one in found.addenda if one.signature is not None]
    assert [found.signature.public_key, *keys] == [
        one.public_key().public_bytes_raw() for one in (hers, hers, networks)
    ]


@pytest.mark.parametrize("seq", [SIGNED_SEQ, BY_HER, BY_STAFF])
async def test_no_bundle_is_made_of_a_signature_by_another_key_than_its_signers(
    charts: Charts, seq: int
) -> None:
    async def own_key(tx: Tx) -> None:
        await signed_with(tx, charts.core, OWN, seq)

    async def a_colleagues_key(tx: Tx) -> None:
        key = await charts.core.keyring.signing_key(tx, BEN.practitioner_id, "network-1")
        await signed_with(tx, charts.core, key, seq)

    async def the_right_key(tx: Tx) -> None:
        ring = charts.core.keyring
        key = await ring.signing_key(tx, ANA.practitioner_id, "network-1")
        if seq == BY_STAFF:
            key = await ring.issuer_key(tx, "network-1")
        await signed_with(tx, charts.core, key, seq)

    await bundled_after(charts, the_right_key)  # so it is the key that is refused
    for tamper in (own_key, a_colleagues_key):
        with pytest.raises(SignatureDoubtful):
            await bundled_after(charts, tamper)


@pytest.mark.parametrize("seq", [SIGNED_SEQ, BY_HER, BY_STAFF])
async def test_no_bundle_is_made_where_somebody_else_signed_than_wrote_the_entry(
    charts: Charts, seq: int
) -> None:
    """A colleague lent the superuser their key, and the row names them."""

    async def lent(tx: Tx) -> None:
        key = await charts.core.keyring.signing_key(tx, BEN.practitioner_id, "network-1")
        await signed_with(tx, charts.core, key, seq, practitioner_id=BEN.practitioner_id)

    with pytest.raises(SignatureDoubtful):
        await bundled_after(charts, lent)


async def test_no_bundle_is_made_of_a_chart_hashed_anew(charts: Charts) -> None:
    async def later(tx: Tx) -> None:
        at = {"at": NOW + 1}
        await rehashed(tx, FIRST, lambda rows: [*rows[:4], {**rows[4], **at}, *rows[5:]])

    with pytest.raises(SignatureDoubtful):
        await bundled_after(charts, later)


@pytest.mark.parametrize("seq", [BY_HER, BY_STAFF])
async def test_no_bundle_is_made_where_an_addendum_lost_its_signature(
    charts: Charts, seq: int
) -> None:
    async def unsigned(tx: Tx) -> None:
        where = (signatures.c.encounter_id == FIRST, signatures.c.seq == seq)
        await tx.execute(delete(signatures).where(*where))

    with pytest.raises(SignatureDoubtful):
        await bundled_after(charts, unsigned)
