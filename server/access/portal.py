"""Who may ask for what a spa's portal shows, and what its own software does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import (
    CHARTS,
    DIRECTOR,
    DRAFTER,
    MANAGED,
    MANAGER,
    PUBLIC,
    QUERY,
    SPA,
    STAFF,
    USE,
    Rule,
    enrolling,
    fresh,
)

ROUTES: Final[Mapping[str, Rule]] = {
    "POST /api/v1/portal/session": PUBLIC,
    "GET /api/v1/portal/session": enrolling(STAFF),
    "DELETE /api/v1/portal/session": enrolling(STAFF),
    "GET /api/v1/portal/home": STAFF,
    "POST /api/v1/portal/encounters": SPA,  # the site named in the body
    "GET /api/v1/portal/encounters/{id}": SPA,
    "POST /api/v1/portal/encounters/{id}/vitals": SPA,
    "POST /api/v1/portal/encounters/{id}/link": SPA,
    "POST /api/v1/portal/encounters/{id}/message": SPA,
    "POST /api/v1/portal/encounters/{id}/cancel": SPA,
    "GET /api/v1/portal/encounters/{id}/exam.pdf": SPA,
    "GET /api/v1/portal/encounters/{id}/record.json": fresh(SPA),
    "GET /api/v1/portal/encounters/{id}/fhir": fresh(CHARTS),  # a token has its scope instead
    "POST /api/v1/portal/sites/{id}/device": fresh(SPA),
    "GET /api/v1/portal/protocols": STAFF,
    "POST /api/v1/portal/protocols": DRAFTER,  # the site named in the body
    "POST /api/v1/portal/protocols/{id}/sign": fresh(DIRECTOR),
    "POST /api/v1/portal/protocols/{id}/withdraw": fresh(DIRECTOR),
    "GET /api/v1/portal/endpoints": MANAGER,
    "POST /api/v1/portal/endpoints": fresh(MANAGER),  # the spa's own
    "POST /api/v1/portal/endpoints/{id}/secret": fresh(MANAGED),
    "POST /api/v1/portal/endpoints/{id}/ping": MANAGED,
    "POST /api/v1/portal/endpoints/{id}/disable": fresh(MANAGED),
    "POST /api/v1/portal/endpoints/{id}/enable": fresh(MANAGED),
    "POST /api/v1/portal/endpoints/{id}/resend": MANAGED,
    "POST /api/v1/authorizations/query": QUERY,
    "POST /api/v1/authorizations/{id}/satisfy": SPA,
    "POST /api/v1/authorizations/{id}/uses": USE,
}
