"""Operations over HTTP: the session, past days, and a patient's priority.

What ops sees live comes by its socket.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from server.errors import NotFound, Starting
from server.http import staff
from server.http.calls import Answer, Call, Nothing, Query, answer, nothing
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.jurisdictions import is_jurisdiction
from server.storage import encounters
from server.views import OpsDayView, OpsHistoryView, PriorityForm
from signaling.errors import UnknownEncounter
from signaling.events import PriorityChanged
from signaling.identifiers import EncounterId

API: Final = "/api/v1/ops"
DAYS: Final = 90
CODE: Final = StringConstraints(pattern=r"^[A-Z]{2}$")


def _known(code: str) -> str:
    """Refuse what is no jurisdiction."""
    if not is_jurisdiction(code):
        raise ValueError("no such jurisdiction")
    return code


class PlaceQuery(Query):
    """Of which jurisdiction; of all, unless it is said."""

    jurisdiction: Annotated[str, CODE, AfterValidator(_known)] | None = None


class HistoryQuery(PlaceQuery):
    """How many days, counted back from today."""

    days: Annotated[int, Field(ge=1, le=DAYS)] = DAYS


@operation()
async def get_history(call: Call, query: HistoryQuery) -> Answer[OpsHistoryView]:
    """GET history?days=N&jurisdiction=XX: the last days, one row each."""
    network_id = call.principal.organization_id or ""
    view = await call.services.oversight.days(network_id, query.days, query.jurisdiction)
    return answer(view)


@operation()
async def get_day(call: Call, query: PlaceQuery) -> Answer[OpsDayView]:
    """GET days/{day}?jurisdiction=XX: one day, half hour by half hour."""
    network_id = call.principal.organization_id or ""
    try:
        wanted = date.fromisoformat(call.request.match_info["day"])
    except ValueError:
        raise NotFound from None
    view = await call.services.oversight.day(network_id, wanted, query.jurisdiction)
    if view is None:
        raise NotFound
    return answer(view)


@operation(UnknownEncounter, Starting)
async def put_priority(call: Call, form: PriorityForm) -> Nothing:
    """POST encounters/{id}/priority: see a patient as if they had waited longer."""
    async with call.services.database.read() as tx:
        encounter = await encounters.get(tx, call.path_id)
    event = PriorityChanged(EncounterId(call.path_id), form.priority)
    await call.services.desk.submit(encounter.network_id, [event])
    return nothing()


ROUTES: Final = (
    *staff.OPS,
    Route("GET", f"{API}/history", get_history),
    Route("GET", f"{API}/days/{{day}}", get_day),
    Route("POST", f"{API}/encounters/{{id}}/priority", put_priority, Subject.ENCOUNTER),
)
