"""An order in words: one line a subject, in the language of the reader.

The same lines stand on the papers, in the portal and on the patient's page, so that nobody
reads another order than the one that was signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from server.chart.order_entries import OrderFact
from server.documents.exam import Outcome
from server.views import Language
from signaling.messages import (
    ConditionCode,
    DeferReason,
    DispositionCondition,
    OrderItem,
    PerformerRole,
)

Words = Mapping[Language, str]
PROTOCOL_CHARS: Final = 8

PERFORMERS: Final[Mapping[PerformerRole, Words]] = {
    "MD": {"en": "MD", "es": "MD"},
    "DO": {"en": "DO", "es": "DO"},
    "NP": {"en": "NP", "es": "NP"},
    "PA": {"en": "PA", "es": "PA"},
    "RN": {"en": "RN", "es": "RN"},
    "LPN": {"en": "LPN", "es": "LPN"},
    "paramedic": {"en": "paramedic", "es": "paramédico"},
    "esthetician": {"en": "esthetician", "es": "esteticista"},
    "laser_technician": {"en": "laser technician", "es": "técnico de láser"},
    "medical_assistant": {"en": "medical assistant", "es": "asistente médico"},
}
CONDITIONS: Final[Mapping[ConditionCode, Words]] = {
    "negative_pregnancy_test": {
        "en": "Negative pregnancy test",
        "es": "Prueba de embarazo negativa",
    },
    "vital_signs_in_range": {
        "en": "Vital signs in range",
        "es": "Signos vitales dentro de los límites",
    },
    "lab_result_in_range": {
        "en": "Lab result in range",
        "es": "Resultado de laboratorio dentro de los límites",
    },
    "clearance_from_own_physician": {
        "en": "Clearance from the patient's own physician",
        "es": "Visto bueno del médico de cabecera",
    },
    "medicine_paused": {"en": "Medicine paused", "es": "Medicina suspendida"},
    "skin_healed": {"en": "Skin healed", "es": "Piel sanada"},
    "patch_test_clear": {"en": "Patch test clear", "es": "Prueba de parche sin reacción"},
    "other": {"en": "Condition", "es": "Condición"},
}
REASONS: Final[Mapping[DeferReason, Words]] = {
    "needs_in_person_exam": {
        "en": "Needs an exam in person",
        "es": "Necesita un examen en persona",
    },
    "needs_more_information": {
        "en": "Needs more information",
        "es": "Falta información",
    },
    "needs_records": {"en": "Needs records", "es": "Faltan expedientes médicos"},
    "needs_lab_result": {
        "en": "Needs a lab result",
        "es": "Falta un resultado de laboratorio",
    },
    "needs_medicine_change": {
        "en": "Needs a change of medicine first",
        "es": "Antes hace falta un cambio de medicinas",
    },
    "not_today": {"en": "Not today", "es": "Hoy no"},
}
LINES: Final[Mapping[str, Words]] = {
    "products": {"en": "Products", "es": "Productos"},
    "up_to": {"en": "up to", "es": "hasta"},
    "areas": {"en": "Areas", "es": "Zonas"},
    "performers": {"en": "May be performed by", "es": "Puede realizarlo"},
    "required": {"en": "Required", "es": "Se exige"},
    "instructions": {"en": "Instructions", "es": "Indicaciones"},
    "protocol": {"en": "Protocol", "es": "Protocolo"},
    "version": {"en": "version", "es": "versión"},
    "signed_by": {"en": "signed by", "es": "firmado por"},
    "confirmed_by": {"en": "to be confirmed by", "es": "lo confirma"},
}


def order_lines(order: OrderFact, language: Language) -> list[str]:
    """Return an order, a line for each subject."""
    return [f"{_said(name, language)}: {text}" for name, text in _subjects(order, language)]


def condition_line(condition: DispositionCondition, language: Language) -> str:
    """Return what must be met first, and who may say that it is."""
    name = CONDITIONS[condition.code][language]
    text = f"{name}: {condition.text.strip()}" if condition.text.strip() else name
    who = _performers(condition.satisfied_by, language)
    return f"{text} ({_said('confirmed_by', language)} {who})"


def reason_line(reasons: list[DeferReason], language: Language) -> str:
    """Return why a treatment is deferred; empty for no reason."""
    return ", ".join(REASONS[one][language] for one in reasons)


def dose_words(item: OrderItem, language: Language) -> str:
    """Return a product with the most of it that one session may use."""
    name = item.product.replace("_", " ")
    if item.dose_max is None:
        return name
    return f"{name} {_said('up_to', language)} {item.dose_max.value:g} {item.dose_max.unit}"


def _subjects(order: OrderFact, language: Language) -> Iterator[tuple[str, str]]:
    yield "products", "; ".join(dose_words(one, language) for one in order.items)
    if order.areas:
        yield "areas", ", ".join(order.areas)
    yield "performers", _performers(order.performers, language)
    if order.conditions:
        yield "required", "; ".join(order.conditions)
    if order.instructions.strip():
        yield "instructions", order.instructions.strip()
    version = f"{_said('version', language)} {order.protocol_version}"
    signed = f"{_said('signed_by', language)} {order.director_name}"
    yield "protocol", f"{order.protocol_id[:PROTOCOL_CHARS]} {version}, {signed}"


def _performers(performers: list[PerformerRole], language: Language) -> str:
    return ", ".join(PERFORMERS[one][language] for one in performers)


def _said(name: str, language: Language) -> str:
    return LINES[name][language]


# ------------------------------------------------------------------ an outcome in words


def order_text(outcome: Outcome, language: Language) -> str:
    """Return the order of an outcome; empty where nothing may be done."""
    if outcome.ordered is None:
        return outcome.order
    return "\n".join(order_lines(outcome.ordered, language))


def conditions_text(outcome: Outcome, language: Language) -> str:
    """Return what must be met, and precautions; empty for none."""
    met = condition_line(outcome.condition, language) if outcome.condition else ""
    return "\n".join(one for one in (met, outcome.conditions.strip()) if one)


def rationale_text(outcome: Outcome, language: Language) -> str:
    """Return why it was decided so."""
    reasons = reason_line(list(outcome.reasons), language)
    return "\n".join(one for one in (reasons, outcome.rationale.strip()) if one)
