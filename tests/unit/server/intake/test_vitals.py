import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake import vitals
from server.intake.catalogue import catalogue
from server.intake.limits import limits
from server.intake.vitals import MEASURES, NAMES, Taken, VitalsInvalid, metric, taken_of
from server.treatments import LABELS
from server.views import VitalName, VitalsForm
from signaling.messages import TreatmentRef

NOW = 1_790_000_000_000_000
GLP1 = [TreatmentRef(treatment_class="glp1")]
MINUTE_MS = 60_000


def form(**more: object) -> VitalsForm:
    fields = {"measured_by": "Rosa Lind", "measured_at_ms": NOW // 1_000, **more}
    return VitalsForm.model_validate(fields)


def taken(**figures: float) -> dict[VitalName, Taken]:
    return taken_of(figures, "Rosa Lind", NOW)


def refused(**more: object) -> tuple[str, ...]:
    with pytest.raises(VitalsInvalid) as raised:
        metric(form(**more), now=NOW)
    return tuple(raised.value.fields)


# ------------------------------------------------------------------ what may be typed


def test_us_units_are_kept_as_metric() -> None:
    assert metric(form(temperature=98.6, height=66, weight=203), now=NOW) == {
        "temperature_c": 37.0,
        "height_cm": 167.6,
        "weight_kg": 92.1,
    }


def test_metric_units_stay_as_they_are() -> None:
    typed = form(
        temperature=36.8,
        temperature_unit="C",
        height=168,
        height_unit="cm",
        weight=92,
        weight_unit="kg",
    )
    assert metric(typed, now=NOW) == {
        "temperature_c": 36.8,
        "height_cm": 168,
        "weight_kg": 92,
    }


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({}, ("vitals",)),
        ({"temperature": 37}, ("temperature",)),  # degrees Celsius typed as Fahrenheit
        ({"height": 5}, ("height",)),  # feet typed as inches
        ({"weight": 1_200}, ("weight",)),
        ({"systolic_mmhg": 120}, ("systolic_mmhg", "diastolic_mmhg")),
        ({"systolic_mmhg": 80, "diastolic_mmhg": 120}, ("systolic_mmhg", "diastolic_mmhg")),
        (
            {"pulse_bpm": 70, "measured_at_ms": NOW // 1_000 + 6 * MINUTE_MS},
            ("measured_at_ms",),
        ),
        (
            {"pulse_bpm": 70, "measured_at_ms": NOW // 1_000 - 25 * 60 * MINUTE_MS},
            ("measured_at_ms",),
        ),
    ],
)
def test_a_slip_of_the_keyboard_is_refused(
    more: dict[str, object], fields: tuple[str, ...]
) -> None:
    assert refused(**more) == fields


@given(height=st.floats(91, 249), weight=st.floats(21, 399))
def test_the_index_is_the_same_in_both_units(height: float, weight: float) -> None:
    us = metric(form(height=height / 2.54, weight=weight / 0.45359237), now=NOW)
    si = metric(form(height=height, height_unit="cm", weight=weight, weight_unit="kg"), now=NOW)
    one, other = (vitals.body_mass_index(taken_of(each, "", 0)) for each in (us, si))
    assert one is not None
    assert other is not None
    assert abs(one - other) <= 0.2


# ------------------------------------------------------------------ what is needed


@pytest.mark.parametrize("treatment_class", sorted(LABELS))
def test_a_class_needs_what_its_data_say(treatment_class: str) -> None:
    needed = catalogue().classes[treatment_class].vitals_required
    assert set(needed) <= set(NAMES)
    assert vitals.missing({}, treatment_class) == list(needed)
    everything = taken(**{one: 1.0 for measures in MEASURES.values() for one in measures})
    assert vitals.missing(everything, treatment_class) == []


def test_half_a_blood_pressure_is_none() -> None:
    assert taken_of({"systolic_mmhg": 120}, "", 0) == {}


# ------------------------------------------------------------------ what is flagged


def codes(figures: dict[str, float], **answers: list[str]) -> set[str]:
    found = vitals.flags(taken_of(figures, "", 0), answers, GLP1)
    assert {one.severity for one in found} <= {"review"}
    assert {one.question_id for one in found} <= {vitals.QUESTION}
    return {one.code for one in found}


def build(weight_kg: float) -> dict[str, float]:
    return {"height_cm": 170, "weight_kg": weight_kg}


def test_an_index_of_thirty_is_no_flag_and_under_it_needs_a_related_problem() -> None:
    assert codes(build(86.7)) == set()  # 30.0
    assert codes(build(80)) == {"bmi_27_to_30"}  # 27.7
    assert codes(build(80), glp_weight_problem=["none"]) == {"bmi_27_to_30"}
    assert codes(build(80), glp_weight_problem=["bp"]) == set()
    assert codes(build(70), glp_weight_problem=["bp"]) == {"bmi_under_27"}


def test_both_figures_of_a_pressure_make_one_flag() -> None:
    high = taken_of({"systolic_mmhg": 175, "diastolic_mmhg": 104}, "", 0)
    (flag,) = vitals.flags(high, {}, GLP1)
    assert flag.code == "blood_pressure_high"
    assert "160" in flag.reason
    assert "100" in flag.reason


def test_a_limit_counts_for_its_classes_only() -> None:
    slow = taken_of({"pulse_bpm": 44}, "", 0)
    filler = [TreatmentRef(treatment_class="filler")]
    assert vitals.flags(slow, {}, filler) == []
    assert [one.applies_to for one in vitals.flags(slow, {}, [*filler, *GLP1])] == ["glp1"]


def test_the_data_of_the_limits_are_whole() -> None:
    measures = {one for names in MEASURES.values() for one in names} | {vitals.BMI}
    questions = {
        one.question_id: {choice.value for choice in one.choices}
        for section in catalogue().sections.values()
        for one in section
    }
    for one in limits():
        assert one.measure in measures
        assert one.applies_to <= set(LABELS)
        assert one.gte is not None or one.lt is not None
        if one.unless is not None:
            assert one.but in questions[one.unless]
