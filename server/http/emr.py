"""Public keys for record systems: the JWKS that a network or a spa is registered with there."""

from __future__ import annotations

from typing import Final

from server.delivery import client_keys
from server.delivery.emr_connecting import JWKS
from server.http.calls import Answer, Call, answer
from server.http.operation import operation
from server.http.routes import Route
from server.storage import emr_connections
from server.views.emr import ClientKeysView

JWKS_AGE_S: Final = 300


@operation()
async def get_client_keys(call: Call) -> Answer[ClientKeysView]:
    """GET /fhir/clients/{id}/jwks.json: the keys with which pushes sign in."""
    async with call.services.database.read() as tx:
        now = call.services.clock.now()
        found = await emr_connections.public_keys(tx, call.path_id, now)
    keys = [client_keys.jwk(one) for one in found]
    response = answer(ClientKeysView.model_validate({"keys": keys}))
    response.headers["Cache-Control"] = f"public, max-age={JWKS_AGE_S}"
    return response


ROUTES: Final = (Route("GET", JWKS, get_client_keys),)
