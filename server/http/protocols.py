"""The portal's protocols: read them, draft a version, sign or withdraw one as the director."""

from __future__ import annotations

from typing import Final

from server import charting
from server.access import Resource
from server.auditing import Action
from server.errors import NotFound
from server.http.calls import Answer, Call, answer
from server.http.changes import note_change
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.protocols import register
from server.protocols.page import protocols_view
from server.protocols.refusals import (
    NotTheDirector,
    ProtocolChanged,
    ProtocolInvalid,
    ProtocolSettled,
)
from server.storage import directory
from server.storage import protocols as stored
from server.storage.database import Tx
from server.storage.errors import RowMissing
from server.views import (
    NewProtocolForm,
    ProtocolSignForm,
    ProtocolsView,
    ProtocolWithdrawForm,
)

API: Final = "/api/v1/portal/protocols"


@operation()
async def get_protocols(call: Call) -> Answer[ProtocolsView]:
    """GET protocols: directors and protocols of the spa's sites."""
    return await _protocols(call)


@operation(ProtocolInvalid)
async def draft(call: Call, form: NewProtocolForm) -> Answer[ProtocolsView]:
    """POST protocols: the next version of a site's protocol, as a draft."""
    services = call.services
    try:
        async with services.database.read() as tx:
            site = await directory.site(tx, form.site_id)
    except RowMissing:
        raise NotFound from None
    call.require(Resource(spa_id=site.spa_id, site_id=site.site_id))
    async with services.database.write() as tx:
        await register.draft(tx, services, site.site_id, form.protocol, author=_author(call))
        await note_change(tx, call, Action.PROTOCOL_CHANGED)
    return await _protocols(call)


@operation(ProtocolChanged, ProtocolSettled, NotTheDirector)
async def sign(call: Call, form: ProtocolSignForm) -> Answer[ProtocolsView]:
    """POST protocols/{id}/sign: the director signs what they have read."""
    services = call.services
    async with services.database.write() as tx:
        director_id = await _director(tx, call)
        await register.sign(
            tx,
            services,
            call.path_id,
            form.version,
            sha256=form.sha256,
            director_id=director_id,
        )
        await note_change(tx, call, Action.PROTOCOL_CHANGED)
    return await _protocols(call)


@operation(ProtocolSettled, NotTheDirector)
async def withdraw(call: Call, form: ProtocolWithdrawForm) -> Answer[ProtocolsView]:
    """POST protocols/{id}/withdraw: a version counts no more, at once."""
    services = call.services
    async with services.database.write() as tx:
        director_id = await _director(tx, call)
        await register.withdraw(
            tx, services, call.path_id, form.version, director_id=director_id
        )
        await note_change(tx, call, Action.PROTOCOL_CHANGED)
    return await _protocols(call)


async def _protocols(call: Call) -> Answer[ProtocolsView]:
    async with call.services.database.read() as tx:
        return answer(await protocols_view(tx, call.services, call.principal))


async def _director(tx: Tx, call: Call) -> str:
    site = await directory.site(tx, await stored.site_of(tx, call.path_id))
    account_id = call.principal.account_id or ""
    now = call.services.clock.now()
    return (await register.director_of_account(tx, site, account_id, now)).director_id


def _author(call: Call) -> str:
    return charting.staff(call.principal.account_id or "")


ROUTES: Final = (
    Route("GET", API, get_protocols),
    Route("POST", API, draft, Subject.IN_BODY),
    Route("POST", f"{API}/{{id}}/sign", sign, Subject.PROTOCOL),
    Route("POST", f"{API}/{{id}}/withdraw", withdraw, Subject.PROTOCOL),
)
