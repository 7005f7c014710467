"""Papers in a file: sent as PDF, JPEG or PNG, kept as pictures of their pages.

What was sent is read in the picture sandbox alone (`server.forward.sanitising`) and is not
kept: nobody of compliance is handed a file that a stranger made. The pages are sealed under
the network's key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

from server import auditing
from server.accounts import new_id
from server.auditing import AuditEvent
from server.errors import Conflict, NotFound
from server.forward.sanitising import Sanitiser
from server.sealing import unseal
from server.services import Core
from server.storage import credential_documents, directory
from server.storage.credential_documents import CredentialDocument, page_place
from server.storage.database import Tx
from server.storage.errors import RowMissing

FILE_BYTES_MAX: Final = 5_000_000
PAGES_MAX: Final = 10  # of one paper
OF_A_FILE_MAX: Final = 200  # pages of all papers of one practitioner


class DocumentsFull(Conflict):
    """A file has as many pages as one may have."""

    code = "documents_full"
    message = "This file cannot take any more papers."


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it was sent: to whose file, what it is called, and all of it."""

    practitioner_id: str
    name: str
    content: bytes = field(repr=False)


async def add(core: Core, sanitiser: Sanitiser, paper: Paper, event: AuditEvent) -> str:
    """Keep a paper with its audit entry, and return its id.

    Raises:
        UploadRefused: it is no such file, or cannot be read.
        DecoderFailed: reading it took too long.
        DocumentsFull: there are too many pages already.
    """
    practitioner_id = paper.practitioner_id
    async with core.database.read() as tx:
        await _require_room(tx, practitioner_id, 1)
    pages = await sanitiser.sanitise(paper.content, "record", pages_max=PAGES_MAX)
    document_id = new_id(core)
    async with core.database.write() as tx:
        who = await directory.practitioner(tx, practitioner_id)
        await _require_room(tx, practitioner_id, len(pages))
        key = await core.keyring.tenant_key(tx, who.network_id)
        sealed = [
            core.keyring.seal(
                key, one.picture.image, page_place(document_id, number, who.network_id)
            )
            for number, one in enumerate(pages, 1)
        ]
        made = CredentialDocument(
            document_id=document_id,
            practitioner_id=practitioner_id,
            name=paper.name,
            pages=len(pages),
            sha256=hashlib.sha256(paper.content).hexdigest(),
            uploaded_by=event.actor,
            uploaded_at=event.at,
        )
        await credential_documents.add(tx, made, sealed)
        await auditing.note(tx, event)
    return document_id


async def page(core: Core, practitioner_id: str, document_id: str, number: int) -> bytes:
    """Return one page of a paper, as a JPEG.

    Raises:
        NotFound: this practitioner has no such paper, or it no such page.
    """
    try:
        async with core.database.read() as tx:
            who = await directory.practitioner(tx, practitioner_id)
            await credential_documents.get(tx, practitioner_id, document_id)
            sealed = await credential_documents.page(tx, document_id, number)
            key = await core.keyring.tenant_key(tx, who.network_id)
    except RowMissing:
        raise NotFound from None
    return unseal(key, sealed, place=page_place(document_id, number, who.network_id))


async def _require_room(tx: Tx, practitioner_id: str, pages: int) -> None:
    if await credential_documents.pages_of(tx, practitioner_id) + pages > OF_A_FILE_MAX:
        raise DocumentsFull
