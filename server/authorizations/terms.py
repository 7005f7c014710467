"""The terms of an authorization: what the order of an exam allows, and on which conditions.

Made from the disposition in the chart and never more than it says. Sealed with the patient's
key; `order_sha256` is what leaves the house.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from server.chart.exam_entries import DispositionDecided
from server.chart.order_entries import Decided, DispositionOrdered, OrderFact
from server.documents.orders import condition_line, order_lines
from server.errors import RecordShredded
from server.keyring import Keyring
from server.sealing import unseal
from server.storage import authorizations as stored
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx
from signaling.messages import Disposition, Message, PerformerRole, TreatmentRef

CLINICIANS: Final[tuple[PerformerRole, ...]] = ("MD", "DO", "NP", "PA")


class DoseMax(Message):
    """The most of a product that one session may use."""

    product: str
    value: float
    unit: str


class Terms(Message):
    """What is allowed.

    Attributes:
        order: in words.
        conditions: in words; precautions too.
        salt: 128 random bits, hex: without it the order cannot be guessed from its hash.
        products: named by the order; empty: none in particular.
        doses: the most of each, where a figure was given.
        areas: named by the order; empty: none in particular.
        performers: credentials named by the order; empty: none in particular.
        satisfied_by: credentials that may say that the condition is met.
    """

    order: str
    conditions: str
    salt: str
    products: list[str]
    doses: Annotated[list[DoseMax], Field(max_length=24)]
    areas: list[str]
    performers: list[PerformerRole]
    satisfied_by: list[PerformerRole]

    @property
    def order_sha256(self) -> str:
        """Return the hex SHA-256 of salt, order and conditions, one a line."""
        text = f"{self.salt}\n{self.order}\n{self.conditions}"
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a disposition says, in whichever form the chart keeps it.

    Attributes:
        terms: without salt.
        valid_months: counted from the signature.
        protocol_id: that the order stays within; None for an order in words alone.
        not_after: last day (ISO) beyond which the order does not go, if it says one.
    """

    treatment: TreatmentRef
    disposition: Disposition
    valid_months: int
    terms: Terms
    protocol_id: str | None = None
    protocol_version: int | None = None
    not_after: str | None = None


def decision_of(entry: Decided) -> Decision:
    """Return what a disposition allows, in whichever form the chart keeps it."""
    if isinstance(entry, DispositionOrdered):
        return _ordered(entry)
    return _worded(entry)


def _ordered(entry: DispositionOrdered) -> Decision:
    """Return a disposition whose order stays within a protocol, if there is one."""
    order, condition = entry.order, entry.condition
    conditions = [entry.conditions, *(order.conditions if order else ())]
    if condition is not None:
        conditions.append(condition_line(condition, "en"))
    said = Terms(
        order="\n".join(order_lines(order, "en")) if order else "",
        conditions="\n".join(one for one in conditions if one),
        salt="",
        products=[one.product for one in order.items] if order else [],
        doses=_doses(order),
        areas=list(order.areas) if order else [],
        performers=list(order.performers) if order else [],
        satisfied_by=list(condition.satisfied_by) if condition else [],
    )
    if order is None:
        return Decision(entry.treatment, entry.disposition, entry.valid_months, said)
    return Decision(
        entry.treatment,
        entry.disposition,
        min(entry.valid_months, order.valid_months),
        said,
        order.protocol_id,
        order.protocol_version,
        order.not_after,
    )


def _doses(order: OrderFact | None) -> list[DoseMax]:
    return [
        DoseMax(product=one.product, value=one.dose_max.value, unit=one.dose_max.unit)
        for one in (order.items if order else ())
        if one.dose_max is not None
    ]


def _worded(entry: DispositionDecided) -> Decision:
    """Return a disposition whose order is in words.

    Who may perform it and how much, such an order says to people only; that a condition is met,
    somebody says who could have examined.
    """
    product = entry.treatment.product
    said = Terms(
        order=entry.order,
        conditions=entry.conditions,
        salt="",
        products=[product] if product else [],
        doses=[],
        areas=[],
        performers=[],
        satisfied_by=list(CLINICIANS) if entry.disposition == "conditional" else [],
    )
    return Decision(entry.treatment, entry.disposition, entry.valid_months, said)


async def sealed(
    tx: Tx, keyring: Keyring, terms: Terms, authorization_id: str, row: tuple[str, str, str]
) -> bytes:
    """Return terms sealed with the patient's key; `row` is patient, spa and network."""
    patient_id, spa_id, network_id = row
    key = await keyring.patient_key(tx, patient_id, network_id)
    place = stored.terms_place(authorization_id, spa_id)
    return keyring.seal(key, terms.model_dump_json().encode(), place)


async def opened(tx: Tx, keyring: Keyring, row: AuthorizationRow) -> Terms:
    """Return the terms of an authorization.

    Raises:
        RecordShredded: they were destroyed with the exam's record.
        SealBroken: they are not what was sealed there.
    """
    if not row.sealed_terms:
        raise RecordShredded
    key = await keyring.patient_key(tx, row.patient_id, row.network_id)
    place = stored.terms_place(row.id, row.spa_id)
    return Terms.model_validate_json(unseal(key, row.sealed_terms, place=place))
