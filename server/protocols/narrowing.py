"""From a protocol to an order for one patient: the same or less, never more. Pure.

    prefilled(protocol, ...) -> what the console shows, to be confirmed
    narrow(protocol, order, ...) -> the order, as the chart keeps it; or an `OrderOutside`

What an order allows is a set of (product, area, amount, performer). `narrow` gives only
orders whose set is part of the protocol's.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from server.chart.order_entries import OrderFact
from server.protocols import controlled
from server.protocols.controlled import ControlledAllowed, may_be_ordered
from server.protocols.protocol import Director, Protocol, last_day
from server.protocols.refusals import (
    AreaOutside,
    ControlledProduct,
    DoseOutside,
    ExpiryOutside,
    OrderOutside,
    PerformerOutside,
    ProductOutside,
    ProtocolChanged,
)
from server.views import ProtocolProduct
from signaling.messages import OrderItem, TreatmentOrder

NOBODY: Final = ""


def offered(
    protocol: Protocol,
    *,
    product: str | None = None,
    controlled_allowed: ControlledAllowed = controlled.never,
) -> list[ProtocolProduct]:
    """Return the products that may be ordered.

    Args:
        protocol: in force.
        product: the one that was asked for; None for none in particular.
        controlled_allowed: whether a controlled drug may be ordered in this case.
    """
    return [
        one
        for one in protocol.form.products
        if product in {None, one.product} and may_be_ordered(one.product, controlled_allowed)
    ]


def prefilled(
    protocol: Protocol,
    *,
    product: str | None = None,
    controlled_allowed: ControlledAllowed = controlled.never,
) -> TreatmentOrder | None:
    """Return the whole of what may be ordered; None if that is nothing.

    It is a proposal: nothing is ordered until the practitioner confirms it.
    """
    products = offered(protocol, product=product, controlled_allowed=controlled_allowed)
    if not products:
        return None
    return TreatmentOrder(
        protocol_id=protocol.protocol_id,
        protocol_version=protocol.version,
        items=[OrderItem(product=one.product, dose_max=one.dose_max) for one in products],
        areas=list(protocol.form.areas),
        performers=list(protocol.form.performers),
        instructions="",
    )


def narrow(
    protocol: Protocol,
    order: TreatmentOrder,
    *,
    valid_months: int,
    months_max: int,
    product: str | None = None,
    controlled_allowed: ControlledAllowed = controlled.never,
) -> OrderFact:
    """Return an order that stays within the protocol.

    Args:
        protocol: in force.
        order: as the practitioner confirmed it.
        valid_months: how long it is to last, from the signature of the exam.
        months_max: how long it may last; see `server.protocols.expiry`.
        product: the one that was asked for; None for none in particular.
        controlled_allowed: whether a controlled drug may be ordered in this case.

    Raises:
        ProtocolChanged: it was read from another version.
        OrderOutside: it would allow more than the protocol; nothing is cut silently.
    """
    if (order.protocol_id, order.protocol_version) != (protocol.protocol_id, protocol.version):
        raise ProtocolChanged
    form = protocol.form
    _check_products(protocol, order, product, controlled_allowed)
    _require_within(order.areas, form.areas, AreaOutside)
    if form.areas and not order.areas:
        # Nothing named would mean anywhere.
        raise AreaOutside(fields=("order.areas",))
    _require_within(order.performers, form.performers, PerformerOutside)
    if valid_months > min(months_max, form.order_months_max):
        raise ExpiryOutside(fields=("valid_months",))
    return OrderFact(
        protocol_id=protocol.protocol_id,
        protocol_version=protocol.version,
        protocol_sha256=protocol.sha256,
        director_name=_name(protocol.director),
        items=order.items,
        areas=order.areas,
        performers=order.performers,
        conditions=list(form.conditions),
        instructions=order.instructions.strip(),
        valid_months=valid_months,
        not_after=last_day(protocol.valid_until),
    )


def _check_products(
    protocol: Protocol,
    order: TreatmentOrder,
    product: str | None,
    controlled_allowed: ControlledAllowed,
) -> None:
    known = {one.product: one for one in protocol.form.products}
    _require_within([one.product for one in order.items], known, ProductOutside)
    for item in order.items:
        if product not in {None, item.product}:
            raise ProductOutside(fields=("order.items",))
        if not may_be_ordered(item.product, controlled_allowed):
            raise ControlledProduct(fields=("order.items",))
        if not _dose_within(item, known[item.product]):
            raise DoseOutside(fields=("order.items",))


def _dose_within(item: OrderItem, allowed: ProtocolProduct) -> bool:
    if allowed.dose_max is None or item.dose_max is None:
        return item.dose_max is allowed.dose_max
    return (
        item.dose_max.unit == allowed.dose_max.unit
        and item.dose_max.value <= allowed.dose_max.value
    )


def _require_within(
    wanted: Collection[str], allowed: Collection[str], refusal: type[OrderOutside]
) -> None:
    if len(set(wanted)) != len(wanted) or not set(wanted) <= set(allowed):
        raise refusal(fields=("order",))


def _name(director: Director | None) -> str:
    return director.display_name if director else NOBODY
