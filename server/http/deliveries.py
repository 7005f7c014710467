"""The portal's deliveries: a spa's endpoints, what they were told, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server import auditing, charting
from server.auditing import Action, AuditEvent
from server.delivery import endpoints
from server.delivery.page import deliveries_view
from server.delivery.refusals import (
    EndpointDisabled,
    EndpointRefused,
    StillOpen,
    TooManyEndpoints,
)
from server.errors import NotFound
from server.http.calls import Answer, Call, EmptyForm, answer
from server.http.changes import event_of, note_change
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.storage.errors import RowMissing
from server.views import DeliveriesView, NewEndpointForm, NewSecretView, ResendForm

API: Final = "/api/v1/portal/endpoints"


@operation()
async def get_deliveries(call: Call) -> Answer[DeliveriesView]:
    """GET endpoints: the spa's endpoints and their latest messages."""
    return answer(await _page(call))


@operation(EndpointRefused, TooManyEndpoints)
async def add_endpoint(call: Call, form: NewEndpointForm) -> Answer[NewSecretView]:
    """POST endpoints: add one; what its receiver verifies with is in the answer."""
    services = call.services
    author = charting.staff(call.principal.account_id or "")
    async with services.database.write() as tx:
        added, secret = await endpoints.add(tx, services, _spa(call), form, author=author)
        await auditing.note(tx, _event(call, Action.CONNECTED, API))
    return answer(NewSecretView(endpoint_id=added, secret=secret, page=await _page(call)))


@operation()
async def rotate_secret(call: Call, _form: EmptyForm) -> Answer[NewSecretView]:
    """POST endpoints/{id}/secret: a new one; the old one signs, too, for a day."""
    services = call.services
    async with services.database.write() as tx:
        secret = await endpoints.rotate(tx, services, call.path_id)
        await note_change(tx, call, Action.KEY_ROTATED)
    return answer(
        NewSecretView(endpoint_id=call.path_id, secret=secret, page=await _page(call))
    )


@operation(EndpointDisabled, StillOpen)
async def ping_endpoint(call: Call, _form: EmptyForm) -> Answer[DeliveriesView]:
    """POST endpoints/{id}/ping: a message that means nothing, to see that it arrives."""
    services = call.services
    async with services.database.write() as tx:
        await endpoints.ping(tx, services, call.path_id)
    return answer(await _page(call))


@operation()
async def disable_endpoint(call: Call, _form: EmptyForm) -> Answer[DeliveriesView]:
    """POST endpoints/{id}/disable: nothing more is sent; what waits is given up."""
    services = call.services
    async with services.database.write() as tx:
        await endpoints.stop(tx, services, call.path_id)
        await auditing.note(tx, _event(call, Action.DISCONNECTED, f"{API}/{{id}}/disable"))
    return answer(await _page(call))


@operation(TooManyEndpoints)
async def enable_endpoint(call: Call, _form: EmptyForm) -> Answer[DeliveriesView]:
    """POST endpoints/{id}/enable: it is told again, from now on."""
    services = call.services
    async with services.database.write() as tx:
        await endpoints.enable(tx, services, call.path_id)
        await auditing.note(tx, _event(call, Action.CONNECTED, f"{API}/{{id}}/enable"))
    return answer(await _page(call))


@operation(EndpointDisabled, StillOpen)
async def resend(call: Call, form: ResendForm) -> Answer[DeliveriesView]:
    """POST endpoints/{id}/resend: a message again, under the same id."""
    services = call.services
    try:
        async with services.database.write() as tx:
            row = await endpoints.resend(tx, services, call.path_id, form.message_id)
            event = _event(call, Action.RESENT, f"{API}/{{id}}/resend")
            await auditing.note(tx, replace(event, encounter_id=row.encounter_id))
    except RowMissing:
        raise NotFound from None
    return answer(await _page(call))


def _event(call: Call, action: Action, path: str) -> AuditEvent:
    return replace(event_of(call, action), route=f"POST {path}")


async def _page(call: Call) -> DeliveriesView:
    async with call.services.database.read() as tx:
        return await deliveries_view(tx, call.services, _spa(call))


def _spa(call: Call) -> str:
    return call.principal.organization_id or ""


ROUTES: Final = (
    Route("GET", API, get_deliveries),
    Route("POST", API, add_endpoint),
    Route("POST", f"{API}/{{id}}/secret", rotate_secret, Subject.DESTINATION),
    Route("POST", f"{API}/{{id}}/ping", ping_endpoint, Subject.DESTINATION),
    Route("POST", f"{API}/{{id}}/disable", disable_endpoint, Subject.DESTINATION),
    Route("POST", f"{API}/{{id}}/enable", enable_endpoint, Subject.DESTINATION),
    Route("POST", f"{API}/{{id}}/resend", resend, Subject.DESTINATION),
)
