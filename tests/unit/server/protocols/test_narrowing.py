from __future__ import annotations

from collections.abc import Iterator
from itertools import product as every

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.order_entries import OrderFact
from server.protocols.controlled import SCHEDULES, may_be_ordered, never
from server.protocols.narrowing import narrow, offered, prefilled
from server.protocols.protocol import Protocol
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
from server.views import ProtocolForm, ProtocolProduct
from signaling.messages import Dose, OrderItem, PerformerRole, TreatmentOrder
from tests.unit.server.protocols.site import FORM, UNITS, signed

PROTOCOL = signed()
WHOLE = prefilled(PROTOCOL)
assert WHOLE is not None

PRODUCTS = ("onabotulinumtoxinA", "abobotulinumtoxinA", "letibotulinumtoxinA", "phentermine")
AREAS = ("Forehead", "Glabella", "Neck")
PERFORMERS: tuple[PerformerRole, ...] = ("NP", "RN", "esthetician")
UNIT_NAMES = ("units", "mL")

doses = st.none() | st.builds(
    Dose,
    value=st.integers(1, 4_000).map(lambda tenths: tenths / 10),
    unit=st.sampled_from(UNIT_NAMES),
)


def subsets(values: tuple[str, ...], *, at_least: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), unique=True, min_size=at_least)


forms = st.builds(
    ProtocolForm,
    treatment_class=st.just("neurotoxin"),
    products=st.lists(
        st.builds(ProtocolProduct, product=st.sampled_from(PRODUCTS), dose_max=doses),
        unique_by=lambda one: one.product,
        min_size=1,
    ),
    areas=subsets(AREAS, at_least=0),
    performers=subsets(PERFORMERS, at_least=1),
    conditions=st.just([]),
    order_months_max=st.integers(1, 12),
    valid_from=st.just(FORM.valid_from),
    valid_until=st.just(FORM.valid_until),
)


@st.composite
def near(draw: st.DrawFn, form: ProtocolForm) -> TreatmentOrder:
    """Return an order near a protocol: most parts within it, now and then one outside."""

    def strays() -> bool:
        return draw(st.integers(0, 9)) == 0

    def some_of(within: list[str], outside: tuple[str, ...]) -> list[str]:
        drawn: list[str] = draw(
            st.lists(
                st.sampled_from(outside if strays() or not within else within),
                unique=True,
                min_size=1,
            )
        )
        return drawn

    def dose(allowed: Dose | None) -> Dose | None:
        if allowed is None or strays():
            return draw(doses)
        share = draw(st.sampled_from([1.0, 0.5, 0.99, 1.01]))
        return Dose(value=max(0.001, round(allowed.value * share, 3)), unit=allowed.unit)

    limits = {one.product: one.dose_max for one in form.products}
    return TreatmentOrder.model_validate(
        {
            "protocol_id": PROTOCOL.protocol_id,
            "protocol_version": 2 if strays() else 1,
            "items": [
                OrderItem(product=one, dose_max=dose(limits.get(one)))
                for one in some_of(list(limits), PRODUCTS)
            ],
            "areas": [] if not form.areas and not strays() else some_of(form.areas, AREAS),
            "performers": some_of(list(form.performers), PERFORMERS),
            "instructions": "",
        }
    )


cases = forms.flatmap(lambda form: st.tuples(st.just(form), near(form)))
ANYWHERE = "anywhere"
AMOUNTS = [(value, unit) for value in (0.1, 5.0, 64.0, 64.1, 400.0) for unit in UNIT_NAMES]
Act = tuple[str, str, tuple[float, str], str]


def acts(what: ProtocolForm | OrderFact) -> Iterator[Act]:
    """Yield all that may be done: which product, where, how much of it, by whom."""
    if isinstance(what, ProtocolForm):
        items = [(one.product, one.dose_max) for one in what.products]
    else:
        items = [(one.product, one.dose_max) for one in what.items]
    areas = what.areas or [*AREAS, ANYWHERE]
    for (product, dose), area, amount, who in every(items, areas, AMOUNTS, what.performers):
        if dose is None or (amount[1] == dose.unit and amount[0] <= dose.value):
            yield product, area, amount, who


def narrowed(protocol: Protocol, order: TreatmentOrder, **changed: object) -> OrderFact:
    return narrow(
        protocol,
        order,
        valid_months=int(str(changed.get("valid_months", 1))),
        months_max=int(str(changed.get("months_max", 12))),
        product=str(changed["product"]) if "product" in changed else None,
    )


def whole(**changed: object) -> TreatmentOrder:
    assert WHOLE is not None
    return WHOLE.model_copy(update=changed)


# ------------------------------------------------------------------ what always holds


@given(case=cases, months=st.integers(1, 12), bound=st.integers(1, 12))
def test_an_order_never_allows_more_than_the_protocol(
    case: tuple[ProtocolForm, TreatmentOrder], months: int, bound: int
) -> None:
    form, order = case
    protocol = signed(form=form)
    try:
        fact = narrow(protocol, order, valid_months=months, months_max=bound)
    except (OrderOutside, ProtocolChanged):
        return
    assert set(acts(fact)) <= set(acts(form))
    assert fact.valid_months <= min(bound, form.order_months_max)
    assert fact.not_after == form.valid_until
    assert not SCHEDULES.keys() & {one.product for one in fact.items}


