"""Papers of practitioners' files: pictures of their pages, sealed under the network's key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, insert, select

from server.sealing import Place
from server.storage.errors import RowMissing
from server.storage.keyed_rows import found, only, with_id
from server.storage.statements import Tx
from server.storage.tables import credential_documents, credential_pages


@dataclass(frozen=True, slots=True)
class CredentialDocument:
    """A paper; `sha256` is that of the file that was sent, which is not kept."""

    document_id: str
    practitioner_id: str
    name: str
    pages: int
    sha256: str
    uploaded_by: str
    uploaded_at: int


def page_place(document_id: str, number: int, network_id: str) -> Place:
    """Return where a sealed page belongs."""
    return Place("credential_pages", "sealed_image", f"{document_id}/{number}", network_id)


async def add(tx: Tx, one: CredentialDocument, sealed: Sequence[bytes]) -> None:
    """Insert a paper with its pages."""
    await tx.execute(insert(credential_documents).values(with_id(asdict(one), "document_id")))
    await tx.execute(
        insert(credential_pages),
        [
            {"document_id": one.document_id, "number": number, "sealed_image": page}
            for number, page in enumerate(sealed, 1)
        ],
    )


async def get(tx: Tx, practitioner_id: str, document_id: str) -> CredentialDocument:
    """Give a paper of a practitioner, or raise RowMissing."""
    table = credential_documents
    query = select(table).where(
        table.c.id == document_id, table.c.practitioner_id == practitioner_id
    )
    row = await only(tx, query, table.name, document_id)
    return CredentialDocument(document_id=row.pop("id"), **row)


async def of_practitioner(tx: Tx, practitioner_id: str) -> list[CredentialDocument]:
    """Give the papers of a practitioner, the oldest first."""
    table = credential_documents
    query = select(table).where(table.c.practitioner_id == practitioner_id)
    rows = await found(tx, query.order_by(table.c.uploaded_at, table.c.id))
    return [CredentialDocument(document_id=row.pop("id"), **row) for row in rows]


async def pages_of(tx: Tx, practitioner_id: str) -> int:
    """Count the pages of all papers of a practitioner."""
    table = credential_documents
    query = select(func.sum(table.c.pages)).where(table.c.practitioner_id == practitioner_id)
    return int((await tx.execute(query)).scalar_one_or_none() or 0)


async def page(tx: Tx, document_id: str, number: int) -> bytes:
    """Give one page of a paper, sealed.

    Raises:
        RowMissing: it has no such page.
    """
    table = credential_pages
    query = select(table.c.sealed_image).where(
        table.c.document_id == document_id, table.c.number == number
    )
    sealed = (await tx.execute(query)).scalar_one_or_none()
    if sealed is None:
        raise RowMissing(table.name, f"{document_id}/{number}")
    return bytes(sealed)
