"""The import of the collected source: what becomes of it, and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.rules.importing import SourceChanged, import_rules
from server.rules.publishing import import_into
from server.rules.refusals import RulesRefused
from server.rules.snapshot_files import SIGNATURE

Entry = dict[str, Any]


def citation(field: str, read: str = "statute", cite: str = "Wyo. Stat. 1") -> Entry:
    return {
        "field": field,
        "cite": cite,
        "title": "a title",
        "url": None,
        "read": read,
        "as_of": "2025",
    }


def entry(code: str = "WY", name: str = "Wyoming") -> Entry:
    """A jurisdiction as the source has one."""
    return {
        "jurisdiction": code,
        "name": name,
        "rules": [rule(), rule(), rule(), rule()],
        "np_practice": {
            "class": "full",
            "transition_hours": None,
            "note": "",
            "citations": [citation("class", "secondary")],
        },
        "pa_supervision": {"kind": "unknown", "note": "Not read.", "citations": []},
        "gfe": {
            "required_by": None,
            "who": None,
            "validity_months": None,
            "note": "",
            "citations": [],
        },
        "consent": {
            "telehealth": "unknown",
            "separate_store_and_forward": None,
            "citations": [],
        },
        "duties": ["verify_identity"],
        "duties_citations": [citation("verify_identity")],
        "controlled": {
            "barred_without_in_person": ["II"],
            "note": "a note",
            "citations": [citation("note")],
        },
        "records": {"adult_years": 7, "minor_rule": None, "citations": []},
        "recording_consent": "unknown",
        "out_of_state": [],
        "imlc": True,
        "conflict": None,
        "confidence": "statute",
        "as_of": "2026-11-22",
    }


def rule(**changes: object) -> Entry:
    return {
        "professions": ["MD"],
        "treatment_classes": ["*"],
        "patient": "new",
        "minimum": "unknown",
        "basis": "unknown",
        "condition_codes": ["encounter_documented"],
        "consent_codes": [],
        "questionnaire_only_refused": None,
        "effective_from": "2023-09",
        "effective_until": None,
        "note": "a note",
        "citations": [citation("minimum"), citation("condition_codes", "secondary")],
        **changes,
    }


def imported(*entries: Entry) -> dict[str, Entry]:
    return import_rules(json.dumps(list(entries)))


def changed(code: str, name: str, change: Callable[[Entry], None]) -> Entry:
    found = entry(code, name)
    change(found)
    return found


def test_every_deciding_field_has_its_own_citations_and_days() -> None:
    first = imported(entry())["WY"]["rules"][0]
    assert first["minimum"] == {
        "value": None,
        "citations": ["WY.1"],
        "verified_on": "2026-11-22",
        "review_by": "2027-05-21",
    }
    assert first["condition_codes"]["citations"] == ["WY.2"]
    assert first["condition_codes"]["review_by"] == "2027-02-20"
    assert first["professions"]["citations"] == []


def test_a_source_is_entered_once_and_unknown_is_no_value() -> None:
    made = imported(entry())["WY"]
    assert [one["citations"] for one in (rule["minimum"] for rule in made["rules"])] == [
        ["WY.1"]
    ] * 4
    assert made["pa_supervision"]["value"] is None
    assert made["telehealth_consent"]["value"] is None
    assert made["notes"] == {"pa_supervision": "Not read.", "controlled": "a note"}


def test_a_month_stands_for_its_first_day() -> None:
    assert imported(entry())["WY"]["rules"][0]["effective_from"] == "2023-09-01"


def test_a_basis_is_cited_by_the_minimum_unless_cited_apart() -> None:
    apart = changed(
        "WY",
        "Wyoming",
        lambda one: one["rules"][0]["citations"].append(citation("basis", cite="another")),
    )
    rules = imported(apart)["WY"]["rules"]
    assert rules[0]["basis"]["citations"] != rules[0]["minimum"]["citations"]
    assert rules[1]["basis"]["citations"] == rules[1]["minimum"]["citations"]


def test_only_a_minimum_that_restricts_stands_on_what_is_beside_it() -> None:
    beside = [citation("condition_codes")]

    def change(one: Entry) -> None:
        one["rules"][0] |= {"minimum": "live_video", "citations": beside}
        one["rules"][1] |= {"minimum": "store_and_forward", "citations": beside}

    rules = imported(changed("WY", "Wyoming", change))["WY"]["rules"]
    assert rules[0]["minimum"]["citations"]
    assert not rules[1]["minimum"]["citations"]


def test_contradictions_carry_the_stricter_reading_and_say_so() -> None:
    def maryland(one: Entry) -> None:
        one["rules"][3]["minimum"] = "store_and_forward"
        one["conflict"] = "Told before."

    made = imported(changed("MD", "Maryland", maryland))["MD"]
    assert made["controlled_barred"]["value"] == ["II", "II_narcotic"]
    assert made["rules"][3]["minimum"]["value"] == "live_video"
    assert made["conflict"].startswith("Told before. ")
    assert "Schedule II narcotics" in made["conflict"]


def test_a_rule_whose_law_changes_ends_that_day() -> None:
    made = imported(entry("NH", "New Hampshire"))["NH"]
    assert [one["effective_until"] for one in made["rules"]] == [None, None, "2027-01-01", None]


def test_the_peel_is_left_out_of_the_arizona_rule_on_written_orders() -> None:
    def arizona(one: Entry) -> None:
        one["rules"][2]["treatment_classes"] = ["filler", "chemical_peel"]

    made = imported(changed("AZ", "Arizona", arizona))["AZ"]
    assert made["rules"][2]["treatment_classes"]["value"] == ["filler"]
    assert "not the stricter reading" in made["conflict"]


@pytest.mark.parametrize(
    "source",
    [
        {},
        [{}],
        ["WY"],
        [entry("AZ", "Arizona")],
        [
            changed(
                "OH",
                "Ohio",
                lambda one: one["controlled"].update(barred_without_in_person=["III"]),
            )
        ],
        [changed("MD", "Maryland", lambda one: one["rules"][3].update(minimum="live_video"))],
        [
            changed(
                "NH",
                "New Hampshire",
                lambda one: one["rules"][2].update(effective_until="2026-01-01"),
            )
        ],
    ],
)
def test_a_source_that_is_not_what_it_was_is_refused(source: object) -> None:
    with pytest.raises(SourceChanged):
        import_rules(json.dumps(source))


def test_a_word_that_is_not_in_the_vocabulary_is_refused() -> None:
    def surprise(one: Entry) -> None:
        one["rules"][0]["condition_codes"] = ["surprise"]

    with pytest.raises(ValueError, match="no condition has this code"):
        imported(changed("WY", "Wyoming", surprise))


def test_an_import_writes_the_files_and_drops_the_signature(tmp_path: Path) -> None:
    source, folder = tmp_path / "rules.json", tmp_path / "made"
    source.write_text(json.dumps([entry()]))
    assert import_into(folder, source) == 1
    first = (folder / "WY.json").read_bytes()
    (folder / SIGNATURE).write_text("{}")
    assert import_into(folder, source) == 1
    assert (folder / "WY.json").read_bytes() == first
    assert not (folder / SIGNATURE).exists()


@pytest.mark.parametrize("content", [None, "{", "{}", "[" * 5_000_001])
def test_a_source_that_cannot_be_read_is_refused(tmp_path: Path, content: str | None) -> None:
    source = tmp_path / "rules.json"
    if content is not None:
        source.write_text(content)
    with pytest.raises(RulesRefused, match="the source"):
        import_into(tmp_path, source)