@given(case=cases)
def test_an_order_within_the_protocol_is_kept_as_it_was_confirmed(
    case: tuple[ProtocolForm, TreatmentOrder],
) -> None:
    form, order = case
    try:
        fact = narrowed(signed(form=form), order)
    except (OrderOutside, ProtocolChanged):
        return
    assert (fact.items, fact.areas, fact.performers) == (
        order.items,
        order.areas,
        order.performers,
    )


@given(form=forms)
def test_what_is_prefilled_can_be_confirmed_as_it_is(form: ProtocolForm) -> None:
    protocol = signed(form=form)
    order = prefilled(protocol)
    if order is None:
        assert all(one.product in SCHEDULES for one in form.products)
        return
    fact = narrowed(protocol, order)
    assert {one.product for one in fact.items} == {
        one.product for one in form.products if one.product not in SCHEDULES
    }


# ------------------------------------------------------------------ each refusal


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        (whole(protocol_version=2), ProtocolChanged),
        (whole(protocol_id="protocol-2"), ProtocolChanged),
        (
            whole(items=[OrderItem(product="prabotulinumtoxinA", dose_max=UNITS)]),
            ProductOutside,
        ),
        (
            whole(items=[OrderItem(product="onabotulinumtoxinA", dose_max=UNITS)] * 2),
            ProductOutside,
        ),
        (whole(areas=["Forehead", "Neck"]), AreaOutside),
        (whole(areas=[]), AreaOutside),
        (whole(performers=["RN", "esthetician"]), PerformerOutside),
        (
            whole(
                items=[
                    OrderItem(
                        product="onabotulinumtoxinA", dose_max=Dose(value=64.001, unit="units")
                    )
                ]
            ),
            DoseOutside,
        ),
        (
            whole(
                items=[
                    OrderItem(product="onabotulinumtoxinA", dose_max=Dose(value=1.0, unit="mL"))
                ]
            ),
            DoseOutside,
        ),
        (
            whole(items=[OrderItem(product="onabotulinumtoxinA", dose_max=None)]),
            DoseOutside,
        ),
        (
            whole(items=[OrderItem(product="letibotulinumtoxinA", dose_max=UNITS)]),
            DoseOutside,
        ),
    ],
)
def test_what_is_outside_is_refused_and_never_cut_silently(
    order: TreatmentOrder, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        narrowed(PROTOCOL, order)


def test_the_maximum_itself_is_within() -> None:
    item = OrderItem(product="onabotulinumtoxinA", dose_max=UNITS)
    assert narrowed(PROTOCOL, whole(items=[item])).items == [item]


@pytest.mark.parametrize(("months", "bound"), [(7, 12), (4, 3)])
def test_an_order_lasts_as_long_as_protocol_and_place_allow(months: int, bound: int) -> None:
    with pytest.raises(ExpiryOutside):
        narrowed(PROTOCOL, whole(), valid_months=months, months_max=bound)
    assert narrowed(PROTOCOL, whole(), valid_months=6).valid_months == 6


def test_what_was_asked_for_is_all_that_is_offered() -> None:
    (only,) = offered(PROTOCOL, product="abobotulinumtoxinA")
    assert only.product == "abobotulinumtoxinA"
    with pytest.raises(ProductOutside):
        narrowed(PROTOCOL, whole(), product="abobotulinumtoxinA")
    assert prefilled(PROTOCOL, product="prabotulinumtoxinA") is None


def test_the_order_says_which_text_it_was_read_from_and_who_signed_it() -> None:
    fact = narrowed(PROTOCOL, whole(instructions="  Slowly. "))
    assert fact.protocol_sha256 == PROTOCOL.sha256
    assert fact.director_name == "Sasha Bellweather"
    assert fact.conditions == ["Emergency kit in the room"]
    assert (fact.instructions, fact.not_after) == ("Slowly.", "2027-05-31")


# ------------------------------------------------------------------ controlled drugs

PILLS = FORM.model_copy(
    update={
        "treatment_class": "weight_loss_drug",
        "products": [
            ProtocolProduct(product="phentermine", dose_max=None),
            ProtocolProduct(product="naltrexone_bupropion", dose_max=None),
        ],
    }
)


def test_a_controlled_drug_is_neither_offered_nor_ordered() -> None:
    protocol = signed(form=PILLS)
    assert [one.product for one in offered(protocol)] == ["naltrexone_bupropion"]
    assert prefilled(protocol, product="phentermine") is None
    order = whole(items=[OrderItem(product="phentermine", dose_max=None)])
    with pytest.raises(ControlledProduct):
        narrowed(protocol, order)


def test_a_policy_may_allow_one_schedule() -> None:
    protocol = signed(form=PILLS)
    asked: list[tuple[str, str]] = []

    def allowed(product: str, schedule: str) -> bool:
        asked.append((product, schedule))
        return schedule == "IV"

    order = prefilled(protocol, product="phentermine", controlled_allowed=allowed)
    assert order is not None
    fact = narrow(protocol, order, valid_months=1, months_max=12, controlled_allowed=allowed)
    assert [one.product for one in fact.items] == ["phentermine"]
    assert set(asked) == {("phentermine", "IV")}
    assert not may_be_ordered("testosterone_pellet", allowed)


def test_only_what_is_controlled_asks_the_policy() -> None:
    assert may_be_ordered("onabotulinumtoxinA", never)
    assert not any(may_be_ordered(one, never) for one in SCHEDULES)
