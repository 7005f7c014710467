"""The exams that a practitioner signed, to be found again: a page of them at a time.

What it is not: the charts that still want a signature; those come by the socket.
"""

from __future__ import annotations

from typing import Final

from server.identities import listed
from server.services import Core
from server.storage import authorizations, encounters
from server.storage.database import Tx
from server.views.authorizations import SignedExamsView, SignedExamView
from signaling.identifiers import Instant

MS: Final = 1_000
PAGE: Final = 20


async def signed_exams(
    tx: Tx, core: Core, practitioner_id: str, before: Instant
) -> SignedExamsView:
    """Return the newest exams that somebody signed before an instant (microseconds UTC)."""
    found = await encounters.signed_by(tx, practitioner_id, before=before, limit=PAGE + 1)
    page = found[:PAGE]
    classes = await authorizations.classes_of(tx, [one.encounter_id for one in page])
    return SignedExamsView(
        exams=[
            SignedExamView(
                encounter_id=one.encounter_id,
                patient_name=(await listed(tx, core.keyring, one)).legal_name,
                treatment_classes=classes.get(one.encounter_id, []),
                signed_at_ms=(one.signed_at or 0) // MS,
            )
            for one in page
        ],
        more=len(found) > PAGE,
    )
