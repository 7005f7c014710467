"""Who reaches a spa's software, and where that software asks for tokens."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import EVERYBODY, MANAGED, MANAGER, Grants

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "GET /.well-known/oauth-authorization-server": (None, EVERYBODY),
    "POST /oauth/token": (None, EVERYBODY),  # by a signed assertion: see test_software_tokens
    "GET /api/v1/portal/software": ("spa", MANAGER),
    "POST /api/v1/portal/software": ("spa", MANAGER),
    "POST /api/v1/portal/software/{id}/keys": ("spa", MANAGED),
    "DELETE /api/v1/portal/software/{id}/keys/{key}": ("spa", MANAGED),
    "POST /api/v1/portal/software/{id}/revoke": ("spa", MANAGED),
}
