"""What an order for one treatment is made of: products, doses, areas, who may perform it.

The words of a protocol and of the order that is confirmed or narrowed from it are the same, so
that one can be compared with the other.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from signaling.messages.parts import Id, Message

PerformerRole = Literal[
    "MD",
    "DO",
    "NP",
    "PA",
    "RN",
    "LPN",
    "paramedic",
    "esthetician",
    "laser_technician",
    "medical_assistant",
]
DeferReason = Literal[
    "needs_in_person_exam",
    "needs_more_information",
    "needs_records",
    "needs_lab_result",
    "needs_medicine_change",
    "not_today",
]
ConditionCode = Literal[
    "negative_pregnancy_test",
    "vital_signs_in_range",
    "lab_result_in_range",
    "clearance_from_own_physician",
    "medicine_paused",
    "skin_healed",
    "patch_test_clear",
    "other",
]
DECIMALS: int = 3


def _of_few_decimals(value: float) -> float:
    if round(value, DECIMALS) != value:
        raise ValueError("at most three decimals")
    return value


Amount = Annotated[
    float,
    Field(gt=0, le=1_000_000, allow_inf_nan=False),
    AfterValidator(_of_few_decimals),
]
Unit = Annotated[str, StringConstraints(pattern=r"^[A-Za-z%µ][A-Za-z0-9%µ/²]{0,19}$")]
ProductCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}$")]
Area = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^\S(?:[^\x00-\x1f]*\S)?$")
]
Performers = Annotated[list[PerformerRole], Field(min_length=1, max_length=10)]


class Dose(Message):
    """An amount for one session."""

    value: Amount
    unit: Unit


class OrderItem(Message):
    """A product, and the most of it that one session may use; None: no figure applies."""

    product: ProductCode
    dose_max: Dose | None


class TreatmentOrder(Message):
    """An order as the practitioner confirmed it, and the protocol that it was read from."""

    protocol_id: Id
    protocol_version: Annotated[int, Field(ge=1, le=100_000)]
    items: Annotated[list[OrderItem], Field(min_length=1, max_length=24)]
    areas: Annotated[list[Area], Field(max_length=24)]
    performers: Performers
    instructions: Annotated[str, StringConstraints(max_length=1_000)]


class DispositionCondition(Message):
    """What must be met before a conditional treatment, and who may say that it is."""

    code: ConditionCode
    text: Annotated[str, StringConstraints(max_length=500)]
    satisfied_by: Performers
