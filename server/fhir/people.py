"""Patient, guardian, practitioner, and the practitioner's role in the network.

Names are typed as one line. FHIR asks for a family name: it is taken to be the last word, and
`text` has the line as it was typed, which is what a person should be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.practitioner import Practitioner
from fhir.resources.R4B.practitionerrole import PractitionerRole
from fhir.resources.R4B.relatedperson import RelatedPerson

from server.chart.canonical import JsonValue
from server.chart.entry import AuthorityFact
from server.fhir.elements import (
    Element,
    coding,
    concept,
    contact,
    filled,
    identifier,
    period,
    printable,
)
from server.fhir.names import Names
from server.fhir.systems import DEGREE, IDENTIFIER_TYPE, LANGUAGE, NPI, NUCC, ROLE_CODE
from server.jurisdictions import JURISDICTIONS
from server.views import GuardianForm

TITLES: Final = frozenset({"dr", "dr.", "mr", "mr.", "mrs", "mrs.", "ms", "ms."})
TAXONOMY: Final = {
    "NP": ("363L00000X", "Nurse Practitioner"),
    "PA": ("363A00000X", "Physician Assistant"),
}
"""NUCC codes that hold for all of a profession; physicians have one a specialty."""


def patient(names: Names) -> Patient:
    """Return the patient, as they identified themselves in this encounter.

    How to reach them, and whom else, they told the network: the spa's view is without it.
    """
    who = names.chart.document.identity
    told = names.view == "network"
    emergency = filled(
        relationship=[concept(coding("http://terminology.hl7.org/CodeSystem/v2-0131", "C"))],
        name={"text": printable(who.emergency_name)},
        telecom=contact("phone", who.emergency_phone),
    )
    return Patient.model_validate(
        filled(
            identifier=[names.patient.identifier()],
            active=True,
            name=[human_name(who.legal_name, use="official")],
            telecom=[*contact("phone", who.phone), *contact("email", who.email)]
            if told
            else [],
            gender="unknown",  # nobody is asked; US Core wants to have it said
            birthDate=who.birth_date,
            communication=[
                {"language": concept(coding(LANGUAGE, who.language)), "preferred": True}
            ],
            contact=[emergency] if told and who.emergency_name.strip() else [],
            managingOrganization=names.spa.reference(),
        )
    )


def guardian(names: Names, form: GuardianForm) -> RelatedPerson:
    """Return who answered for a patient under 18."""
    code = "PRN" if form.relationship == "parent" else "GUARD"
    words = form.relationship.replace("_", " ")
    told = names.view == "network"
    return RelatedPerson.model_validate(
        filled(
            identifier=[names.guardian.identifier()],
            active=True,
            patient=names.patient.reference(),
            relationship=[concept(coding(ROLE_CODE, code), text=words)],
            name=[human_name(form.legal_name, use="official")],
            telecom=contact("phone", form.phone) if told else [],
            birthDate=form.birth_date if told else None,
        )
    )


def practitioner(names: Names) -> Practitioner:
    """Return who signed, with every licence that the signature relied upon."""
    document = names.chart.document
    who = document.practitioner
    own = names.systems.identifiers("practitioner")
    known = [identifier(own, names.chart.practitioner_id)]
    if names.practitioner.system == NPI:
        npi = concept(coding(IDENTIFIER_TYPE, "NPI"))
        known.insert(0, identifier(NPI, who.npi, type=npi))
    return Practitioner.model_validate(
        filled(
            identifier=known,
            active=True,
            name=[human_name(who.display_name)],
            qualification=[_qualification(names, one) for one in document.authorities],
        )
    )


def role(names: Names) -> PractitionerRole:
    """Return the practitioner in the network, with licence numbers as identifiers."""
    document = names.chart.document
    profession = document.practitioner.profession
    taxonomy = TAXONOMY.get(profession)
    codes = [coding(DEGREE, profession)]
    if taxonomy is not None:
        codes.insert(0, coding(NUCC, *taxonomy))
    return PractitionerRole.model_validate(
        filled(
            identifier=[names.role.identifier(), *_licences(names)],
            active=True,
            practitioner=names.practitioner.reference(document.practitioner.display_name),
            organization=names.network.reference(document.network_name),
            code=[concept(*codes, text=profession)],
            telecom=[{"system": "url", "value": names.systems.origin}],
        )
    )


def human_name(line: str, *, use: str = "") -> dict[str, JsonValue]:
    """Return a name typed as one line; what stands behind a comma is a credential."""
    shown = " ".join(printable(line).split())
    name, _, credentials = shown.partition(",")
    words = name.split()
    prefix = []
    while len(words) > 1 and words[0].casefold() in TITLES:
        prefix.append(words.pop(0))
    return filled(
        use=use,
        text=shown,
        family=words[-1] if words else "-",
        given=list(words[:-1]),
        prefix=list(prefix),
        suffix=[credentials.strip()] if credentials.strip() else [],
    )


def _qualification(names: Names, held: AuthorityFact) -> Element:
    place = JURISDICTIONS.get(held.jurisdiction, held.jurisdiction)
    text = f"{held.profession}, {held.kind} in {place}"
    return filled(
        identifier=[_licence(names, held)],
        code=concept(coding(DEGREE, held.profession), text=text),
        period=period(held.valid_from, held.valid_until),
        issuer={"display": f"{place}, as verified against: {printable(held.source)}"},
    )


def _licences(names: Names) -> Iterator[Element]:
    for held in names.chart.document.authorities:
        yield _licence(names, held)


def _licence(names: Names, held: AuthorityFact) -> Element:
    """Return a licence number; the boards have no system of their own, so it is one of ours."""
    system = names.systems.identifiers(f"{quote(held.kind)}/{held.jurisdiction}")
    kind = concept(coding(IDENTIFIER_TYPE, held.profession), text=held.kind)
    return identifier(
        system,
        printable(held.number),
        type=kind,
        period=period(held.valid_from, held.valid_until),
    )
