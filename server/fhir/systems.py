"""Whose identifiers and codes: systems of others, and those of this deployment.

Ours begin with the public origin of the deployment, so no two deployments share one. Whoever
moves the origin makes every record a new one for those who received it before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NPI: Final = "http://hl7.org/fhir/sid/us-npi"
LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ROLE_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
COMPLETION: Final = "http://terminology.hl7.org/CodeSystem/v3-DocumentCompletion"
DEGREE: Final = "http://terminology.hl7.org/CodeSystem/v2-0360"
IDENTIFIER_TYPE: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
NUCC: Final = "http://nucc.org/provider-taxonomy"
CONSENT_SCOPE: Final = "http://terminology.hl7.org/CodeSystem/consentscope"
CONSENT_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
PROVENANCE_AGENT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
US_PROVENANCE_AGENT: Final = (
    "http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type"
)
US_DOCUMENT_CATEGORY: Final = (
    "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
)
SIGNATURE_TYPE: Final = "urn:iso-astm:E1762-95:2013"
LIFECYCLE: Final = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
LANGUAGE: Final = "urn:ietf:bcp:47"
FORMAT: Final = "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode"
ACT_REASON: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
STATUS_REASON: Final = "http://hl7.org/fhir/StructureDefinition/request-statusReason"


@dataclass(frozen=True, slots=True)
class Systems:
    """The systems of one deployment; `origin` is its `scheme://host[:port]`."""

    origin: str

    def identifiers(self, kind: str) -> str:
        """Return the system of identifiers of one kind."""
        return f"{self.origin}/fhir/sid/{kind}"

    def codes(self, name: str) -> str:
        """Return a code system."""
        return f"{self.origin}/fhir/CodeSystem/{name}"

    def questionnaire(self, version: str) -> str:
        """Return the canonical of the health questions, in one version."""
        return f"{self.origin}/fhir/Questionnaire/health-intake|{version}"
