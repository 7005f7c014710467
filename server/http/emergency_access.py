"""Emergency access over HTTP: opened and ended on the console, reviewed by compliance."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from server.emergency_access import opening, reviewing, standing
from server.emergency_access.acting import Actor
from server.emergency_access.refusals import (
    AlreadyOpen,
    AlreadyReviewed,
    StillOpen,
    TooManyOpen,
)
from server.errors import NotFound, TooManyAttempts
from server.http.calls import Answer, Call, Query, answer
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.storage.errors import RowMissing
from server.views.emergency_access import (
    EmergencyAccessesView,
    EmergencyAccessForm,
    EmergencyReviewForm,
    EmergencyReviewsView,
    EmergencyWaitingView,
    ReadablesView,
)

CONSOLE: Final = "/api/v1/console/emergency-access"
COMPLIANCE: Final = "/api/v1/compliance/emergency-access"
MS: Final = 1_000
INSTANT_MS_MAX: Final = 10**15 - 1


class ReadableQuery(Query):
    """Asked for before when, in milliseconds UTC; before now, unless it is said."""

    before: Annotated[int, Field(ge=0, le=INSTANT_MS_MAX)] = INSTANT_MS_MAX


@operation()
async def get_readable(call: Call, query: ReadableQuery) -> Answer[ReadablesView]:
    """GET readable?before=MS: exams of others that one was in, or supervises, to be read."""
    async with call.services.database.read() as tx:
        view = await standing.readables(tx, call.services, call.principal, query.before * MS)
    call.told.lists(one.encounter_id for one in view.exams)
    return answer(view)


@operation()
async def get_open(call: Call) -> Answer[EmergencyAccessesView]:
    """GET emergency-access: the patients whose charts one has open for a while."""
    return await _open(call)


@operation(AlreadyOpen, TooManyOpen, TooManyAttempts)
async def post_open(call: Call, form: EmergencyAccessForm) -> Answer[EmergencyAccessesView]:
    """POST emergency-access: open a patient's charts for 60 minutes, for a reason.

    It is in the audit log before anything is shown; compliance is told, and reviews it.
    """
    await opening.open_charts(call.services, _actor(call), form)
    return await _open(call)


@operation()
async def delete_open(call: Call) -> Answer[EmergencyAccessesView]:
    """DELETE emergency-access/{id}: end it before its time."""
    await opening.end_access(call.services, _actor(call), call.path_id)
    return await _open(call)


@operation()
async def get_reviews(call: Call) -> Answer[EmergencyReviewsView]:
    """GET emergency-access: who opened charts in an emergency, and why; never a chart."""
    return await _reviews(call)


@operation()
async def get_waiting(call: Call) -> Answer[EmergencyWaitingView]:
    """GET emergency-access/waiting: how many nobody has reviewed, for pages that ask often."""
    async with call.services.database.read() as tx:
        return answer(await reviewing.waiting(tx, call.principal.organization_id or ""))


@operation(AlreadyReviewed, StillOpen)
async def post_review(call: Call, form: EmergencyReviewForm) -> Answer[EmergencyReviewsView]:
    """POST emergency-access/{id}/review: whether it was justified; if not, it ends."""
    services = call.services
    try:
        async with services.database.write() as tx:
            await reviewing.review(tx, services, _actor(call), call.path_id, form)
    except RowMissing:
        raise NotFound from None
    return await _reviews(call)


async def _open(call: Call) -> Answer[EmergencyAccessesView]:
    async with call.services.database.read() as tx:
        view = await standing.open_accesses(tx, call.services, call.principal)
    call.told.lists(exam.encounter_id for one in view.open for exam in one.exams)
    return answer(view)


async def _reviews(call: Call) -> Answer[EmergencyReviewsView]:
    network_id = call.principal.organization_id or ""
    async with call.services.database.read() as tx:
        view = await reviewing.reviews(tx, call.services, network_id)
    call.told.lists(one.encounter_id for one in view.accesses)
    return answer(view)


def _actor(call: Call) -> Actor:
    return Actor(call.principal, call.key)


ROUTES: Final = (
    Route("GET", "/api/v1/console/readable", get_readable),
    Route("GET", CONSOLE, get_open),
    Route("POST", CONSOLE, post_open),
    Route("DELETE", f"{CONSOLE}/{{id}}", delete_open),
    Route("GET", COMPLIANCE, get_reviews),
    Route("GET", f"{COMPLIANCE}/waiting", get_waiting),
    Route("POST", f"{COMPLIANCE}/{{id}}/review", post_review, Subject.EMERGENCY_ACCESS),
)
