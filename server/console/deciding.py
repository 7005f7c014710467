"""The decision on a treatment: what it may be, and the order that goes with it.

    flags --absolute--> no approval        protocol in force --narrowed--> order
                                           none in force ----> no order, so no approval

The disposition is the practitioner's alone and is never proposed. The order is proposed by the
site's protocol and counts once it was confirmed; it is checked against the protocol here, and
again at signing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server.chart import entries as chart
from server.chart.health import unread
from server.chart.order_entries import OrderFact
from server.chart.reading import flags_of
from server.chart.requirements import APPROVALS, approval_barred, gates_before
from server.chart.state import ChartState
from server.console.examining import GatesMissing, chart_state, require_unsigned
from server.console.refusals import AnswersUnread, VitalsMissing
from server.errors import InvalidBody
from server.intake import vitals
from server.protocols.controlled import ControlledAllowed
from server.protocols.expiry import months_max
from server.protocols.narrowing import narrow
from server.protocols.protocol import Protocol
from server.protocols.refusals import BARRED, ApprovalBarred
from server.protocols.register import governing_at
from server.protocols.standing import Governing
from server.rulings.controlled import allowed_in
from server.services import Core
from server.storage import directory
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling import messages as wire


async def disposition(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    command: wire.DispositionSet,
    now: int,
) -> chart.DispositionOrdered:
    """Return the entry of a decision on a treatment that the patient asked for.

    Raises:
        InvalidBody: the treatment is not among those asked for.
        GatesMissing: prompts come first.
        NotPossibleNow: the chart is not open.
        ApprovalBarred: a contraindication leaves only deferring or declining.
        VitalsMissing: the class needs vital signs that nobody has measured.
        AnswersUnread: what the patient wrote has not been read.
        NoOrderPossible: an order, and no protocol is in force at the site.
        ProtocolChanged: an order read from another version.
        OrderOutside: an order that allows more than the protocol.
    """
    require_unsigned(encounter)
    state = await chart_state(tx, core, encounter.encounter_id)
    treatment = _wanted(state, command.treatment_class)
    before = gates_before(state, command.disposition)
    if before:
        raise GatesMissing(fields=before)
    lets = command.disposition in APPROVALS
    if lets:
        _require_approvable(state, command.treatment_class)
    order = None
    if lets and command.order is not None:
        governing = await governing_at(
            tx, encounter.site_id, [command.treatment_class], now, lock=True
        )
        found = governing[command.treatment_class]
        if found.protocol is None:
            raise BARRED[found.bar or "no_protocol"]
        allowed = await allowed_in(tx, core, encounter, command.treatment_class, now, lock=True)
        order = await _narrowed(tx, encounter, found.protocol, treatment, command, allowed)
    return chart.DispositionOrdered(
        treatment=treatment,
        disposition=command.disposition,
        rationale=command.rationale,
        order=order,
        conditions=command.conditions if lets else "",
        condition=command.condition if command.disposition == "conditional" else None,
        reasons=_once(command.reasons) if command.disposition == "deferred" else [],
        valid_months=command.valid_months,
    )


def _require_approvable(state: ChartState, treatment_class: str) -> None:
    if approval_barred(flags_of(state), treatment_class):
        raise ApprovalBarred
    lacking = vitals.missing(state.vitals, treatment_class)
    if lacking:
        raise VitalsMissing(fields=tuple(lacking))
    not_read = unread(state)
    if not_read:
        raise AnswersUnread(fields=tuple(not_read))


async def _narrowed(
    tx: Tx,
    encounter: Encounter,
    protocol: Protocol,
    treatment: wire.TreatmentRef,
    command: wire.DispositionSet,
    controlled_allowed: ControlledAllowed,
) -> OrderFact:
    assert command.order is not None
    return narrow(
        protocol,
        command.order,
        valid_months=command.valid_months,
        months_max=await order_months_max(tx, encounter, protocol),
        product=treatment.product,
        controlled_allowed=controlled_allowed,
    )


async def order_months_max(tx: Tx, encounter: Encounter, protocol: Protocol) -> int:
    """Return for how many months an order of this encounter may last."""
    site = await directory.site(tx, encounter.site_id)
    places = {site.jurisdiction, encounter.jurisdiction or site.jurisdiction}
    return months_max(
        places,
        protocol.treatment_class,
        protocol_months=protocol.form.order_months_max,
    )


async def relied_on(
    tx: Tx, encounter: Encounter, treatments: Iterable[wire.TreatmentRef], now: int
) -> Mapping[str, str]:
    """Return the SHA-256 of the protocol in force at the site, for classes that have one.

    They are kept as they are until the commit: a signature relies on them.
    """
    classes = [one.treatment_class for one in treatments]
    found = await governing_at(tx, encounter.site_id, classes, now, lock=True)
    return in_force(found)


def in_force(found: Mapping[str, Governing]) -> Mapping[str, str]:
    """Return the SHA-256 of each protocol that there is, by class."""
    return {name: one.protocol.sha256 for name, one in found.items() if one.protocol}


def _wanted(state: ChartState, treatment_class: str) -> wire.TreatmentRef:
    for one in state.treatments:
        if one.treatment_class == treatment_class:
            return one
    raise InvalidBody(fields=("treatment_class",))


def _once(reasons: list[wire.DeferReason]) -> list[wire.DeferReason]:
    return list(dict.fromkeys(reasons))
