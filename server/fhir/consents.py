"""Consents: one resource for each document that was accepted, naming exactly the text.

The text is named by its SHA-256 as a URI (RFC 6920) in `policy`, its version stands beside it:
R4's own `hash` is a SHA-1 and wants the text along, which a receiver has no need of.
"""

from __future__ import annotations

from typing import Final

from fhir.resources.R4B.consent import Consent

from server.documents.words import CONSENTS
from server.fhir.elements import Element, coding, concept, filled, instant, named_by_hash
from server.fhir.names import Names
from server.fhir.systems import CONSENT_CATEGORY, CONSENT_SCOPE, LOINC
from server.views import ConsentGivenForm

CONSENT_DOCUMENT: Final = ("59284-0", "Consent Document")


def consents(names: Names) -> list[Consent]:
    """Return what was accepted, in the order in which it was shown."""
    return [_consent(names, one) for one in names.chart.document.consents.consents]


def _consent(names: Names, given: ConsentGivenForm) -> Consent:
    document = names.chart.document
    withdrawn = document.withdrawn_at
    words = CONSENTS.get(given.kind, given.kind)
    texts = names.systems.codes("consent-document")
    return Consent.model_validate(
        filled(
            identifier=[names.consent(given.kind).identifier()],
            status="active" if withdrawn is None else "inactive",
            scope=_scope(given),
            category=_categories(given),
            patient=names.patient.reference(),
            dateTime=instant(document.consents_at),
            performer=[_performer(names)],
            organization=[names.network.reference()],
            policy=[{"authority": names.systems.origin, "uri": named_by_hash(given.sha256)}],
            policyRule={
                "coding": [
                    filled(
                        system=texts,
                        version=given.version,
                        code=given.kind,
                        display=words,
                    )
                ],
                "text": f"{words}, version {given.version}, language {given.language}",
            },
            provision=_provision(document.consents_at, withdrawn),
        )
    )


def _performer(names: Names) -> Element:
    """Return who signed: for a patient under 18, the guardian."""
    document = names.chart.document
    signed_as = document.consents.signed_name
    if document.guardian is not None:
        return names.guardian.reference(signed_as)
    return names.patient.reference(signed_as)


def _scope(given: ConsentGivenForm) -> Element:
    code = "patient-privacy" if given.kind == "privacy_notice" else "treatment"
    return concept(coding(CONSENT_SCOPE, code))


def _categories(given: ConsentGivenForm) -> list[Element]:
    found: list[Element] = [concept(coding(LOINC, *CONSENT_DOCUMENT))]
    if given.kind == "privacy_notice":
        found.insert(0, concept(coding(CONSENT_CATEGORY, "npp")))
    return found


def _provision(since: int, until: int | None) -> Element:
    when = filled(start=instant(since), end=None if until is None else instant(until))
    return {"type": "permit", "period": when}
