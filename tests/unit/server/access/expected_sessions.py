"""Who reaches the sessions of whom: everybody of the staff their own."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import PRACTITIONER, STAFF, STEERING, Grants

OF_PAGES: Mapping[str, tuple[str, Grants]] = {
    "console": ("practitioner", PRACTITIONER),
    "portal": ("spa", STAFF),
    "ops": ("ops", STEERING),
}
ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    route.format(page=page, id="{id}"): expected
    for page, expected in OF_PAGES.items()
    for route in (
        "GET /api/v1/{page}/sessions",
        "DELETE /api/v1/{page}/sessions/{id}",
        "POST /api/v1/{page}/sessions/end-others",
        "POST /api/v1/{page}/session/activity",
    )
}
