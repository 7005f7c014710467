"""Authorizations over HTTP: for a spa's staff and software, and for the practitioner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from server import charting
from server.access import Resource
from server.authorizations import acting, asking, jws, treating
from server.authorizations.record import Asker
from server.authorizations.refusals import (
    AuthorizationEnded,
    CheckNotToday,
    CredentialRefused,
    DateOutside,
    NoConditionOpen,
    RequestIdReused,
)
from server.errors import NotFound
from server.http.calls import Answer, Call, answer
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.storage import authorizations as stored
from server.storage import encounters
from server.views.authorizations import (
    AuthorizationAnswerView,
    AuthorizationQueryForm,
    ChangedView,
    CoversView,
    JwksView,
    JwkView,
    RevokeForm,
    SatisfyForm,
    UseForm,
    UseView,
)

API: Final = "/api/v1/authorizations"
CONSOLE: Final = "/api/v1/console"
JWKS_AGE_S: Final = 300


@operation(DateOutside, CheckNotToday, RequestIdReused)
async def query(call: Call, form: AuthorizationQueryForm) -> Answer[AuthorizationAnswerView]:
    """POST query: is this covered by a valid exam?"""
    asker = _asker(call)
    call.require(Resource(spa_id=asker.spa_id))
    asked = await asking.ask(call.services, asker, form)
    await _tell(call, asked.touched)
    cover = asked.view.authorization
    call.told.encounter_id = cover.encounter_id if cover else None
    call.told.patient_id = asked.view.patient_id
    return answer(asked.view)


@operation(NoConditionOpen, AuthorizationEnded, CredentialRefused, RequestIdReused)
async def satisfy(call: Call, form: SatisfyForm) -> Answer[ChangedView]:
    """POST {id}/satisfy: somebody named says that the condition is met."""
    view = await acting.satisfy(call.services, _asker(call), call.path_id, form)
    await _tell(call, [view.authorization.encounter_id])
    return answer(view)


@operation(RequestIdReused)
async def use(call: Call, form: UseForm) -> Answer[UseView]:
    """POST {id}/uses: a treatment was given."""
    return answer(await treating.use(call.services, _asker(call), call.path_id, form))


@operation()
async def of_encounter(call: Call) -> Answer[CoversView]:
    """GET console/encounters/{id}/authorizations: what an exam allows now."""
    async with call.services.database.read() as tx:
        return answer(await acting.of_encounter(tx, call.services, call.path_id))


@operation(RequestIdReused)
async def revoke(call: Call, form: RevokeForm) -> Answer[ChangedView]:
    """POST console/authorizations/{id}/revoke: the practitioner ends it."""
    async with call.services.database.read() as tx:
        row = await stored.get(tx, call.path_id)
    asker = Asker(row.spa_id, charting.practitioner(call.principal.practitioner_id or ""))
    view = await acting.revoke(call.services, asker, call.path_id, form)
    await _tell(call, [view.authorization.encounter_id])
    return answer(view)


@operation()
async def get_keys(call: Call) -> Answer[JwksView]:
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
        "GET",
        f"{CONSOLE}/encounters/{{id}}/authorizations",
        of_encounter,
        Subject.ENCOUNTER_READ,
    ),
    Route("POST", f"{CONSOLE}/authorizations/{{id}}/revoke", revoke, Subject.AUTHORIZATION),
    Route("GET", "/.well-known/jwks.json", get_keys),
)
