import json
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from server.fhir.bundle import bundle
from server.fhir.signed_chart import View
from tests.fhir_charts import (
    ALL,
    GUARDIAN,
    NOTE,
    ORIGIN,
    amended,
    bundled,
    elsewhere,
    minor,
    of_type,
    usual,
)

VIEWS: tuple[View, ...] = ("network", "spa")
EVERY = [(name, view) for name in sorted(ALL) for view in VIEWS]


def references(value: object) -> Iterator[str]:
    """Give every reference in a resource."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


@pytest.mark.parametrize(("name", "view"), EVERY)
def test_every_reference_is_to_something_in_the_bundle(name: str, view: View) -> None:
    read = bundled(ALL[name](), view)
    known = {one["fullUrl"] for one in read["entry"]}
    assert len(known) == len(read["entry"])
    assert set(references(read)) <= known


@pytest.mark.parametrize(("name", "view"), EVERY)
def test_everything_is_sent_by_what_it_is_known_by(name: str, view: View) -> None:
    for one in bundled(ALL[name](), view)["entry"]:
        resource, request = one["resource"], one["request"]
        kind = resource["resourceType"]
        if request["method"] == "PUT":
            path, _, condition = request["url"].partition("?")
            assert path == kind
        else:
            assert (request["method"], request["url"]) == ("POST", kind)
            condition = request["ifNoneExist"]
        parameter, _, token = condition.partition("=")
        system, _, value = unquote(token).partition("|")
        known = resource.get("identifier", [])
        if parameter == "_tag":
            tags = resource["meta"]["tag"]
            assert [(one["system"], one["code"]) for one in tags] == [(system, value)]
        else:
            known = known if isinstance(known, list) else [known]
            assert (system, value) in [(one["system"], one["value"]) for one in known]


def test_who_a_receiver_may_know_already_is_never_overwritten() -> None:
    put = {
        one["resource"]["resourceType"]
        for one in bundled(minor())["entry"]
        if one["request"]["method"] == "PUT"
    }
    assert put == {
        "Encounter",
        "QuestionnaireResponse",
        "Consent",
        "ServiceRequest",
        "DocumentReference",
        "Composition",
    }


@pytest.mark.parametrize(("name", "view"), EVERY)
def test_the_same_chart_gives_the_same_bytes(name: str, view: View) -> None:
    assert bundle(ALL[name](), view, ORIGIN) == bundle(ALL[name](), view, ORIGIN)


def test_every_resource_that_was_asked_for_is_there() -> None:
    kinds = [one["resource"]["resourceType"] for one in bundled(usual())["entry"]]
    assert sorted(set(kinds)) == [
        "AuditEvent",
        "Composition",
        "Consent",
        "DocumentReference",
        "Encounter",
        "Location",
        "Organization",
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "Provenance",
        "QuestionnaireResponse",
        "ServiceRequest",
    ]


def test_the_spa_gets_neither_the_note_nor_the_answers_nor_private_contacts() -> None:
    for chart in (usual(), minor(), elsewhere(), amended()):
        sent = bundle(chart, "spa", ORIGIN).decode()
        for private in (
            "Brow symmetric",
            "QuestionnaireResponse",
            "+1 480 555 0101",
            "ana@example.com",
            "Luis",
            GUARDIAN.phone,
            GUARDIAN.birth_date,
        ):
            assert private not in sent
    assert "12 Desert Road" not in bundle(elsewhere(), "spa", ORIGIN).decode()
    whole = bundle(usual(), "network", ORIGIN).decode()
    assert "Brow symmetric" in whole
    assert "+1 480 555 0101" in whole


def test_what_differs_between_the_views_overwrites_nothing_of_the_other() -> None:
    def written(view: View) -> set[str]:
        return {
            one["fullUrl"]
            for one in bundled(usual(), view)["entry"]
            if one["resource"]["resourceType"] in {"Composition", "DocumentReference"}
        }

    assert not written("network") & written("spa")


def test_text_of_people_is_text_and_no_markup() -> None:
    (exam,) = of_type(bundled(usual()), "Composition")
    (note,) = [one for one in exam["section"] if one["title"] == "Practitioner's note"]
    assert "&lt;b&gt;Anxious &amp; private&lt;/b&gt;" in note["text"]["div"]
    assert "<b>" in NOTE
    assert "<b>" not in note["text"]["div"]


def test_a_demo_is_marked_as_no_record_in_every_resource() -> None:
    for one in bundled(usual(demo=True))["entry"]:
        (label,) = one["resource"]["meta"]["security"]
        assert label["code"] == "HTEST"
    assert "HTEST" not in json.dumps(bundled(usual()))
