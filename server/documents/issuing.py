"""The papers of a signed exam: made once, sealed, and given out.

They are made right after the signature. Should the process die in between, or an addendum come
behind it, whoever asks first has them made: the same chart always gives the same paper.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from server import charting
from server.chart.amendments import amendments
from server.chart.confidence import confided
from server.chart.reading import read
from server.documents.exam import ExamDocument, SignedExam, exam_document
from server.documents.pdf import exam_pdf, patient_copy_pdf
from server.documents.signed_bytes import signed_bytes
from server.documents.signers import by_its_signer
from server.errors import Internal, NotFound, Retry
from server.services import Core
from server.storage import directory, documents, encounters, signatures
from server.storage.database import Tx
from server.storage.documents import DocumentKind


class SignatureUnproven(Internal):
    """The row of a signature does not hold: of such an exam no paper is made."""

    code = "signature_unproven"


T = TypeVar("T")
ROUNDS_MAX: Final = 2  # an addendum may be added while a paper is set
KINDS: tuple[DocumentKind, ...] = ("exam", "spa_copy", "patient_copy")


async def document(core: Core, encounter_id: str, kind: DocumentKind) -> bytes:
    """Return a paper of a signed exam.

    Raises:
        NotFound: the exam is not signed.
        Retry: addenda were added faster than papers are set.
    """

    async def stored(tx: Tx) -> bytes | None:
        return await documents.get(tx, encounter_id, kind, keyring=core.keyring)

    return await with_papers(core, encounter_id, stored)


async def with_papers(
    core: Core, encounter_id: str, read: Callable[[Tx], Awaitable[T | None]]
) -> T:
    """Return what is read of a signed exam, once its papers are those of its chart.

    Args:
        core: the database, the keys, and where papers are set.
        encounter_id: of the exam.
        read: reads in one snapshot; None where a paper is not there, or an addendum came
            behind it.

    Raises:
        NotFound: the exam is not signed.
        Retry: addenda were added faster than papers are set.
    """
    for _ in range(ROUNDS_MAX):
        async with core.database.read() as tx:
            found = await read(tx)
        if found is not None:
            return found
        await issue(core, encounter_id)
    async with core.database.read() as tx:
        found = await read(tx)
    if found is None:
        raise Retry
    return found


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
        SignatureUnproven: what is kept as its signature is not its practitioner's.
    """
    kept = await signatures.of_encounter(tx, encounter_id)
    signed = next((one for one in kept if one.context != "addendum_v1"), None)
    if signed is None:
        raise NotFound
    encounter = await encounters.get(tx, encounter_id)
    network = await directory.organization(tx, encounter.network_id)
    stored, entries = await charting.read(tx, core.keyring, encounter_id)
    state = read(entries, [one.at for one in stored])
    if (
        state.attestation is None
        or state.authority is None
        or signed_bytes(signed, stored, entries, state.attestation, state.authority) is None
        or not await by_its_signer(tx, core.keyring, signed, encounter.network_id)
    ):
        raise SignatureUnproven
    return exam_document(
        state,
        SignedExam(
            encounter_id=encounter_id,
            network_name=network.name,
            signed_at=signed.signed_at,
            chart_head=signed.chart_head,
            public_key=signed.public_key,
            signature=signed.signature,
            demo=core.settings.wants_demo,
            chart_seq=stored[-1].seq,
            addenda=amendments([one.leaf for one in stored], entries),
            confided=confided({one.kind for one in entries}),
        ),
    )
