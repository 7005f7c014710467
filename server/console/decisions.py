"""The rows of decisions as the console shows them: decided or not, and what may be ordered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.chart.consent import consented
from server.chart.exam_entries import DispositionDecided
from server.chart.order_entries import Decided, DispositionOrdered, OrderFact
from server.chart.requirements import approval_barred
from server.chart.state import ChartState
from server.console.deciding import order_months_max
from server.documents.orders import condition_line, order_lines, reason_line
from server.protocols.controlled import SCHEDULES, never
from server.protocols.expiry import MONTHS_DEFAULT
from server.protocols.narrowing import prefilled
from server.protocols.protocol import Protocol, last_day
from server.protocols.refusals import BARRED, ControlledProduct, ProductOutside
from server.protocols.standing import NOTHING, Governing
from server.rulings.controlled import allowed_in
from server.services import Core
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views import DispositionView, OrderProposalView
from signaling.messages import HealthFlag, TreatmentOrder, TreatmentRef

NO_CONSENT: Final = "There is no consent to this exam as it is now."


async def disposition_views(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    state: ChartState,
    flags: list[HealthFlag],
    governing: Mapping[str, Governing],
) -> list[DispositionView]:
    """Return one row for each treatment, decided or not."""
    agreed = consented(state)
    rows = []
    for treatment in state.treatments:
        found = governing.get(treatment.treatment_class, NOTHING)
        proposal = (
            await _proposal(tx, core, encounter, treatment, found.protocol) if agreed else None
        )
        row = disposition_view(
            treatment,
            state.dispositions.get(treatment.treatment_class),
            found,
            proposal,
            barred=approval_barred(flags, treatment.treatment_class),
        )
        if not agreed:
            row = row.model_copy(update={"order_bar": NO_CONSENT})
        rows.append(row)
    return rows


def disposition_view(
    treatment: TreatmentRef,
    decided: Decided | None,
    found: Governing,
    proposal: OrderProposalView | None,
    *,
    barred: bool,
) -> DispositionView:
    """Return one row.

    Args:
        treatment: what was asked for.
        decided: what was decided last.
        found: the protocol in force, or why there is none.
        proposal: what may be ordered.
        barred: a contraindication leaves only deferring or declining.
    """
    ordered = decided if isinstance(decided, DispositionOrdered) else None
    months = decided.valid_months if decided else MONTHS_DEFAULT
    return DispositionView(
        treatment_class=treatment.treatment_class,
        product=treatment.product,
        disposition=decided.disposition if decided else None,
        rationale=decided.rationale if decided else "",
        order=_confirmed(ordered.order, found.protocol) if ordered else None,
        order_text=_order_text(decided),
        conditions=decided.conditions if decided else "",
        condition=ordered.condition if ordered else None,
        condition_text=condition_line(ordered.condition, "en")
        if ordered and ordered.condition
        else "",
        reasons=ordered.reasons if ordered else [],
        reasons_text=reason_line(ordered.reasons, "en") if ordered else "",
        valid_months=min(months, proposal.months_max) if proposal else months,
        approval_barred=barred,
        proposal=proposal,
        order_bar=None if proposal else _bar(treatment, found),
    )


async def _proposal(
    tx: Tx, core: Core, encounter: Encounter, treatment: TreatmentRef, protocol: Protocol | None
) -> OrderProposalView | None:
    if protocol is None or protocol.director is None:
        return None
    now, name = core.clock.now(), treatment.treatment_class
    controlled = any(one.product in SCHEDULES for one in protocol.form.products)
    allowed = await allowed_in(tx, core, encounter, name, now) if controlled else never
    order = prefilled(protocol, product=treatment.product, controlled_allowed=allowed)
    if order is None:
        return None
    return OrderProposalView(
        order=order,
        months_max=await order_months_max(tx, encounter, protocol),
        conditions=list(protocol.form.conditions),
        director_name=protocol.director.display_name,
        valid_until=last_day(protocol.valid_until),
    )


def _bar(treatment: TreatmentRef, found: Governing) -> str:
    if found.protocol is None:
        return BARRED[found.bar or "no_protocol"].message
    known = {one.product for one in found.protocol.form.products}
    if treatment.product is not None and treatment.product not in known:
        return ProductOutside.message
    return ControlledProduct.message


def _confirmed(order: OrderFact | None, protocol: Protocol | None) -> TreatmentOrder | None:
    """Return a confirmed order, unless another protocol is in force by now."""
    if order is None or protocol is None or order.protocol_sha256 != protocol.sha256:
        return None
    return TreatmentOrder(
        protocol_id=order.protocol_id,
        protocol_version=order.protocol_version,
        items=order.items,
        areas=order.areas,
        performers=order.performers,
        instructions=order.instructions,
    )


def _order_text(decided: Decided | None) -> str:
    if decided is None:
        return ""
    if isinstance(decided, DispositionDecided):
        return decided.order
    return "\n".join(order_lines(decided.order, "en")) if decided.order else ""
