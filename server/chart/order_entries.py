"""The decision on a treatment with its order, as the chart keeps it since version 2.

Version 1 (`server.chart.exam_entries.DispositionDecided`) had the order as words; charts that
were written then stay readable, and nothing new is signed on such an order. Whoever only
wants the words asks `order_lines`, which reads both.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, StringConstraints

from server.chart.entry import Entry, Line, Sha256
from server.chart.exam_entries import DispositionDecided
from signaling.messages import (
    Area,
    DeferReason,
    Disposition,
    DispositionCondition,
    Id,
    LongText,
    Message,
    OrderItem,
    Performers,
    TreatmentRef,
)

Months = Annotated[int, Field(ge=1, le=12)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class OrderFact(Message):
    """An order for this patient, and the signed protocol that it does not go beyond.

    Attributes:
        protocol_sha256: of the protocol's text, which the director signed.
        director_name: who signed it.
        conditions: what the protocol asks for whenever it is performed.
        valid_months: counted from the signature of the exam.
        not_after: last day (ISO, UTC) of the protocol: the order ends then at the latest.
    """

    protocol_id: Id
    protocol_version: Annotated[int, Field(ge=1)]
    protocol_sha256: Sha256
    director_name: Line
    items: Annotated[list[OrderItem], Field(min_length=1, max_length=24)]
    areas: Annotated[list[Area], Field(max_length=24)]
    performers: Performers
    conditions: Annotated[list[Line], Field(max_length=12)]
    instructions: Annotated[str, StringConstraints(max_length=1_000)]
    valid_months: Months
    not_after: Day


class DispositionOrdered(Entry):
    """The practitioner's decision on one treatment, with its order; the last one counts.

    Attributes:
        order: None where nothing is allowed, or nothing is confirmed yet.
        conditions: precautions, in words.
        condition: what a conditional decision waits for, and who may say that it is met.
        reasons: why it is deferred.
    """

    kind: Literal["disposition.set"] = "disposition.set"
    # A kind has its versions side by side; only the reader asks which one it has.
    v: Literal[2] = 2  # type: ignore[assignment]
    treatment: TreatmentRef
    disposition: Disposition
    rationale: LongText
    order: OrderFact | None
    conditions: LongText
    condition: DispositionCondition | None
    reasons: Annotated[list[DeferReason], Field(max_length=6)]
    valid_months: Months

    def summary(self) -> str:
        """Return one English line for the log."""
        name = self.treatment.treatment_class.replace("_", " ").capitalize()
        decided = self.disposition.replace("_", " ")
        order = ", with order" if self.order else ""
        return f"{name}: {decided}{order}"


Decided: TypeAlias = DispositionDecided | DispositionOrdered
ORDER_ENTRIES: Final = (DispositionOrdered,)
