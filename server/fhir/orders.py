"""Orders: one service request a treatment, whatever was decided about it.

    decided                          status    intent     why
    approved, with or without care   active    order      it may be given, within the order
    conditional                      on-hold   order      not before its condition is met
      its condition met since        active    order
    ended since                      revoked   order
    deferred                         on-hold   proposal   the spa's wish, still open
    declined                         revoked   proposal   the spa's wish, refused

What was not approved is no order at all, so it is the wish of the spa that stands there
(`proposal`), with what became of it. The other way to say "no", an order with `doNotPerform`,
would turn into permission wherever a receiver overlooks that one member.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fhir.resources.R4B.servicerequest import ServiceRequest

from server.chart.order_entries import OrderFact
from server.documents.exam import Outcome
from server.documents.orders import (
    PERFORMERS,
    REASONS,
    conditions_text,
    dose_words,
    order_text,
    rationale_text,
)
from server.documents.words import DISPOSITIONS
from server.fhir.elements import (
    Element,
    coding,
    concept,
    day,
    filled,
    instant,
    named_by_hash,
    printable,
)
from server.fhir.names import Names
from server.fhir.signed_chart import OrderStanding
from server.fhir.systems import STATUS_REASON
from server.treatments import label
from signaling.messages import Disposition

ORDERED: Final[Mapping[Disposition, bool]] = {
    "approved": True,
    "approved_with_precaution": True,
    "conditional": True,
    "deferred": False,
    "declined": False,
}
OPEN: Final[Mapping[Disposition, str]] = {
    "approved": "active",
    "approved_with_precaution": "active",
    "conditional": "on-hold",
    "deferred": "on-hold",
    "declined": "revoked",
}


def service_requests(names: Names) -> list[ServiceRequest]:
    """Return what became of each treatment, in their order."""
    return [_request(names, one) for one in names.chart.document.outcomes]


def status_of(outcome: Outcome, standing: OrderStanding) -> str:
    """Return whether it may be acted upon."""
    if not ORDERED[outcome.disposition]:
        return OPEN[outcome.disposition]
    if standing.revoked_at is not None:
        return "revoked"
    return "active" if standing.satisfied_at is not None else OPEN[outcome.disposition]


def _request(names: Names, one: Outcome) -> ServiceRequest:
    document = names.chart.document
    ordered = ORDERED[one.disposition]
    standing = names.chart.standing.get(one.treatment_class, OrderStanding())
    status = status_of(one, standing)
    requester = names.practitioner if ordered else names.spa
    shared = filled(
        identifier=[names.order(one.treatment_class).identifier()],
        status=status,
        intent="order" if ordered else "proposal",
        category=[concept(coding(names.systems.codes("order"), "treatment"), text="Treatment")],
        code=_code(names, one),
        subject=names.patient.reference(),
        encounter=names.encounter.reference(),
        authoredOn=instant(document.signed_at),
        requester=requester.reference(),
        performer=[names.spa.reference()],
        locationReference=[names.site.reference()],
        note=_notes(names, one),
    )
    if status != "active":
        shared["_status"] = {"extension": [_status_reason(names, one, standing)]}
    return ServiceRequest.model_validate({**shared, **_order(one, document.signed_at)})


def _code(names: Names, one: Outcome) -> Element:
    name = label(one.treatment_class, "en")
    codes = [coding(names.systems.codes("treatment-class"), one.treatment_class, name)]
    if one.product:
        codes.append(coding(names.systems.codes("product"), one.product))
    return concept(*codes, text=f"{name}: {one.product}" if one.product else name)


def _order(one: Outcome, signed_at: int) -> Element:
    """Return what only an order has: until when, what, where, by whom, by which protocol."""
    if one.valid_until is None:
        return {}
    holds = {"start": day(signed_at), "end": one.valid_until}
    ordered = one.ordered
    if ordered is None:  # from before orders had a form
        return filled(occurrencePeriod=holds, orderDetail=_texts([one.order]))
    return filled(
        occurrencePeriod=holds,
        orderDetail=_texts([dose_words(item, "en") for item in ordered.items]),
        quantityRange=_dose(ordered),
        bodySite=_texts(ordered.areas),
        performerType=concept(
            text=", ".join(PERFORMERS[who]["en"] for who in ordered.performers)
        ),
        instantiatesUri=[named_by_hash(ordered.protocol_sha256)],
    )


def _texts(texts: list[str]) -> list[Element]:
    return [concept(text=printable(one)) for one in texts if one.strip()]


def _dose(order: OrderFact) -> Element | None:
    """Return the most that a session may use; of several products only the words can say it."""
    if len(order.items) != 1 or order.items[0].dose_max is None:
        return None
    dose = order.items[0].dose_max
    return {"high": {"value": dose.value, "unit": dose.unit}}


def _notes(names: Names, one: Outcome) -> list[Element]:
    """Return all of it in words, the same as on the papers."""
    document = names.chart.document
    said = {
        DISPOSITIONS[one.disposition]["en"]: rationale_text(one, "en"),
        "Order": order_text(one, "en"),
        "Conditions": conditions_text(one, "en"),
    }
    return [
        {
            "authorReference": names.practitioner.reference(),
            "time": instant(document.signed_at),
            "text": printable(f"{title}: {text}" if text.strip() else title),
        }
        for title, text in said.items()
        if text.strip() or title not in {"Order", "Conditions"}
    ]


def _status_reason(names: Names, one: Outcome, standing: OrderStanding) -> Element:
    codes = [coding(names.systems.codes("disposition"), one.disposition)]
    codes += [coding(names.systems.codes("defer-reason"), reason) for reason in one.reasons]
    words = [REASONS[reason]["en"] for reason in one.reasons]
    ended = standing.revoked_at is not None and ORDERED[one.disposition]
    if ended:
        codes = [coding(names.systems.codes("disposition"), "ended")]
        words = ["Ended after it was signed"]
    text = ": ".join(
        part
        for part in (
            "" if ended else DISPOSITIONS[one.disposition]["en"],
            ", ".join(words),
        )
        if part
    )
    return {"url": STATUS_REASON, "valueCodeableConcept": concept(*codes, text=text)}
