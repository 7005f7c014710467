"""Authorizations over HTTP: for a spa's staff and software, and for the practitioner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aiohttp import web

from server import charting
from server.access import Resource
from server.authorizations import acting, asking, jws, treating
from server.authorizations.record import Asker
from server.errors import NotFound
from server.http.calls import Call, answer
from server.http.routes import Route, Subject
from server.storage import authorizations as stored
from server.storage import encounters
from server.views.authorizations import (
    AuthorizationQueryForm,
    JwksView,
    JwkView,
    RevokeForm,
    SatisfyForm,
    UseForm,
)

API: Final = "/api/v1/authorizations"
CONSOLE: Final = "/api/v1/console"
JWKS_AGE_S: Final = 300


async def query(call: Call) -> web.StreamResponse:
    """POST query: is this covered by a valid exam?"""
    form = await call.form(AuthorizationQueryForm)
    asker = _asker(call)
    call.require(Resource(spa_id=asker.spa_id))
    asked = await asking.ask(call.services, asker, form)
    await _tell(call, asked.touched)
    return answer(asked.view)


async def satisfy(call: Call) -> web.StreamResponse:
    """POST {id}/satisfy: somebody named says that the condition is met."""
    form = await call.form(SatisfyForm)
    view = await acting.satisfy(call.services, _asker(call), call.path_id, form)
    await _tell(call, [view.authorization.encounter_id])
    return answer(view)


async def use(call: Call) -> web.StreamResponse:
    """POST {id}/uses: a treatment was given."""
    form = await call.form(UseForm)
    return answer(await treating.use(call.services, _asker(call), call.path_id, form))


async def of_encounter(call: Call) -> web.StreamResponse:
    """GET console/encounters/{id}/authorizations: what an exam allows now."""
    async with call.services.database.read() as tx:
        return answer(await acting.of_encounter(tx, call.services, call.path_id))


async def revoke(call: Call) -> web.StreamResponse:
    """POST console/authorizations/{id}/revoke: the practitioner ends it."""
    form = await call.form(RevokeForm)
    async with call.services.database.read() as tx:
        row = await stored.get(tx, call.path_id)
    asker = Asker(row.spa_id, charting.practitioner(call.principal.practitioner_id or ""))
    view = await acting.revoke(call.services, asker, call.path_id, form)
    await _tell(call, [view.authorization.encounter_id])
    return answer(view)


async def get_keys(call: Call) -> web.StreamResponse:
    """GET /.well-known/jwks.json: the keys that sign answers."""
    async with call.services.database.read() as tx:
        keys = await call.services.keyring.issuer_public_keys(tx)
    response = answer(JwksView(keys=[JwkView(**jws.jwk(one)) for one in keys]))
    response.headers["Cache-Control"] = f"public, max-age={JWKS_AGE_S}"
    return response


def _asker(call: Call) -> Asker:
    who = call.principal
    if who.organization_id is None:
        raise NotFound
    if who.token_id is not None:
        return Asker(who.organization_id, charting.software(who.token_id))
    return Asker(who.organization_id, charting.staff(who.account_id or ""))


async def _tell(call: Call, touched: Iterable[str]) -> None:
    """Tell the practitioners whose charts got an addendum."""
    for encounter_id in dict.fromkeys(touched):
        async with call.services.database.read() as tx:
            encounter = await encounters.get(tx, encounter_id)
        call.services.hub.chart_changed(encounter_id, encounter.chart_seq)


ROUTES: Final = (
    Route("POST", f"{API}/query", query, Subject.IN_BODY),
    Route("POST", f"{API}/{{id}}/satisfy", satisfy, Subject.AUTHORIZATION),
    Route("POST", f"{API}/{{id}}/uses", use, Subject.AUTHORIZATION),
    Route(
        "GET", f"{CONSOLE}/encounters/{{id}}/authorizations", of_encounter, Subject.ENCOUNTER
    ),
    Route("POST", f"{CONSOLE}/authorizations/{{id}}/revoke", revoke, Subject.AUTHORIZATION),
    Route("GET", "/.well-known/jwks.json", get_keys),
)
