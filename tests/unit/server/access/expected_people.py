"""Who reaches people, their invitations, and what the locked out ask."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import COMPLIANCE, EVERYBODY, Grants

LEADERS: Grants = {"spa_manager": "own", "medical_director": "own"}
LED: Grants = {"spa_manager": "spa", "medical_director": "spa"}
OFFICER: Grants = {"compliance": "network"}

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "GET /api/v1/portal/people": ("spa", LEADERS),
    "POST /api/v1/portal/people/invitations": ("spa", LED),
    "DELETE /api/v1/portal/people/invitations/{id}": ("spa", LED),
    "PUT /api/v1/portal/people/{id}/role": ("spa", LED),
    "POST /api/v1/portal/people/{id}/close": ("spa", LED),
    "POST /api/v1/portal/people/{id}/reopen": ("spa", LED),
    "POST /api/v1/portal/people/{id}/recovery/approve": ("spa", LED),
    "POST /api/v1/portal/people/{id}/recovery/refuse": ("spa", LED),
    "GET /api/v1/ops/people": ("ops", COMPLIANCE),
    "POST /api/v1/ops/people/invitations": ("ops", OFFICER),
    "DELETE /api/v1/ops/people/invitations/{id}": ("ops", OFFICER),
    "PUT /api/v1/ops/people/{id}/role": ("ops", OFFICER),
    "POST /api/v1/ops/people/{id}/close": ("ops", OFFICER),
    "POST /api/v1/ops/people/{id}/reopen": ("ops", OFFICER),
    "POST /api/v1/ops/people/{id}/recovery/approve": ("ops", OFFICER),
    "POST /api/v1/ops/people/{id}/recovery/refuse": ("ops", OFFICER),
    "POST /api/v1/invitations/look": (None, EVERYBODY),
    "POST /api/v1/invitations/accept": (None, EVERYBODY),
    "POST /api/v1/recoveries": (None, EVERYBODY),
    "POST /api/v1/recoveries/finish": (None, EVERYBODY),
}
