"""The page about FHIR says what is so."""

import json
import re
from pathlib import Path

from tests.fhir_charts import bundled, mixed, of_type, usual

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "fhir.md").read_text(encoding="utf-8")


def test_the_check_of_a_signature_works_as_printed() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    found = {"provenance": of_type(bundled(usual()), "Provenance")[0]}
    exec(code, found)  # noqa: S102 - our own page
    assert found["facts"]["encounter_id"] == "encounter-1"


def test_every_kind_of_resource_and_every_section_is_on_the_page() -> None:
    read = bundled(mixed())
    for one in read["entry"]:
        assert one["resource"]["resourceType"] in PAGE
    for section in of_type(read, "Composition")[0]["section"]:
        code = section["code"]["coding"][0]["code"]
        assert code in PAGE, json.dumps(section["title"])
