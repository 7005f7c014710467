"""Operations over HTTP: the session, past days, and a patient's priority.

What ops sees live comes by its socket.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from aiohttp import web

from server.errors import BadRequest, NotFound
from server.http import staff
from server.http.calls import Call, answer, nothing
from server.http.routes import Route, Subject
from server.jurisdictions import is_jurisdiction
from server.storage import encounters
from server.views import PriorityForm
from signaling.events import PriorityChanged
from signaling.identifiers import EncounterId

API: Final = "/api/v1/ops"
DAYS: Final = 90


async def get_history(call: Call) -> web.StreamResponse:
    """GET history?days=N&jurisdiction=XX: the last days, one row each."""
    text = call.request.query.get("days", str(DAYS))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= DAYS):
        raise BadRequest(fields=("days",))
    network_id = call.principal.organization_id or ""
    view = await call.services.oversight.days(network_id, int(text), _jurisdiction(call))
    return answer(view)


async def get_day(call: Call) -> web.StreamResponse:
    """GET days/{day}?jurisdiction=XX: one day, half hour by half hour."""
    network_id = call.principal.organization_id or ""
    try:
        wanted = date.fromisoformat(call.request.match_info["day"])
    except ValueError:
        raise NotFound from None
    view = await call.services.oversight.day(network_id, wanted, _jurisdiction(call))
    if view is None:
        raise NotFound
    return answer(view)


async def put_priority(call: Call) -> web.StreamResponse:
    """POST encounters/{id}/priority: see a patient as if they had waited longer."""
    form = await call.form(PriorityForm)
    async with call.services.database.read() as tx:
        encounter = await encounters.get(tx, call.path_id)
    event = PriorityChanged(EncounterId(call.path_id), form.priority)
    await call.services.desk.submit(encounter.network_id, [event])
    return nothing()


def _jurisdiction(call: Call) -> str | None:
    """Return the jurisdiction that is asked for, or None for all."""
    wanted = call.request.query.get("jurisdiction")
    if wanted is not None and not is_jurisdiction(wanted):
        raise BadRequest(fields=("jurisdiction",))
    return wanted


ROUTES: Final = (
    *staff.OPS,
    Route("GET", f"{API}/history", get_history),
    Route("GET", f"{API}/days/{{day}}", get_day),
    Route("POST", f"{API}/encounters/{{id}}/priority", put_priority, Subject.ENCOUNTER),
)
