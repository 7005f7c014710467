"""Shifts over HTTP: the roster for operations, one's own and the settings for the console."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from server.access import Resource
from server.errors import BadRequest, NotFound
from server.http.calls import Answer, Call, Nothing, Query, answer, nothing
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.staffing import importing, rostering
from server.staffing.refusals import (
    ShiftOver,
    ShiftOverlaps,
    ShiftsFull,
    ShiftTooFar,
    ShiftTooLong,
    ShiftTooShort,
)
from server.staffing.roster_view import (
    coverage_view,
    import_view,
    own_shifts,
    roster_view,
    shift_view,
)
from server.staffing.spans import DAY_US, Span
from server.storage import directory
from server.storage.directory import Practitioner
from server.storage.errors import RowMissing
from server.storage.shifts import ShiftSource
from server.views import (
    ConsoleSettingsForm,
    CoverageView,
    ImportForm,
    ImportView,
    NewShiftForm,
    OwnShiftsView,
    RosterView,
    ShiftForm,
    ShiftView,
)

OPS: Final = "/api/v1/ops/shifts"
CONSOLE: Final = "/api/v1/console/shifts"
MS: Final = 1_000
WINDOW_US: Final = 45 * DAY_US
OWN_US: Final = 14 * DAY_US
INSTANT_MS_MAX: Final = 10**15 - 1
SHIFTS: Final = (ShiftTooShort, ShiftTooLong, ShiftTooFar, ShiftOver, ShiftOverlaps, ShiftsFull)
QueryInstant = Annotated[int, Field(ge=0, le=INSTANT_MS_MAX)]


class DayQuery(Query):
    """From when on, in milliseconds UTC."""

    starts_ms: Annotated[QueryInstant, Field(alias="from")]


class RosterQuery(DayQuery):
    """From when to when, in milliseconds UTC; at most 45 days."""

    ends_ms: Annotated[QueryInstant, Field(alias="to")]


# ------------------------------------------------------------------ operations


@operation()
async def get_roster(call: Call, query: RosterQuery) -> Answer[RosterView]:
    """GET ops/shifts?from=MS&to=MS: who is planned when, at most 45 days."""
    span = Span(query.starts_ms * MS, query.ends_ms * MS)
    if not 0 < span.ends_at - span.starts_at <= WINDOW_US:
        raise BadRequest
    now = call.services.clock.now()
    async with call.services.database.read() as tx:
        return answer(await roster_view(tx, _network(call), span, now=now))


@operation()
async def get_coverage(call: Call, query: DayQuery) -> Answer[CoverageView]:
    """GET ops/shifts/coverage?from=MS: who is rostered where, for 24 hours."""
    now = call.services.clock.now()
    async with call.services.database.read() as tx:
        return answer(await coverage_view(tx, _network(call), query.starts_ms * MS, now=now))


@operation(*SHIFTS)
async def add_shift(call: Call, form: NewShiftForm) -> Answer[ShiftView]:
    """POST ops/shifts: plan a shift of somebody."""
    try:
        async with call.services.database.read() as tx:
            who = await directory.practitioner(tx, form.practitioner_id)
    except RowMissing:
        raise NotFound from None
    call.require(Resource(network_id=who.network_id))
    return await _add(call, who, _span(form), "ops")


@operation(*SHIFTS)
async def change_shift(call: Call, form: ShiftForm) -> Answer[ShiftView]:
    """PUT ops/shifts/{id}: move a shift."""
    return await _change(call, form, "ops")


@operation(*SHIFTS)
async def import_roster(call: Call, form: ImportForm) -> Answer[ImportView]:
    """POST ops/shifts/import: what a roster file would do; with `apply`, all of it."""
    replaced = _span(form.replaced) if form.replaced else None
    async with call.services.database.write() as tx:
        found = await importing.plan(
            tx, call.services, _network(call), form.csv, source="csv", replaced=replaced
        )
        applied = form.apply and not found.errors
        if applied:
            await importing.apply(tx, found)
    return answer(import_view(found, applied=applied))


# ------------------------------------------------------------------ the console


@operation()
async def get_own(call: Call) -> Answer[OwnShiftsView]:
    """GET console/shifts: one's own, for two weeks."""
    now = call.services.clock.now()
    async with call.services.database.read() as tx:
        return answer(await own_shifts(tx, _self(call), Span(now, now + OWN_US), now=now))


@operation(*SHIFTS)
async def add_own(call: Call, form: ShiftForm) -> Answer[ShiftView]:
    """POST console/shifts: plan a shift of one's own."""
    async with call.services.database.read() as tx:
        who = await directory.practitioner(tx, _self(call))
    return await _add(call, who, _span(form), "console")


@operation(*SHIFTS)
async def change_own(call: Call, form: ShiftForm) -> Answer[ShiftView]:
    """PUT console/shifts/{id}: move a shift of one's own."""
    return await _change(call, form, "console")


@operation()
async def put_settings(call: Call, form: ConsoleSettingsForm) -> Nothing:
    """PUT console/settings: what a practitioner chose."""
    async with call.services.database.write() as tx:
        await directory.set_auto_accept(tx, _self(call), on=form.auto_accept)
    return nothing()


# ------------------------------------------------------------------ both


@operation()
async def remove_shift(call: Call) -> Nothing:
    """DELETE .../shifts/{id}: take a shift out of the plan."""
    async with call.services.database.write() as tx:
        await rostering.remove(tx, call.path_id)
    return nothing()


async def _add(
    call: Call, who: Practitioner, span: Span, source: ShiftSource
) -> Answer[ShiftView]:
    async with call.services.database.write() as tx:
        added = await rostering.add(tx, call.services, who, span, source=source)
    return answer(shift_view(added))


async def _change(call: Call, form: ShiftForm, source: ShiftSource) -> Answer[ShiftView]:
    span = _span(form)
    async with call.services.database.write() as tx:
        changed = await rostering.change(tx, call.services, call.path_id, span, source=source)
    return answer(shift_view(changed))


def _network(call: Call) -> str:
    return call.principal.organization_id or ""


def _self(call: Call) -> str:
    return call.principal.practitioner_id or ""


def _span(form: ShiftForm | NewShiftForm) -> Span:
    return Span(form.starts_at_ms * MS, form.ends_at_ms * MS)


ROUTES: Final = (
    Route("GET", OPS, get_roster),
    Route("POST", OPS, add_shift, Subject.IN_BODY),
    Route("POST", f"{OPS}/import", import_roster),
    Route("GET", f"{OPS}/coverage", get_coverage),
    Route("PUT", f"{OPS}/{{id}}", change_shift, Subject.SHIFT),
    Route("DELETE", f"{OPS}/{{id}}", remove_shift, Subject.SHIFT),
    Route("GET", CONSOLE, get_own),
    Route("POST", CONSOLE, add_own),
    Route("PUT", f"{CONSOLE}/{{id}}", change_own, Subject.SHIFT),
    Route("DELETE", f"{CONSOLE}/{{id}}", remove_shift, Subject.SHIFT),
    Route("PUT", "/api/v1/console/settings", put_settings),
)
