"""Gathering what a bundle is made of: the only part of this package that asks the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server import charting
from server.documents.issuing import with_papers
from server.documents.signers import by_its_signer
from server.errors import NotFound, RecordShredded
from server.fhir.reading import Around, signed_chart
from server.fhir.refusals import SignatureDoubtful
from server.fhir.signed_chart import OrderStanding, SignedChart, View
from server.services import Core
from server.storage import authorizations, directory, documents, encounters, signatures
from server.storage.database import Tx
from server.storage.documents import DocumentKind
from server.storage.errors import KeyShredded, RowMissing

PAPERS: Final[Mapping[View, DocumentKind]] = {"network": "exam", "spa": "spa_copy"}


async def bundle_of(core: Core, encounter_id: str, view: View) -> bytes:
    """Return the transaction bundle of a signed exam.

    Raises:
        NotFound: there is no such exam, or it is not signed.
        RecordShredded: the exam's record was destroyed.
        Retry: addenda were added faster than papers are set.
        SignatureUnproven: the exam's signature does not hold, so that no paper can be set.
        SignatureDoubtful: a signature does not fit the chart, or is by another key than its
            signer's.
        ChartBroken: the stored chart is not the one that was written.
    """

    async def read(tx: Tx) -> SignedChart | None:
        # In one snapshot: the paper shows the addenda that the chart has.
        pdf = await documents.get(tx, encounter_id, PAPERS[view], keyring=core.keyring)
        return None if pdf is None else await gather(tx, core, encounter_id, pdf)

    try:
        found = await with_papers(core, encounter_id, read)
    except RowMissing:
        raise NotFound from None
    except KeyShredded:
        raise RecordShredded from None
    return await core.blocking(lambda: _bundle(found, view, core.settings.origin))


def _bundle(chart: SignedChart, view: View, origin: str) -> bytes:
    """Make the bundle, off the event loop."""
    # The models of FHIR take longer to import than most of the server: the first export waits
    # for them in its thread, a start does not.
    from server.fhir.bundle import bundle  # noqa: PLC0415

    return bundle(chart, view, origin)


async def gather(tx: Tx, core: Core, encounter_id: str, pdf: bytes) -> SignedChart:
    """Return a signed chart, with what stands around it.

    Args:
        tx: reads.
        core: keys and settings.
        encounter_id: of the exam.
        pdf: its paper.

    Raises:
        NotFound: the exam is not signed.
        SignatureDoubtful: a signature does not fit the chart, or is by another key than its
            signer's.
    """
    signed = await signatures.of_encounter(tx, encounter_id)
    if not signed:
        raise NotFound
    encounter = await encounters.get(tx, encounter_id)
    for one in signed:
        if not await by_its_signer(tx, core.keyring, one, encounter.network_id):
            raise SignatureDoubtful
    network = await directory.organization(tx, encounter.network_id)
    stored, entries = await charting.read(tx, core.keyring, encounter_id)
    rows = await authorizations.of_encounter(tx, encounter_id)
    around = Around(
        network_id=encounter.network_id,
        network_name=network.name,
        spa_id=encounter.spa_id,
        patient_id=encounter.patient_id,
        demo=core.settings.wants_demo,
        pdf=pdf,
        standing={
            one.treatment_class: OrderStanding(one.satisfied_at, one.revoked_at) for one in rows
        },
    )
    return signed_chart(stored, entries, signed, around)
