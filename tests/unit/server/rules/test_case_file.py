"""Cases as JSON: what is taken, and that anything unknown is refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.chart.canonical import JsonValue
from server.rules.answer import answer, answer_schema, written
from server.rules.asked import asked_rules, decide_file
from server.rules.case_file import CASE_BYTES_MAX, case_schema, read_case
from server.rules.laid_out import laid_out
from server.rules.refusals import CaseUnreadable
from server.rules.snapshot import Fault
from server.rules.words import Severity, TreatmentClass
from tests.rule_cases import CASES, NOW, shipped_book

DOCS = Path(__file__).resolve().parents[4] / "docs" / "rules"
Json = dict[str, JsonValue]


def a_case(**changes: JsonValue) -> Json:
    content: Json = json.loads((CASES / "02-tx-peel-store-and-forward.json").read_bytes())
    return {**content, **changes}


def refused(content: object) -> str:
    with pytest.raises(CaseUnreadable) as caught:
        read_case(json.dumps(content))
    return str(caught.value)


def objects(
    value: JsonValue, place: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """Yield the place of every object with a fixed set of keys."""
    if isinstance(value, dict):
        if place[-1:] not in {("sign_offs",), ("counsel_opinions",)}:
            yield place
        for key, one in value.items():
            yield from objects(one, (*place, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from objects(one, (*place, number))


def test_a_case_is_read_as_it_is_meant() -> None:
    case = read_case(json.dumps(a_case())).case()
    assert case.now == NOW
    assert case.treatments[0].treatment_class is TreatmentClass.CHEMICAL_PEEL
    assert case.policy.sign_offs == {"TX": "counsel-2026-11"}


@pytest.mark.parametrize("place", list(objects(a_case())), ids=str)
def test_an_unknown_key_is_refused_wherever_it_is(place: tuple[str | int, ...]) -> None:
    content: JsonValue = a_case()
    inner = content
    for step in place:
        inner = inner[step]  # type: ignore[index]
    assert isinstance(inner, dict)
    inner["surprise"] = "a name"
    sentence = refused(content)
    assert "surprise" in sentence
    assert "a name" not in sentence


@pytest.mark.parametrize("key", sorted(a_case()))
def test_no_key_may_be_left_out(key: str) -> None:
    content = a_case()
    del content[key]
    assert key in refused(content)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("now", "2026-11-22T15:05:00"),
        ("now", "yesterday"),
        ("now", 1),
        ("jurisdiction", "XX"),
        ("jurisdiction", "tx"),
        ("site_jurisdictions", ["TX", "ZZ"]),
        ("site_jurisdictions", "TX"),
        ("age_years", -1),
        ("age_years", "34"),
        ("age_years", 34.5),
        ("age_years", 126),
        ("treatments", []),
        ("treatments", [{"class": "botox", "controlled_schedule": None}]),
        ("treatments", [{"class": "filler", "controlled_schedule": "I"}]),
        ("treatments", [{"class": "filler"}]),
        ("new_patient", "yes"),
        ("new_patient", 1),
        ("emergency_flags", ["hunger"]),
        ("contraindication_flags", ["mild"]),
        ("contraindication_flags", [{"severity": "absolute", "applies_to": ["botox"]}]),
        ("contraindication_flags", [{"code": "family_mtc"}]),
        ("packet", {"images": -1, "records": 0, "questionnaire": True, "complete": True}),
        ("requested_modality", "phone"),
        ("consents", ["everything"]),
        ("evidenced", ["surprise"]),
        ("practitioner", {}),
        ("operator_policy", {}),
        ("snapshot", "mine"),
        ("snapshot", None),
    ],
)
def test_an_unknown_value_is_refused_by_its_place(key: str, value: JsonValue) -> None:
    assert refused(a_case(**{key: value})).startswith(key)


def test_a_sign_off_is_a_reference_and_not_a_gap() -> None:
    policy = a_case()["operator_policy"]
    assert isinstance(policy, dict)
    for reference in ("", " "):
        assert "sign_offs.TX" in refused(
            a_case(operator_policy={**policy, "sign_offs": {"TX": reference}})
        )


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"now": 1, "now": 2}', "[" * 100_000, b"\xff"]
)
def test_what_is_no_case_is_refused_with_a_sentence(text: str | bytes) -> None:
    with pytest.raises(CaseUnreadable):
        read_case(text)


def test_a_case_is_bounded() -> None:
    with pytest.raises(CaseUnreadable, match="too large"):
        read_case(" " * (CASE_BYTES_MAX + 1))


def test_the_published_example_is_decided() -> None:
    given = read_case((DOCS / "case.example.json").read_bytes())
    decision = decide_file(given, shipped_book())
    assert decision.outcome == "live_video_required"
    assert "appropriate_physical_exam" in decision.reasons[-1].text


def test_places_outside_are_words_and_not_errors() -> None:
    for place in ("PR", "outside_us"):
        decision = decide_file(
            read_case(json.dumps(a_case(jurisdiction=place))), shipped_book()
        )
        assert decision.outcome == "not_permitted"
        assert decision.reasons[0].text.startswith("location: ")


def test_a_flag_may_be_a_severity_or_more() -> None:
    flags: JsonValue = [
        "review",
        {"severity": "absolute", "code": "family_mtc", "applies_to": ["glp1"]},
    ]
    read = read_case(json.dumps(a_case(contraindication_flags=flags))).case().flags
    assert [one.severity for one in read] == [Severity.REVIEW, Severity.ABSOLUTE]
    assert read[1].applies_to == {TreatmentClass.GLP1}


def test_each_way_of_having_no_rules_can_be_asked_for() -> None:
    found = {}
    for name in ("shipped", "absent", "unsigned", "expired"):
        given = read_case(json.dumps(a_case(snapshot=name)))
        book = asked_rules(given, shipped_book())
        found[name] = book.fault(NOW) if book else Fault.ABSENT
    assert found == {
        "shipped": None,
        "absent": Fault.ABSENT,
        "unsigned": Fault.UNSIGNED,
        "expired": Fault.EXPIRED,
    }


def test_an_answer_has_just_five_keys() -> None:
    told = answer(decide_file(read_case(json.dumps(a_case())), shipped_book()))
    assert list(told.model_dump()) == [
        "decision",
        "requires",
        "reasons",
        "rules_version",
        "valid_until",
    ]
    assert told.valid_until == "2026-11-23T15:00:00Z"
    assert told.reasons[0].citations[0].cite == "Tex. Occ. Code 111.005(a)(3)(B)"


def test_instants_are_written_to_the_microsecond() -> None:
    assert written(NOW) == "2026-11-22T15:05:00Z"


@pytest.mark.parametrize(
    ("name", "schema"), [("case", case_schema()), ("decision", answer_schema())]
)
def test_the_published_schemas_are_those_of_the_models(name: str, schema: Json) -> None:
    assert (DOCS / f"{name}.schema.json").read_text(encoding="utf-8") == laid_out(schema)
