"""Who reaches what a spa's portal and its own software ask for."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import (
    BY_TOKEN,
    DIRECTOR,
    DRAFTER,
    EVERYBODY,
    MANAGED,
    MANAGER,
    SPA,
    STAFF,
    Grants,
)

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "POST /api/v1/portal/session": (None, EVERYBODY),
    "GET /api/v1/portal/session": ("spa", STAFF),
    "DELETE /api/v1/portal/session": ("spa", STAFF),
    "GET /api/v1/portal/home": ("spa", STAFF),
    "POST /api/v1/portal/encounters": ("spa", SPA),
    "GET /api/v1/portal/encounters/{id}": ("spa", SPA),
    "POST /api/v1/portal/encounters/{id}/vitals": ("spa", SPA),
    "POST /api/v1/portal/encounters/{id}/link": ("spa", SPA),
    "POST /api/v1/portal/encounters/{id}/message": ("spa", SPA),
    "POST /api/v1/portal/encounters/{id}/cancel": ("spa", SPA),
    "GET /api/v1/portal/encounters/{id}/exam.pdf": ("spa", SPA),
    "GET /api/v1/portal/encounters/{id}/fhir": ("spa", BY_TOKEN),
    "GET /api/v1/portal/encounters/{id}/record.json": ("spa", SPA),
    "POST /api/v1/portal/sites/{id}/device": ("spa", SPA),
    "GET /api/v1/portal/protocols": ("spa", STAFF),
    "POST /api/v1/portal/protocols": ("spa", DRAFTER),
    "POST /api/v1/portal/protocols/{id}/sign": ("spa", DIRECTOR),
    "POST /api/v1/portal/protocols/{id}/withdraw": ("spa", DIRECTOR),
    "GET /api/v1/portal/endpoints": ("spa", MANAGER),
    "POST /api/v1/portal/endpoints": ("spa", MANAGER),
    "POST /api/v1/portal/endpoints/{id}/secret": ("spa", MANAGED),
    "POST /api/v1/portal/endpoints/{id}/ping": ("spa", MANAGED),
    "POST /api/v1/portal/endpoints/{id}/disable": ("spa", MANAGED),
    "POST /api/v1/portal/endpoints/{id}/enable": ("spa", MANAGED),
    "POST /api/v1/portal/endpoints/{id}/resend": ("spa", MANAGED),
    "POST /api/v1/authorizations/query": ("spa", BY_TOKEN),
    "POST /api/v1/authorizations/{id}/satisfy": ("spa", SPA),
    "POST /api/v1/authorizations/{id}/uses": ("spa", BY_TOKEN),
}
