"""By what each resource is known: a business identifier, the same in every export.

    identifier   system | value, by which a receiver finds the resource again
    full URL     urn:uuid of both (RFC 4122, version 5): what others in the bundle refer to
    condition    the search that makes sending it again have no second effect

Provenance and AuditEvent have no identifier in R4: theirs stands as a tag in `meta`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from server.chart.canonical import JsonValue
from server.fhir.elements import identifier
from server.fhir.signed_chart import SignedChart, View
from server.fhir.systems import NPI, Systems

NPI_CHARS: Final = 10
TAGGED: Final = frozenset({"Provenance", "AuditEvent"})


@dataclass(frozen=True, slots=True)
class Name:
    """What one resource is known by."""

    resource: str
    system: str
    value: str

    @property
    def full_url(self) -> str:
        """Return what others in the bundle refer to."""
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{self.resource}|{self.system}|{self.value}')}"

    @property
    def condition(self) -> str:
        """Return the search that finds it at the receiver."""
        parameter = "_tag" if self.resource in TAGGED else "identifier"
        return f"{parameter}={quote(f'{self.system}|{self.value}', safe='')}"

    def identifier(self) -> dict[str, JsonValue]:
        """Return it as an identifier."""
        return identifier(self.system, self.value)

    def reference(self, display: str = "") -> dict[str, JsonValue]:
        """Return a reference to the resource."""
        found: dict[str, JsonValue] = {"reference": self.full_url, "type": self.resource}
        return {**found, "display": display} if display else found


@dataclass(frozen=True, slots=True)
class Names:
    """The names of everything in the bundle of one chart, for one view.

    What differs between the views has a name for each: neither overwrites the other where one
    receiver gets both.
    """

    systems: Systems
    chart: SignedChart
    view: View

    @property
    def patient(self) -> Name:
        """The patient, as this spa knows them."""
        return self._name("Patient", "patient", self.chart.patient_id)

    @property
    def guardian(self) -> Name:
        """Who answered for the patient in this encounter."""
        return self._of_encounter("RelatedPerson", "guardian")

    @property
    def practitioner(self) -> Name:
        """Who signed: by NPI where there is one, else by our own identifier."""
        npi = self.chart.document.practitioner.npi
        if len(npi) == NPI_CHARS and npi.isdecimal():
            return Name("Practitioner", NPI, npi)
        return self._name("Practitioner", "practitioner", self.chart.practitioner_id)

    @property
    def role(self) -> Name:
        """The practitioner in the network."""
        value = f"{self.chart.practitioner_id}.{self.chart.network_id}"
        return self._name("PractitionerRole", "practitioner-role", value)

    @property
    def network(self) -> Name:
        """The network that holds the chart."""
        return self._name("Organization", "organization", self.chart.network_id)

    @property
    def spa(self) -> Name:
        """The spa that asked for the exam."""
        return self._name("Organization", "organization", self.chart.spa_id)

    @property
    def site(self) -> Name:
        """The site of the spa."""
        return self._name("Location", "site", self.chart.document.site.site_id)

    @property
    def place(self) -> Name:
        """Where the patient said to be, in this encounter."""
        return self._of_encounter("Location", "patient-location")

    @property
    def encounter(self) -> Name:
        """The encounter."""
        return self._of_encounter("Encounter", "encounter")

    @property
    def answers(self) -> Name:
        """The health answers."""
        return self._of_encounter("QuestionnaireResponse", "health-answers")

    @property
    def composition(self) -> Name:
        """The exam as it was signed."""
        return self._of_view("Composition", "exam")

    @property
    def paper(self) -> Name:
        """The PDF."""
        return self._of_view("DocumentReference", "exam-pdf")

    @property
    def provenance(self) -> Name:
        """Who signed, and how that is checked."""
        return self._of_view("Provenance", "signature")

    @property
    def signing(self) -> Name:
        """That it was signed, for an audit."""
        return self._of_encounter("AuditEvent", "signing")

    def amended(self, number: int) -> Name:
        """The exam with its first `number` addenda."""
        return self._of_view("Composition", "exam", f".amended-{number}")

    def amendment(self, number: int) -> Name:
        """Who made the addendum of this number, from 1."""
        return self._of_view("Provenance", "signature", f".amended-{number}")

    def consent(self, kind: str) -> Name:
        """A consent of one kind."""
        return self._of_encounter("Consent", "consent", f".{kind}")

    def order(self, treatment_class: str) -> Name:
        """The order for one treatment, or the request that came to none."""
        return self._of_encounter("ServiceRequest", "order", f".{treatment_class}")

    def _of_encounter(self, resource: str, kind: str, detail: str = "") -> Name:
        return self._name(resource, kind, f"{self.chart.document.encounter_id}{detail}")

    def _of_view(self, resource: str, kind: str, detail: str = "") -> Name:
        suffix = "" if self.view == "network" else f".{self.view}"
        return self._of_encounter(resource, kind, f"{detail}{suffix}")

    def _name(self, resource: str, kind: str, value: str) -> Name:
        return Name(resource, self.systems.identifiers(kind), value)
