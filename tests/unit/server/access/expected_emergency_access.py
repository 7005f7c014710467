"""Who opens charts in an emergency, and who reviews it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import COMPLIANCE, PRACTITIONER, REVIEWER, Grants

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "GET /api/v1/console/emergency-access": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/emergency-access": ("practitioner", PRACTITIONER),
    "DELETE /api/v1/console/emergency-access/{id}": ("practitioner", PRACTITIONER),
    "GET /api/v1/compliance/emergency-access": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/emergency-access/waiting": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/emergency-access/{id}/review": ("ops", REVIEWER),
}
