"""All routes of the product in one table, and how they are served."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

from server.console import http as console
from server.delivery.opening import may_loopback
from server.federation.discovery import Discovery
from server.federation.fetching import Fetcher
from server.forward.sanitising import Sanitiser
from server.http import (
    audit,
    authorizations,
    codes,
    compliance,
    deliveries,
    emergency_access,
    emr,
    federation,
    join,
    log,
    metrics,
    openapi,
    ops,
    own_file,
    papers,
    passkeys,
    people,
    planning,
    portal,
    practitioner_files,
    practitioner_keys,
    protocols,
    providers,
    public,
    records,
    routes,
    sessions,
    software,
    staff,
    staffing,
    static,
    step_up,
    uploads,
)
from server.http.routes import Route
from server.services import Services

SECOND_US: Final = 1_000_000
NOBODY: Final = Discovery(Fetcher(loopback=False), lambda: 0.0)
"""For a table of routes that is looked at and not served: it asks nobody."""


def all_routes(dist: Path = static.DIST, discovery: Discovery = NOBODY) -> tuple[Route, ...]:
    """Return every route that is served.

    Args:
        dist: the folder that the web client was built into.
        discovery: what this process knows of providers of identities.
    """
    # One for all three: they share the processor, so the bound is on all of them together.
    sanitiser, reading = Sanitiser(), papers.reading_places()
    served = (
        Route("GET", "/", static.sign_post("index.html")),
        Route("GET", "/signpost.css", static.sign_post("signpost.css")),
        *(Route("GET", f"/{name}", static.page(name, dist)) for name in static.PAGES),
        *(Route("GET", f"/{name}/", static.page(name, dist)) for name in static.PAGES),
        Route("GET", "/assets/{name}", static.assets(dist)),
        *public.ROUTES,
        *join.ROUTES,
        *uploads.routes(sanitiser),
        *records.routes(),
        *staff.CONSOLE,
        *console.ROUTES,
        *staff.PORTAL,
        *portal.ROUTES,
        *protocols.ROUTES,
        *deliveries.ROUTES,
        *software.ROUTES,
        *authorizations.ROUTES,
        *emr.ROUTES,
        *practitioner_keys.ROUTES,
        *ops.ROUTES,
        *sessions.ROUTES,
        *step_up.ROUTES,
        *staffing.ROUTES,
        *compliance.ROUTES,
        *codes.ROUTES,
        *passkeys.ROUTES,
        *practitioner_files.routes(sanitiser, reading),
        *own_file.routes(sanitiser, reading),
        *emergency_access.ROUTES,
        *people.ROUTES,
        *federation.routes(discovery),
        *providers.routes(discovery),
        *audit.routes(),
        *metrics.ROUTES,
        *log.ROUTES,
        *planning.routes(),
    )
    return (*served, openapi.route(served))


def install(app: web.Application, services: Services, *, dist: Path = static.DIST) -> None:
    """Serve everything.

    Raises:
        PolicyIncomplete: a route, a command or a rule has no counterpart.
    """
    fetcher = Fetcher(loopback=may_loopback(services))
    discovery = Discovery(fetcher, lambda: services.clock.now() / SECOND_US)
    routes.install(app, services, all_routes(dist, discovery))
