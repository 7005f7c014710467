"""The PDF: within the bundle, with its hashes, and where it is found here.

R4 fixes the hash of an attachment to SHA-1, which no longer proves anything against somebody
who means harm. The SHA-256 of the paper is therefore an identifier of the document (RFC 6920).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from fhir.resources.R4B.documentreference import DocumentReference

from server.fhir.elements import (
    URI,
    base64_of,
    coding,
    concept,
    filled,
    identifier,
    instant,
    named_by_hash,
    period,
)
from server.fhir.names import Names
from server.fhir.signed_chart import View
from server.fhir.systems import FORMAT, LOINC, US_DOCUMENT_CATEGORY

HISTORY_AND_PHYSICAL: Final = ("34117-2", "History and physical note")
SUFFICIENT: Final = ("urn:ihe:iti:xds:2017:mimeTypeSufficient", "mimeType Sufficient")
PATHS: Final[Mapping[View, str]] = {
    "network": "/api/v1/console/encounters/{id}/exam.pdf",
    "spa": "/api/v1/portal/encounters/{id}/exam.pdf",
}


def document_reference(names: Names) -> DocumentReference:
    """Return the paper of the exam."""
    chart, document = names.chart, names.chart.document
    sha256 = hashlib.sha256(chart.pdf).hexdigest()
    path = PATHS[names.view].format(id=document.encounter_id)
    written = chart.addenda[-1].at if chart.addenda else document.signed_at
    return DocumentReference.model_validate(
        filled(
            masterIdentifier=names.paper.identifier(),
            identifier=[
                names.paper.identifier(),
                identifier(URI, named_by_hash(sha256)),
            ],
            status="current",
            docStatus="amended" if chart.addenda else "final",
            type=concept(coding(LOINC, *HISTORY_AND_PHYSICAL), text="Good faith exam"),
            category=[concept(coding(US_DOCUMENT_CATEGORY, "clinical-note"))],
            subject=names.patient.reference(),
            date=instant(written),
            author=[names.practitioner.reference(document.practitioner.display_name)],
            custodian=names.network.reference(document.network_name),
            description=f"Good faith exam, verification code {document.verification_code}",
            content=[
                {
                    "attachment": filled(
                        contentType="application/pdf",
                        language="en",
                        data=base64_of(chart.pdf),
                        url=f"{names.systems.origin}{path}",
                        size=len(chart.pdf),
                        hash=base64_of(_sha1(chart.pdf)),
                        title="Good faith exam",
                        creation=instant(written),
                    ),
                    "format": coding(FORMAT, *SUFFICIENT),
                }
            ],
            context=filled(
                encounter=[names.encounter.reference()],
                period=period(chart.began_at, chart.ended_at or document.signed_at),
                sourcePatientInfo=names.patient.reference(),
            ),
        )
    )


def _sha1(content: bytes) -> bytes:
    """Return what R4 calls the hash; see the module for why it is not the one to rely upon."""
    return hashlib.sha1(content, usedforsecurity=False).digest()
