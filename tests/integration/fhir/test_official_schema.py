"""Bundles held against the official JSON schema of FHIR R4, and read by another library.

The schema comes with an npm package; it is HL7's `fhir.schema.json` of 4.0.1 as it is.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping

import jsonschema_rs
import pytest
from fhirclient.models.bundle import Bundle

from server.fhir.signed_chart import View
from tests.fhir_charts import ALL, bundled, mixed, of_type, usual
from tests.node_peers import ROOT

PACKAGE = ROOT / "tests" / "node" / "node_modules" / "@asymmetrik"
VIEWS: tuple[View, ...] = ("network", "spa")


@pytest.fixture(scope="module")
def official() -> jsonschema_rs.Validator:
    source = PACKAGE / "fhir-json-schema-validator" / "fhir.schema.json"
    schema = json.loads(source.read_text(encoding="utf-8"))
    assert schema["id"] == "http://hl7.org/fhir/json-schema/4.0"
    return jsonschema_rs.validator_for(schema)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", sorted(ALL))
def test_every_bundle_is_valid_by_the_official_schema(
    official: jsonschema_rs.Validator, name: str, view: View
) -> None:
    assert official.is_valid(bundled(ALL[name](), view))


@pytest.mark.parametrize(
    ("kind", "member", "value"),
    [
        ("Encounter", "class", None),  # required
        ("Encounter", "plannedStartDate", "2026-01-01"),  # of R5 alone
        ("Composition", "date", "yesterday"),
        ("ServiceRequest", "status", 3),
    ],
)
def test_the_schema_refuses_what_is_not_r4(
    official: jsonschema_rs.Validator, kind: str, member: str, value: object
) -> None:
    spoilt = copy.deepcopy(bundled(usual()))
    resource = of_type(spoilt, kind)[0]
    resource[member] = value
    if value is None:
        del resource[member]
    assert not official.is_valid(spoilt)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", sorted(ALL))
def test_every_bundle_is_read_by_another_library_without_loss(name: str, view: View) -> None:
    written = bundled(ALL[name](), view)
    assert _sorted(Bundle(written, strict=True).as_json()) == _sorted(written)


def test_another_library_finds_what_it_looks_for() -> None:
    read = Bundle(bundled(mixed()), strict=True)
    orders = [
        one.resource for one in read.entry if one.resource.resource_type == "ServiceRequest"
    ]
    assert [one.status for one in orders] == ["active", "on-hold", "on-hold"]
    (exam,) = [one.resource for one in read.entry if one.resource.resource_type == "Encounter"]
    assert exam.class_fhir.code == "VR"
    assert exam.period.start.isostring.startswith("2026-09-21T")


def _sorted(value: object) -> object:
    """Return JSON with its members in one order, without what that library does not model.

    It reads no extension of a primitive (`_status`).
    """
    if isinstance(value, Mapping):
        return {name: _sorted(value[name]) for name in sorted(value) if name[0] != "_"}
    return [_sorted(one) for one in value] if isinstance(value, list) else value
