"""Who registers a spa's software, and where that software asks for tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import MANAGED, MANAGER, OAUTH, PUBLIC, Rule, fresh

ROUTES: Final[Mapping[str, Rule]] = {
    "GET /.well-known/oauth-authorization-server": PUBLIC,
    "POST /oauth/token": OAUTH,  # its handler asks for a signed assertion
    "GET /api/v1/portal/software": MANAGER,
    "POST /api/v1/portal/software": fresh(MANAGER),  # the spa's own
    "POST /api/v1/portal/software/{id}/keys": fresh(MANAGED),
    "DELETE /api/v1/portal/software/{id}/keys/{key}": fresh(MANAGED),
    "POST /api/v1/portal/software/{id}/revoke": fresh(MANAGED),
}
