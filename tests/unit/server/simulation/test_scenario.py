from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.simulation.disciplines import DISCIPLINES
from server.simulation.distributions import Deterministic, Exponential, Lognormal
from server.simulation.scenario import (
    BYTES_MAX,
    Practitioners,
    Scenario,
    ScenarioRejected,
    read_scenario,
)
from server.simulation.shipped import files
from tests.unit.server.simulation.small import scenario, text

DOCS = Path(__file__).resolve().parents[4] / "docs"


def refusal(**other: object) -> str:
    with pytest.raises(ScenarioRejected) as rejected:
        read_scenario(text(**other))
    return str(rejected.value)


def test_a_list_of_jurisdictions_is_a_practitioner() -> None:
    plain, full = scenario(
        practitioners=[["CA"], {"jurisdictions": ["CA", "NY"], "count": 3, "languages": ["es"]}]
    ).practitioners
    assert plain == Practitioners(jurisdictions=("CA",))
    assert (full.count, full.languages) == (3, ("es",))


def test_a_number_is_a_rate_without_a_profile_of_its_own() -> None:
    arrivals = scenario(arrivals={"CA": 0.5, "NY": {"rate": 1, "profile": [1] * 24}}).arrivals
    assert (arrivals["CA"].rate, arrivals["CA"].profile) == (0.5, None)
    assert arrivals["NY"].profile == (1.0,) * 24


def test_a_number_is_a_fixed_time_to_accept_and_a_mean_patience() -> None:
    found = scenario(offer={"accept_s": 7}, patience=300)
    assert found.offer.accept_s == Deterministic(mean_s=7)
    assert found.patience == Exponential(mean_s=300)


def test_what_is_left_out_has_a_default() -> None:
    found = scenario()
    assert found.offer.accept_s == Deterministic(mean_s=5)
    assert (found.offer.no_answer, found.patience, found.warmup_s) == (0.0, None, 0.0)


def test_a_coefficient_of_variation_may_be_said_where_it_is_fixed() -> None:
    service = {"distribution": "exponential", "mean_s": 9, "cv": 1}
    assert scenario(service=service).service == Exponential(mean_s=9)
    assert "service" in refusal(service={**service, "cv": 2})


@pytest.mark.parametrize(
    ("other", "place"),
    [
        ({"speed": 1}, "speed: "),
        ({"practitioners": []}, "practitioners: "),
        ({"practitioners": [[]]}, "practitioners.0.jurisdictions: "),
        ({"practitioners": [["CA", "CA"]]}, "named twice"),
        ({"practitioners": [{"jurisdictions": ["CA"], "count": 0}]}, "practitioners.0.count: "),
        ({"practitioners": [{"jurisdictions": ["CA"], "count": 2000}, ["CA"]]}, "2000"),
        (
            {"practitioners": [{"jurisdictions": ["CA"], "shifts": [[5, 1]]}]},
            "before it starts",
        ),
        (
            {"practitioners": [{"jurisdictions": ["CA"], "shifts": [[0, 10], [5, 15]]}]},
            "overlap",
        ),
        (
            {"practitioners": [{"jurisdictions": ["CA"], "shifts": [[0, 5], [3600, 90_000]]}]},
            "overlap",
        ),
        ({"practitioners": [{"jurisdictions": ["CA"], "shifts": [[90_000, 95_000]]}]}, "never"),
        ({"practitioners": [{"jurisdictions": ["CA"], "time_zone": "Mars"}]}, "time zone"),
        ({"arrivals": {}}, "arrivals: "),
        ({"arrivals": {"CA": -1}}, "arrivals.CA.rate: "),
        ({"arrivals": {"CA": "1"}}, "arrivals.CA"),
        ({"arrivals": {"CA": True}}, "arrivals.CA"),
        ({"arrivals": {"CA": 0}}, "nobody ever arrives"),
        ({"arrivals": {"CA": 1000}, "horizon_s": 86_400}, "more than"),
        ({"arrivals": {"a b": 1}}, "arrivals.a b"),
        ({"profile": [1] * 23}, "profile: "),
        ({"service": 300, "wrap_up": -1}, "wrap_up"),
        ({"service": {"distribution": "gamma", "mean_s": 1}}, "service: "),
        ({"service": {"distribution": "lognormal", "mean_s": 0, "cv": 1}}, "mean_s: "),
        ({"service": {"distribution": "uniform", "low_s": 2, "high_s": 1}}, "low_s is above"),
        ({"offer": {"no_answer": 0.6, "decline": 0.6}}, "offer: "),
        ({"offer": {"no_answer": 1.1}}, "offer.no_answer: "),
        ({"patience": 0}, "patience"),
        ({"languages": {"es": 0.7, "fr": 0.7}}, "languages"),
        ({"horizon_s": 0}, "horizon_s: "),
        ({"horizon_s": 10, "warmup_s": 10}, "warmup_s leaves nothing"),
        ({"starts_on": "someday"}, "starts_on: "),
    ],
)
def test_what_is_wrong_is_named_by_its_place(other: dict[str, object], place: str) -> None:
    assert place in refusal(**other)


@pytest.mark.parametrize("nonsense", ["", "{", "[]", "null", '{"practitioners": NaN}'])
def test_what_is_no_json_object_is_refused(nonsense: str) -> None:
    with pytest.raises(ScenarioRejected):
        read_scenario(nonsense)


def test_a_file_that_is_too_long_is_not_read() -> None:
    with pytest.raises(ScenarioRejected, match="bytes"):
        read_scenario(" " * (BYTES_MAX + 1))


def test_every_fault_has_its_line() -> None:
    faults = refusal(speed=1, horizon_s=0).splitlines()
    assert len(faults) == 2


def test_what_we_ship_is_what_the_program_writes() -> None:
    for name, written in files().items():
        assert (DOCS / "scenarios" / name).read_text(encoding="utf-8") == written


def test_what_we_ship_can_be_read() -> None:
    found = [
        read_scenario(path.read_bytes())
        for path in sorted((DOCS / "scenarios").glob("*.json"))
        if path.name != "schema.json"
    ]
    assert {len(one.practitioners) for one in found} >= {60, 150, 400}


def test_the_example_in_the_manual_can_be_read() -> None:
    manual = (DOCS / "simulation.md").read_text(encoding="utf-8")
    example = manual.split("```json\n")[1].split("```")[0]
    assert len(read_scenario(example).practitioners) == 3


def test_the_manual_names_every_key_and_every_policy() -> None:
    manual = (DOCS / "simulation.md").read_text(encoding="utf-8")
    for name in (*Scenario.model_fields, *Practitioners.model_fields, *DISCIPLINES):
        assert f"`{name}`" in manual


def test_the_schema_says_what_a_scenario_is() -> None:
    schema = json.loads((DOCS / "scenarios" / "schema.json").read_text(encoding="utf-8"))
    assert set(schema["required"]) == {"practitioners", "arrivals", "service"}
    assert set(schema["properties"]) == set(Scenario.model_fields)
    assert schema["additionalProperties"] is False


def test_a_lognormal_without_variation_is_always_its_mean() -> None:
    service = {"distribution": "lognormal", "mean_s": 5, "cv": 0}
    assert scenario(service=service).service == Lognormal(mean_s=5, cv=0)
