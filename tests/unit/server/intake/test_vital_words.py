import pytest

from server.intake.vital_words import TEXTS, in_words
from server.intake.vitals import NAMES
from server.views import VitalName


@pytest.mark.parametrize(
    ("name", "figures", "said"),
    [
        ("blood_pressure", {"systolic_mmhg": 118, "diastolic_mmhg": 74}, "118/74 mmHg"),
        ("pulse", {"pulse_bpm": 68}, "68 a minute"),
        ("temperature", {"temperature_c": 37.0}, "37.0 °C (98.6 °F)"),
        ("spo2", {"spo2_percent": 98}, "98 %"),
        ("height", {"height_cm": 167.6}, "168 cm (5 ft 6 in)"),
        ("height", {"height_cm": 182.4}, "182 cm (6 ft 0 in)"),
        ("weight", {"weight_kg": 92.1}, "92.1 kg (203 lb)"),
    ],
)
def test_a_vital_sign_is_said_in_both_units(
    name: VitalName, figures: dict[str, float], said: str
) -> None:
    assert in_words(name, figures) == said


def test_every_vital_sign_has_words() -> None:
    assert set(TEXTS) == set(NAMES)
