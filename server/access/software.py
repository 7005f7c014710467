"""Who registers a spa's software, and where that software asks for tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import MANAGED, MANAGER, OAUTH, PUBLIC, Rule

ROUTES: Final[Mapping[str, Rule]] = {
    "GET /.well-known/oauth-authorization-server": PUBLIC,
    "POST /oauth/token": OAUTH,  # its handler asks for a signed assertion
    "GET /api/v1/portal/software": MANAGER,
    "POST /api/v1/portal/software": MANAGER,  # the spa's own
    "POST /api/v1/portal/software/{id}/keys": MANAGED,
    "DELETE /api/v1/portal/software/{id}/keys/{key}": MANAGED,
    "POST /api/v1/portal/software/{id}/revoke": MANAGED,
}
