"""Who may look at sessions and end them: everybody of the staff, their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import PRACTITIONER, STAFF, STEERING, Rule, enrolling

ROUTES: Final[Mapping[str, Rule]] = {
    "GET /api/v1/console/sessions": PRACTITIONER,
    "DELETE /api/v1/console/sessions/{id}": PRACTITIONER,  # one of their own, or none
    "POST /api/v1/console/sessions/end-others": PRACTITIONER,
    "POST /api/v1/console/session/activity": enrolling(PRACTITIONER),
    "GET /api/v1/portal/sessions": STAFF,
    "DELETE /api/v1/portal/sessions/{id}": STAFF,
    "POST /api/v1/portal/sessions/end-others": STAFF,
    "POST /api/v1/portal/session/activity": enrolling(STAFF),
    "GET /api/v1/ops/sessions": STEERING,
    "DELETE /api/v1/ops/sessions/{id}": STEERING,
    "POST /api/v1/ops/sessions/end-others": STEERING,
    "POST /api/v1/ops/session/activity": enrolling(STEERING),
}
