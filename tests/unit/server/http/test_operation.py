"""The contract of a handler is read from it; the handlers here are described and never run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from server.http.calls import Answer, Call, Document, Nothing, Query
from server.http.operation import ContractUnclear, operation
from server.views import ShiftForm, ShiftView


class DayQuery(Query):
    day: int = 1


async def change(_call: Call, _form: ShiftForm, _query: DayQuery) -> Answer[ShiftView]:
    """PUT shifts/{id}: move a shift.

    Nobody is told.

    Raises:
        NotFound: there is none.
    """
    raise NotImplementedError


async def remove(_call: Call) -> Nothing:
    """Take it out of the plan."""
    raise NotImplementedError


async def read(_call: Call) -> Document:
    """GET: as a PDF."""
    raise NotImplementedError


async def without_a_model(_call: Call) -> Nothing | None:
    raise NotImplementedError


async def with_two_bodies(_call: Call, _one: ShiftForm, _other: ShiftForm) -> Nothing:
    raise NotImplementedError


async def with_a_number(_call: Call, _number: int) -> Nothing:
    raise NotImplementedError


async def without_a_call(_form: ShiftForm) -> Nothing:
    raise NotImplementedError


def test_the_annotations_of_a_handler_are_its_contract() -> None:
    one = operation()(change)
    assert (one.takes, one.query, one.gives) == (ShiftForm, DayQuery, ShiftView)
    assert (one.media, one.status) == ("application/json", 200)


def test_the_docstring_is_summary_and_description() -> None:
    one = operation()(change)
    assert one.summary == "Move a shift."
    assert one.description == "Nobody is told."
    assert operation()(remove).summary == "Take it out of the plan."
    assert operation()(read).summary == "As a PDF."


def test_what_has_no_body_says_so() -> None:
    one = operation()(remove)
    assert (one.takes, one.gives, one.media, one.status) == (None, None, None, 204)
    assert operation()(read).media == "application/pdf"


@pytest.mark.parametrize(
    "handler", [without_a_model, with_two_bodies, with_a_number, without_a_call]
)
def test_a_handler_without_a_clear_contract_is_none(
    handler: Callable[..., Awaitable[Nothing]],
) -> None:
    with pytest.raises(ContractUnclear):
        operation()(handler)
