"""The transaction: every resource once, sent again without a second effect.

    people, places, organizations     POST, If-None-Exist   a receiver's own data win
    what belongs to this encounter    PUT, by identifier    the newest export wins
    Provenance, AuditEvent            POST, If-None-Exist   they never change

A receiver that knows a patient already, and has corrected what it knows, is not overwritten.
The bytes are canonical JSON (RFC 8785): the same chart gives the same bundle, to the byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.resource import Resource

from server.chart.canonical import JsonValue, canonical
from server.fhir import answers, audit, composition, encounter, orders, paper, people, places
from server.fhir import consents as consenting
from server.fhir import provenance as signatures
from server.fhir.elements import Element, coding, instant
from server.fhir.names import Name, Names
from server.fhir.signed_chart import SignedChart, View
from server.fhir.systems import ACT_REASON, Systems

ONCE: Final = frozenset(
    {
        "Patient",
        "RelatedPerson",
        "Practitioner",
        "PractitionerRole",
        "Organization",
        "Location",
        "Provenance",
        "AuditEvent",
    }
)


@dataclass(frozen=True, slots=True)
class Named:
    """A resource with what it is known by."""

    name: Name
    resource: Resource

    def entry(self, *, demo: bool) -> Element:
        """Return it as an entry of a transaction; what is of a demo is marked as no record."""
        kind, found = self.name.resource, as_json(self.resource)
        once: Element = {"method": "POST", "url": kind, "ifNoneExist": self.name.condition}
        always: Element = {"method": "PUT", "url": f"{kind}?{self.name.condition}"}
        return {
            "fullUrl": self.name.full_url,
            "resource": _of_a_demo(found) if demo else found,
            "request": once if kind in ONCE else always,
        }


def bundle(chart: SignedChart, view: View, origin: str) -> bytes:
    """Return the transaction bundle of a signed chart.

    Args:
        chart: as it was read.
        view: for whom.
        origin: the deployment's, `scheme://host[:port]`.
    """
    names = Names(Systems(origin), chart, view)
    written = chart.addenda[-1].at if chart.addenda else chart.document.signed_at
    whole = {
        "resourceType": "Bundle",
        "type": "transaction",
        "timestamp": instant(written),
        "entry": [one.entry(demo=chart.document.demo) for one in _resources(names)],
    }
    return canonical(as_json(Bundle.model_validate(whole)))


def as_json(resource: Resource) -> dict[str, JsonValue]:
    """Return a resource as JSON."""
    found: dict[str, JsonValue] = json.loads(resource.model_dump_json())
    return found


def _of_a_demo(resource: Element) -> Element:
    meta = resource.get("meta", {})
    label = coding(ACT_REASON, "HTEST", "test health data")
    return (
        {**resource, "meta": {**meta, "security": [label]}}
        if isinstance(meta, Mapping)
        else resource
    )


def _resources(names: Names) -> Iterator[Named]:
    yield from _known(names)
    chart = names.chart
    yield Named(names.encounter, encounter.encounter(names))
    if chart.answers is not None and names.view == "network":
        found = answers.questionnaire_response(names, chart.answers)
        yield Named(names.answers, found)
    given = chart.document.consents.consents
    for one, consent in zip(given, consenting.consents(names), strict=True):
        yield Named(names.consent(one.kind), consent)
    for outcome, request in zip(
        chart.document.outcomes, orders.service_requests(names), strict=True
    ):
        yield Named(names.order(outcome.treatment_class), request)
    yield Named(names.paper, paper.document_reference(names))
    yield Named(names.composition, composition.signed(names))
    yield Named(names.provenance, signatures.signature(names))
    if chart.addenda:
        number = len(chart.addenda)
        yield Named(names.amended(number), composition.amended(names))
        yield Named(names.amendment(number), signatures.amendment(names))
    yield Named(names.signing, audit.signing(names))


def _known(names: Names) -> Iterator[Named]:
    """Yield those whom a receiver may know already."""
    yield Named(names.network, places.network(names))
    yield Named(names.spa, places.spa(names))
    yield Named(names.site, places.site(names))
    yield Named(names.place, places.patient_location(names))
    yield Named(names.patient, people.patient(names))
    guardian = names.chart.document.guardian
    if guardian is not None:
        yield Named(names.guardian, people.guardian(names, guardian))
    yield Named(names.practitioner, people.practitioner(names))
    yield Named(names.role, people.role(names))
