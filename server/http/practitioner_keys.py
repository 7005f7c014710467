"""Public keys of practitioners: with what their signatures over charts are to be compared.

One practitioner at a time, by the identifier that a record names; who they are, how many there
are and for whom they work is said by nothing here.
"""

from __future__ import annotations

from typing import Final

from server.authorizations import jws
from server.http.calls import Answer, Call, answer
from server.http.operation import operation
from server.http.routes import Route
from server.signing import fingerprint
from server.storage import directory
from server.storage.errors import RowMissing
from server.views.authorizations import JwksView, JwkView

KEYS: Final = "/practitioners/{id}/jwks.json"


@operation()
async def get_practitioner_keys(call: Call) -> Answer[JwksView]:
    """GET /practitioners/{id}/jwks.json: the keys with which a practitioner ever signed."""
    async with call.services.database.read() as tx:
        try:
            await directory.practitioner(tx, call.path_id)
            found = await call.services.keyring.signing_public_keys(tx, call.path_id)
        except RowMissing:
            found = []
    keys = [
        JwkView(**{**jws.jwk(one), "kid": fingerprint(one.public_bytes_raw())}) for one in found
    ]
    return answer(JwksView(keys=keys))


ROUTES: Final = (Route("GET", KEYS, get_practitioner_keys),)
