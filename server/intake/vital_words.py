"""Vital signs in English words: metric, with US units where people think in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from server.intake import vitals
from server.views import VitalName

INCHES_PER_FOOT: Final = 12


def in_words(name: VitalName, figures: Mapping[str, float]) -> str:
    """Return one vital sign in words."""
    return TEXTS[name](figures)


def _pressure(figures: Mapping[str, float]) -> str:
    return f"{figures['systolic_mmhg']:.0f}/{figures['diastolic_mmhg']:.0f} mmHg"


def _pulse(figures: Mapping[str, float]) -> str:
    return f"{figures['pulse_bpm']:.0f} a minute"


def _temperature(figures: Mapping[str, float]) -> str:
    celsius = figures["temperature_c"]
    return f"{celsius:.1f} °C ({celsius * 9 / 5 + 32:.1f} °F)"


def _saturation(figures: Mapping[str, float]) -> str:
    return f"{figures['spo2_percent']:.0f} %"


def _height(figures: Mapping[str, float]) -> str:
    inches = round(figures["height_cm"] / vitals.CM_PER_INCH)
    feet, rest = divmod(inches, INCHES_PER_FOOT)
    return f"{figures['height_cm']:.0f} cm ({feet} ft {rest} in)"


def _weight(figures: Mapping[str, float]) -> str:
    kilograms = figures["weight_kg"]
    return f"{kilograms:.1f} kg ({kilograms / vitals.KG_PER_POUND:.0f} lb)"


TEXTS: Final[Mapping[VitalName, Callable[[Mapping[str, float]], str]]] = {
    "blood_pressure": _pressure,
    "pulse": _pulse,
    "temperature": _temperature,
    "spo2": _saturation,
    "height": _height,
    "weight": _weight,
}
