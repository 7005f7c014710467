"""What the profiles of US Core make mandatory, or ask for where it is known (version 9.0.0)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fhir_charts import ALL, bundled, minor, of_type, usual

# By resource: paths that every one must have. `[]` goes into lists, `|` is one of several.
MANDATORY = {
    "Encounter": (
        "identifier[].system",
        "identifier[].value",
        "status",
        "class.code",
        "type[].text",
        "subject.reference",
        "participant[].type",
        "participant[].period",
        "participant[].individual.reference",
        "period.start",
        "period.end",
        "reasonCode[].text",
        "location[].location.reference",
        "serviceProvider.reference",
    ),
    "DocumentReference": (
        "identifier[].value",
        "status",
        "type.coding[].code",
        "category[].coding[].code",
        "subject.reference",
        "date",
        "author[].reference",
        "content[].attachment.contentType",
        "content[].attachment.data",
        "content[].attachment.url",
        "content[].format.code",
        "context.encounter[].reference",
        "context.period.start",
    ),
    "Practitioner": ("identifier[].system", "identifier[].value", "name[].family"),
    "PractitionerRole": (
        "practitioner.reference",
        "organization.reference",
        "code[].text",
        "telecom[].system",
        "telecom[].value",
    ),
    "Patient": (
        "identifier[].system",
        "identifier[].value",
        "name[].family",
        "name[].given",
        "telecom[].value",
        "gender",
        "birthDate",
        "communication[].language.coding[].code",
    ),
    "RelatedPerson": ("active", "patient.reference", "relationship[].text", "name[].text"),
    "Location": (
        "identifier[].value",
        "status",
        "name",
        "type[].text",
        "address.line",
        "address.city",
        "address.state",
        "address.postalCode",
    ),
    "Organization": ("identifier[].value", "active", "name", "telecom[].value"),
    "QuestionnaireResponse": (
        "questionnaire",
        "status",
        "subject.reference",
        "authored",
        "author.reference",
        "item[].linkId",
        "item[].item[].linkId",
        "item[].item[].text",
    ),
    "ServiceRequest": (
        "status",
        "intent",
        "category[].text",
        "code.text",
        "subject.reference",
        "encounter.reference",
        "authoredOn",
        "requester.reference",
    ),
    "Provenance": (
        "target[].reference",
        "recorded",
        "agent[].type.coding[].code",
        "agent[].who.reference",
    ),
}


def found(value: object, path: str) -> Iterator[object]:
    """Give what stands at a path, in every element of the lists on the way."""
    name, _, rest = path.partition(".")
    listed = name.endswith("[]")
    here = value.get(name.removesuffix("[]")) if isinstance(value, dict) else None
    for one in here if listed and isinstance(here, list) else [here]:
        if rest and one is not None:
            yield from found(one, rest)
        else:
            yield one


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_us_core_asks_for_is_there(name: str) -> None:
    read = bundled(ALL[name]())
    for kind, paths in MANDATORY.items():
        for resource in of_type(read, kind):
            for path in paths:
                values = list(found(resource, path))
                assert values, f"{kind}.{path}"
                assert all(one not in (None, "", []) for one in values), f"{kind}.{path}"


def test_the_npi_is_the_practitioners_first_identifier() -> None:
    (who,) = of_type(bundled(usual()), "Practitioner")
    assert who["identifier"][0]["system"] == "http://hl7.org/fhir/sid/us-npi"
    assert who["identifier"][0]["value"] == "1234567893"


def test_the_licence_is_told_where_the_role_and_where_the_qualification_are() -> None:
    read = bundled(usual())
    (who,), (role,) = of_type(read, "Practitioner"), of_type(read, "PractitionerRole")
    licence = {"system": "https://exams.example.com/fhir/sid/license/AZ", "value": "AZ-55120"}
    for known in (who["qualification"][0]["identifier"], role["identifier"]):
        assert licence in [{"system": one["system"], "value": one["value"]} for one in known]


def test_whoever_writes_for_somebody_says_for_whom() -> None:
    (one,) = of_type(bundled(usual()), "Provenance")
    types = [agent["type"]["coding"][0]["code"] for agent in one["agent"]]
    assert types == ["author", "transmitter"]
    assert "onBehalfOf" in one["agent"][0]


def test_a_guardian_is_there_and_answered_and_consented() -> None:
    read = bundled(minor())
    (guardian,) = of_type(read, "RelatedPerson")
    assert guardian["name"][0]["text"] == "Luz Núñez"
    (url,) = [
        one["fullUrl"]
        for one in read["entry"]
        if one["resource"]["resourceType"] == "RelatedPerson"
    ]
    (answers,) = of_type(read, "QuestionnaireResponse")
    assert answers["author"]["reference"] == url
    consents = of_type(read, "Consent")
    assert len(consents) == 3
    assert all(one["performer"][0]["reference"] == url for one in consents)
    (encounter,) = of_type(read, "Encounter")
    assert encounter["participant"][1]["individual"]["reference"] == url
