"""That the exam was signed, for the audit of whoever receives it.

What it is not: this server's own audit log, nor the event of this export: who sends a bundle
and who takes it in log that themselves.
"""

from __future__ import annotations

from typing import Final

from fhir.resources.R4B.auditevent import AuditEvent

from server.fhir.elements import coding, concept, filled, instant
from server.fhir.names import Names
from server.fhir.systems import DEGREE, LIFECYCLE

ENTITY: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
OBJECT_ROLE: Final = "http://terminology.hl7.org/CodeSystem/object-role"
SOURCE: Final = "http://terminology.hl7.org/CodeSystem/security-source-type"


def signing(names: Names) -> AuditEvent:
    """Return the event of the signature."""
    chart, document = names.chart, names.chart.document
    who = document.practitioner
    return AuditEvent.model_validate(
        filled(
            meta={"tag": [coding(names.signing.system, names.signing.value)]},
            type=coding(LIFECYCLE, "attest"),
            action="E",
            recorded=instant(document.signed_at),
            outcome="0",
            agent=[
                filled(
                    role=[concept(coding(DEGREE, who.profession), text=who.profession)],
                    who=names.practitioner.reference(who.display_name),
                    requestor=True,
                ),
                filled(who=names.network.reference(document.network_name), requestor=False),
            ],
            source=filled(
                site=names.systems.origin,
                observer=names.network.reference(document.network_name),
                type=[coding(SOURCE, "4", "Application Server")],
            ),
            entity=[
                filled(
                    what=names.patient.reference(),
                    type=coding(ENTITY, "1", "Person"),
                    role=coding(OBJECT_ROLE, "1", "Patient"),
                ),
                filled(
                    what=names.encounter.reference(),
                    type=coding(ENTITY, "2", "System Object"),
                    role=coding(OBJECT_ROLE, "4", "Domain Resource"),
                    detail=[
                        {"type": "chart_head", "valueString": document.chart_head},
                        {"type": "chart_seq", "valueString": str(chart.seq)},
                    ],
                ),
            ],
        )
    )
