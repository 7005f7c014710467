"""The papers of a signed exam: made once, sealed, and given out.

They are made right after the signature. Should the process die in between, or an addendum come
behind it, whoever asks first has them made: the same chart always gives the same paper.
"""

from __future__ import annotations

from server import charting
from server.chart.amendments import amendments
from server.chart.reading import read
from server.documents.exam import ExamDocument, SignedExam, exam_document
from server.documents.pdf import exam_pdf, patient_copy_pdf
from server.errors import NotFound
from server.services import Core
from server.storage import directory, documents, encounters, signatures
from server.storage.database import Tx
from server.storage.documents import DocumentKind

KINDS: tuple[DocumentKind, ...] = ("exam", "spa_copy", "patient_copy")


async def document(core: Core, encounter_id: str, kind: DocumentKind) -> bytes:
    """Return a paper of a signed exam.

    Raises:
        NotFound: the exam is not signed.
    """
    async with core.database.read() as tx:
        stored = await documents.get(tx, encounter_id, kind, keyring=core.keyring)
    if stored is not None:
        return stored
    await issue(core, encounter_id)
    async with core.database.read() as tx:
        issued = await documents.get(tx, encounter_id, kind, keyring=core.keyring)
    if issued is None:
        raise NotFound
    return issued


async def issue(core: Core, encounter_id: str) -> None:
    """Make and keep every paper of a signed exam.

    Raises:
        NotFound: the exam is not signed.
    """
    async with core.database.read() as tx:
        data = await signed_exam(tx, core, encounter_id)
    language = data.identity.language
    made = await core.blocking(
        lambda: {
            "exam": exam_pdf(data, include_note=True),
            "spa_copy": exam_pdf(data, include_note=False),
            "patient_copy": patient_copy_pdf(data, language=language),
        }
    )
    async with core.database.write() as tx:
        for kind in KINDS:
            await documents.put(
                tx,
                encounter_id,
                kind,
                made[kind],
                keyring=core.keyring,
                now=core.clock.now(),
                chart_seq=data.chart_seq,
            )


async def signed_exam(tx: Tx, core: Core, encounter_id: str) -> ExamDocument:
    """Return what the papers of an exam say.

    Raises:
        NotFound: the exam is not signed.
    """
    signed = await signatures.of_encounter(tx, encounter_id)
    if not signed:
        raise NotFound
    encounter = await encounters.get(tx, encounter_id)
    network = await directory.organization(tx, encounter.network_id)
    stored, entries = await charting.read(tx, core.keyring, encounter_id)
    state = read(entries, [one.at for one in stored])
    return exam_document(
        state,
        SignedExam(
            encounter_id=encounter_id,
            network_name=network.name,
            signed_at=signed[0].signed_at,
            chart_head=signed[0].chart_head,
            public_key=signed[0].public_key,
            signature=signed[0].signature,
            demo=core.settings.wants_demo,
            chart_seq=stored[-1].seq,
            addenda=amendments([one.leaf for one in stored], entries),
        ),
    )
